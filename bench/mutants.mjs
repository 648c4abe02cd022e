// How much the unit tests notice: small faults are put into a file one at a time, and those that no test sees are listed.
//   node bench/mutants.mjs src/verdict.ts src/build/audit.ts [--lines 40-90] [--jobs 2] [--results FILE]
// A fault ("mutant"): see mutations.mjs. Unit tests that reach the file by their imports take part, those that import it first, and
// stop at the first failure; an engine is never asked. What runs many times as long as it should is noticed, too: a loop.
// Survivors that somebody has judged stand in mutants-judged.json with the reason; the others are printed, and make it end with 1.
//   --longest 2   test files that take more processor seconds without any fault are left out, and told
//   --far 4       by how many imports a test may be away from the file
//   --most 12     so many tests are asked, the nearest first
//   --tests LIST  these are asked, by what their paths end with, and no others: nobody has to look who imports what; one that is not
//                 there, fails without any fault or takes longer than --longest ends it with 2: nothing would be said of it
//   --sharp       without mutants that seldom matter: numbers that are one more, two names in the other order, parts of lists
import { fork } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { basename, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { bundled, copied, importsOf, placesOf } from './mutant-tests.mjs'
import { mutantsOf } from './mutations.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    lines: { type: 'string', default: '1-' },
    longest: { type: 'string', default: '2' },
    far: { type: 'string', default: '4' },
    tests: { type: 'string' },
    sharp: { type: 'boolean', default: false },
    most: { type: 'string', default: '12' },
    jobs: { type: 'string', default: String(Math.max(1, availableParallelism() - 1)) },
    results: { type: 'string' },
    // Lists instead, of the tests named or all, those that never ask `expect` for anything, and each `expect` that is not reached.
    idle: { type: 'boolean', default: false },
  },
})
const folder = mkdtempSync(join(tmpdir(), 'mutants-'))
const copy = join(folder, 'checkout')
const children = new Set()
process.on('SIGINT', () => process.exit(130)).on('SIGTERM', () => process.exit(143))
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})
copied(root, copy)
mkdirSync(join(folder, 'tmp'))
const judged = JSON.parse(readFileSync(join(root, 'bench/mutants-judged.json'), 'utf8'))

