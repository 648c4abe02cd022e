import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ContentBudget, contentBudgets, pairOfSamples, Sampler } from '../../src/compare/content.ts'
import { RunRecorder } from '../../src/compare/runs.ts'
import type { ContentPair } from '../../src/image/comparison.ts'
import { tarOf } from '../image/crafted.ts'
import { compareTars, onlyLayer } from './comparing.ts'

async function contentOf(a: Buffer, b: Buffer, piece?: number): Promise<ContentPair> {
  const more = piece === undefined ? {} : { piece }
  const comparison = await compareTars(tarOf([{ name: 'f', content: a }]), tarOf([{ name: 'f', content: b }]), more)
  return onlyLayer(comparison).entries[0]?.content as ContentPair
}

/** Runs the plain way: byte by byte over whole contents. */
function plainRuns(a: Buffer, b: Buffer): { offset: number; length: number }[] {
  const runs: { offset: number; length: number }[] = []
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    if (a[at] === b[at]) continue
    const last = runs.at(-1)
    if (last && at - last.offset - last.length < 4) last.length = at + 1 - last.offset
    else runs.push({ offset: at, length: 1 })
  }
  return runs
}

describe('runs', () => {
  const bytes = fc.array(fc.constantFrom(0, 0, 0, 0, 0, 0, 1), { maxLength: 900 }).map(list => Buffer.from(list))
  test('are those found byte by byte, with the bytes around them, in whatever pieces they come', () => {
    fc.assert(
      fc.property(bytes, bytes, fc.integer({ min: 1, max: 400 }), (a, b, piece) => {
        const recorder = new RunRecorder()
        const common = Math.min(a.length, b.length)
        for (let at = 0; at < common; at += piece) {
          const end = Math.min(common, at + piece)
          recorder.feed(a.subarray(at, end), b.subarray(at, end))
        }
        for (const [side, rest] of [['a', a.subarray(common)] as const, ['b', b.subarray(common)] as const])
          for (let at = 0; at < rest.length; at += piece) recorder.rest(side, rest.subarray(at, at + piece))
        const expected = plainRuns(a, b)
        const { runs, all } = recorder.finish()
        expect(runs.map(({ offset, length }) => ({ offset, length }))).toEqual(expected.slice(0, 64))
        expect(all).toBe(expected.length <= 64)
        expect(recorder.equal).toBe(a.equals(b))
        for (const run of runs) {
          const from = run.offset - run.before
          expect(run.before).toBe(Math.min(32, run.offset))
          expect(a.subarray(from, from + 160).equals(run.a)).toBe(true)
          expect(b.subarray(from, from + 160).equals(run.b)).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })
})

test('behind the 64th run nothing is listed, and that is said', () => {
  const [a, b] = [Buffer.alloc(1000), Buffer.alloc(1000)]
  for (let n = 0; n < 70; n += 1) b[n * 10] = 1
  const recorder = new RunRecorder()
  recorder.feed(a, b)
  recorder.rest('b', Buffer.from('more'))
  const { runs, all } = recorder.finish()
  expect(runs).toHaveLength(64)
  expect(runs.at(-1)).toMatchObject({ offset: 630, length: 1 })
  expect(all).toBe(false)
})

describe('samples', () => {
  test('up to 256 KiB a content is whole', async () => {
    const a = Buffer.alloc(256 * 1024, 'a')
    const b = Buffer.from(a)
    b[200_000] = 0
    const content = await contentOf(a, b, 10_000)
    expect(content.a).toMatchObject({ size: a.length, whole: true })
    expect(a.equals(content.a.head) && b.equals(content.b.head)).toBe(true)
    expect(content.a.tail).toHaveLength(0)
    expect(content).toMatchObject({ complete: true, runs: [{ offset: 200_000, length: 1, before: 32 }] })
  })

  test.each([[10_000], [64 * 1024], [1 << 20]])(
    'above, its ends are shown and its runs found: pieces of %d',
    async piece => {
      const a = Buffer.alloc(600_001, 'abcdefg')
      const b = Buffer.concat([a, Buffer.from('tail')])
      b[300_000] = 0
      const { a: left, b: right, runs, complete } = await contentOf(a, b, piece)
      expect(left).toMatchObject({ size: 600_001, whole: false })
      expect(a.subarray(0, 65_536).equals(left.head)).toBe(true)
      expect(a.subarray(-65_536).equals(left.tail)).toBe(true)
      expect(b.subarray(-65_536).equals(right.tail)).toBe(true)
      expect(runs.map(({ offset, length }) => [offset, length])).toEqual([
        [300_000, 1],
        [600_001, 4],
      ])
      expect(Buffer.from(runs[1]?.b ?? []).toString()).toBe(`${a.subarray(-32)}tail`)
      expect(complete).toBe(true)
    },
  )

  test('more runs than are listed are said to be more', async () => {
    const a = Buffer.alloc(600_000, 'a')
    const b = Buffer.from(a)
    for (let at = 0; at < 65; at += 1) b[at * 9_000] = 0
    const { runs, complete } = await contentOf(a, b, 10_000)
    expect([runs.length, complete]).toEqual([64, false])
  })

  test('a file replaced by a link shows what was in it', async () => {
    const a = tarOf([{ name: 'f', content: 'text' }])
    const [entry] = onlyLayer(await compareTars(a, tarOf([{ name: 'f', typeflag: '2', linkname: 'g' }]))).entries
    expect(entry?.fields).toEqual(['content', 'type', 'link'])
    expect(entry?.content).toMatchObject({
      b: { size: 0, whole: true },
      runs: [{ offset: 0, length: 4 }],
      complete: true,
    })
  })

  test('entries that were out of step have samples and digests of both sides', async () => {
    const order = [
      { name: 'b', content: 'x' },
      { name: 'a', content: 'one!' },
    ]
    const other = [
      { name: 'a', content: 'onE?' },
      { name: 'b', content: 'x' },
    ]
    const layer = onlyLayer(await compareTars(tarOf(order), tarOf(other)))
    expect(layer).toMatchObject({ total: 1, same: 1, reordered: true })
    const [entry] = layer.entries
    expect(entry).toMatchObject({ kind: 'changed', fields: ['content'], content: { runs: [{ offset: 2, length: 2 }] } })
    expect(entry?.digestA).toMatch(/^[0-9a-f]{64}$/)
    expect(entry?.digestB).not.toBe(entry?.digestA)
  })
})

describe('the budget', () => {
  test('is full samples, then short ones, then none; what is given back can be used', () => {
    const budget = new ContentBudget(100, 10)
    expect(['full', 'short', 'none']).toEqual([budget.book(90, 9), budget.book(20, 9), budget.book(20, 9)])
    budget.giveBack('full', 90)
    expect(budget.book(20, 9)).toBe('full')
  })

  test('many large changed files: all are reported, what is shown of them is bounded', async () => {
    const files = (letter: string) =>
      Array.from({ length: 120 }, (_, n) => ({
        name: `f${String(n).padStart(4, '0')}`,
        content: letter.repeat(250_000),
      }))
    const { entries, total } = onlyLayer(await compareTars(tarOf(files('a')), tarOf(files('b'))))
    expect(total).toBe(120)
    const shown = entries.map(({ content }) => (content?.a.head.length ?? 0) + (content?.b.head.length ?? 0))
    expect(shown[0]).toBe(500_000)
    expect(shown.at(-1)).toBe(8192)
    expect(entries.at(-1)?.content).toMatchObject({
      ...{ complete: true, runs: [{ offset: 0, length: 250_000 }] },
      a: { whole: false, size: 250_000 },
    })
    expect(shown.reduce((sum, bytes) => sum + bytes)).toBeLessThan(64 << 20)
  })

  test('samples of one comparison are within 64 MiB whole and 32 MiB short', () => {
    const { changed, oneSided } = contentBudgets()
    const booked = { full: 0, short: 0, none: 0 }
    for (let n = 0; n < 3000; n += 1)
      for (const budget of [changed, oneSided]) booked[budget.book(1 << 18, 1 << 16)] += 1
    expect(booked.full * (1 << 18)).toBeLessThanOrEqual(64 << 20)
    expect(booked.short * (1 << 16)).toBeLessThanOrEqual(32 << 20)
    expect(booked.none).toBeGreaterThan(0)
  })

  test('samples apart: runs only as far as both were seen', () => {
    const sampler = new Sampler(300_000)
    sampler.add(Buffer.alloc(300_000))
    const pair = pairOfSamples(sampler.sample('full'), sampler.sample('full'))
    expect(pair).toMatchObject({ runs: [], complete: false })
    expect(pairOfSamples(null, sampler.sample('short'))).toBeNull()
  })

  test('what is kept keeps nothing else alive: neither the chunks that it came in nor a pool that others share', async () => {
    const { a, b, runs } = await contentOf(Buffer.from('a few bytes'), Buffer.from('a few bites'))
    const [run] = runs
    const shownOfRuns = (run?.a.length ?? 0) + (run?.b.length ?? 0)
    expect(a.head.buffer.byteLength).toBe(11)
    expect(b.head.buffer.byteLength).toBe(11)
    expect(run?.a.buffer.byteLength).toBe(shownOfRuns)
  })
})
