// A disk that is full at every write of every command: the Nth write fails once, and it and all after it fail.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { commandsOf, isWhole, leftOf, run } from './scene.mjs'

const hook = fileURLToPath(new URL('full-disk.cjs', import.meta.url))

/** @returns rows, one for each run */
export async function fullDisk(scene, { lanes = 1, names, say }) {
  const rows = []
  const work = []
  const known = new Set()
  const all = await Promise.all(Array.from({ length: lanes }, (_, at) => laneOf(scene, at)))
  const [first] = all
  // A name with a ^ is not tried: what it writes counts as tried before.
  for (const name of names ?? ['gate that differs', 'gate', 'record', 'compare', 'push', 'smoke', 'verify'])
    for (const { at, what } of await writesOf(first, name.replace('^', ''), known))
      for (const onward of name.startsWith('^') ? [] : [false, true]) work.push({ name, at, what, onward })
  const total = work.length
  const worker = async lane => {
    for (let one = work.shift(); one !== undefined; one = work.shift()) {
      const row = await tried(lane, one)
      rows.push(row)
      say(
        `${rows.length}/${total} ${one.name}, write ${one.at}${one.onward ? ' and all after it' : ''}: ${row.code}${row.problems.map(text => `\n  ${text}`).join('')}`,
      )
      if (row.problems.length > 0) say(`${row.stderr.split('\n').slice(-10).join('\n')}`)
    }
  }
  await Promise.all(all.map(worker))
  return rows
}

async function laneOf(scene, at) {
  const lane = {
    ...scene,
    tmp: join(scene.folder, `tmp${at}`),
    out: join(scene.folder, `out${at}`),
    env: { ...scene.env, TMPDIR: join(scene.folder, `tmp${at}`) },
  }
  empty(lane)
  return lane
}

function empty({ tmp, out }) {
  for (const place of [tmp, out]) {
    rmSync(place, { recursive: true, force: true })
    mkdirSync(place)
  }
}

let repositories = 0

async function start(lane, name, env) {
  empty(lane)
  const { args, tags = [] } = commandsOf(lane)[name]
  repositories += 1
  const repository = `full${process.pid}-${repositories}`
  if (tags.length > 0) await lane.registry.seed(repository, tags)
  const before = await lane.registry.tags(repository)
  const named = tags.flatMap(tag => ['--tag', `${lane.registry.name}/${repository}:${tag}`])
  const result = await run(lane, [...args, ...named], { before: ['--require', hook, lane.cli], env }).ended
  const after = await lane.registry.tags(repository)
  return { ...result, moved: tags.filter(tag => before[tag] !== after[tag]).length, tags: tags.length }
}

/**
 * The writes of a command that no command before it had: of many to one file the first, one in the middle and the last.
 * @param known what was tried before
 */
async function writesOf(lane, name, known) {
  const list = join(lane.folder, 'list')
  rmSync(list, { force: true })
  const { code, stdout, stderr } = await start(lane, name, { REPRO_GATE_FULL_LIST: list })
  if (code !== commandsOf(lane)[name].code)
    throw new Error(`${name} ended with ${code} without any fault: ${stdout}${stderr}`)
  const writes = readFileSync(list, 'utf8')
    .trimEnd()
    .split('\n')
    .map(at => ({ at, what: at.slice(at.indexOf(' ') + 1) }))
  const chosen = writes.filter(({ what }, index) => {
    const same = writes.filter(other => other.what === what)
    const of = same.indexOf(writes[index])
    // Parts of files that are written whole have no name to tell them by.
    if (what.endsWith('gate-PART')) return same.length < 12 || of % (same.length >> 2) === 0 || of === same.length - 1
    return !known.has(what) && (of === 0 || of === same.length - 1 || of === same.length >> 1)
  })
  for (const { what } of writes) known.add(what)
  return chosen
}

async function tried(lane, { name, at, what, onward }) {
  const seen = join(lane.out, '..', `seen-${at.replace(/\W/g, '-')}-${onward}`)
  const env = { REPRO_GATE_FULL_AT: at, REPRO_GATE_FULL_SEEN: seen, ...(onward ? { REPRO_GATE_FULL_ON: '1' } : {}) }
  const result = await start(lane, name, env)
  const happened = existsSync(seen)
  // What the engine keeps is counted where only one runs at a time.
  const left = await leftOf({ ...lane, engine: { answers: () => false } }, result)
  return {
    ...result,
    name,
    at,
    what,
    onward,
    left,
    happened,
    problems: problemsOf({ ...result, left }, lane, commandsOf(lane)[name]),
  }
}

function problemsOf({ code, stderr, stdout, left, moved, tags }, { out }, { args, code: usual }) {
  const problems = []
  if (![usual, 2].includes(code)) problems.push(`exit code ${code}`)
  for (const [kind, found] of Object.entries(left)) problems.push(`${kind}: ${found.join(', ')}`)
  const asked = args.filter((arg, index) => arg.startsWith(`${out}/`) && args[index - 1] !== '--logs')
  const missing = asked.filter(path => !existsSync(path))
  const expected = missing.filter(path => !(path.endsWith('predicate.json') && usual !== 0))
  if (expected.length > 0 && code === 0)
    problems.push(`ended with 0 without ${expected.map(path => path.slice(out.length + 1)).join(', ')}`)
  const report = join(out, 'report.json')
  const verdict = existsSync(report) && isWhole(report) ? JSON.parse(readFileSync(report, 'utf8')).verdict : null
  const wrong = usual === 0 ? 'not-reproducible' : 'reproducible'
  if (verdict === wrong) problems.push(`the verdict ${wrong}`)
  if ((code !== usual || expected.length > 0) && !/disk is full|no space left|ENOSPC/.test(stderr + stdout))
    problems.push('no word of the disk')
  if (/This should not have happened|Unhandled|\n {4}at /.test(stderr)) problems.push('a stack trace')
  // A report that is lost when the tags have moved undoes nothing, and that they have is told.
  const told = stderr.match(/ is sha256:[0-9a-f]{64} now$/gm)?.length ?? 0
  if (moved > 0 && (moved < tags || (code !== 0 && told < moved)))
    problems.push(`ended with ${code}, and ${moved} of ${tags} tags moved`)
  return problems
}
