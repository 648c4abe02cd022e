// Layers of the same entries in another order: "same files" only where both unpack to the same files, whatever lies below.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type CraftedEntry, imageOf, tarOf } from '../image/crafted.ts'
import { compareCrafted } from './comparing.ts'
import { unpacked } from './unpacking.ts'

const step = fc.constantFrom('a', 'b', 'x')
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
  fc.record({ name: path, typeflag: fc.constant('1'), linkname: target }),
  fc.record({ name: path, typeflag: fc.constant('2'), linkname: target }),
  path.map(name => ({ name: name.replace(/[^/]*$/, '.wh.$&') })),
  path.map(name => ({ name: name.replace(/[^/]*$/, '.wh..wh..opq') })),
)
const entries = fc.oneof(...[2, 3, 6].map(maxLength => fc.array(entry, { minLength: 2, maxLength })))
const twoOrders = entries.chain(list =>
  fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
)

const levelOf = async (below: CraftedEntry[][], a: CraftedEntry[], b: CraftedEntry[]): Promise<string> => {
  const [one, other] = [a, b].map(top => imageOf([...below, top].map(layer => tarOf(layer))))
  return (await compareCrafted(one as never, other as never)).level
}

test('in the first layer', async () => {
  let alike = 0
  await fc.assert(
    fc.asyncProperty(twoOrders, async ([a, b]) => {
      if ((await levelOf([], a, b)) === 'different') return
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
      if ((await levelOf(below, a, b)) === 'different') return
      alike += 1
      const trees = [a, b].map(top => unpacked([...below, top]))
      // What no engine can unpack passes for nothing.
      if (!trees.includes('refused')) expect(trees[1]).toBe(trees[0])
    }),
    { numRuns: 800 },
  )
  expect(alike).toBeGreaterThan(10)
})
