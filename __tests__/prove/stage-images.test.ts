// A stage of both sides as a pair of images, from what the sides left in the cache: never from more, and nothing stays on the disk.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { ImageError } from '../../src/build/blobs.ts'
import type { BuildFailure, Side, SideBuild } from '../../src/build/build.ts'
import { planSide } from '../../src/build/plan.ts'
import type { FromCache } from '../../src/build/probe.ts'
import type { ComparedLayer } from '../../src/image/comparison.ts'
import { LayerError } from '../../src/image/layer-error.ts'
import { makeStageReader } from '../../src/prove/stage-images.ts'
import { portsWith, scripted } from '../build/ports.ts'
import { type CraftedImage, imageOf, sha256, tarOf } from '../image/crafted.ts'

const mib = 1024 ** 2
const layer = (content: string) => tarOf([{ name: 'f', content }])
const failure: BuildFailure = { side: 'A', step: null, message: 'no', line: null, endLine: null, logTail: [] }
const builder = { name: 'mine', driver: 'remote', store: false, versions: {}, platform: 'linux/amd64' }
const request = {
  ...{ context: '.', file: 'Dockerfile', buildArgs: {}, secrets: { args: [] }, ssh: [], buildContexts: {} },
  ...{ addHosts: [], ulimits: [], labels: [], builders: { A: builder, B: builder }, epoch: 1 },
}

/** Two layers, the first one the same on both sides; sizes that their manifest tells in place of their own. */
const stage = (content: string, sizes: readonly (number | undefined)[] = []): CraftedImage => {
  const made = imageOf([layer('base'), layer(content)])
  const told = JSON.parse(made.texts.manifest)
  for (const [at, size] of sizes.entries()) if (size !== undefined) told.layers[at].size = size
  const manifest = JSON.stringify(told)
  return {
    ...made,
    image: { ...made.image, digest: sha256(Buffer.from(manifest)) },
    texts: { ...made.texts, manifest },
  }
}

/** A builder that has both stages: it tells their manifests, and exports layers that it is asked for. */
function world(images: Record<Side, CraftedImage>, fails: Partial<Record<Side, string | BuildFailure>> = {}) {
  const all = [images.A, images.B]
  const texts = new Map(
    all.flatMap(({ image, texts }) => [
      [image.digest, texts.manifest],
      [image.configDigest, texts.config],
    ]),
  )
  let exported = 0
  const exec = scripted(
    { 'docker buildx history inspect': line => ({ stdout: texts.get(line.split(' ').at(-1) ?? '') ?? '' }) },
    args => {
      exported++
      const side: Side = args.some(arg => arg.endsWith('-a')) ? 'A' : 'B'
      const { image, blobs } = images[side]
      const folder = join(/dest=([^,]+)/.exec(args.join(' '))?.[1] as string, 'blobs', 'sha256')
      mkdirSync(folder, { recursive: true })
      for (const [digest, bytes] of blobs) writeFileSync(join(folder, digest.slice(7)), bytes)
      const metadata = { 'containerimage.digest': image.digest, 'containerimage.config.digest': image.configDigest }
      writeFileSync(args[args.indexOf('--metadata-file') + 1] as string, JSON.stringify(metadata))
      return 0
    },
  )
  const ports = portsWith(exec)
  const asked: string[] = []
  const fromCache: FromCache = async (side, file) => {
    asked.push(`${side} ${readFileSync(file, 'utf8')}`)
    const { digest, configDigest } = images[side].image
    const build: SideBuild = {
      ...{ side, platform: 'linux/amd64', digest, configDigest, ref: `mine/mine0/${side}`, steps: [], rewritten: true },
      ...{ provenance: `of ${side}`, startedAt: 0, endedAt: 1 },
    }
    return fails[side] ?? { build, plan: planSide(request, side, { nonce: 0, namespace: 'n' }) }
  }
  return {
    read: makeStageReader(ports, fromCache),
    asked,
    exported: () => exported,
    left: () => readdirSync(ports.tempDir),
  }
}

test('it is looked at with what differs, and with the contents of both sides', async () => {
  const { read, asked, left } = world({ A: stage('made by A'), B: stage('made by B') })
  const seen = await read('FROM x\n', async ({ comparison, contents, imageA, imageB, provenance }) => {
    expect(left()).toHaveLength(1)
    const [differing] = comparison.layers
    const texts: string[] = []
    for (const [side, layer] of [['A', differing?.a] as const, ['B', differing?.b] as const])
      await contents.read(side, layer as ComparedLayer, () => ({
        write: chunk => void texts.push(Buffer.from(chunk).toString()),
        end() {},
      }))
    return { level: comparison.level, images: [imageA, imageB].map(({ digest }) => digest), texts, provenance }
  })
  expect(seen).toEqual({
    ...{ level: 'different', texts: ['made by A', 'made by B'], provenance: { A: 'of A', B: 'of B' } },
    images: ['made by A', 'made by B'].map(content => stage(content).image.digest),
  })
  expect(asked).toEqual(['A FROM x\n', 'B FROM x\n'])
  expect(left()).toEqual([])
})

test('two that are looked at at a time do not get into each other', async () => {
  const { read, asked } = world({ A: stage('a'), B: stage('b') })
  const inner = await read('FROM x\n', () => read('FROM y\n', async ({ comparison }) => comparison.level))
  expect(inner).toBe('different')
  expect(asked).toEqual(['A FROM x\n', 'B FROM x\n', 'A FROM y\n', 'B FROM y\n'])
})

test.each<[string, Partial<Record<Side, string | BuildFailure>>]>([
  ['a step of A ran anew', { A: 'ran again' }],
  ['a step of B ran anew', { B: 'ran again' }],
  ['the build of A fails', { A: failure }],
  ['the build of B fails', { B: failure }],
])('nothing is looked at where %s', async (_, fails) => {
  const { read, left, exported } = world({ A: stage('a'), B: stage('b') }, fails)
  expect(await read('FROM x\n', async () => 'looked')).toBeNull()
  expect([left(), exported()]).toEqual([[], 0])
})

test.each<[string, number | undefined, number | undefined, number | undefined, string | null]>([
  ['what both have does not count', 600 * mib, undefined, undefined, 'looked'],
  ['what A alone has', undefined, 513 * mib, undefined, null],
  ['what B alone has', undefined, undefined, 513 * mib, null],
])('so much is not written to the disk: %s', async (_, shared, ofA, ofB, result) => {
  const { read, left, exported } = world({ A: stage('a', [shared, ofA]), B: stage('b', [shared, ofB]) })
  expect(await read('FROM x\n', async () => 'looked')).toBe(result)
  expect(left()).toEqual([])
  expect(exported() > 0).toBe(result !== null)
})

test.each([
  ['what the builder does not have any more', new ImageError('gone'), null],
  ['a layer that cannot be read', new LayerError('broken'), null],
  ['a fault of our own', new Error('ours'), 'ours'],
])('%s', async (_, error, thrown) => {
  const { read, left } = world({ A: stage('a'), B: stage('b') })
  const look = read('FROM x\n', () => Promise.reject(error))
  if (thrown === null) expect(await look).toBeNull()
  else await expect(look).rejects.toThrow(thrown)
  expect(left()).toEqual([])
})
