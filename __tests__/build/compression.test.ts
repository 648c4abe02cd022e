import { expect, test } from '@jest/globals'
import { leastCompression } from '../../src/build/compression.ts'

const [engine, buildkit] = [{ store: true }, { store: false }]

test.each([
  ['two Docker Engines, or one', { A: engine, B: engine }, false, true, 'zstd'],
  ['a Node that cannot read zstd', { A: engine, B: engine }, false, false, 'uncompressed'],
  ['B on a builder that is yet to be made', { A: engine, B: engine }, true, true, 'uncompressed'],
  ['a BuildKit with layers of its own', { A: buildkit, B: buildkit }, false, true, 'uncompressed'],
  ['one of each, which must be packed alike', { A: engine, B: buildkit }, false, true, 'uncompressed'],
  ['the other way round', { A: buildkit, B: engine }, false, true, 'uncompressed'],
] as const)('%s', (_, builders, more, zstdIsRead, compression) => {
  expect(leastCompression(builders, more, zstdIsRead)).toBe(compression)
})
