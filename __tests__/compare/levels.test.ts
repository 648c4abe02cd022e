import { expect, test } from '@jest/globals'
import { levelByDigest, levelByLayers } from '../../src/compare/levels.ts'
import type { LayerDifference } from '../../src/image/comparison.ts'
import type { Image } from '../../src/image/image.ts'

const image = (digest: string, configDigest: string) => ({ digest, configDigest }) as Image
const layer = (total: number) => ({ total }) as LayerDifference

test('what digests alone prove', () => {
  expect(levelByDigest(image('m', 'c'), image('m', 'c'))).toBe('identical')
  expect(levelByDigest(image('m', 'c'), image('n', 'c'))).toBe('same-content')
  expect(levelByDigest(image('m', 'c'), image('n', 'd'))).toBeNull()
})

test('an image without a manifest goes by its config: that proves the content, no manifest', () => {
  expect(levelByDigest(image('c', 'c'), image('c', 'c'))).toBe('same-content')
})

test('one difference in any layer is a difference of files', () => {
  expect(levelByLayers([])).toBe('same-files')
  expect(levelByLayers([layer(0), layer(0)])).toBe('same-files')
  for (const layers of [[layer(1)], [layer(1), layer(0)], [layer(0), layer(1)]])
    expect(levelByLayers(layers)).toBe('different')
})
