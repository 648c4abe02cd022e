// Layers of one diff ID are equal by what somebody says. Where that may be a lie, their bytes are asked, on both sides and to the end.
import { describe, expect, test } from '@jest/globals'
import type { CompareInput } from '../../src/compare/compare.ts'
import { LayerError } from '../../src/image/layer-error.ts'
import { type CraftedImage, imageOf, sha256, tarOf } from '../image/crafted.ts'
import { compareCrafted } from './comparing.ts'

const [first, second] = [tarOf([{ name: 'a', content: 'one' }]), tarOf([{ name: 'b', content: 'two' }])]
const honest = imageOf([first, second])
const digests = honest.image.manifest.layers.map(({ digest }) => digest)

/** The blob of its second layer is not what its digest says; as long, and without a fault of its own. */
function lying(image: CraftedImage): CraftedImage {
  const digest = image.image.manifest.layers[1]?.digest as string
  return { ...image, blobs: new Map([...image.blobs, [digest, tarOf([{ name: 'b', content: 'tWo' }])]]) }
}

const problemOf = async (a: CraftedImage, b: CraftedImage, more: Partial<CompareInput>): Promise<unknown> =>
  await compareCrafted(a, b, more).catch(error => error)

describe.each(['A', 'B'] as const)('a blob of image %s that is not what its digest says', side => {
  const [a, b] = side === 'A' ? [lying(honest), honest] : [honest, lying(honest)]
  const other = side === 'A' ? 'B' : 'A'

  test('is refused where nobody vouches for that side’s digests', async () => {
    for (const undigested of [[side], ['A', 'B'] as const]) {
      const problem = await problemOf(a, b, { distrust: true, undigested })
      expect(problem).toBeInstanceOf(LayerError)
      expect(String(problem)).toContain(`layer 2 of image ${side}`)
    }
  })

  test('is not read where a store vouches for it, and what the other side says is its own', async () => {
    const opened: string[] = []
    await compareCrafted(a, b, { distrust: true, undigested: [other], opened })
    expect(opened).toEqual(digests.map(digest => `${other} ${digest}`))
    expect((await compareCrafted(a, b, { distrust: true })).level).toBe('identical')
  })
})

test('one diff ID in two packings is read on both sides, each blob once', async () => {
  const opened: string[] = []
  const packed = imageOf([first, second], { gzip: true })
  const { level } = await compareCrafted(honest, packed, { distrust: true, opened })
  expect(level).toBe('same-content')
  expect(opened).toEqual([
    ...digests.map(digest => `A ${digest}`),
    ...packed.image.manifest.layers.map(({ digest }) => `B ${digest}`),
  ])
})

test('a blob that is cut off is refused, though nothing of it would be compared', async () => {
  const cut = imageOf([first, second], { gzip: true })
  const digest = cut.image.manifest.layers[1]?.digest as string
  cut.blobs.set(digest, (cut.blobs.get(digest) as Buffer).subarray(0, -1))
  expect(String(await problemOf(honest, cut, { distrust: true }))).toContain('layer 2 of image B')
  expect(String(await problemOf(cut, honest, { distrust: true }))).toContain('layer 2 of image A')
})

test('who stops it while it reads what nobody vouches for gets the reason, and no result', async () => {
  const control = new AbortController()
  const open = async (_: string, { digest }: { digest: string }) => {
    control.abort(new Error('enough'))
    const { Readable } = await import('node:stream')
    return Readable.from([honest.blobs.get(digest) as Buffer])
  }
  const stopped = problemOf(honest, honest, { distrust: true, undigested: ['B'], signal: control.signal, open })
  await expect(stopped).resolves.toMatchObject({ message: 'enough' })
})

test('what differs beside it is compared all the same', async () => {
  const other = tarOf([{ name: 'b', content: 'two', mode: 0o600 }])
  const image = imageOf([first, other])
  const opened: string[] = []
  const { level, layers } = await compareCrafted(honest, image, { distrust: true, undigested: ['A', 'B'], opened })
  expect(level).toBe('different')
  expect(layers).toMatchObject([{ index: 1, total: 1, entries: [{ path: 'b', fields: ['mode'] }] }])
  expect(opened).toEqual([`A ${sha256(first)}`, `B ${sha256(first)}`, `A ${sha256(second)}`, `B ${sha256(other)}`])
})
