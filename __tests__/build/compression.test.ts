import { expect, test } from '@jest/globals'
import { leastCompression } from '../../src/build/compression.ts'

const [engine, buildkit] = [{ store: true }, { store: false }]

test.each([
  ['two Docker Engines, or one', { A: engine, B: engine }, false, 'zstd'],
  ['B on a builder that is yet to be made', { A: engine, B: engine }, true, 'uncompressed'],
  ['a BuildKit with layers of its own', { A: buildkit, B: buildkit }, false, 'uncompressed'],
  ['one of each, which must be packed alike', { A: engine, B: buildkit }, false, 'uncompressed'],
  ['the other way round', { A: buildkit, B: engine }, false, 'uncompressed'],
] as const)('%s', (_, builders, more, compression) => {
  expect(leastCompression(builders, more)).toBe(compression)
})
