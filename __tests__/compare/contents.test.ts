import { expect, test } from '@jest/globals'
import { contentsOf } from '../../src/compare/contents.ts'
import type { ComparedLayer } from '../../src/image/comparison.ts'
import { LayerError } from '../../src/image/layer-error.ts'
import { layersOf } from '../../src/image/manifest.ts'
import { imageOf, streamOf, tarOf } from '../image/crafted.ts'

const image = imageOf([
  tarOf([
    { name: 'a', content: 'one' },
    { name: 'b', content: 'x'.repeat(5_000) },
    { name: 'empty' },
    { name: 'c', content: 'three' },
  ]),
])
const layer = layersOf(image.image)[0] as ComparedLayer
const blob = [...image.blobs.values()][0] as Buffer

/** What is read of the files of these names, and of which side. */
async function read(names: string[], bytes: Buffer = blob, signal?: AbortSignal) {
  const found: string[] = []
  let open = 0
  const contents = contentsOf(async (side, { digest }) => {
    found.push(`${side} ${digest === image.image.manifest.layers[0]?.digest}`)
    open += 1
    const stream = streamOf(bytes, 700)
    stream.once('close', () => {
      open -= 1
    })
    return stream
  }, signal)
  const reading = contents.read('B', layer, ({ path }) => {
    let text = ''
    if (!names.includes(path)) return null
    return {
      write: chunk => {
        text += chunk.toString()
      },
      end: () => {
        found.push(`${path}: ${text}`)
      },
    }
  })
  const problem = await reading.then(
    () => null,
    (error: Error) => error,
  )
  await new Promise(resolve => setImmediate(resolve))
  return { found, problem, open }
}

test('contents are given whole, of the files that are asked for, in the order of the layer', async () => {
  expect(await read(['c', 'b', 'empty'])).toEqual({
    ...{ problem: null, open: 0 },
    found: ['B true', `b: ${'x'.repeat(5_000)}`, 'empty: ', 'c: three'],
  })
  expect((await read([])).found).toEqual(['B true'])
})

test('a layer that is not what its digest says is refused, asked for or not, and let go of', async () => {
  const other = tarOf([{ name: 'a', content: 'One' }])
  for (const bytes of [other, blob.subarray(0, 3_000)])
    for (const names of [[], ['a', 'b']]) {
      const { problem, open } = await read(names, bytes)
      expect(problem).toBeInstanceOf(LayerError)
      expect(String(problem)).toContain('of image B')
      expect(open).toBe(0)
    }
})

test('who stopped it gets the reason, and nothing is opened', async () => {
  const { found, problem } = await read(['a'], blob, AbortSignal.abort(new Error('enough')))
  expect([found, problem?.message]).toEqual([[], 'enough'])
})
