import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { EntryStream } from '../../src/compare/entry-stream.ts'
import { partOf } from '../../src/compare/part.ts'
import type { Entry } from '../../src/image/image.ts'

/** Of each entry, its content and digest are what its path is. */
function streamOf(paths: readonly string[], isRecord = false): EntryStream {
  let at = -1
  return {
    next: async () => (++at < paths.length ? ({ path: paths[at] } as Entry) : null),
    chunk: async () => Buffer.from(paths[at] as string),
    ...(isRecord ? { contentDigest: () => paths[at] as string } : {}),
  }
}

async function pathsOf(stream: EntryStream): Promise<string[]> {
  const paths: string[] = []
  for (let entry = await stream.next(); entry !== null; entry = await stream.next()) {
    const own = [(await stream.chunk())?.toString(), stream.contentDigest ? stream.contentDigest() : entry.path]
    paths.push(own.every(told => told === entry.path) ? entry.path : `of another entry: ${entry.path}`)
  }
  return paths
}

test('every entry is in one part alone, in its order, and all of one path are in the same', async () => {
  const path = fc.oneof(fc.string({ minLength: 1, maxLength: 8 }), fc.string({ minLength: 250, maxLength: 600 }))
  await fc.assert(
    fc.asyncProperty(fc.array(path, { maxLength: 20 }), fc.constantFrom(1, 4, 16, 64), async (paths, of) => {
      const places = new Map<string, number>()
      const found: string[] = []
      for (let index = 0; index < of; index += 1) {
        const own = await pathsOf(partOf(streamOf([...paths, ...paths]), { index, of }))
        expect(own).toEqual([...paths, ...paths].filter(one => own.includes(one)))
        expect(own.filter(one => (places.get(one) ?? index) !== index)).toEqual([])
        for (const one of own) places.set(one, index)
        found.push(...own)
      }
      expect(found.sort()).toEqual([...paths, ...paths].sort())
    }),
    { numRuns: 40 },
  )
})

test('parts are about as large as each other, however long the folders are', async () => {
  for (const folder of ['', 'd/'.repeat(1_000)]) {
    const paths = Array.from({ length: 200 }, (_, n) => `${folder}file-${n}`)
    for (let index = 0; index < 4; index += 1) {
      const own = await pathsOf(partOf(streamOf(paths), { index, of: 4 }))
      expect(own.length).toBeGreaterThan(10)
      expect(own.length).toBeLessThan(200)
    }
  }
})

test('a record keeps its digests, and what has bytes has none', async () => {
  const whole = { index: 0, of: 1 }
  expect(partOf(streamOf(['a']), whole)).not.toHaveProperty('contentDigest')
  expect(partOf(streamOf(['a'], true), whole)).toHaveProperty('contentDigest')
  expect(await pathsOf(partOf(streamOf(['a', 'b'], true), whole))).toEqual(['a', 'b'])
})
