import { describe, expect, test } from '@jest/globals'
import { unprovenLayers } from '../../src/compare/unproven.ts'
import type { ComparedLayer } from '../../src/image/comparison.ts'

const layer = (diffId: string, digest: string, size = 1): ComparedLayer =>
  ({ diffId, descriptor: { digest, size } }) as ComparedLayer

describe('layers of one diff ID', () => {
  test('are proven by one blob, where somebody vouches for its digest', () => {
    expect(unprovenLayers([layer('x', 'p')], [layer('x', 'p')])).toEqual([])
    expect(unprovenLayers([layer('x', 'p')], [layer('x', 'p')], true)).toEqual([])
    expect(unprovenLayers([layer('x', 'p')], [layer('x', 'p')], false)).toEqual([0])
  })

  test('are read where the blobs are others, by digest or by size', () => {
    expect(unprovenLayers([layer('x', 'p')], [layer('x', 'q')])).toEqual([0])
    expect(unprovenLayers([layer('x', 'p', 1)], [layer('x', 'p', 2)])).toEqual([0])
  })

  test('are read where one of several blobs is another one, in any order', () => {
    for (const b of [
      [layer('x', 'p'), layer('x', 'q')],
      [layer('x', 'q'), layer('x', 'p')],
    ])
      expect(unprovenLayers([layer('x', 'p')], b)).toEqual([0])
    expect(unprovenLayers([layer('x', 'p')], [layer('x', 'p'), layer('x', 'p')])).toEqual([])
  })

  test('are read once each, by their places in A', () => {
    const a = [layer('x', 'p'), layer('y', 's'), layer('x', 'p'), layer('x', 'r'), layer('z', 't')]
    expect(unprovenLayers(a, [layer('x', 'q'), layer('z', 'u')])).toEqual([0, 3, 4])
    // One blob that is said to be two layers is a lie about one of them.
    expect(unprovenLayers([layer('x', 'p'), layer('y', 'p')], [layer('x', 'q'), layer('y', 'q')])).toEqual([0, 1])
  })
})

test('what B does not have is compared anyway', () => {
  expect(unprovenLayers([layer('x', 'p')], [layer('y', 'p')])).toEqual([])
  expect(unprovenLayers([layer('x', 'p')], [], false)).toEqual([])
  expect(unprovenLayers([], [layer('x', 'p')])).toEqual([])
})