/** A child that is ready by the time that it is needed. */
function child() {
  const made = fork(join(root, 'bench/mutant-child.mjs'), [], {
    ...{
      cwd: copy,
      execArgv: ['--expose-gc', '--max-old-space-size=2000'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    },
    env: { ...process.env, TMPDIR: join(folder, 'tmp'), NODE_COMPILE_CACHE: join(folder, 'compiled') },
  })
  children.add(made)
  made.on('exit', () => children.delete(made))
  return made
}

/** Processor seconds of a process, where the system tells; on a busy machine those say when it takes too long. */
function spent(pid) {
  try {
    const [state, ...fields] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
    return { seconds: (Number(fields[10]) + Number(fields[11])) / 100, sleeps: state === 'S' }
  } catch {
    return null
  }
}

/** How one bundle ends in a child: whether it passed, why not, and its processor seconds. What waits for ever is too long, too. */
const ran = (running, bundle, mutant, longest) =>
  new Promise(done => {
    const end = told => {
      clearInterval(timer)
      running.off('message', end).off('exit', died)
      done(told)
    }
    const died = () => end({ passed: false, why: 'ended' })
    const begun = { ...spent(running.pid), at: Date.now() }
    let [last, idleSince] = [begun.seconds, Date.now()]
    const timer = setInterval(() => {
      const now = spent(running.pid)
      if (now === null && process.platform === 'linux') return
      if (now === null || now.seconds !== last || !now.sleeps) idleSince = Date.now()
      last = now?.seconds
      const isOver = now === null ? Date.now() - begun.at > 20_000 * longest : now.seconds - begun.seconds > longest
      if (!isOver && Date.now() - idleSince < 10_000) return
      running.off('exit', died).kill('SIGKILL')
      end({ passed: false, why: 'too long' })
    }, 500)
    running.on('message', end).on('exit', died)
    if (!running.connected) return died()
    running.send({ bundle, mutant })
  })

/** Of each test, its processor seconds without any fault; NaN where it fails all the same. */
const usual = new Map()

async function measured(test, bundle) {
  if (usual.has(test)) return
  const running = child()
  const longest = options.idle ? 60 : Number(options.longest)
  const { seconds, idle = [], reached = [], ...result } = await ran(running, bundle, -1, longest)
  running.kill('SIGKILL')
  // Who asks how long it runs does so now and then: what ended in between may have taken longer all the same.
  const passed = result.passed && seconds <= longest
  const why = result.passed ? 'too long' : result.why
  usual.set(test, passed ? seconds : Number.NaN)
  if (!passed) console.log(`  left out ${relative(copy, test)}: without a fault: ${why}`)
  if (!options.idle || !passed) return
  for (const title of idle) console.log(`${relative(copy, test)}: asks nothing: ${title}`)
  for (const place of placesOf(test))
    if (!reached.includes(place)) console.log(`${relative(copy, place)}: never reached`)
}

/** Tests that are made ready when the first mutant comes to them; most never do. */
class Ready {
  #file
  #text
  #made = new Map()

  constructor(file, text) {
    this.#file = file
    this.#text = text
  }

  get used() {
    return this.#made.size
  }

  /** Null: it takes too long, or fails anyhow. */
  get(test) {
    if (!this.#made.has(test))
      this.#made.set(test, this.#make(test, join(folder, `made-${usual.size}-${this.#made.size}`)))
    return this.#made.get(test)
  }

  async #make(test, outdir) {
    if (Number.isNaN(usual.get(test))) return null
    const [bundle] = await bundled(copy, [test], outdir, this.#file, this.#text)
    await measured(test, bundle)
    const seconds = usual.get(test)
    return Number.isNaN(seconds) ? null : { test, bundle, seconds }
  }
}

/** Mutants that one child may serve: half of the time of most is Node's own, to begin. */
const patience = 40

/** Tells of each mutant which test noticed it, or null. */
async function runAll(mutants, some, ready, tell) {
  const left = [...mutants]
  const one = async () => {
    while (left.length > 0) await runSome(left.splice(0, patience), some, ready, tell)
  }
  await Promise.all(Array.from({ length: Number(options.jobs) }, one))
}

/** In one child, as long as it is as good as new: what a failed test left behind must not fail the next one. */
async function runSome(mutants, some, ready, tell) {
  let running = child()
  const noticed = []
  for (const mutant of mutants) {
    const found = await noticedBy(running, mutant, some, ready)
    if (found?.spent) {
      running.kill('SIGKILL')
      running = child()
    }
    noticed.push([mutant, found])
  }
  const asked = new Set(noticed.flatMap(([, found]) => (found === null ? [] : [found.one])))
  let isGood = true
  for (const { bundle } of mutants.length === 1 ? [] : asked) isGood &&= (await ran(running, bundle, -1, 60)).passed
  running.kill('SIGKILL')
  for (const [mutant, found] of noticed) {
    if (isGood || found === null) tell(mutant, found?.told ?? null)
    else await runSome([mutant], some, ready, tell)
  }
}

async function noticedBy(running, { number }, some, ready) {
  for (const test of some) {
    const one = await ready.get(test)
    if (one === null) continue
    const { passed, why, seconds } = await ran(running, one.bundle, number, 2 + 10 * one.seconds)
    if (!passed) return { one, told: `${basename(test)}: ${why}`, spent: seconds === undefined }
  }
  return null
}

/** What was asked for cannot be had. */
function refused(why) {
  console.error(`bench/mutants.mjs: ${why}`)
  process.exit(2)
}

const tests = readdirSync(join(copy, '__tests__'), { recursive: true, encoding: 'utf8' })
  .filter(test => test.endsWith('.test.ts') && !test.endsWith('.engine.test.ts'))
  .map(test => join(copy, '__tests__', test))
const named = options.tests?.split(',')
const matching = name => tests.filter(test => test.endsWith(name))
for (const name of named ?? [])
  if (matching(name).length === 0) refused(`no test ends with ${name}, which --tests names`)
const imports = named || options.idle ? new Map() : await importsOf(copy, tests)
let unjudged = 0

if (options.idle) {
  const asked = positionals.map(name => join(copy, relative(root, resolve(name))))
  for (const test of tests)
    if (asked.length === 0 || asked.some(path => test.startsWith(path))) await new Ready('', '').get(test)
}
for (const name of options.idle ? [] : positionals) {
  const file = join(copy, relative(root, resolve(name)))
  const made = mutantsOf(readFileSync(file, 'utf8'))
  const [first, last] = options.lines.split('-').map(Number)
  const wanted = made.mutants
    .map((mutant, number) => ({ ...mutant, number }))
    .filter(({ line, mild }) => line >= first && line <= (last || Number.POSITIVE_INFINITY) && !(mild && options.sharp))
  const ready = new Ready(file, made.text)
  const own = `/${basename(name).replace(/\.ts$/, '')}.test.ts`
  const room = `__tests__/${relative(join(copy, 'src'), file).split('/')[0]}/`
  // Nearer ones notice more.
  const distance = test =>
    imports.get(test).get(file) - (test.endsWith(own) ? 100 : 0) - (relative(copy, test).startsWith(room) ? 0.5 : 0)
  const near = () =>
    tests
      .filter(test => imports.get(test).has(file) && distance(test) <= Number(options.far))
      .sort((one, other) => distance(one) - distance(other))
      .slice(0, Number(options.most))
  const some = named?.flatMap(matching) ?? near()
  for (const test of named ? some : [])
    if ((await ready.get(test)) === null)
      refused(`${relative(copy, test)} is named by --tests, and was left out (see above)`)
  const left = []
  await runAll(wanted, some, ready, (mutant, by) => {
    const result = { file: name, line: mutant.line, from: mutant.from, to: mutant.to, by }
    if (options.results) appendFileSync(options.results, `${JSON.stringify(result)}\n`)
    if (by === null) left.push(mutant)
  })
  // Of two places that read alike, each wants its own judgement.
  const known = (judged[name] ?? []).map(({ from, to }) => `${from} → ${to}`)
  const open = left.filter(({ from, to }) => {
    const at = known.indexOf(`${from} → ${to}`)
    if (at >= 0) known.splice(at, 1)
    return at < 0
  })
  unjudged += open.length
  for (const { line, from, to } of open.sort((one, other) => one.line - other.line))
    console.log(`  survived ${name}:${line}  ${from}  →  ${to}`)
  console.log(
    `${name}: ${wanted.length} mutants, ${wanted.length - left.length} killed, ${left.length - open.length} judged, ${open.length} open; ${ready.used} test files were asked`,
  )
}
process.exit(unjudged > 0 ? 1 : 0)
