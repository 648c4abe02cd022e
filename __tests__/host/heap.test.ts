import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from '@jest/globals'
import { transformSync } from 'esbuild'

const folder = mkdtempSync(join(tmpdir(), 'heap-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Keeps each batch long enough to make it old, then lets go of it; says what the heap came to, in MiB. */
const work = `
async function main(keep) {
  if (keep) keepHeapSmall()
  const objects = count => Array.from({ length: count }, (_, at) => ({ at, text: 'x' + at }))
  const lasting = objects(600_000)
  let [peak, recent] = [0, []]
  for (let batch = 0; batch < 150; batch += 1) {
    recent.push(objects(20_000))
    if (recent.length > 8) recent.shift()
    await new Promise(resolve => setTimeout(resolve, 2))
    peak = Math.max(peak, process.memoryUsage().heapUsed)
  }
  console.log(Math.round(peak / 1024 / 1024), lasting.length)
}
void main(process.argv[2] === 'keep')
`

test('what is dead of the old objects is let go of early', () => {
  const source = readFileSync(fileURLToPath(new URL('../../src/host/heap.ts', import.meta.url)), 'utf8')
  const file = join(folder, 'work.cjs')
  writeFileSync(file, transformSync(`${source}\n${work}`, { loader: 'ts', format: 'cjs', target: 'node20' }).code)
  const peak = (how: string): number =>
    Number.parseInt(execFileSync(process.execPath, [file, how], { encoding: 'utf8' }), 10)
  expect(peak('keep')).toBeLessThan(0.7 * peak('leave'))
})
