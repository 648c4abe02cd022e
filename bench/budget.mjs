// The performance budget: what a change costs beside the code before it, both measured in this run.
//   node bench/budget.mjs [--base COMMIT|FOLDER] [--now COMMIT|FOLDER] [--only start,compare,lines,…] [--minutes 15]
//     [--write bench/budget.md] [--json FILE]
// Without --base: where this branch left main, else the commit before. Without --now: the sources in this checkout.
// Processor seconds count, not the clock; runs take turns (baseline, now, now, baseline), and only a difference that is surely
// over its budget fails: exit code 1, and in words which, how much, how sure. budget/measures.mjs has the budgets.
// On GitHub the report is in the job summary too. A gate is measured where `docker buildx` has an engine; else that is said.
import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { growthsOf, measuresOf } from './budget/measures.mjs'
import { excesses, pageOf } from './budget/page.mjs'
import { sampler } from './budget/sample.mjs'
import { builtSide, usualBase } from './budget/sides.mjs'
import { exponentOf, judged, median } from './budget/statistics.mjs'
import { subjectsIn } from './budget/subjects.mjs'

const { values: options } = parseArgs({
  options: {
    base: { type: 'string' },
    now: { type: 'string', default: fileURLToPath(new URL('..', import.meta.url)) },
    only: { type: 'string' },
    minutes: { type: 'string', default: '15' },
    write: { type: 'string' },
    json: { type: 'string' },
  },
})
/** What fits this well is linear: caches and the collector of garbage bend a straight line a little. */
const linear = 1.15
const folder = mkdtempSync(join(tmpdir(), 'budget-'))
const startedAt = performance.now()
const minutes = () => (performance.now() - startedAt) / 60_000
const hasTime = () => minutes() < Number(options.minutes)
const isAsked = ({ name }) => options.only === undefined || options.only.split(',').includes(name)
const missing = []
const note = text => console.error(`${minutes().toFixed(1)} min: ${text}`)

async function main() {
  const sides = {
    base: builtSide(options.base ?? usualBase(), join(folder, 'base')),
    now: builtSide(options.now, join(folder, 'now')),
  }
  note(`built ${sides.base.about} and ${sides.now.about}`)
  mkdirSync(join(folder, 'subjects'))
  const subjects = subjectsIn(join(folder, 'subjects'))
  const sample = sampler(folder)
  const [compared, limits, growths] = [[], [], []]
  for (const measure of measuresOf(subjects).filter(isAsked)) {
    const prepared = await measure.prepare()
    if (prepared.missing) missing.push(`${measure.what}: ${prepared.missing}.`)
    else {
      const found = comparedBy(sample, measure, prepared, sides)
      compared.push(...found)
      limits.push(...limitsOf(sample, measure, prepared, found))
    }
  }
  for (const growth of growthsOf(subjects).filter(isAsked)) {
    const found = await grown(sample, growth, sides.now)
    if (found) growths.push(found)
  }
  const peers = options.only === undefined ? besidePeers(sides.now) : null
  const about = { base: sides.base.about, now: sides.now.about, machine: machine() }
  const result = { compared, limits, growths, missing, peers, about, minutes: minutes().toFixed(1) }
  const page = pageOf(result)
  if (options.write) writeFileSync(options.write, page)
  if (options.json) writeFileSync(options.json, JSON.stringify(result, null, 2))
  if (process.env.GITHUB_STEP_SUMMARY) appendFileSync(process.env.GITHUB_STEP_SUMMARY, page)
  console.log(page)
  const over = excesses(result)
  for (const text of over)
    console.error(process.env.GITHUB_ACTIONS ? `::error title=Performance budget::${text}` : text)
  if (over.length > 0) process.exitCode = 1
}

