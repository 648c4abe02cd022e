import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { ContentBudget } from '../../src/compare/content.ts'
import type { EntryStream } from '../../src/compare/entry-stream.ts'
import { Purse } from '../../src/compare/purse.ts'
import { forget, isEmpty, type LoneEntry, OutOfStep, readAlone, Waiting } from '../../src/compare/waiting.ts'
import type { Entry, EntryType } from '../../src/image/image.ts'

const entryOf = (path: string, size = 0, type: EntryType = 'file'): Entry => ({
  ...{ path, type, size, mode: 0, uid: 0, gid: 0, uname: '', gname: '' },
  ...{ mtime: '0', linkTarget: '', device: '', pax: {} },
})
const lone = (path: string, ordinal = 0): LoneEntry => ({
  ...{ entry: entryOf(path), ordinal, digest: null, sample: null, grade: 'none' },
})
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const streamOf = (...chunks: string[]): EntryStream => ({
  next: async () => null,
  chunk: async () => (chunks.length > 0 ? Buffer.from(chunks.shift() as string) : null),
})
const budget = (full = 1000, short = 1000): ContentBudget => new ContentBudget(full, short)

describe('entries that wait for their counterparts', () => {
  test('come out by path, of several of one path the first one first', () => {
    const waiting = new Waiting(new Purse(100_000))
    for (const [at, path] of ['a', 'b', 'a', 'a'].entries()) waiting.add(lone(path, at))
    expect([waiting.has('a'), waiting.has('b'), waiting.has('c')]).toEqual([true, true, false])
    expect(waiting.take('a')?.ordinal).toBe(0)
    expect(waiting.take('c')).toBeUndefined()
    waiting.add(lone('a', 4))
    expect([2, 3, 4]).toEqual(Array.from({ length: 3 }, () => waiting.take('a')?.ordinal))
    expect(waiting.take('a')).toBeUndefined()
    expect([waiting.has('a'), waiting.has('b')]).toEqual([false, true])
  })

  test('are paid for, and what they cost is given back when they go, or are let go of', () => {
    const purse = new Purse(100_000)
    const waiting = new Waiting(purse)
    const sample = { size: 900, head: Buffer.alloc(500), whole: false, tail: Buffer.alloc(400) }
    waiting.add({ ...lone('a'), sample })
    expect(100_000 - purse.left).toBeGreaterThan(1_400)
    const before = purse.left
    waiting.add(lone('b'))
    expect(before - purse.left).toBeGreaterThan(300)
    expect(before - purse.left).toBeLessThan(1_400)
    waiting.take('a')
    waiting.take('b')
    expect(purse.left).toBe(100_000)
    for (const path of ['x', 'y', 'y']) waiting.add(lone(path))
    waiting.clear()
    expect([purse.left, waiting.has('x'), waiting.areMany]).toEqual([100_000, false, false])
    waiting.clear()
    expect(purse.left).toBe(100_000)
  })

  test('are never more than there is memory for', () => {
    const waiting = new Waiting(new Purse(2_000))
    expect(() => {
      for (let n = 0; n < 10; n += 1) waiting.add(lone(`${n}`))
    }).toThrow(OutOfStep)
  })

  test('are many when they take a quarter of the memory, and no longer when some have gone', () => {
    const waiting = new Waiting(new Purse(20_000))
    expect(waiting.areMany).toBe(false)
    waiting.add(lone('0'))
    expect(waiting.areMany).toBe(false)
    for (let n = 1; n < 10; n += 1) waiting.add(lone(`${n}`))
    expect(waiting.areMany).toBe(true)
    for (let n = 1; n < 10; n += 1) waiting.take(`${n}`)
    expect(waiting.areMany).toBe(false)
  })

  test('or when there are very many of them', () => {
    const waiting = new Waiting(new Purse(2 ** 40))
    for (let n = 0; n <= 20_000; n += 1) waiting.add(lone('same', n))
    expect(waiting.areMany).toBe(true)
    for (let n = 0; n < 1_000; n += 1) waiting.take('same')
    expect(waiting.areMany).toBe(false)
    waiting.clear()
    for (let n = 0; n < 10_000; n += 1) waiting.add(lone('same', n))
    expect(waiting.areMany).toBe(false)
  })

  test('are given up in the order that they came, as far as they are over', () => {
    const waiting = new Waiting(new Purse(100_000))
    for (const [at, path] of ['a', 'b', 'a', 'c', 'b'].entries()) waiting.add(lone(path, at))
    const ordinals = (isOver: (path: string) => boolean) => [...waiting.takeWhile(isOver)].map(({ ordinal }) => ordinal)
    expect(ordinals(path => path !== 'b')).toEqual([0, 2])
    expect(ordinals(path => path === 'c')).toEqual([])
    expect(ordinals(() => true)).toEqual([1, 4, 3])
    expect(ordinals(() => true)).toEqual([])
  })
})

describe('an entry that is read alone', () => {
  test('has the digest of its content, in whatever pieces that comes', async () => {
    for (const chunks of [['one two'], ['one', ' ', 'two']]) {
      const read = await readAlone(streamOf(...chunks), entryOf('f', 7), 3, budget())
      expect(read).toMatchObject({ ordinal: 3, digest: sha256('one two'), grade: 'full' })
      expect(Buffer.from(read.sample?.head ?? []).toString()).toBe('one two')
      expect(isEmpty(read)).toBe(false)
    }
    const other = await readAlone(streamOf('x'), entryOf('f', 1, 'other'), 0, budget())
    expect(other.digest).toBe(sha256('x'))
  })

  test('has the digest of nothing where it is an empty file, and none where it has no content', async () => {
    const empty = await readAlone(streamOf(), entryOf('f'), 0, budget())
    expect(empty).toMatchObject({ digest: sha256(''), sample: { size: 0, whole: true } })
    expect(isEmpty(empty)).toBe(true)
    for (const type of ['dir', 'symlink', 'hardlink', 'fifo', 'char-device', 'block-device'] as EntryType[]) {
      const read = await readAlone(streamOf('x'), entryOf('f', 0, type), 0, budget())
      expect(read).toMatchObject({ digest: null, sample: null, grade: 'none' })
      expect(isEmpty(read)).toBe(true)
    }
  })

  test('has the digest that a record keeps of it, and nothing to show', async () => {
    const stream = { ...streamOf(), contentDigest: () => sha256('x') }
    const read = await readAlone(stream, entryOf('f', 1), 0, budget())
    expect(read).toMatchObject({ digest: sha256('x'), sample: null, grade: 'none' })
  })

  test('is shown as far as the budget goes, which has it back when it is not kept', async () => {
    const content = 'x'.repeat(10_000)
    const own = budget(15_000, 5_000)
    const read = async () => await readAlone(streamOf(content), entryOf('f', 10_000), 0, own)
    const [first, second, third] = [await read(), await read(), await read()]
    expect([first.grade, second.grade, third.grade]).toEqual(['full', 'short', 'none'])
    expect([first.sample?.head.length, second.sample?.head.length, third.sample]).toEqual([10_000, 4_096, null])
    expect([first, second, third].every(({ digest }) => digest === sha256(content))).toBe(true)
    for (const one of [third, first]) forget(one, own)
    expect((await read()).grade).toBe('full')
    expect((await read()).grade).toBe('none')
    forget(second, own)
    expect((await read()).grade).toBe('short')
  })
})
