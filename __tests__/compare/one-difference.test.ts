// Layers of every kind of entry that differ in one thing: whatever course the comparison takes, it says so, and of what.
import { createHash } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { ContentBudget, type ContentBudgets, contentBudgets } from '../../src/compare/content.ts'
import { type ComparedEntries, compareLayer, type LayerOpener } from '../../src/compare/layer.ts'
import { Purse } from '../../src/compare/purse.ts'
import type { EntryDifference, EntryField } from '../../src/image/comparison.ts'
import { TarReader } from '../../src/image/tar.ts'
import { type CraftedEntry, tarOf } from '../image/crafted.ts'
import { readTar } from '../image/reading.ts'

const text = 'print("hello, reproducible world")\n'
/** More than one piece of a stream. */
const long = Buffer.from(Array.from({ length: 3_000 }, (_, at) => (at * 7 + (at >> 8)) & 0xff))

/** In the order of a builder that sorts. */
const tree: CraftedEntry[] = [
  { name: 'app/', typeflag: '5', mode: 0o755 },
  { name: 'app/.wh.gone' },
  { name: 'app/attribute', content: 'x', pax: { 'SCHILY.xattr.user.a': '1', 'SCHILY.xattr.user.b': '2' } },
  { name: 'app/block', typeflag: '4', device: [8, 1] },
  { name: 'app/device', typeflag: '3', device: [1, 3] },
  { name: 'app/empty' },
  { name: 'app/hard', typeflag: '1', linkname: 'app/attribute' },
  { name: 'app/link', typeflag: '2', linkname: 'main.py' },
  { name: 'app/long', content: long },
  { name: 'app/main.py', content: text, uname: 'joe', gname: 'staff' },
  { name: 'app/odd', content: 'of a kind that only its maker knows', typeflag: 'Z' },
  { name: 'app/pipe', typeflag: '6' },
  { name: 'app/twice', content: 'first' },
  { name: 'app/twice', content: 'second' },
  { name: 'last', content: text },
]

type Kind = 'changed' | 'only-in-a' | 'only-in-b'
interface Case {
  what: string
  path: string
  kind: Kind
  fields: EntryField[]
  other: CraftedEntry[]
  /** Of several entries of the path it is the first one. */
  first?: boolean
}

const changed = (
  what: string,
  path: string,
  fields: EntryField[],
  change: (entry: CraftedEntry) => Partial<CraftedEntry>,
): Case => ({
  ...{ what: `${what} of ${path}`, path, kind: 'changed', fields },
  other: tree.map(entry => (entry.name.replace(/\/$/, '') === path ? { ...entry, ...change(entry) } : entry)),
})
const withByte = (at: number) => (): Partial<CraftedEntry> => {
  const content = Buffer.from(long)
  content[at] = (content[at] as number) ^ 1
  return { content }
}
const pax = (records: Record<string, string>) => (): Partial<CraftedEntry> => ({ pax: records })
const dropped = (at: number): Case => {
  const path = (tree[at] as CraftedEntry).name.replace(/\/$/, '')
  return { what: `no ${path} (${at})`, path, kind: 'only-in-a', fields: [], other: tree.filter((_, own) => own !== at) }
}
const added = (at: number, entry: CraftedEntry): Case => ({
  ...{ what: `one more ${entry.name}`, path: entry.name.replace(/\/$/, ''), kind: 'only-in-b', fields: [] },
  other: tree.toSpliced(at, 0, entry),
})

