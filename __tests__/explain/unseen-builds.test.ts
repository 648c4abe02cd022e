import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { recogniseCause } from '../../src/explain/causes.ts'
import { unknownWindow } from '../../src/explain/values/time.ts'
import type { EntryDifference } from '../../src/image/comparison.ts'
import { causeOf, changed, changedHeader, opened, subjectOf } from './subject.ts'

/** What is said of images whose builds nobody saw: their times cannot be those of a build for sure. */
const unseen = (own: EntryDifference) => {
  const clock = { epoch: Number.NaN, a: unknownWindow, b: unknownWindow }
  return recogniseCause({ ...subjectOf(own), clock })
}
const said = (own: EntryDifference): string => {
  const { cause, recognition } = unseen(own)
  return `${cause.id} ${recognition.confidence}`
}

describe('a text that differs in a time alone', () => {
  const stamp = (a: string, b: string) => changed('etc/stamp', `built ${a} by ci\n`, `built ${b} by ci\n`)

  test.each([
    ['2026-11-21T09:29:03Z', '2026-11-21T09:29:15Z'],
    ['Sat Nov 21 09:29:03 UTC 2026', 'Sat Nov 21 09:29:15 UTC 2026'],
    ['1795253343', '1795253355'],
    ['20261121', '20261122'],
  ])('%s', (a, b) => {
    expect(said(stamp(a, b))).toBe('two-times likely')
    expect(unseen(stamp(a, b)).recognition.evidence[0]).toMatchObject({ a, b, path: 'etc/stamp' })
  })

  test('where both builds are known it is the time of the build, or none', () => {
    expect(causeOf(stamp('2026-11-21T03:00:05Z', '2026-11-21T03:01:15Z'))).toBe('build-time certain')
    expect(causeOf(stamp('2026-11-21T09:29:03Z', '2026-11-21T09:29:15Z'))).not.toMatch(/two-times/)
  })

  test.each([
    ['more than a time', 'built 2026-11-21 by ab', 'built 2026-11-22 by cd'],
    ['random digits', 'id 1234567890 x', 'id 9876543210 x'],
    ['hexadecimal digits', 'id 6a1f0c3d x', 'id 6b2e9d4a x'],
    ['a time of one side only', 'built 2026-11-21T09:29:03Z', 'built in the evening'],
    ['numbers decades apart', 'n=0986412345', 'n=2386412345'],
  ])('%s is not taken for it', (_, a, b) => {
    expect(said(changed('etc/x', `${a}\n`, `${b}\n`))).not.toMatch(/two-times|build-time/)
  })
})

describe('no cause claims to know when the builds ran', () => {
  const folder = new URL('fixtures/', import.meta.url)
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.a'))
  const pairs = names.map(name => name.slice(0, -2))

  test.each(pairs)('%s', async name => {
    const [a, b] = ['a', 'b'].map(side => readFileSync(new URL(`${name}.${side}`, folder))) as [Buffer, Buffer]
    const { cause, recognition } = unseen(await opened(changed(`srv/${name.split('/').at(-1)}`, a, b)))
    expect(cause.id).not.toBe('build-time')
    const told = JSON.stringify(recognition.evidence)
    expect(told).not.toMatch(/build time|time of each build|not in the time of the builds/)
  })
})

test('a modification time was kept, not set back, where no SOURCE_DATE_EPOCH is known', () => {
  const own = changedHeader('etc', ['mtime'], { mtime: '1795253343' }, { mtime: '1795253355' })
  const { cause, recognition } = unseen(own)
  expect(cause.id).toBe('header-mtime')
  const found = {
    subjects: [subjectOf(own)],
    recognitions: [recognition],
    instruction: null,
    keyword: 'RUN',
    fromContext: false,
  }
  expect(cause.describe(found)).toMatchObject({ remedy: { text: expect.stringMatching(/rewrite-timestamp=true/) } })
  expect(JSON.stringify([recognition, cause.describe(found)])).not.toMatch(/earlier than SOURCE_DATE_EPOCH|touch/)
})
