// What a record says of an image is read from the image that was exported, and it is the one that was built.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import type { SideBuild } from '../../src/build/build.ts'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { platformToRecord } from '../../src/prove/to-record.ts'
import type { GatedImage } from '../../src/subjects/images.ts'
import { tempFolder } from '../build/ports.ts'
import { type CraftedImage, imageOf, sha256, tarOf } from '../image/crafted.ts'

const base = tarOf([{ name: 'etc', content: 'base' }])
const image = imageOf([base, tarOf([{ name: 'out', content: 'x' }])], {
  history: [{ created_by: 'base' }, { created_by: 'RUN /bin/sh -c make # buildkit' }],
})

/** What is recorded of a build that says to have given one image, and exported such texts. */
async function recorded({ image: { digest, configDigest }, blobs, texts }: CraftedImage, exported = texts) {
  const layout = tempFolder()
  const place = join(layout, 'blobs', 'sha256')
  mkdirSync(place, { recursive: true })
  const put = (name: string, bytes: Buffer | string) => writeFileSync(join(place, name.slice(7)), bytes)
  put(digest, exported.manifest)
  put(configDigest, exported.config)
  for (const [name, bytes] of blobs) put(name, bytes)
  const build = { digest, configDigest, platform: 'linux/amd64', provenance: null } as unknown as SideBuild
  const gated = {
    options: { target: undefined, buildArgs: {} },
    sources: { dockerfile: parseDockerfile('FROM debian\nRUN make\n', 'Dockerfile') },
  } as unknown as GatedImage
  return platformToRecord({ build, layout }, gated, new AbortController().signal)
}

test('its texts, and of each layer what it is and where it comes from', async () => {
  const { layers, ...rest } = await recorded(image)
  const { digest, configDigest } = image.image
  expect(rest).toEqual({ platform: 'linux/amd64', manifestDigest: digest, configDigest, ...image.texts })
  const of = (tar: Buffer) => ({ digest: sha256(tar), diffId: sha256(tar), size: tar.length })
  expect(layers.map(({ open: _, ...layer }) => layer)).toEqual([
    { ...of(base), base: true, instruction: expect.any(String), line: null, endLine: null },
    { ...of([...image.blobs.values()][1] as Buffer), base: false, instruction: 'RUN make', line: 2, endLine: 2 },
  ])
  const names: string[] = []
  for (const { open } of layers) {
    const entries = await open()
    for (let entry = await entries.next(); entry !== null; entry = await entries.next()) names.push(String(entry.path))
    await entries.close()
  }
  expect(names).toEqual(['etc', 'out'])
})

test('an image of which no line is known has none', async () => {
  const { layers } = await recorded(imageOf([base, base, base]))
  for (const { line, endLine, instruction } of layers) expect([line, endLine, instruction]).toEqual([null, null, ''])
})

test('another one than was built, or none at all, is not recorded', async () => {
  const other = imageOf([tarOf([{ name: 'out', content: 'y' }])])
  await expect(recorded(image, other.texts)).rejects.toThrow(/^The image that was built was exported as another one\.$/)
  await expect(recorded(image, { ...image.texts, manifest: '{}' })).rejects.toThrow(
    /^The image that was built cannot be read: /,
  )
})