const cases: Case[] = [
  ...['app', 'app/.wh.gone', 'app/device', 'app/hard', 'app/main.py'].map(path =>
    changed('mode', path, ['mode'], ({ mode = 0o644 }) => ({ mode: mode ^ 0o4000 })),
  ),
  changed('owner', 'app/main.py', ['uid'], () => ({ uid: 1 })),
  changed('group', 'app/hard', ['gid'], () => ({ gid: 1 })),
  changed('time', 'app/empty', ['mtime'], () => ({ mtime: 1_700_000_001 })),
  changed('nanoseconds', 'app/pipe', ['mtime'], () => ({ pax: { mtime: '1700000000.000000001' } })),
  changed('owner’s name', 'app/main.py', ['names'], () => ({ uname: 'eve' })),
  changed('group’s name', 'app/main.py', ['names'], () => ({ gname: 'wheel' })),
  changed('attribute', 'app/attribute', ['pax'], pax({ 'SCHILY.xattr.user.a': '2', 'SCHILY.xattr.user.b': '2' })),
  changed('both attributes', 'app/attribute', ['pax'], pax({ 'SCHILY.xattr.user.a': '2', 'SCHILY.xattr.user.b': '1' })),
  changed('owner', 'app/attribute', ['uid'], () => ({ uid: 1 })),
  changed('one attribute less', 'app/attribute', ['pax'], pax({ 'SCHILY.xattr.user.a': '1' })),
  changed('one attribute more', 'app/attribute', ['pax'], entry => ({
    pax: { ...entry.pax, 'SCHILY.xattr.user.c': '' },
  })),
  changed(
    'attribute’s name',
    'app/attribute',
    ['pax'],
    pax({ 'SCHILY.xattr.user.a': '1', 'SCHILY.xattr.user.B': '2' }),
  ),
  changed('first attribute', 'app/main.py', ['pax'], pax({ 'SCHILY.xattr.security.capability': 'cap' })),
  changed('attribute', 'app', ['pax'], pax({ 'SCHILY.xattr.user.a': '1' })),
  changed('device number', 'app/device', ['device'], () => ({ device: [1, 5] })),
  changed('device number', 'app/block', ['device'], () => ({ device: [8, 2] })),
  changed('kind of device', 'app/block', ['type'], () => ({ typeflag: '3' })),
  changed('target', 'app/link', ['link'], () => ({ linkname: 'long' })),
  changed('target', 'app/hard', ['link'], () => ({ linkname: 'app/main.py' })),
  changed('kind of link', 'app/link', ['type'], () => ({ typeflag: '1' })),
  changed('kind', 'app/pipe', ['type'], () => ({ typeflag: '5' })),
  changed('kind', 'app/empty', ['type'], () => ({ typeflag: '6' })),
  changed('file that is a link', 'app/empty', ['type', 'link'], () => ({ typeflag: '2', linkname: 'long' })),
  changed('file with content that is none', 'app/main.py', ['content', 'type'], () => ({ content: '', typeflag: '5' })),
  changed('kind with a content', 'app/odd', ['type', 'pax'], () => ({ typeflag: '0' })),
  changed('first byte', 'app/main.py', ['content'], () => ({ content: `P${text.slice(1)}` })),
  changed('last byte', 'app/main.py', ['content'], () => ({ content: `${text.slice(0, -1)} ` })),
  changed('one byte less', 'app/main.py', ['content'], () => ({ content: text.slice(0, -1) })),
  changed('one byte more', 'app/main.py', ['content'], () => ({ content: `${text}\0` })),
  changed('no content', 'app/main.py', ['content'], () => ({ content: '' })),
  changed('a content', 'app/empty', ['content'], () => ({ content: 'x' })),
  changed('other bytes', 'app/odd', ['content'], () => ({ content: 'of a kind that only its maker knowS' })),
  ...[0, 511, 512, 1400, 2999].map(at => changed(`byte ${at}`, 'app/long', ['content'], withByte(at))),
  changed('half', 'app/long', ['content'], () => ({ content: long.subarray(0, 1_500) })),
  changed('content and time', 'last', ['content', 'mtime'], () => ({ content: 'last', mtime: 5 })),
  ...tree.flatMap(({ name }, at) => (name === 'app/twice' ? [] : [dropped(at)])),
  // Of several entries of one path the n-th meets the n-th: the last one is left over.
  { ...dropped(13), what: 'not twice' },
  {
    ...{ what: 'the first of two', path: 'app/twice', kind: 'changed', fields: ['content'], first: true },
    other: tree.map((entry, at) => (at === 12 ? { ...entry, content: 'First' } : entry)),
  },
  added(13, { name: 'app/twice', content: 'second' }),
  added(0, { name: '.wh.app' }),
  added(2, { name: 'app/.wh..wh..opq' }),
  added(10, { name: 'app/main.pyc', content: 'x' }),
  added(15, { name: 'later', content: '' }),
  added(15, { name: 'later/', typeflag: '5' }),
]
interface Layers {
  a: CraftedEntry[]
  b: CraftedEntry[]
}
interface Course {
  order?: (layers: Layers) => Layers
  /** Bytes that come at once of A and B. */
  pieces?: [number, number]
  /** Bytes for entries that wait. */
  waiting?: number
  budgets?: () => ContentBudgets
  /** Sides of which a record is read. */
  records?: string
  /** How often the layers are opened, at least. */
  opened?: number
  /** Takes long: of so many cases one. */
  every?: number
}

