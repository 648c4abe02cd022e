import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Comparison } from '../../src/image/comparison.ts'
import { openRecord } from '../../src/ledger/read-record.ts'
import { asRecorded } from '../../src/ledger/record.ts'
import { type CraftedEntry, imageOf, tarOf } from '../image/crafted.ts'
import { recordedFile } from '../ledger/recorded.ts'
import { compareCrafted } from './comparing.ts'

/** What a comparison says, without what only bytes can show. */
const told = ({ level, layers }: Comparison) => ({
  level,
  layers: layers.map(({ index, total, same, reordered, entries, headers }) => ({
    ...{ index, total, same, reordered, headers },
    entries: entries.map(({ path, kind, fields }) => ({ path, kind, fields })),
  })),
})

async function comparedWithRecords(a: Buffer[], b: Buffer[], sides: readonly ('A' | 'B')[]): Promise<Comparison> {
  const images = { A: imageOf(a), B: imageOf(b) }
  const records = new Map(
    await Promise.all(
      sides.map(async side => [side, await openRecord((await recordedFile([images[side]])).path)] as const),
    ),
  )
  try {
    const opener = (side: 'A' | 'B') => async (layer: { diffId: string }) => {
      const record = records.get(side)
      const at = record?.platforms[0]?.layers.findIndex(({ diffId }) => diffId === layer.diffId) ?? -1
      if (record === undefined || at < 0) throw new Error('no such layer')
      return record.entriesOf(0, at)
    }
    return await compareCrafted(images.A, images.B, {
      recorded: Object.fromEntries(sides.map(side => [side, opener(side)])),
      asRecorded,
    })
  } finally {
    for (const record of records.values()) await record.close()
  }
}

const hello = tarOf([
  { name: 'a', content: 'one', mtime: 5 },
  { name: 'b', content: 'same' },
  { name: 'c', content: 'gone' },
  { name: 'moved', content: 'this was moved' },
])
const other = tarOf([
  { name: 'a', content: 'two', mtime: 6 },
  { name: 'b', content: 'same', mode: 0o600 },
  { name: 'd/moved', content: 'this was moved' },
])

test.each<'A' | 'B'>(['A', 'B'])('a record in the place of side %s tells the same differences', async side => {
  const [bytes, record] = [
    await compareCrafted(imageOf([hello]), imageOf([other])),
    await comparedWithRecords([hello], [other], [side]),
  ]
  expect(told(record)).toEqual(told(bytes))
  const [changed] = record.layers[0]?.entries ?? []
  expect(changed).toMatchObject({ path: 'a', content: null })
  expect([changed?.digestA, changed?.digestB].every(digest => /^[0-9a-f]{64}$/.test(digest ?? ''))).toBe(true)
  expect(changed?.digestA).not.toBe(changed?.digestB)
})

test('two records tell the same as their images', async () => {
  const record = await comparedWithRecords([hello], [other], ['A', 'B'])
  expect(told(record)).toEqual(told(await compareCrafted(imageOf([hello]), imageOf([other]))))
})

test('a long attribute is alike in a layer and in the record of it', async () => {
  const long = (value: string, mtime: number): Buffer =>
    tarOf([{ name: 'a', content: 'x', mtime, pax: { 'SCHILY.xattr.user.x': value.repeat(3000) } }])
  const alike = await comparedWithRecords([long('v', 1)], [long('v', 2)], ['B'])
  expect(alike.layers[0]?.entries.map(({ fields }) => fields)).toEqual([['mtime']])
  const apart = await comparedWithRecords([long('v', 1)], [long('w', 1)], ['B'])
  expect(apart.layers[0]?.entries.map(({ fields }) => fields)).toEqual([['pax']])
})

test('equal content under other times is never a difference of content', async () => {
  const entries = fc.uniqueArray(
    fc.record({
      name: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      content: fc.constantFrom('', 'x', 'y', 'a longer content'),
      mtime: fc.constantFrom(1, 2),
      mode: fc.constantFrom(0o644, 0o755),
    }),
    { selector: ({ name }) => name },
  ) as fc.Arbitrary<CraftedEntry[]>
  await fc.assert(
    fc.asyncProperty(
      fc.array(entries, { minLength: 1, maxLength: 2 }),
      fc.array(entries, { minLength: 1, maxLength: 2 }),
      fc.constantFrom<readonly ('A' | 'B')[]>(['A'], ['B'], ['A', 'B']),
      async (a, b, sides) => {
        const [tarsA, tarsB] = [a.map(one => tarOf(one)), b.map(one => tarOf(one))]
        const bytes = await compareCrafted(imageOf(tarsA), imageOf(tarsB))
        expect(told(await comparedWithRecords(tarsA, tarsB, sides))).toEqual(told(bytes))
      },
    ),
    { numRuns: 60 },
  )
})
