// Every fault of the network at every request, and what came of each: docs/trust/faults-network.md. Some 40 minutes on two processors.
// node bench/faults-network.mjs [--only registry-read,cache] [--tally FILE]   a tally that is there is told without a run
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const { values } = parseArgs({ options: { only: { type: 'string' }, tally: { type: 'string' } } })
const suites = values.only?.split(',') ?? ['registry-read', 'registry-write', 'github', 'cache', 'clock']
const folder = mkdtempSync(join(tmpdir(), 'faults-network-'))
const tally = values.tally ?? join(folder, 'tally')

let failed = 0
if (!existsSync(tally))
  for (const suite of suites) {
    const args = ['test', '--', `__tests__/faults/${suite}.test.ts`]
    const env = { ...process.env, FAULTS: 'all', FAULTS_TALLY: tally }
    failed += spawnSync('npm', args, { stdio: ['ignore', 2, 2], env }).status === 0 ? 0 : 1
  }

/** Runs by matrix and place, and how many had which outcome. */
const told = new Map()
for (const line of readFileSync(tally, 'utf8').trim().split('\n')) {
  const [matrix, place, , , outcome] = JSON.parse(line)
  const places = told.get(matrix) ?? told.set(matrix, new Map()).get(matrix)
  const outcomes = places.get(place) ?? places.set(place, new Map()).get(place)
  const word = outcome.startsWith('WRONG') ? 'wrong' : outcome
  outcomes.set(word, (outcomes.get(word) ?? 0) + 1)
}
rmSync(folder, { recursive: true, force: true })

const sum = numbers => [...numbers].reduce((all, one) => all + one, 0)
for (const [matrix, places] of told) {
  const words = [...new Set([...places.values()].flatMap(outcomes => [...outcomes.keys()]))].sort()
  console.log(`\n${matrix}\n\n| place | runs | ${words.join(' | ')} |\n|---|---|${words.map(() => '---|').join('')}`)
  for (const [place, outcomes] of places)
    console.log(`| ${place} | ${sum(outcomes.values())} | ${words.map(word => outcomes.get(word) ?? '').join(' | ')} |`)
}
const wrong = sum(
  [...told.values()].flatMap(places => [...places.values()].map(outcomes => outcomes.get('wrong') ?? 0)),
)
const runs = sum([...told.values()].flatMap(places => [...places.values()].map(outcomes => sum(outcomes.values()))))
console.log(`\n${runs} runs, ${wrong} wrong`)
process.exitCode = failed + wrong > 0 ? 1 : 0
