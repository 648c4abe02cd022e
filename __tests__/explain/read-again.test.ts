import { describe, expect, test } from '@jest/globals'
import { withQuotedDigests } from '../../src/explain/read-again/quoted-digests.ts'
import { withWholePrograms } from '../../src/explain/read-again/whole-programs.ts'
import type { Comparison, ContentSample, EntryDifference, LayerDifference } from '../../src/image/comparison.ts'
import type { Contents } from '../../src/image/contents.ts'
import { changed, entry, subjectOf } from './subject.ts'

const program = (mark: string): Buffer =>
  Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(300_000), Buffer.from(mark)])
const files: Record<'A' | 'B', Record<string, Buffer>> = {
  A: { 'bin/x': program('a'), 'bin/y': program('c') },
  B: { 'bin/x': program('b'), 'bin/y': program('d') },
}

const head = (bytes: Buffer): ContentSample => ({
  size: bytes.length,
  head: bytes.subarray(0, 64),
  whole: false,
  tail: Buffer.alloc(0),
})

function large(path: string): EntryDifference {
  const [a, b] = [files.A[path] as Buffer, files.B[path] as Buffer]
  const [p, q] = [entry(path, { size: a.length }), entry(path, { size: b.length })]
  const content = { a: head(a), b: head(b), runs: [], complete: false }
  return { ...changed(path, 'a', 'b'), a: p, b: q, content }
}

function comparisonOf(...entries: EntryDifference[]): Comparison {
  const { difference } = subjectOf(changed('etc/x', 'a', 'b')).layer
  const layer = { descriptor: { mediaType: 'x', digest: 'x', size: 1 }, diffId: 'x', history: undefined }
  return { layers: [{ ...difference, a: layer, b: layer, entries } as LayerDifference] } as unknown as Comparison
}

/** What was asked for is noted. */
function contentsOf(asked: string[] = []): Contents {
  return {
    read: async (side, _, visit) => {
      for (const [path, bytes] of Object.entries(files[side])) {
        const receiver = visit(entry(path, { size: bytes.length }))
        if (receiver === null) continue
        asked.push(`${side} ${path}`)
        receiver.write(bytes.subarray(0, 100))
        receiver.write(bytes.subarray(100))
        receiver.end()
      }
    },
  }
}

const failing = (error: Error): Contents => ({ read: () => Promise.reject(error) })
const entriesOf = ({ layers }: Comparison): EntryDifference[] => layers.flatMap(({ entries }) => entries)

describe('a program too large for a sample', () => {
  const comparison = comparisonOf(large('bin/x'), changed('etc/x', 'a', 'b'))

  test('is read whole, and it alone', async () => {
    const asked: string[] = []
    const [first, second] = entriesOf(await withWholePrograms(comparison, contentsOf(asked)))
    expect(asked).toEqual(['A bin/x', 'B bin/x'])
    expect(first?.content?.a).toMatchObject({ whole: true, size: 300_005 })
    expect(Buffer.compare(first?.content?.b.head ?? Buffer.alloc(0), files.B['bin/x'] as Buffer)).toBe(0)
    expect(second).toBe(entriesOf(comparison)[1])
  })

  test('stays as it was where the layer cannot be read, or holds another file by now', async () => {
    const gone = await withWholePrograms(comparison, failing(new Error('gone')))
    expect(entriesOf(gone)).toEqual(entriesOf(comparison))
    const other = comparisonOf({
      ...large('bin/x'),
      content: { ...large('bin/x').content, a: head(program('longer')) },
    } as EntryDifference)
    expect(entriesOf(await withWholePrograms(other, contentsOf()))).toEqual(entriesOf(other))
  })

  test('is not read on when the run is stopped', async () => {
    const stopped = failing(Object.assign(new Error('stop'), { name: 'AbortError' }))
    await expect(withWholePrograms(comparison, stopped)).rejects.toThrow('stop')
  })
})

test('digests of large files are made only when a text may quote them', async () => {
  const asked: string[] = []
  const [p, q] = ['a', 'b'].map(letter => `${letter.repeat(64)}  y\n`)
  const silent = comparisonOf(large('bin/y'), changed('etc/x', 'a', 'b'))
  expect(await withQuotedDigests(silent, contentsOf(asked))).toBe(silent)
  expect(asked).toEqual([])
  const quoting = comparisonOf(large('bin/y'), changed('SHA256SUMS', p ?? '', q ?? ''))
  const [large0, text] = entriesOf(await withQuotedDigests(quoting, contentsOf(asked)))
  expect(asked).toEqual(['A bin/y', 'B bin/y'])
  expect(large0?.digests).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), expect.stringMatching(/^[0-9a-f]{64}$/)])
  expect(new Set(large0?.digests).size).toBe(2)
  expect(text?.digests).toBeUndefined()
})
