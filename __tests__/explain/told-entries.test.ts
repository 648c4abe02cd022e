import { describe, expect, test } from '@jest/globals'
import { pairOfOne } from '../../src/compare/content.ts'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { excerptOf } from '../../src/explain/excerpt-of-entry.ts'
import { explain } from '../../src/explain/explain.ts'
import type { Group } from '../../src/explain/finding-of.ts'
import { tellEntries } from '../../src/explain/told-entries.ts'
import type { Comparison, EntryDifference, LayerDifference } from '../../src/image/comparison.ts'
import type { DifferingEntries } from '../../src/image/differing-entry.ts'
import { changed, clock, layerOf, only } from './subject.ts'

const text = 'FROM debian\nRUN a\nRUN b\n'

async function entriesOf(layers: LayerDifference[], history = 3): Promise<DifferingEntries> {
  const image = {
    ...{ digest: 'm', configDigest: 'c' },
    manifest: { config: { mediaType: '', digest: '', size: 0 }, layers: [] },
    config: {
      history: ['base', 'RUN /bin/sh -c a', 'RUN /bin/sh -c b'].slice(0, history).map(created_by => ({ created_by })),
      rootfs: { type: 'layers', diff_ids: ['d0', 'd1', 'd2'].slice(0, history) },
    },
  }
  const { entries } = await explain({
    comparison: { level: 'different', config: [], manifest: [], layers, equalLayers: 0 },
    ...{ imageA: image, imageB: image, dockerfile: parseDockerfile(text, 'Dockerfile') },
    ...{ target: undefined, buildArgs: {}, epoch: 1_700_000_000 },
    a: { provenance: null, ...clock.a },
    b: { provenance: null, ...clock.b },
  })
  return entries
}

const at = (index: number, entries: EntryDifference[], total = entries.length): LayerDifference => ({
  ...layerOf(entries),
  ...{ index, total },
})

const stamp = (path: string) => changed(path, `at 2026-11-21T03:00:05Z\n`, `at 2026-11-21T03:01:15Z\n`)

const alone = (side: 'a' | 'b', path: string, text: string): EntryDifference => {
  const head = Buffer.from(text)
  return {
    ...only(side, path, { size: head.length }),
    content: pairOfOne(side, { size: head.length, head, whole: true, tail: Buffer.alloc(0) }),
  }
}

const bytes = (excerpt: string | null | undefined): string => Buffer.from(excerpt ?? '', 'base64').toString('latin1')

describe('the entries that are told', () => {
  test('have their layer, line, change, facts, cause and the bytes around the first difference', async () => {
    const { list, more } = await entriesOf([at(1, [stamp('opt/stamp')])])
    expect(more).toBe(0)
    expect(list).toMatchObject([
      { path: 'opt/stamp', layer: 1, line: 2, kind: 'changed', changes: ['content'], causes: [{ line: 2 }] },
    ])
    const [{ a, b, excerpt, causes } = {}] = list
    expect([a?.type, a?.mode, b?.size]).toEqual(['file', expect.stringMatching(/^0\d{3}$/), 24])
    expect(causes).toEqual([{ id: 'build-time', line: 2 }])
    expect(excerpt).toMatchObject({ offset: 0, differs: 18 })
    expect(bytes(excerpt?.a)).toBe('at 2026-11-21T03:00:05Z\n')
    expect(bytes(excerpt?.b)).toBe('at 2026-11-21T03:01:15Z\n')
  })

  test('of one side alone are added or removed, with their first bytes', async () => {
    const { list } = await entriesOf([at(1, [alone('a', 'in-a', 'only here'), alone('b', 'in-b', 'there')])])
    const [removed, added] = [list.find(({ kind }) => kind === 'removed'), list.find(({ kind }) => kind === 'added')]
    expect([removed?.path, removed?.b, bytes(removed?.excerpt?.a), removed?.excerpt?.b]).toEqual([
      'in-a',
      null,
      'only here',
      null,
    ])
    expect([added?.path, added?.a, bytes(added?.excerpt?.b), added?.excerpt?.a]).toEqual(['in-b', null, 'there', null])
  })

  test('that only repeat another one say so', async () => {
    const { list } = await entriesOf([at(1, [stamp('opt/stamp')]), at(2, [stamp('opt/stamp')])])
    expect(list.map(({ layer, causes }) => [layer, causes])).toEqual([
      [1, [{ id: 'build-time', line: 2 }]],
      [2, [{ id: 'build-time', line: 2, follows: true }]],
    ])
  })

  test('are at most 5,000, and of each cause some, however many another one has; the rest is counted', () => {
    const many = Array.from({ length: 6000 }, (_, index) => stamp(`opt/${index}`))
    const few = [stamp('z/owner'), stamp('z/mode')]
    const group = (id: string, entries: EntryDifference[], more: object = {}): Group =>
      ({
        cause: { id },
        instruction: null,
        via: [],
        consequences: [],
        entries: entries.map(entry => ({ subject: { entry } })),
        ...more,
      }) as unknown as Group
    const groups = [group('of-many', many), group('of-few', few), group('too', few.slice(0, 1), { via: [{ line: 3 }] })]
    const comparison: Comparison = {
      level: 'different',
      config: [],
      manifest: [],
      layers: [at(1, [...many, ...few], 9000)],
      equalLayers: 0,
    }
    const { list, more } = tellEntries(
      comparison,
      groups,
      () => null,
      () => undefined,
    )
    expect([list.length, more]).toEqual([5000, 4000])
    expect(list.slice(4998).map(({ path, causes, via }) => [path, causes.map(({ id }) => id), via])).toEqual([
      ['z/owner', ['of-few', 'too'], [3]],
      ['z/mode', ['of-few'], undefined],
    ])
    expect(list.filter(({ excerpt }) => excerpt).length).toBe(200)
    expect(list.slice(4998).every(({ excerpt }) => excerpt)).toBe(true)
  })

  test('have no more text than a few megabytes, whatever paths are called', () => {
    const long = Array.from({ length: 3000 }, (_, index) => stamp(`${'d'.repeat(4000)}${index}`))
    const comparison: Comparison = {
      level: 'different',
      config: [],
      manifest: [],
      layers: [at(1, long)],
      equalLayers: 0,
    }
    const { list, more } = tellEntries(
      comparison,
      [],
      () => null,
      () => undefined,
    )
    expect(JSON.stringify(list).length).toBeLessThan(4 << 20)
    expect([list.length > 100, list.length + more]).toEqual([true, 3000])
  })

  test('of a base layer are those of the base image', async () => {
    const { list } = await entriesOf([at(0, [stamp('etc/x')]), at(1, [stamp('opt/x')])])
    expect(list.map(({ path, causes }) => [path, causes.map(({ id }) => id)])).toContainEqual(['etc/x', ['base-image']])
  })
})

