// What `repro-gate compare` says of hostile images, in how much memory and processor time, and what it leaves behind.
//   node bench/hostile.mjs [SHAPE …] [--large] [--flips 2000 [--flip-minutes 20] [--flip-seed 1]] [--registry] [--cli dist/cli/index.cjs] [--node PATH] [--write docs/trust/hostile-images.md]
// With --registry image B is pulled from a registry that checks nothing, where it is a layout of plain files.
// Exits with 1 where anything was not as it has to be. Linux only: it reads /proc; devices need root.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { flipped } from './hostile/flips.mjs'
import { Layout } from './hostile/layout.mjs'
import { honest } from './hostile/making.mjs'
import { groups, largeShapes } from './hostile/shapes.mjs'
import { writeLayout } from './made-layout.mjs'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cli: { type: 'string', default: fileURLToPath(new URL('../dist/cli/index.cjs', import.meta.url)) },
    node: { type: 'string', default: process.execPath },
    large: { type: 'boolean', default: false },
    flips: { type: 'string', default: '0' },
    'flip-minutes': { type: 'string', default: '600' },
    'flip-seed': { type: 'string', default: '20261122' },
    registry: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '30' },
    write: { type: 'string' },
  },
})
const folder = mkdtempSync(join(tmpdir(), 'hostile-bench-'))
const [temp, work] = ['temp', 'work'].map(name => join(folder, name))
for (const path of [temp, work]) mkdirSync(path)
const watcher = join(folder, 'watch.cjs')
writeFileSync(
  watcher,
  `process.on('exit', () => require('node:fs').writeFileSync(process.env.PEAK_FILE, JSON.stringify({
    status: require('node:fs').readFileSync('/proc/self/status', 'utf8'), usage: process.resourceUsage() })))`,
)
/** Of other groups, what lies as it does in a folder alone. */
const onDiskAlone = ['view-two-lists', 'view-two-keys', 'saved-config-many']
let wrong = 0
const registry = options.registry ? await started() : null

try {
  const a = honest(new Layout(join(folder, 'honest')))
  const all = {
    ...Object.assign({}, ...Object.values(groups)),
    ...(options.large || positionals.length > 0 ? largeShapes : {}),
  }
  const rows = []
  for (const [name, shape] of Object.entries(all)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue
    if (registry && (name in groups.places || name in groups.archives || onDiskAlone.includes(name))) continue
    const sides = await made(name, shape, a)
    if (registry) sides[1] = `127.0.0.1:${registry.port}/${name}:latest`
    const found = compare(sides, Number(options.minutes))
    const problems = problemsOf(shape, found)
    wrong += problems.length
    rows.push(`| ${shape.what} | ${found.exit} | ${cell(found.said)} | ${found.peak} | ${found.seconds.toFixed(1)} |`)
    console.error(`${rows.at(-1)}${problems.map(text => `\n  WRONG ${name}: ${text}`).join('')}`)
    for (const side of new Set([name, `${name}-A`])) rmSync(join(folder, side), { recursive: true, force: true })
  }
  const flips = Number(options.flips)
  const counted = flips > 0 ? countFlips(flips) : []
  const page = [...heads('What it is', 'exit'), ...rows, ...(counted.length > 0 ? ['', ...counted] : []), ''].join('\n')
  if (options.write) intoPage(options.write, page)
  else console.log(page)
  process.exitCode = wrong > 0 ? 1 : 0
} finally {
  registry?.process.kill()
  rmSync(folder, { recursive: true, force: true })
}

