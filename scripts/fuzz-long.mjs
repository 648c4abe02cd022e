// Every word of every target again and again, up to 32 KiB: node scripts/fuzz-long.mjs [--seconds N] [TARGET ...]
// Chance seldom makes inputs of one kind throughout, which is where stacks end and times are squares.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makerOf } from './fuzz.d/program.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '60' } },
})
const size = 32 * 1024
const everywhere = '( [ { " \' \\ a 0 - / $ ` , : = # < {"a": [[ ${ $( ** **/ * ! @ .. ../ 1. && | ; %'.split(' ')
const common = [
  ...everywhere,
  ' ',
  '\n',
  '\t',
  '\0',
  'a ',
  'a\n',
  '  a',
  '\\\n',
  '=\n',
  'a=b ',
  '--a ',
  '<<a\n',
  'é',
  '😀',
]

const folder = mkdtempSync(join(tmpdir(), 'fuzz-long-'))
try {
  process.exitCode = await main()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function main() {
  const { targets, msFor } = await makerOf(folder)
  let wrong = 0
  for (const target of targets.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
    const [begun, seen] = [milliseconds(), new Set()]
    let [inputs, worst] = [0, 0]
    for (const bytes of inputsOf(target)) {
      if (milliseconds() - begun > Number(values.seconds) * 1000) break
      const before = milliseconds()
      const error = await thrown(target, bytes)
      const ms = milliseconds() - before
      inputs += 1
      worst = Math.max(worst, ms)
      const told = error ?? (ms > msFor(target, bytes.length) ? `slow: ${Math.round(ms)} ms of processor` : null)
      const sign = told?.split('\n', 1)[0].replace(/\d+/g, '…')
      if (told === null || seen.has(sign)) continue
      seen.add(sign)
      wrong += 1
      const input = `${JSON.stringify(bytes.toString('latin1', 0, 100))}, ${bytes.length} bytes`
      process.stdout.write(`  WRONG in ${target.name}, with ${input}:\n${told.replace(/^/gm, '    ')}\n`)
    }
    const seconds = ((milliseconds() - begun) / 1000).toFixed(1)
    process.stdout.write(`${target.name}: ${inputs} inputs in ${seconds} s, worst ${Math.round(worst)} ms\n`)
  }
  return wrong === 0 ? 0 : 1
}

/** From the start, and in the middle of a seed. */
function* inputsOf({ seeds, words }) {
  const begins = seeds.slice(0, 3).map(seed => Buffer.from(seed).subarray(0, seed.length / 2))
  for (const word of [...words, ...common].map(word => Buffer.from(word)))
    for (const begin of [Buffer.alloc(0), ...begins])
      if (word.length > 0) yield Buffer.concat([begin, Buffer.alloc(size, word)])
}

async function thrown({ run, allowed = [] }, bytes) {
  try {
    await run(bytes)
    return null
  } catch (error) {
    return allowed.some(kind => error instanceof kind) ? null : String(error?.stack ?? error)
  }
}

function milliseconds() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
