import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { describe, expect, test } from '@jest/globals'
import { ImageError, openImages } from '../../src/build/blobs.ts'
import type { Side, SideBuild } from '../../src/build/build.ts'
import type { Builder } from '../../src/build/builder.ts'
import { planSide } from '../../src/build/plan.ts'
import { askAhead } from '../../src/build/told-image.ts'
import { portsWith, scripted } from './ports.ts'

const digestOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`
const descriptor = (text: string) => ({ mediaType: 'x', digest: digestOf(text), size: text.length })
const builder: Builder = { name: 'mine', driver: 'remote', store: false, versions: {}, platform: 'linux/amd64' }
const secrets = { args: [] }
const request = {
  ...{ context: '.', file: 'Dockerfile', buildArgs: {}, secrets, ssh: [], buildContexts: {}, addHosts: [] },
  ...{ ulimits: [], labels: [], builders: { A: builder, B: builder }, epoch: 1 },
}

/** An image of these layers, by its blobs. */
function imageOf(...layers: string[]) {
  const config = JSON.stringify({ rootfs: { type: 'layers', diff_ids: layers.map(digestOf) } })
  const manifest = JSON.stringify({ config: descriptor(config), layers: layers.map(descriptor) })
  const blobs = new Map([config, manifest, ...layers].map(text => [digestOf(text), text]))
  return { layers, digest: digestOf(manifest), configDigest: digestOf(config), blobs }
}
type FakeImage = ReturnType<typeof imageOf>

/** A builder that has these images: `history` answers from its records, an export sends what is not there by name. */
function world({
  history = (_side: Side, text: string): string | null => text,
  again,
}: {
  history?: (side: Side, text: string) => string | null
  again?: Partial<Record<Side, FakeImage>>
} = {}) {
  const images: Record<Side, FakeImage> = { A: imageOf('base', 'from A', 'end'), B: imageOf('base', 'from B', 'end') }
  const sent: string[] = []
  const exec = scripted(
    {
      'docker buildx history inspect attachment --builder mine': line => {
        const [ref = '', digest = ''] = line.split(' ').slice(-2)
        const side = ref === 'idA' ? 'A' : 'B'
        const text = images[side].blobs.get(digest)
        const told = text === undefined ? null : history(side, text)
        return told === null ? { code: 1 } : { stdout: told }
      },
    },
    args => {
      const side: Side = args.some(arg => arg.endsWith('-a')) ? 'A' : 'B'
      const image = again?.[side] ?? images[side]
      expect(args).not.toContain('--no-cache')
      const folder = join(/dest=([^,]+)/.exec(args.join(' '))?.[1] as string, 'blobs', 'sha256')
      mkdirSync(folder, { recursive: true })
      for (const [digest, text] of image.blobs) {
        const file = join(folder, digest.slice(7))
        if (existsSync(file)) continue
        writeFileSync(file, text)
        sent.push(text)
      }
      const metadata = { 'containerimage.digest': image.digest, 'containerimage.config.digest': image.configDigest }
      writeFileSync(args[args.indexOf('--metadata-file') + 1] as string, JSON.stringify(metadata))
      return 0
    },
  )
  const ports = portsWith(exec)
  const sideOf = (side: Side): SideBuild => ({
    ...{ side, platform: 'linux/amd64', digest: images[side].digest, configDigest: images[side].configDigest },
    ...{ ref: `mine/mine0/id${side}`, steps: [], rewritten: true, provenance: null, startedAt: 0, endedAt: 1 },
  })
  const run = { nonce: 0, namespace: 'n' }
  const open = (a = sideOf('A')) =>
    openImages(ports, {
      a,
      b: sideOf('B'),
      planA: planSide(request, 'A', run),
      planB: planSide(request, 'B', run),
      layout: join(ports.tempDir, 'layout'),
    })
  const aheadOfA = (): SideBuild => {
    const a = sideOf('A')
    askAhead(ports, a, planSide(request, 'A', run))
    return a
  }
  return { open, sent, ports, exec, images, aheadOfA }
}
const isLayer = (text: string) => !text.startsWith('{')

describe('the images of two builds', () => {
  test('are read from the history; only layers that differ are exported, and only when opened', async () => {
    const { open, sent, ports } = world()
    const { imageA, imageB, open: openBlob } = await open()
    expect([imageA.manifest.layers.length, imageB.manifest.layers.length]).toEqual([3, 3])
    expect(sent).toEqual([])
    const [layerA, layerB] = [imageA.manifest.layers[1], imageB.manifest.layers[1]]
    if (!layerA || !layerB) throw new Error('no layer')
    const both = await Promise.all([openBlob('A', layerA), openBlob('B', layerB), openBlob('A', layerA)])
    expect((await Promise.all(both.map(buffer))).map(String)).toEqual(['from A', 'from B', 'from A'])
    expect(sent.filter(isLayer).sort()).toEqual(['from A', 'from B'])
    const blobs = join(ports.tempDir, 'layout', 'blobs', 'sha256')
    expect(readdirSync(blobs)).not.toContain(digestOf('base').slice(7))
  })

  test('one that was asked for ahead is not asked for again, unless there was no answer yet', async () => {
    const { open, exec, images, aheadOfA } = world()
    const { imageA } = await open(aheadOfA())
    expect(imageA.digest).toBe(images.A.digest)
    expect(exec.lines.filter(line => line.includes(' idA '))).toHaveLength(2)
    let isSilent = true
    const late = world({ history: (_, text) => (isSilent ? null : text) })
    const a = late.aheadOfA()
    isSilent = false
    expect((await late.open(a)).imageA.digest).toBe(late.images.A.digest)
    expect(late.sent).toEqual([])
    expect(late.exec.lines.filter(line => line.includes(' idA '))).toHaveLength(4)
  })

  test('an equal layer can be opened too', async () => {
    const { imageA, open } = await world().open()
    expect(String(await buffer(await open('A', imageA.manifest.layers[0] as never)))).toBe('base')
  })

  test.each([
    ['nothing', () => null],
    ['another text', () => '{}'],
    ['a manifest of other layers', (_: Side, text: string) => text.replace(/"size":\d/, '"size":9')],
  ])('are exported when the history gives %s', async (_, history) => {
    const { open, sent, images } = world({ history })
    const { imageA, imageB } = await open()
    expect([imageA.digest, imageB.digest]).toEqual([images.A.digest, images.B.digest])
    expect(sent.filter(text => text === 'base')).toHaveLength(1)
  })

  test('are an error when the cache gives another image than was built', async () => {
    const again = { A: imageOf('base', 'from B', 'end') }
    await expect(world({ again, history: () => null }).open()).rejects.toThrow(ImageError)
    const { imageA, open } = await world({ again }).open()
    await expect(open('A', imageA.manifest.layers[1] as never)).rejects.toThrow(/no longer has what build A gave/)
  })

  test('a digest is never a path', async () => {
    const { open } = await world().open()
    const evil = { mediaType: 'x', digest: 'sha256:../../../etc/passwd', size: 1 }
    await expect(open('A', evil)).rejects.toThrow(/is not a SHA-256 digest/)
  })
})
