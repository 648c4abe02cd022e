// Runs whole commands over damaged files: node scripts/fuzz-commands.mjs --help
import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { commands } from './fuzz.d/commands.mjs'
import { commandProgram, makerOf, root } from './fuzz.d/program.mjs'

const help = `Usage: node scripts/fuzz-commands.mjs [options] [COMMAND ...]

Runs the command line over files that were changed at random. Each run must end with 0, 1 or 2, say why it is 2, and show
neither a stack, nor a warning of the runtime, nor what a terminal or a runner obeys. No engine and no network is at hand.
Exits with 1 when something went wrong.

  --runs N         runs in all, shared equally by the commands (130)
  --seed N         where chance begins (today's date)
  --findings DIR   where the folders of runs that went wrong are kept (fuzz-findings)
  --corpus DIR     more inputs to begin with, as scripts/fuzz.mjs keeps them
  --program FILE   another program than the command line of this checkout
`
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '130' },
    seed: { type: 'string', default: new Date().toISOString().slice(0, 10).replaceAll('-', '') },
    findings: { type: 'string', default: 'fuzz-findings' },
    corpus: { type: 'string' },
    program: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
/** What one run may take: seconds of the processor, MiB of heap, bytes of what it says. */
const limits = { seconds: 60, heap: 512, told: 64 * 1024 ** 2 }
const mostBytes = 64 * 1024

const folder = mkdtempSync(join(tmpdir(), 'fuzz-commands-'))
try {
  if (values.help) process.stdout.write(help)
  else process.exitCode = await main()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function main() {
  const maker = await makerOf(folder)
  const { targets, mutated, Random } = maker
  const program = values.program ? resolve(values.program) : await commandProgram(folder)
  const random = new Random(Number(values.seed))
  const known = new Map(targets.map(target => [target.name, inputsOf(target)]))
  const changed = (name, { like = null, often = 3, first = false } = {}) => {
    const { inputs, words } = known.get(name)
    const fitting = inputs.filter(bytes => like === null || like.test(bytes.toString('latin1')))
    const bytes = first ? fitting[0] : random.of(fitting)
    return random.below(4) < often && !first ? mutated(bytes, random.of(fitting), random, words, mostBytes) : bytes
  }
  process.stderr.write(`seed ${values.seed}\n`)
  const chosen = Object.entries(commands).filter(([name]) => positionals.length === 0 || positionals.includes(name))
  const runs = Math.ceil(Number(values.runs) / chosen.length)
  let wrong = 0
  for (const [name, scene] of chosen) wrong += await fuzzed(name, () => scene(changed, maker), runs, program)
  return wrong === 0 ? 0 : 1
}

function inputsOf({ name, seeds, files = [], words }) {
  const folders = [join(root, '__tests__/fuzz/seeds', name), ...(values.corpus ? [join(values.corpus, name)] : [])]
  const kept = folders.filter(existsSync).flatMap(folder => readdirSync(folder).map(file => join(folder, file)))
  const read = [...files.map(file => join(root, file)), ...kept].map(file => readFileSync(file))
  return { inputs: [...seeds.map(seed => Buffer.from(seed)), ...read], words: words.map(word => Buffer.from(word)) }
}

/** @returns how many kinds of faults were found */
async function fuzzed(name, next, runs, program) {
  const [codes, signs] = [new Map(), new Set()]
  for (let at = 0; at < runs; at++) {
    const place = join(folder, 'run')
    const scene = next()
    layOut(scene, place)
    const ended = await ran(program, scene.args, place)
    codes.set(ended.code, (codes.get(ended.code) ?? 0) + 1)
    const problem = problemOf(ended, scene)
    const sign = problem?.split('\n', 1)[0].replace(/\d+|["'].*/g, '…')
    if (problem !== null && !signs.has(sign)) {
      signs.add(sign)
      const kept = join(resolve(values.findings), `${name.replace(/\W+/g, '-')}-${values.seed}-${at}`)
      cpSync(place, kept, { recursive: true })
      process.stderr.write(`  WRONG in ${name}, kept in ${kept}:\n${problem.slice(0, 3000).replace(/^/gm, '    ')}\n`)
    }
    rmSync(place, { recursive: true, force: true })
  }
  const told = [...codes].sort().map(([code, count]) => `${count} ended with ${code}`)
  process.stderr.write(`${name}: ${runs} runs, ${told.join(', ')}\n`)
  return signs.size
}

/** Writes the files, and the arguments for whoever wants to see it again. */
function layOut({ files, args, packed = [] }, place) {
  for (const [path, bytes] of Object.entries({ ...files, 'args.json': JSON.stringify(args) })) {
    mkdirSync(dirname(join(place, path)), { recursive: true })
    writeFileSync(join(place, path), packed.includes(path) && bytes[0] !== 0x1f ? gzipSync(bytes) : bytes)
  }
}

/** With a bound of processor seconds, and neither PATH nor HOME: no engine is found, no credentials. */
function ran(program, args, cwd) {
  const command = `ulimit -t ${limits.seconds}; exec "$0" "$@"`
  const given = [process.execPath, `--max-old-space-size=${limits.heap}`, program, ...args]
  const env = { PATH: '/nonexistent', HOME: cwd, TMPDIR: folder, NO_COLOR: '1' }
  return new Promise((done, failed) => {
    execFile('/bin/sh', ['-c', command, ...given], { cwd, env, maxBuffer: limits.told }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number' && !error.signal) failed(error)
      else done({ code: error?.signal ?? error?.code ?? 0, stdout, stderr })
    }).stdin.end()
  })
}

/** What is wrong with how a run ended, or null. */
function problemOf({ code, stdout, stderr }, { differ = false }) {
  if (differ && code === 0) return 'images that differ are called equal'
  const told = `${stdout}\n${stderr}`
  if (![0, 1, 2].includes(code)) return `it ended with ${code}\n${told.slice(-2000)}`
  const stack = /^\s+at .*(?::\d+:\d+\)?|\(native\)|<anonymous>\)?)$/m.exec(told)
  if (stack || told.includes('This should not have happened')) return `a stack is shown\n${stderr.slice(-2000)}`
  const warning = /^\(node:\d+\).*/m.exec(stderr)
  if (warning) return `a warning of the runtime is shown\n${warning[0]}`
  if (code === 2 && stderr.trim() === '' && stdout.trim() === '') return 'it does not say why it ended with 2'
  const obeyed = /^\s*::[a-z].*|.*##\[.*/m.exec(told)
  if (obeyed) return `what a runner obeys is shown\n${obeyed[0].slice(0, 300)}`
  const odd = /(?![\t\n])\p{Cc}/u.exec(told)
  return odd === null
    ? null
    : `what makes a terminal do something is shown\n${JSON.stringify(lineAround(told, odd.index))}`
}

function lineAround(text, at) {
  return text.slice(Math.max(0, at - 200), at + 50)
}