describe('an excerpt', () => {
  const shown = (entry: EntryDifference, ...ids: string[]) => excerptOf(entry, ids)

  test('begins on a row of a dump, ahead of the first difference, and ends after 256 bytes', () => {
    const [a, b] = ['A', 'B'].map(it => `${'.'.repeat(1000)}${it}${'.'.repeat(1000)}`)
    const excerpt = shown(changed('f', a ?? '', b ?? ''))
    expect([excerpt?.offset, excerpt?.differs]).toEqual([928, 1000])
    expect(bytes(excerpt?.a)).toHaveLength(256)
    expect(bytes(excerpt?.a)[1000 - 928]).toBe('A')
    expect(bytes(excerpt?.b)[1000 - 928]).toBe('B')
  })

  test('behind what was kept of a file is what was kept of the difference', () => {
    const entry = changed('f', 'x', 'y')
    const run = { offset: 300_000, length: 4, before: 32, a: Buffer.alloc(160, 'a'), b: Buffer.alloc(160, 'b') }
    const sample = { size: 400_000, head: Buffer.alloc(65_536), whole: false, tail: Buffer.alloc(0) }
    const content = { a: sample, b: sample, runs: [run], complete: true }
    const excerpt = shown({ ...entry, content })
    expect([excerpt?.offset, excerpt?.differs, bytes(excerpt?.a)]).toEqual([299_968, 300_000, 'a'.repeat(160)])
  })

  test('of an archive is that of the first differing file in it, and says which', () => {
    const inner = changed('META-INF/x', 'in A', 'in B')
    const zip = { format: 'zip' as const, total: 1, same: 0, reordered: false, unread: null, packing: [] }
    const excerpt = shown({ ...changed('a.jar', 'PK1', 'PK2'), nested: { ...zip, members: [inner] } })
    expect([excerpt?.member, bytes(excerpt?.b)]).toEqual(['META-INF/x', 'in B'])
  })

  test.each([
    ['its path says so', changed('root/.ssh/private.pem', 'A', 'B'), []],
    ['its bytes do', changed('f', `password=A`, `password=B`), []],
    ['its cause does', changed('f', 'A', 'B'), ['ssh-host-key']],
    [
      'a key begins long before',
      changed(
        'f',
        `-----BEGIN RSA PRIVATE KEY-----${'x'.repeat(5000)}A`,
        `-----BEGIN RSA PRIVATE KEY-----${'x'.repeat(5000)}B`,
      ),
      [],
    ],
    ['a known token is in it', changed('f', 'ghp_A', 'ghp_B'), []],
  ])('that looks like a secret because %s is withheld', (_, entry, ids) => {
    expect(shown(entry, ...ids)).toMatchObject({ a: null, b: null, withheld: true })
  })

  test('is not there where nothing of the contents was kept', () => {
    expect(shown({ ...changed('f', 'A', 'B'), content: null })).toBeNull()
  })
})
