// Images of one content and other manifests: what is only packing is nobody's fault, and what somebody wrote there is a difference.
import { expect, test } from '@jest/globals'
import type { Finding } from '../../src/finding.ts'
import type { Comparison, ConfigDifference } from '../../src/image/comparison.ts'
import type { Image } from '../../src/image/image.ts'
import { ofOwnPacking, packingDoubt, recordsPackingDoubt, unreadPacking } from '../../src/prove/own-packing.ts'
import type { Level, RequiredLevel } from '../../src/verdict.ts'

const oci = 'application/vnd.oci.image.layer.v1.tar'
const docker = 'application/vnd.docker.image.rootfs.diff.tar'
const imageOf = (...layers: [digest: string, mediaType: string][]): Image =>
  ({ manifest: { layers: layers.map(([digest, mediaType]) => ({ digest, mediaType })) } }) as unknown as Image
const images = (a: Image, b: Image) => ({ imageA: a, imageB: b })
const alike = images(imageOf(['1', oci]), imageOf(['2', `${oci}+gzip`]))
const differing = (manifest: ConfigDifference[], level: Level = 'same-content') =>
  ({ level, manifest }) as unknown as Comparison
const at = (pointer: string, a?: string, b?: string): ConfigDifference =>
  ({ pointer, ...(a === undefined ? {} : { a }), ...(b === undefined ? {} : { b }) }) as ConfigDifference

const type = (name: string) => `"${name}"`
const [plain, gzip] = [type(oci), type(`${oci}+gzip`)]
const mark = '/layers/0/annotations/buildkit~1rewritten-timestamp'

test.each<[string, boolean, ConfigDifference]>([
  ['the type of a layer', true, at('/layers/0/mediaType', plain, gzip)],
  ['that of Docker', true, at('/layers/12/mediaType', plain, type(`${docker}.gzip`))],
  ['that of the config', true, at('/config/mediaType', plain, type('application/vnd.docker.container.image.v1+json'))],
  [
    'that of the manifest, which it need not tell',
    true,
    at('/mediaType', undefined, type('application/vnd.oci.image.manifest.v1+json')),
  ],
  ['one that a layer lacks', false, at('/layers/0/mediaType', plain)],
  ['one of the other side that a layer lacks', false, at('/layers/0/mediaType', undefined, plain)],
  ['a type of somebody, in the other image', false, at('/layers/0/mediaType', plain, type('application/x'))],
  ['a type of somebody, in this image', false, at('/layers/0/mediaType', type('application/x'), plain)],
  ['a type that has one in it', false, at('/layers/0/mediaType', plain, type(`x/${oci}`))],
  ['a type elsewhere', false, at('/subject/mediaType', plain, gzip)],
  ['a path that ends so', false, at('/x/layers/0/mediaType', plain, gzip)],
  ['a path that begins so', false, at('/layers/0/mediaType/x', plain, gzip)],
  ['the mark of BuildKit that is gone', true, at(mark, '"1"')],
  ['all of a layer that were its mark', true, at('/layers/0/annotations', '{"buildkit/rewritten-timestamp":"1"}')],
  ['another mark', false, at(mark, '"1"', '"2"')],
  ['a mark of the other image', false, at(mark, undefined, '"2"')],
  ['more than its mark', false, at('/layers/0/annotations', '{"by":"me","buildkit/rewritten-timestamp":"1"}')],
  ['what follows on its mark', false, at('/layers/0/annotations', '{"buildkit/rewritten-timestamp":"1"},"by":"me"}')],
  ['its mark and what the other has', false, at('/layers/0/annotations', '{"buildkit/rewritten-timestamp":"1"}', '{}')],
  ['what looks like it elsewhere', false, at('/annotations', '{"buildkit/rewritten-timestamp":"1"}')],
  ['what looks like it below a mark', false, at(`${mark}/x`, '"1"')],
  ['annotations', false, at('/annotations/by', '"me"')],
])('%s: it is packing: %s', (_, isPacking, difference) => {
  const comparison = differing([difference])
  expect(packingDoubt(alike, comparison, 'identical')).toHaveLength(isPacking ? 1 : 0)
  expect(recordsPackingDoubt(alike, comparison, 'identical')).toHaveLength(isPacking ? 1 : 0)
  // One of somebody's among many is enough.
  const many = differing([at('/layers/0/mediaType', plain, gzip), difference])
  expect(packingDoubt(alike, many, 'identical')).toHaveLength(isPacking ? 1 : 0)
  const told = ofOwnPacking(
    alike,
    comparison,
  )({ id: 'repackaged', level: 'error', evidence: [{}] } as unknown as Finding)
  expect(told.level).toBe(isPacking ? 'notice' : 'error')
})

test('it is doubted only where the content is the same, identical is asked for, and all that differs is listed', () => {
  const packed = at('/layers/0/mediaType', plain, gzip)
  const doubts = (required: RequiredLevel, level: Level, count = 1) => {
    const comparison = differing(
      Array.from({ length: count }, () => packed),
      level,
    )
    const all = [packingDoubt, recordsPackingDoubt].map(doubt => doubt(alike, comparison, required).length)
    return new Set([...all, ...(count === 1 ? [unreadPacking(level, required).length] : [])])
  }
  expect(doubts('identical', 'same-content')).toEqual(new Set([1]))
  for (const required of ['same-content', 'same-files'] as const)
    expect(doubts(required, 'same-content')).toEqual(new Set([0]))
  for (const level of ['identical', 'same-files', 'different'] as const)
    expect(doubts('identical', level)).toEqual(new Set([0]))
  expect(doubts('identical', 'same-content', 999)).toEqual(new Set([1]))
  expect(doubts('identical', 'same-content', 1000)).toEqual(new Set([0]))
})

test('other findings stay as they are, and so does one that does not say what differs', () => {
  const comparison = differing([at('/layers/0/mediaType', plain, gzip)])
  const own = ofOwnPacking(alike, comparison)
  for (const finding of [
    { id: 'header-mode', level: 'error', evidence: [{}] },
    { id: 'repackaged', level: 'error', evidence: [] },
  ])
    expect(own(finding as unknown as Finding)).toBe(finding)
})

test.each<[string, [string, string][], [string, string][], RegExp]>([
  [
    'each is told as it is packed',
    [['1', oci]],
    [['2', `${oci}+zstd`]],
    /this build as uncompressed layers, the other image as zstd\./,
  ],
  [
    'all ways, in one order',
    [
      ['1', `${oci}+zstd`],
      ['2', `${oci}+gzip`],
      ['3', `${oci}+gzip`],
    ],
    [],
    /as gzip and zstd, the other image as no layers/,
  ],
  [
    'Docker’s types are told',
    [['1', `${docker}.gzip`]],
    [['1', `${oci}+gzip`]],
    /as gzip \(Docker's media types\), the other image as gzip\./,
  ],
  [
    'to other bytes',
    [
      ['1', `${oci}+gzip`],
      ['2', oci],
    ],
    [
      ['1', `${oci}+gzip`],
      ['3', oci],
    ],
    /to other bytes/,
  ],
  ['to the same bytes', [['1', `${oci}+gzip`]], [['1', `${oci}+gzip`]], /to the same bytes, and only the manifest/],
])('in words: %s', (_, a, b, words) => {
  expect(packingDoubt(images(imageOf(...a), imageOf(...b)), differing([]), 'identical')).toEqual([
    expect.stringMatching(words),
  ])
})