/** Blocks of four runs, until each kind that has a budget is decided. */
function comparedBy(sample, measure, prepared, sides) {
  const kinds = Object.keys(measure.budget)
  const runs = { base: [], now: [] }
  const blocks = []
  const run = side => {
    const one = tried(() => sample({ ...measure, ...prepared, args: prepared.args(sides[side]) }))
    const taken = { ...one, seconds: prepared.seconds?.(one) ?? one.seconds }
    runs[side].push(taken)
    return taken
  }
  const judgedAll = () =>
    kinds.map(kind => ({
      kind,
      ...judged(
        blocks.map(block => block[kind]),
        measure.budget[kind],
        measure.blocks,
      ),
    }))
  for (const side of ['base', 'now']) run(side) // What comes first finds no file in memory.
  for (const side of ['base', 'now']) runs[side] = []
  do {
    const [a, b, c, d] = ['base', 'now', 'now', 'base'].map(run)
    blocks.push(Object.fromEntries(kinds.map(kind => [kind, (b[kind] + c[kind]) / (a[kind] + d[kind])])))
  } while (judgedAll().some(({ state }) => state === 'open') && hasTime())
  return judgedAll().map(({ state, ...one }) => {
    const of = side => median(runs[side].map(taken => taken[one.kind]))
    const told = { ...one, state: state === 'open' ? 'unsure' : state, base: of('base'), now: of('now') }
    note(`${measure.name}, ${one.kind}: ${one.median.toFixed(3)} after ${one.blocks} blocks, ${told.state}`)
    return { what: measure.what, budget: measure.budget[one.kind], ...told }
  })
}

/** How near it is to what nobody can beat: the least of three, since other work only ever adds. */
function limitsOf(sample, measure, { limits = [], megabytes }, [{ now: cpu }]) {
  return limits.map(({ name, most, ...run }) => {
    const limit = median([0, 1, 2].map(() => sample(run).cpu))
    return { what: measure.what, name, most, limit, cpu, ratio: cpu / limit, rate: Math.round(megabytes / cpu) }
  })
}

/** Of each size the least of some runs; more of them where it does not look linear. */
async function grown(sample, { what, name, sizes, none, run, peak: mostPeak }, side) {
  const prepared = new Map()
  for (const size of [none, ...sizes]) prepared.set(size, await run(size))
  const { missing: why } = prepared.get(none)
  if (why) {
    missing.push(`How it grows with ${what}: ${why}.`)
    return null
  }
  const least = new Map()
  const again = size => {
    const one = prepared.get(size)
    const { cpu, peak } = tried(() => sample({ ...one, args: one.args(side) }))
    const before = least.get(size) ?? { cpu, peak }
    least.set(size, { cpu: Math.min(cpu, before.cpu), peak: Math.min(peak, before.peak) })
  }
  let exponent = Number.POSITIVE_INFINITY
  for (let round = 0; round < 2 || (round < 8 && exponent > linear && hasTime()); round += 1) {
    for (const size of [none, ...sizes]) again(size)
    const fixed = least.get(none).cpu
    exponent = exponentOf(sizes.map(size => ({ size, cost: least.get(size).cpu - fixed })))
  }
  note(`${name}: size to the power of ${exponent.toFixed(2)}`)
  return { what, exponent, most: linear, mostPeak, points: sizes.map(size => ({ size, ...least.get(size) })) }
}

/** An engine that others use, too, may be unable to tell what came from where, once. */
function tried(work, tries = 3) {
  try {
    return work()
  } catch (error) {
    if (tries === 1) throw error
    return tried(work, tries - 1)
  }
}

/** What diffoscope and diffoci take for a pair of images, where they are installed. */
function besidePeers({ cli }) {
  const names = [process.env.DIFFOSCOPE ?? 'diffoscope', process.env.DIFFOCI ?? 'diffoci']
  const there = names.filter(name => spawnSync(name, ['--version']).status === 0)
  if (there.length === 0) {
    missing.push('Others (diffoscope, diffoci): neither is installed; bench/peers.md has them.')
    return null
  }
  const file = join(folder, 'peers.md')
  const script = fileURLToPath(new URL('./peers.mjs', import.meta.url))
  execFileSync(process.execPath, [script, '--small', '--made', '--cli', cli, '--minutes', '3', '--write', file])
  return readFileSync(file, 'utf8')
    .match(/^\|.*$/gm)
    .join('\n')
}

function machine() {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  return `${cpus().length} cores, ${memory}, Node ${process.versions.node}; load ${loadavg()[0].toFixed(1)} at the end`
}

try {
  await main()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
