import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { NestedDifference } from '../../../src/image/comparison.ts'
import { tarOf } from '../../image/crafted.ts'
import { compareTars, onlyLayer } from '../comparing.ts'
import { arOf, inside, zipOf } from './archives.ts'

const content = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.nat(3000).map(n => 'long '.repeat(n)),
)
const tree = fc.dictionary(
  fc.constantFrom('a', 'b', 'c/d', 'e.pyc', 'ä', 'f'),
  fc.record({ content, time: fc.nat(3) }),
  { maxKeys: 6 },
)
type Tree = Record<string, { content: string; time: number }>

/** One file is in both: a tar without entries has no magic. */
const list = (files: Tree) =>
  Object.entries({ ...files, always: { content: '', time: 0 } }).map(([name, file]) => ({ name, ...file }))
const plainTar = (files: Tree): Buffer => tarOf(list(files).map(({ time, ...file }) => ({ ...file, mtime: time })))
const makers: Record<string, (files: Tree) => Buffer> = {
  zip: files => zipOf(list(files)),
  streamedZip: files => zipOf(list(files).map(file => ({ ...file, descriptor: 'marked' as const }))),
  tar: plainTar,
  tgz: files => gzipSync(plainTar(files)),
  ar: files => arOf(list(files)),
}

/** What differs between two trees, found the plain way. */
function truth(a: Tree, b: Tree): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .map(path => {
      const [x, y] = [a[path], b[path]]
      if (!x || !y) return `${path}: ${x ? 'only-in-a' : 'only-in-b'}`
      const fields = [...(x.content === y.content ? [] : ['content']), ...(x.time === y.time ? [] : ['mtime'])]
      return fields.length > 0 ? `${path}: ${fields.join(' ')}` : ''
    })
    .filter(Boolean)
    .sort()
}

function found(nested: NestedDifference | null | undefined): string[] {
  let innermost = nested
  if (innermost?.format === 'gzip') innermost = innermost.members[0]?.nested
  return (innermost?.members ?? [])
    .map(({ path, kind, fields }) => `${path}: ${kind === 'changed' ? fields.join(' ') : kind}`)
    .sort()
}

describe('two archives of two trees', () => {
  test.each(Object.keys(makers))('%s: the members that differ are those of the trees', async kind => {
    const make = makers[kind] as (files: Tree) => Buffer
    await fc.assert(
      fc.asyncProperty(tree, tree, async (a, b) => {
        const [one, two] = [make(a), make(b)]
        if (one.equals(two)) return
        const nested = await inside(one, two)
        expect([found(nested), nested?.unread ?? null]).toEqual([truth(a, b), null])
      }),
      { numRuns: 60 },
    )
  })

  test('in layers that come in pieces of any size, too', async () => {
    const big = { content: 'x'.repeat(300_000), time: 1 }
    await fc.assert(
      fc.asyncProperty(
        tree,
        tree,
        fc.constantFrom('zip', 'tar', 'ar'),
        fc.integer({ min: 700, max: 70_000 }),
        async (a, b, kind, piece) => {
          const make = makers[kind] as (files: Tree) => Buffer
          const [one, two] = [make({ ...a, big }), make({ ...b, big: { ...big, time: 2 } })]
          const layer = onlyLayer(
            await compareTars(tarOf([{ name: 'x', content: one }]), tarOf([{ name: 'x', content: two }]), { piece }),
          )
          expect(found(layer.entries[0]?.nested)).toEqual(truth({ ...a, big }, { ...b, big: { ...big, time: 2 } }))
        },
      ),
      { numRuns: 15 },
    )
  })
})

describe('archives with any damage', () => {
  test.each(Object.keys(makers))('%s: never an error; nothing seen is never all', async kind => {
    const make = makers[kind] as (files: Tree) => Buffer
    const edit = fc.record({ at: fc.nat(), byte: fc.nat(255), cut: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(tree, fc.array(edit, { minLength: 1, maxLength: 3 }), async (files, edits) => {
        const good = make(files)
        let bad = Buffer.from(good)
        for (const { at, byte, cut } of edits) {
          if (cut) bad = bad.subarray(0, at % (bad.length + 1))
          else if (bad.length > 0) bad[at % bad.length] = byte
        }
        if (good.equals(bad)) return
        for (const nested of [await inside(good, bad), await inside(bad, good)]) {
          if (nested === null || nested.unread !== null) continue
          // Read to its end: every content must have met its like, or be told.
          expect(nested.total + nested.same).toBeGreaterThanOrEqual(kind === 'tgz' ? 1 : Object.keys(files).length)
        }
      }),
      { numRuns: 150 },
    )
  })
})
