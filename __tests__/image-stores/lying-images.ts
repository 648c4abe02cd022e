import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll } from '@jest/globals'
import { compareNamed } from '../../src/commands/compare.ts'
import type { Descriptor } from '../../src/image/image.ts'
import { checkOptions } from '../../src/options/options.ts'
import type { Ports } from '../../src/ports.ts'
import { portsWith, scripted } from '../build/ports.ts'
import { type CraftedEntry, descriptorOf, entryBytes, sha256, tarOf } from '../image/crafted.ts'

/** Images as they lie on a disk: files by path, written as a folder or packed into a tar. */
export type FileMap = Record<string, Buffer>

export interface LyingImage {
  /** All blobs by digest: layers, config, manifest. */
  blobs: Map<string, Buffer>
  manifest: Descriptor & { platform?: object; annotations?: Record<string, string> }
  config: Buffer
  tars: Buffer[]
}

export interface ImageOptions {
  files?: Record<string, string>
  architecture?: string
  variant?: string
  gzip?: boolean
  /** With a layer more, which holds nothing. */
  empty?: boolean
  docker?: boolean
  config?: Record<string, unknown>
  history?: object[]
}

export function image(options: ImageOptions = {}): LyingImage {
  const { files = { 'etc/a': 'one' }, architecture = 'amd64', variant, gzip = true, docker, history } = options
  const tars = Object.entries(files).map(([name, content]) => tarOf([{ name, content }]))
  if (options.empty) tars.push(tarOf([]))
  const config = json({
    ...{ architecture, os: 'linux', ...(variant ? { variant } : {}), config: options.config ?? {} },
    rootfs: { type: 'layers', diff_ids: tars.map(sha256) },
    ...(history ? { history } : {}),
  })
  const type = docker ? 'application/vnd.docker.image.rootfs.diff.tar' : 'application/vnd.oci.image.layer.v1.tar'
  const stored = tars.map(tar => (gzip ? gzipSync(tar) : tar))
  const manifest = json({
    schemaVersion: 2,
    mediaType: docker ? dockerManifest : ociManifest,
    config: descriptorOf(config, docker ? 'application/vnd.docker.container.image.v1+json' : ociConfig),
    layers: stored.map(blob => descriptorOf(blob, gzip ? `${type}${docker ? '.' : '+'}gzip` : type)),
  })
  const blobs = new Map([...stored, config, manifest].map(blob => [sha256(blob), blob]))
  return {
    ...{ blobs, config, tars },
    manifest: {
      ...descriptorOf(manifest, docker ? dockerManifest : ociManifest),
      platform: { os: 'linux', architecture, ...(variant ? { variant } : {}) },
    },
  }
}

/** An image whose config tells of one layer, and whose manifest and blobs have another; `change` lies about that one. */
export function imageOfLayer(told: Buffer, stored: Buffer, change: Partial<Descriptor> = {}): LyingImage {
  const config = json({
    ...{ architecture: 'amd64', os: 'linux', config: {} },
    rootfs: { type: 'layers', diff_ids: [sha256(told)] },
  })
  const layers = [{ ...descriptorOf(stored), ...change }]
  const manifest = json({
    ...{ schemaVersion: 2, mediaType: ociManifest, config: descriptorOf(config, ociConfig), layers },
  })
  const blobs = new Map([stored, config, manifest].map(blob => [sha256(blob), blob]))
  return { ...{ blobs, config, tars: [stored] }, manifest: descriptorOf(manifest, ociManifest) }
}

export const ociManifest = 'application/vnd.oci.image.manifest.v1+json'
export const ociIndex = 'application/vnd.oci.image.index.v1+json'
const ociConfig = 'application/vnd.oci.image.config.v1+json'
const dockerManifest = 'application/vnd.docker.distribution.manifest.v2+json'

export const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))

/** A layout whose index.json has these entries; `blobs` are more of them. */
export function layout(
  images: readonly LyingImage[],
  entries: readonly object[] = images.map(({ manifest }) => manifest),
  blobs: readonly Buffer[] = [],
): FileMap {
  const all = new Map([...images.flatMap(one => [...one.blobs]), ...blobs.map((b): [string, Buffer] => [sha256(b), b])])
  return {
    'oci-layout': json({ imageLayoutVersion: '1.0.0' }),
    'index.json': json({ schemaVersion: 2, manifests: entries }),
    ...Object.fromEntries([...all].map(([digest, blob]) => [`blobs/${digest.replace(':', '/')}`, blob])),
  }
}

/** What `docker save` wrote before it wrote layouts: uncompressed layers, one folder for each. */
export function savedImage({ config, tars }: LyingImage, tags: string[] = ['app:v1'], gzip = false): FileMap {
  const name = sha256(config).slice(7)
  const layers = tars.map((_, at) => `${String(at).repeat(64).slice(0, 64)}/layer.tar`)
  return {
    'manifest.json': json([{ Config: `${name}.json`, RepoTags: tags, Layers: layers }]),
    [`${name}.json`]: config,
    ...Object.fromEntries(tars.map((tar, at) => [layers[at] as string, gzip ? gzipSync(tar) : tar])),
  }
}

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stores-'))
  folders.push(folder)
  return folder
}

export function asFolder(files: FileMap): string {
  const folder = tempFolder()
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return folder
}

export const tarEntries = (files: FileMap): CraftedEntry[] =>
  Object.entries(files).map(([name, content]) =>
    name.length <= 100 ? { name, content } : { name: 'long', content, pax: { path: name } },
  )

export const asTar = (files: FileMap): string => asFile(tarOf(tarEntries(files)))

export function asFile(bytes: Buffer): string {
  const file = join(tempFolder(), 'image.tar')
  writeFileSync(file, bytes)
  return file
}

export { entryBytes, tarOf }

export const noPorts = (): Ports => portsWith(scripted({}))

/** Verdict, at `same-files`, and level; what stopped it where there is none. */
export async function told(a: string, b: string): Promise<string> {
  const options = checkOptions('compare', { images: [a, b], level: ['same-files'] })
  try {
    const { verdict, level, doubts } = await compareNamed(options, noPorts(), { version: 'test' })
    return verdict === 'undecided' ? `undecided: ${doubts.join()}` : `${verdict} ${level}`
  } catch (error) {
    return `undecided: ${(error as Error).message}`
  }
}
