// Layers of the same entries in another order: "same files" only where both unpack to the same files, whatever lies below.
import { Readable } from 'node:stream'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { contentBudgets } from '../../src/compare/content.ts'
import { compareLayer } from '../../src/compare/layer.ts'
import { memoryOfComparison } from '../../src/compare/purse.ts'
import { TarReader } from '../../src/image/tar.ts'
import { type CraftedEntry, tarOf } from '../image/crafted.ts'
import { unpacked } from './unpacking.ts'

const step = fc.constantFrom('a', 'b', 'x\ny')
const path = fc.array(step, { minLength: 1, maxLength: 3 }).map(steps => steps.join('/'))
const target = fc.oneof(path, fc.constantFrom('..', '../a', '/b', 'a/../b', './x', '.'))
const entry: fc.Arbitrary<CraftedEntry> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ name: path, content: fc.constantFrom('1', '2') }) },
  {
    weight: 3,
    arbitrary: fc.record({
      name: path.map(name => `${name}/`),
      typeflag: fc.constant('5'),
      mode: fc.constantFrom(0o755, 0o700),
    }),
  },
  fc.record({ name: path, typeflag: fc.constant('1'), linkname: target, mode: fc.constantFrom(0o644, 0o600) }),
  fc.record({ name: path, typeflag: fc.constant('2'), linkname: target }),
  path.map(name => ({ name: name.replace(/[^/]*$/, '.wh.$&') })),
  path.map(name => ({ name: name.replace(/[^/]*$/, '.wh..wh..opq') })),
)
const entries = fc.oneof(...[2, 3, 6].map(maxLength => fc.array(entry, { minLength: 2, maxLength })))
const twoOrders = entries.chain(list =>
  fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
)

/** Whether two layers pass for the same files. */
async function areAlike(lowest: boolean, ...orders: readonly CraftedEntry[][]): Promise<boolean> {
  const [a, b] = orders
    .map(order => tarOf(order))
    .map(tar => async () => new TarReader(Readable.from([tar]), 'layer')) as [Open, Open]
  const more = { lowest, stored: 0 }
  return (await compareLayer(a, b, contentBudgets(), 100, memoryOfComparison(), more)).total === 0
}
type Open = () => Promise<TarReader>

test('in the first layer', async () => {
  let alike = 0
  await fc.assert(
    fc.asyncProperty(twoOrders, async ([a, b]) => {
      if (!(await areAlike(true, a, b))) return
      alike += 1
      expect(unpacked([b])).toBe(unpacked([a]))
    }),
    { numRuns: 800 },
  )
  expect(alike).toBeGreaterThan(10)
})

test('in a layer upon another one', async () => {
  let alike = 0
  await fc.assert(
    fc.asyncProperty(twoOrders, fc.array(entries, { minLength: 1, maxLength: 2 }), async ([a, b], below) => {
      if (!(await areAlike(false, a, b))) return
      alike += 1
      const trees = [a, b].map(top => unpacked([...below, top]))
      // What no engine can unpack passes for nothing.
      if (!trees.includes('refused')) expect(trees[1]).toBe(trees[0])
    }),
    { numRuns: 800 },
  )
  expect(alike).toBeGreaterThan(10)
})
