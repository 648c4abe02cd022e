import { expect, test } from '@jest/globals'
import {
  imagesToHold,
  type Material,
  materialsIn,
  otherMaterials,
  plainName,
  sameDownloads,
} from '../../src/replay/materials.ts'
import { isNearby } from '../../src/replay/nearby.ts'

const [a, b] = ['a', 'b'].map(one => one.repeat(64)) as [string, string]
const commit = 'c'.repeat(40)
const predicate = {
  materials: [
    { uri: 'pkg:docker/localhost%3A5000/debian@12?platform=linux%2Famd64', digest: { sha256: a } },
    { uri: `pkg:docker/debian@12?digest=sha256:${b}&platform=linux%2Famd64`, digest: { sha256: b } },
    { uri: 'https://example.com/a.tar?token=x', digest: { sha256: b } },
    { uri: 'https://example.com/o/r.git#main', digest: { sha1: commit } },
    { uri: 'pkg:oci/x@1', digest: {} },
    { uri: 7 },
  ],
}

test('images are held by digest, downloads known by it, and what says its own is left alone', () => {
  expect(imagesToHold(materialsIn(predicate))).toEqual([{ reference: 'localhost:5000/debian:12', digest: a }])
  const all = materialsIn(predicate)
  expect([...sameDownloads(all, all)]).toEqual(['https://example.com/a.tar?token=x'])
  expect(
    sameDownloads(
      all,
      all.map(one => ({ ...one, digest: a })),
    ).size,
  ).toBe(0)
  expect(materialsIn({ buildDefinition: { resolvedDependencies: predicate.materials } })).toEqual(
    materialsIn(predicate),
  )
  for (const odd of [null, 1, 'x', { materials: {} }, { materials: [null, 'x', []] }])
    expect(materialsIn(odd)).toEqual([])
})

test('what only one of two builds took is told, by its digest and without a query', () => {
  const all = materialsIn(predicate)
  expect(otherMaterials(all, all)).toEqual([])
  const renamed = all.map((one): Material => ({ ...one, name: `${one.name}@sha256:x`, pinned: true }))
  expect(otherMaterials(all, renamed)).toEqual([])
  const moved = all.map((one): Material => (one.kind === 'git' ? { ...one, digest: 'd'.repeat(40) } : one))
  expect(otherMaterials(all, moved)).toEqual([
    'The provenance names the repository https://example.com/o/r.git#main (cccccccccccc), and this build did not take it.',
    'This build took the repository https://example.com/o/r.git#main (dddddddddddd), which the provenance does not name.',
  ])
  expect(plainName('https://u:p@example.com/a?t=1')).toBe('https://example.com/a')
})

test.each([
  ...[
    'http://localhost/r.git',
    'git://127.1/r',
    'https://10.1.2.3/r.git',
    'https://[fd00::1]/r.git',
    'http://[::ffff:7f00:1]/',
  ],
  ...[
    'http://0x7f000001/r.git',
    'https://metadata.google.internal/',
    'http://registry/r.git',
    'git@box:r.git',
    'nothing',
  ],
])('%s is nearby', address => expect(isNearby(address)).toBe(true))

test.each(['https://github.com/o/r.git', 'git@github.com:o/r.git', 'git://9.9.9.9/r', 'https://[2606:4700::1]/r.git'])(
  '%s is not',
  address => expect(isNearby(address)).toBe(false),
)