const backwards = (entries: CraftedEntry[]): CraftedEntry[] => {
  // Two entries of one path stay as they are.
  const names = [...new Set(entries.map(({ name }) => name))].reverse()
  return names.flatMap(name => entries.filter(entry => entry.name === name))
}
const lastFirst = (entries: CraftedEntry[]): CraftedEntry[] =>
  entries.toSorted((one, other) => Number(other.name === 'last') - Number(one.name === 'last'))
const firstLast = (entries: CraftedEntry[]): CraftedEntry[] => [...entries.slice(3), ...entries.slice(0, 3)]
const unkept = (): ContentBudgets => ({ changed: new ContentBudget(0, 0), oneSided: new ContentBudget(0, 0) })

const courses: [string, Course][] = [
  ['in step', {}],
  ['in step, a few bytes at once', { pieces: [512, 700] }],
  ['in step, of one side few bytes at once', { pieces: [1 << 20, 1000] }],
  ['B backwards', { order: ({ a, b }) => ({ a, b: backwards(b) }) }],
  ['A backwards, a few bytes at once', { order: ({ a, b }) => ({ a: backwards(a), b }), pieces: [900, 600] }],
  ['the last one of B first', { order: ({ a, b }) => ({ a, b: lastFirst(b) }) }],
  ['the last one of A first', { order: ({ a, b }) => ({ a: lastFirst(a), b }) }],
  ['in order, in no memory to speak of', { waiting: 2_500, budgets: unkept }],
  [
    'part by part',
    { order: ({ a, b }) => ({ a, b: backwards(b) }), waiting: 8_000, budgets: unkept, opened: 4, every: 3 },
  ],
  [
    'B sorted but for its first ones, which come last when they were given up',
    { order: ({ a, b }) => ({ a, b: firstLast(b) }), waiting: 4_000, budgets: unkept, opened: 4, every: 2 },
  ],
  [
    'the same of A',
    { order: ({ a, b }) => ({ a: firstLast(a), b }), waiting: 4_000, budgets: unkept, opened: 4, every: 3 },
  ],
  ['a record of A', { records: 'a' }],
  ['a record of B', { records: 'b', pieces: [700, 700] }],
  ['two records', { records: 'ab' }],
  ['a record of A, backwards', { records: 'a', order: ({ a, b }) => ({ a: backwards(a), b }) }],
  [
    'two records, part by part',
    {
      records: 'ab',
      order: ({ a, b }) => ({ a, b: backwards(b) }),
      waiting: 8_000,
      budgets: unkept,
      opened: 4,
      every: 3,
    },
  ],
]

const digestOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex')

async function* inPieces(bytes: Buffer, piece: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece)
}

function openerOf(entries: CraftedEntry[], isRecord: boolean, piece: number, opened: string[]): LayerOpener {
  const tar = tarOf(entries)
  if (!isRecord)
    return async () => {
      opened.push('tar')
      return new TarReader(inPieces(tar, piece), 'layer')
    }
  return async () => {
    opened.push('record')
    const read = await readTar(tar)
    let at = -1
    return {
      next: async () => read[++at]?.entry ?? null,
      chunk: async () => null,
      contentDigest: () => (read[at]?.content.length ? digestOf(read[at]?.content as Buffer) : null),
      close: async () => {},
    }
  }
}