/** In a process of its own: this one waits for compare. */
async function started() {
  const script = fileURLToPath(new URL('hostile/registry.mjs', import.meta.url))
  const process = spawn(options.node, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const port = await new Promise(resolve => process.stdout.once('data', data => resolve(String(data).trim())))
  return { process, port }
}

function heads(what, second) {
  return [`| ${what} | ${second} | What it said | MiB | cpu s |`, '|---|--:|---|--:|--:|']
}

async function made(name, { make, makes, streamed }, a) {
  const at = side => join(folder, side)
  if (streamed) {
    await writeLayout(at(`${name}-A`), streamed('A'))
    await writeLayout(at(name), streamed('B'))
    return [at(`${name}-A`), at(name)]
  }
  if (makes) return [makes[0](new Layout(at(`${name}-A`))), makes[1](new Layout(at(name)))]
  return [a, make(new Layout(at(name)))]
}

function compare([a, b], minutes, more = []) {
  const peakFile = join(folder, 'peak.json')
  rmSync(peakFile, { force: true })
  const before = listing()
  const args = ['--require', watcher, options.cli, 'compare', a, b, '--level', 'same-files', '--json', ...more]
  const { stdout, stderr, status, signal } = spawnSync(options.node, args, {
    ...{ cwd: work, encoding: 'utf8', maxBuffer: 1 << 30, timeout: minutes * 60_000 },
    env: { PATH: process.env.PATH, HOME: work, TMPDIR: temp, PEAK_FILE: peakFile },
  })
  const left = listing() === before ? '' : 'files were left behind or changed'
  const told = toldIn(stdout) ?? { said: stderr, terminal: stderr }
  let [peak, seconds] = [Number.NaN, Number.NaN]
  try {
    const { status: own, usage } = JSON.parse(readFileSync(peakFile, 'utf8'))
    peak = Math.round(Number(/VmHWM:\s+(\d+)/.exec(own)?.[1]) / 1024)
    seconds = (usage.userCPUTime + usage.systemCPUTime) / 1e6
  } catch {
    // It was killed.
  }
  return { exit: signal ?? status, said: told.said.replaceAll(`${folder}/`, ''), stderr, left, peak, seconds }
}

/** All files of the folder for temporary files and of the one it runs in. */
function listing() {
  return [temp, work].map(path => readdirSync(path, { recursive: true }).join('\n')).join('\n')
}

function toldIn(stdout) {
  try {
    const { verdict, level, doubts } = JSON.parse(stdout)
    return { said: [verdict, level, ...doubts].filter(Boolean).join(', ') }
  } catch {
    return null
  }
}

function problemsOf({ exit, says }, found) {
  const problems = []
  if (found.exit !== exit) problems.push(`exit ${found.exit}, not ${exit}: ${found.said.slice(0, 600)}`)
  // A registry's words are others.
  if (!registry && !says.test(found.said)) problems.push(`said ${found.said.slice(0, 600)}`)
  if (/should not have happened|\n {4}at /.test(found.stderr))
    problems.push(`a fault of ours: ${found.stderr.slice(0, 600)}`)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: which is what is looked for
  if (/[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/.test(found.said + found.stderr))
    problems.push('control characters in what it said')
  if (found.left) problems.push(found.left)
  if (!(found.peak <= 256)) problems.push(`took ${found.peak} MiB`)
  return problems
}

/** Flips through the command line: never equal where anything differs. */
function countFlips(count) {
  const rows = new Map()
  const until = Date.now() + Number(options['flip-minutes']) * 60_000
  for (const { region, a, b, equal } of flipped(join(folder, 'flips'), count, Number(options['flip-seed']))) {
    if (Date.now() > until) break
    const found = compare([a, b], 2, ['--verify-blobs'])
    const row = rows.get(region) ?? { count: 0, 0: 0, 1: 0, 2: 0, other: 0, wrong: 0, peak: 0, seconds: 0 }
    row.count += 1
    row[[0, 1, 2].includes(found.exit) ? found.exit : 'other'] += 1
    const isWrong = (found.exit === 0 && !equal) || ![0, 1, 2].includes(found.exit) || found.left !== ''
    if (isWrong)
      console.error(`  WRONG flip in ${region}: exit ${found.exit}, ${found.said} ${found.stderr} ${found.left}`)
    row.wrong += isWrong ? 1 : 0
    row.peak = Math.max(row.peak, found.peak)
    row.seconds += found.seconds
    rows.set(region, row)
    wrong += isWrong ? 1 : 0
  }
  return [
    '| Where a bit was flipped | how many | exit 0, and equal | exit 1 | exit 2 | wrong | MiB | cpu s, all |',
    '|---|--:|--:|--:|--:|--:|--:|--:|',
    ...[...rows].map(
      ([region, row]) =>
        `| ${region} | ${row.count} | ${row[0]} | ${row[1]} | ${row[2]} | ${row.wrong} | ${row.peak} | ${row.seconds.toFixed(0)} |`,
    ),
  ]
}

function cell(text) {
  const short = text.replaceAll(/sha256:([0-9a-f]{6})[0-9a-f]*/g, 'sha256:$1…').replace(/^repro-gate: /, '')
  return short.replaceAll(/[|\n]/g, ' ').trim().slice(0, 170)
}

/** Between the marks of the page. */
function intoPage(path, table) {
  const [before, rest] = readFileSync(path, 'utf8').split('<!-- measured: begin -->\n')
  const after = rest.split('<!-- measured: end -->')[1]
  writeFileSync(path, `${before}<!-- measured: begin -->\n${table}<!-- measured: end -->${after}`)
}
