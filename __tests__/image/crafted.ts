import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import type { Descriptor, HistoryEntry, Image } from '../../src/image/image.ts'
import { parseImage } from '../../src/image/manifest.ts'

/** Tars and images made by hand, byte by byte. */
export interface CraftedEntry {
  name: string
  typeflag?: string
  content?: Uint8Array | string
  linkname?: string
  mode?: number
  uid?: number
  gid?: number
  uname?: string
  gname?: string
  mtime?: number
  device?: [number, number]
  magic?: string
  /** Written instead of the content's length. */
  size?: number
  pax?: Record<string, string> | [string, string][]
}

export const endMark = Buffer.alloc(1024)

export function tarOf(entries: readonly CraftedEntry[], end: Buffer = endMark): Buffer {
  return Buffer.concat([...entries.map(entryBytes), end])
}

export function entryBytes(entry: CraftedEntry): Buffer {
  const extension = entry.pax ? paxEntry('x', entry.pax) : Buffer.alloc(0)
  const content = Buffer.from(entry.content ?? '')
  return Buffer.concat([extension, headerBlock({ ...entry, size: entry.size ?? content.length }), padded(content)])
}

export function paxEntry(typeflag: 'x' | 'g', pax: Record<string, string> | [string, string][]): Buffer {
  const records = Buffer.concat((Array.isArray(pax) ? pax : Object.entries(pax)).map(([k, v]) => paxRecord(k, v)))
  return Buffer.concat([headerBlock({ name: 'PaxHeaders/x', typeflag, size: records.length }), padded(records)])
}

export function paxRecord(keyword: string, value: string): Buffer {
  const body = Buffer.from(` ${keyword}=${value}\n`)
  let length = body.length + 1
  while (String(length).length + body.length !== length) length += 1
  return Buffer.concat([Buffer.from(String(length)), body])
}

export function headerBlock(entry: CraftedEntry): Buffer {
  const block = Buffer.alloc(512)
  const octal = (value: number, at: number, length: number) =>
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1')
  Buffer.from(entry.name).copy(block, 0, 0, 100)
  octal(entry.mode ?? 0o644, 100, 8)
  octal(entry.uid ?? 0, 108, 8)
  octal(entry.gid ?? 0, 116, 8)
  octal(entry.size ?? 0, 124, 12)
  octal(entry.mtime ?? 1_700_000_000, 136, 12)
  block.write(entry.typeflag ?? '0', 156, 'latin1')
  Buffer.from(entry.linkname ?? '').copy(block, 157, 0, 100)
  block.write(entry.magic ?? 'ustar\x0000', 257, 'latin1')
  block.write(entry.uname ?? '', 265, 'latin1')
  block.write(entry.gname ?? '', 297, 'latin1')
  octal(entry.device?.[0] ?? 0, 329, 8)
  octal(entry.device?.[1] ?? 0, 337, 8)
  return withChecksum(block)
}

/** The block with the checksum that its bytes need. */
export function withChecksum(block: Buffer): Buffer {
  block.fill(0x20, 148, 156)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}

export function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc((512 - (content.length % 512)) % 512)])
}

export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

export interface CraftedImage {
  image: Image
  /** Its manifest and config as they were written. */
  texts: { manifest: string; config: string }
  blobs: Map<string, Buffer>
}

export interface CraftedImageOptions {
  gzip?: boolean
  /** Of gzip. */
  level?: number
  /** Docker's media types. */
  docker?: boolean
  config?: Record<string, unknown>
  history?: HistoryEntry[]
  annotations?: Record<string, string>
}

export function imageOf(tars: readonly Buffer[], options: CraftedImageOptions = {}): CraftedImage {
  const stored = tars.map(tar => (options.gzip ? gzipSync(tar, { level: options.level ?? -1 }) : tar))
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: options.config ?? {},
      rootfs: { type: 'layers', diff_ids: tars.map(sha256) },
      ...(options.history ? { history: options.history } : {}),
    }),
  )
  const types = options.docker
    ? {
        manifest: 'application/vnd.docker.distribution.manifest.v2+json',
        config: 'application/vnd.docker.container.image.v1+json',
        layer: `application/vnd.docker.image.rootfs.diff.tar${options.gzip ? '.gzip' : ''}`,
      }
    : {
        manifest: 'application/vnd.oci.image.manifest.v1+json',
        config: 'application/vnd.oci.image.config.v1+json',
        layer: `application/vnd.oci.image.layer.v1.tar${options.gzip ? '+gzip' : ''}`,
      }
  const manifest = Buffer.from(
    JSON.stringify({
      mediaType: types.manifest,
      config: descriptorOf(config, types.config),
      layers: stored.map(blob => descriptorOf(blob, types.layer)),
      ...(options.annotations ? { annotations: options.annotations } : {}),
    }),
  )
  const { image, problem } = parseImage(manifest, config)
  if (image === null) throw new Error(problem)
  const texts = { manifest: manifest.toString(), config: config.toString() }
  return { image, texts, blobs: new Map(stored.map(blob => [sha256(blob), blob])) }
}

export function descriptorOf(blob: Buffer, mediaType = 'application/vnd.oci.image.layer.v1.tar'): Descriptor {
  return { mediaType, digest: sha256(blob), size: blob.length }
}

/** A stream that comes in pieces of the given size. */
export function streamOf(bytes: Buffer, piece = 64 * 1024): Readable {
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length; at += piece) pieces.push(bytes.subarray(at, at + piece))
  return Readable.from(pieces, { objectMode: false })
}