async function compared(layers: Layers, course: Course): Promise<ComparedEntries> {
  const { order = same, pieces = [1 << 20, 1 << 20], records = '', budgets = contentBudgets } = course
  const { a, b } = order(layers)
  const opened: string[] = []
  const memory = {
    kept: new Purse(1 << 24),
    reserve: new Purse(1 << 20),
    waiting: new Purse(course.waiting ?? 1 << 24),
  }
  const result = await compareLayer(
    openerOf(a, records.includes('a'), pieces[0], opened),
    openerOf(b, records.includes('b'), pieces[1], opened),
    budgets(),
    100,
    memory,
  )
  expect(opened.length).toBeGreaterThanOrEqual(course.opened ?? 2)
  expect(memory.waiting.left).toBe(course.waiting ?? 1 << 24)
  return result
}

const same = (layers: Layers): Layers => layers
const mirrored = { changed: 'changed', 'only-in-a': 'only-in-b', 'only-in-b': 'only-in-a' } as const

const contentIn = (entries: CraftedEntry[], { path, first = false }: Case): Buffer => {
  const own = entries.filter(({ name }) => name.replace(/\/$/, '') === path)
  return Buffer.from(own.at(first ? 0 : -1)?.content ?? '')
}

/** What is said of one difference, in words that can be held against what should be said. */
const told = ({ total, same, entries, headers = [] }: ComparedEntries): string =>
  [
    `${total}, ${same} alike:`,
    ...entries.map(({ path, kind, fields }) => `${path} ${kind} ${fields.join()}`),
    ...headers,
  ].join(' ')

test.each(courses)('%s: each difference is said to be one, and of what', async (_, course) => {
  for (const one of cases.filter((_, at) => at % (course.every ?? 1) === 0)) {
    const { what, path, kind, fields, other } = one
    const alike = Math.min(tree.length, other.length) - (kind === 'changed' ? 1 : 0)
    for (const [layers, of] of [
      [{ a: tree, b: other }, kind],
      [{ a: other, b: tree }, mirrored[kind]],
    ] as const) {
      const result = await compared(layers, course)
      expect(`${what}: ${told(result)}`).toBe(`${what}: 1, ${alike} alike: ${path} ${of} ${fields.join()}`)
      checkContents(result.entries[0] as EntryDifference, contentIn(layers.a, one), contentIn(layers.b, one), course)
    }
  }
})

/** What is shown of two contents is theirs; where nothing is, digests tell them apart. */
function checkContents(difference: EntryDifference, a: Buffer, b: Buffer, course: Course): void {
  const { fields, content } = difference
  if (difference.kind === 'changed' && !fields.includes('content')) expect(content).toBeNull()
  if (fields.join() === 'content' && !course.budgets && !course.records) expect(content).not.toBeNull()
  for (const [digest, bytes] of [
    [difference.digestA, a],
    [difference.digestB, b],
  ] as const)
    if (digest !== null) expect(digest).toBe(digestOf(bytes))
    // Of nothing there is no digest where there are any.
    else if (fields.includes('content') && content === null && !course.budgets) expect(bytes).toHaveLength(0)
  if (content === null || !fields.includes('content')) return
  expect(content).toMatchObject({ complete: true, runs: [{ offset: firstOther(a, b) }] })
  expect(a.equals(content.a.head) && b.equals(content.b.head)).toBe(true)
}

test.each(courses)('%s: where nothing differs, nothing is said to', async (_, course) => {
  const { entries, total, same } = await compared({ a: tree, b: tree.map(entry => ({ ...entry })) }, course)
  // Backwards, a link comes before what it leads to.
  expect(entries.filter(({ fields }) => fields.join() !== 'order')).toEqual([])
  expect(total + same).toBe(tree.length)
})

function firstOther(a: Buffer, b: Buffer): number {
  let at = 0
  while (a[at] === b[at]) at += 1
  return at
}
