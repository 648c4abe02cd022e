import { describe, expect, test } from '@jest/globals'
import { HeaderWords, shareTexts, textWeight, weightBeside, weightOf } from '../../src/compare/entry.ts'
import type { Entry } from '../../src/image/image.ts'

const entryOf = (more: Partial<Entry> = {}): Entry => ({
  ...{ path: 'a', type: 'file', size: 0, mode: 0, uid: 0, gid: 0, uname: '', gname: '' },
  ...{ mtime: '0', linkTarget: '', device: '', pax: {}, ...more },
})
const long = 'x'.repeat(1_000)

test('two entries that share their texts say what they said before', () => {
  const [one, other] = [
    { path: 'a', linkTarget: 'b', mtime: '1', uname: 'joe', gname: 'staff', device: '1,3', pax: { x: '1', y: '2' } },
    { path: 'A', linkTarget: 'B', mtime: '2', uname: 'eve', gname: 'wheel', device: '1,5', pax: { x: '3', z: '2' } },
  ]
  const fields = Object.keys(one) as (keyof typeof one)[]
  for (const field of [...fields, null]) {
    const [a, b] = [
      entryOf(one),
      entryOf({ ...(field === null ? other : one), ...(field && { [field]: other[field] }) }),
    ]
    const before = structuredClone([a, b])
    shareTexts(a, b)
    expect([a, b]).toEqual(before)
  }
})

describe('what an entry takes of memory', () => {
  test('is more for each text and record, and more again for letters that take two bytes', () => {
    const plain = weightOf(entryOf())
    for (const field of ['path', 'linkTarget', 'uname', 'gname'] as const)
      expect(weightOf(entryOf({ [field]: long })) - plain).toBeGreaterThan(990)
    expect(weightOf(entryOf({ pax: { x: long, [long]: 'x' } })) - plain).toBeGreaterThan(2_000)
    expect([textWeight(long), textWeight(`${long}é`), textWeight(`${long}€`)]).toEqual([1_000, 1_001, 2_002])
    expect(textWeight('x'.repeat(63))).toBe(126)
    expect(textWeight('x'.repeat(64))).toBe(64)
  })

  test('is little beside one that says the same, and more for each text that it says otherwise', () => {
    const texts = { path: long, linkTarget: long, pax: { [long]: long } }
    const beside = weightBeside(entryOf(texts), entryOf(texts))
    expect(beside).toBeLessThan(400)
    const other = long.replace('x', 'y')
    for (const more of [{ path: other }, { linkTarget: other }, { pax: { [long]: other } }])
      expect(weightBeside(entryOf(texts), entryOf({ ...texts, ...more })) - beside).toBe(1_000)
    const another = weightBeside(entryOf(texts), entryOf({ ...texts, pax: { [other]: long } }))
    expect(another - beside).toBe(2_032)
  })
})

test('words of headers are told up to six, and what is in the files is left', () => {
  const words = new HeaderWords()
  const records = Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`ACME.${n}`, 'x']))
  const [a, b] = [entryOf(), entryOf({ uname: 'joe', mtime: '1', pax: records })]
  expect(words.leave(['names', 'mtime', 'pax'], a, b)).toEqual(['mtime'])
  expect([...words.words]).toEqual(['names of owners', ...[0, 1, 2, 3, 4].map(n => `PAX record \`ACME.${n}\``)])
})
