import { expect, test } from '@jest/globals'
import { unprovenManifest, withOneType } from '../../src/prove/no-manifest.ts'
import { levels, type RequiredLevel } from '../../src/verdict.ts'
import { imageOf, tarOf } from '../image/crafted.ts'

const archive = { name: 'app.tar', hasManifests: false }
const registry = { name: 'ghcr.io/o/app:v1', hasManifests: true }
const asked: RequiredLevel[] = ['identical', 'same-content', 'same-files']

test('an archive that keeps no manifest cannot tell whether images of one content are identical', () => {
  for (const stores of [[archive, registry], [registry, archive], [archive]])
    expect(unprovenManifest('same-content', 'identical', stores)).toEqual({
      doubts: [expect.stringMatching(/^app\.tar: .* whether the images are identical cannot be told/)],
      notes: [],
    })
  expect(unprovenManifest('same-content', 'identical', [archive, { ...archive, name: 'b.tar' }]).doubts).toEqual([
    expect.stringMatching(/^app\.tar and b\.tar: /),
  ])
})

test('where less is asked for, that is told and nothing is doubted', () => {
  for (const required of ['same-content', 'same-files'] as const)
    expect(unprovenManifest('same-content', required, [archive])).toEqual({
      doubts: [],
      notes: [expect.stringMatching(/only that their content is the same/)],
    })
})

test('where both have manifests, or the images are of another level, there is nothing to tell', () => {
  const none = { doubts: [], notes: [] }
  for (const required of asked) {
    expect(unprovenManifest('same-content', required, [registry, registry])).toEqual(none)
    for (const level of levels.filter(level => level !== 'same-content'))
      expect(unprovenManifest(level, required, [archive, registry])).toEqual(none)
  }
})

test('the made-up manifest of an archive takes the kind of the other side, and no real one is changed', () => {
  const { image } = imageOf([tarOf([{ name: 'a' }])])
  const { mediaType: _, ...bareManifest } = image.manifest
  const config = { ...image.manifest.config, mediaType: 'config/type' }
  const typed = (mediaType?: string) => ({
    ...image,
    manifest: { ...bareManifest, ...(mediaType && { mediaType }), config },
  })
  const [imageA, imageB] = [typed('a/type'), typed('b/type')]
  expect(withOneType({ imageA, imageB }, { A: registry, B: registry })).toEqual({ imageA, imageB })
  const kinds = (a: object, b: object) => [a, b].map(one => (one as typeof image).manifest.mediaType)
  const ofA = withOneType({ imageA, imageB }, { A: registry, B: archive })
  expect(kinds(ofA.imageA, ofA.imageB)).toEqual(['a/type', 'a/type'])
  const ofB = withOneType({ imageA, imageB }, { A: archive, B: registry })
  expect(kinds(ofB.imageA, ofB.imageB)).toEqual(['b/type', 'b/type'])
  const bare = withOneType({ imageA: typed(), imageB }, { A: registry, B: archive })
  expect(kinds(bare.imageA, bare.imageB)).toEqual(['config/type', 'config/type'])
})
