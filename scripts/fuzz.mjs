// Feeds every reader of foreign bytes with inputs that nobody would write: node scripts/fuzz.mjs --help
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fuzz, prepared, tryFile } from './fuzz.d/run.mjs'

const help = `Usage: node scripts/fuzz.mjs [options] [TARGET ...]
       node scripts/fuzz.mjs --try FILE TARGET

Fuzzes the targets of __tests__/fuzz/targets.ts, all of them when none is named. Exits with 1 when something went wrong.

  --inputs N       inputs in all, shared equally by the targets (100000)
  --seconds N      at most so many seconds of the processor for a target (3600)
  --shard N/M      only the N-th of M parts of the targets, for machines side by side
  --seed N         where chance begins; the same seed gives the same inputs until one ends its worker (today's date)
  --findings DIR   where inputs that went wrong are kept (fuzz-findings)
  --corpus DIR     inputs that reached something new: read at the start, written at the end
  --plain          no counters: inputs are made from the seeds alone
  --json           the table as JSON
  --hang N         seconds of the processor after which one input is given up (10)
  --targets NAME   another list of __tests__/fuzz: planted are faults made on purpose (targets)
  --list           the names of the targets
  --try FILE       reads one file, and says what becomes of it
`
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    inputs: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '3600' },
    shard: { type: 'string', default: '1/1' },
    seed: { type: 'string', default: new Date().toISOString().slice(0, 10).replaceAll('-', '') },
    findings: { type: 'string', default: 'fuzz-findings' },
    corpus: { type: 'string' },
    plain: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    hang: { type: 'string', default: '10' },
    targets: { type: 'string', default: 'targets' },
    list: { type: 'boolean', default: false },
    try: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

const folder = mkdtempSync(join(tmpdir(), 'fuzz-'))
// What a target writes goes there as well: a worker whose time is over cannot remove it itself.
process.env.TMPDIR = folder
try {
  process.exitCode = values.help ? told(help) : await main()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function main() {
  const programs = await prepared(folder, values.targets, Number(values.hang))
  try {
    return await run(programs)
  } finally {
    await programs.trying.end()
  }
}

async function run(programs) {
  const wanted = programs.targets.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
  const unknown = positionals.filter(name => !programs.targets.some(target => target.name === name))
  if (unknown.length > 0) return told(`There is no target ${unknown.join(', ')}. --list names them.\n`, 2)
  if (values.list) return told(wanted.map(({ name, what }) => `${name.padEnd(22)} ${what}\n`).join(''))
  if (values.try !== undefined) {
    const { problem, ms } = await tryFile(wanted[0].name, values.try, programs)
    return told(problem === null ? `read in ${ms.toFixed(1)} ms\n` : `${problem.told}\n`, problem === null ? 0 : 1)
  }
  process.stderr.write(`seed ${values.seed}\n`)
  const inputs = Math.ceil(Number(values.inputs) / wanted.length)
  const [part, of] = values.shard.split('/').map(Number)
  const [rows, found] = [[], []]
  for (const target of wanted.filter((_, at) => at % of === part - 1)) {
    const { findings, corpus, plain } = values
    const asked = {
      inputs,
      seconds: Number(values.seconds),
      seed: Number(values.seed),
      findings,
      corpus,
      counting: !plain,
      hangSeconds: Number(values.hang),
    }
    const result = await fuzz(target, programs, asked)
    rows.push(result.row)
    found.push(...result.found)
    process.stderr.write(`${line(result.row)}\n${result.found.map(shown).join('')}`)
  }
  if (values.json) process.stdout.write(`${JSON.stringify(rows, null, 1)}\n`)
  const all = rows.reduce((sum, row) => sum + row.inputs, 0)
  process.stderr.write(`${all} inputs, ${found.length} of them went wrong\n`)
  return found.length === 0 ? 0 : 1
}

function line({ name, inputs, seconds, places, reached, known, worstMs, worstBytes }) {
  const coverage = places === null ? '' : `, ${reached} of ${places} places reached, ${known} inputs kept`
  const worst = worstMs === null ? '' : `, worst ${worstMs.toFixed(1)} ms for ${worstBytes} bytes`
  return `${name}: ${inputs} inputs in ${seconds.toFixed(1)} s${coverage}${worst}`
}

function shown({ name, told, bytes }) {
  return `  WRONG in ${name}, with ${bytes.length} bytes (${JSON.stringify(bytes.toString('latin1').slice(0, 300))}):\n${told.replace(/^/gm, '    ')}\n`
}

function told(text, code = 0) {
  process.stdout.write(text)
  return code
}
