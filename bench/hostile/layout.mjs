// Layouts written blob by blob, so that every field may lie.
import { createHash } from 'node:crypto'
import { closeSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'

const kind = name => `application/vnd.oci.image.${name}`
export const manifestType = kind('manifest.v1+json')
export const indexType = kind('index.v1+json')
export const configType = kind('config.v1+json')
export const layerType = kind('layer.v1.tar')
export const digestOf = bytes => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

/** An OCI layout in a folder. What each method gives is a descriptor, to be changed as one likes. */
export class Layout {
  constructor(folder) {
    this.folder = folder
    mkdirSync(join(folder, 'blobs/sha256'), { recursive: true })
    this.file('oci-layout', '{"imageLayoutVersion":"1.0.0"}')
  }

  file(path, bytes) {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true })
    writeFileSync(join(this.folder, path), bytes)
    return this
  }

  /** Of bytes, or of pieces of them. */
  blob(pieces, mediaType = layerType) {
    const part = join(this.folder, 'part')
    const hash = createHash('sha256')
    let size = 0
    const file = openSync(part, 'w')
    for (const piece of Buffer.isBuffer(pieces) ? [pieces] : pieces) {
      hash.update(piece)
      size += piece.length
      writeSync(file, piece)
    }
    closeSync(file)
    const hex = hash.digest('hex')
    renameSync(part, join(this.folder, this.path(`sha256:${hex}`)))
    return { mediaType, digest: `sha256:${hex}`, size }
  }

  /** Of a value, or of bytes or a text that are to be JSON. */
  json(value, mediaType) {
    if (Buffer.isBuffer(value)) return this.blob(value, mediaType)
    return this.blob(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), mediaType)
  }

  path(digest) {
    return `blobs/${digest.replace(':', '/')}`
  }

  /** The manifest of an image of these layers; `config` and `manifest` take what the honest ones are, and give others. */
  image(layers, diffIds, { config = same, manifest = same } = {}) {
    const rootfs = { type: 'layers', diff_ids: diffIds }
    const configBlob = this.json(config({ architecture: 'amd64', os: 'linux', config: {}, rootfs }), configType)
    const own = { schemaVersion: 2, mediaType: manifestType, config: configBlob, layers }
    return { ...this.json(manifest(own), manifestType), platform: { os: 'linux', architecture: 'amd64' } }
  }

  /** Ends it: index.json with these entries, or this text. */
  index(manifests) {
    const text = typeof manifests === 'string' ? manifests : JSON.stringify({ schemaVersion: 2, manifests })
    return this.file('index.json', text).folder
  }
}

const same = value => value

/** A header of a tar, with the checksum that its bytes need; `change` writes whatever into it. */
export function header({ name, type = '0', size = 0, link = '' }, change = () => {}) {
  const block = Buffer.alloc(512)
  const octal = (value, at, digits) => block.write(`${value.toString(8).padStart(digits, '0')}\0`, at)
  block.write(name, 0, 100)
  octal(0o644, 100, 7)
  octal(0, 108, 7)
  octal(0, 116, 7)
  octal(size, 124, 11)
  octal(1_700_000_000, 136, 11)
  block.write(type, 156)
  block.write(link, 157, 100)
  block.write('ustar\x0000', 257)
  change(block)
  block.fill(' ', 148, 156)
  block.write(
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  )
  return block
}

export const padded = bytes => Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)])
export const end = Buffer.alloc(1024)

/** A file, with its PAX records before it. */
export function file(entry, content = '', pax = null) {
  const bytes = Buffer.from(content)
  const own = [header({ size: bytes.length, ...entry }), padded(bytes)]
  if (pax === null) return Buffer.concat(own)
  const records = Buffer.concat(Object.entries(pax).map(record))
  return Buffer.concat([header({ name: 'pax', type: 'x', size: records.length }), padded(records), ...own])
}

/** `length keyword=value`, where the length counts itself. */
function record([keyword, value]) {
  const rest = Buffer.concat([Buffer.from(` ${keyword}=`), Buffer.from(value), Buffer.from('\n')])
  let length = rest.length + 1
  while (String(length).length + rest.length !== length) length += 1
  return Buffer.concat([Buffer.from(String(length)), rest])
}

/** A zstd frame of so many blocks of 128 KiB of one byte each, four bytes a block; `declared`: the size that it says to have. */
export function* zstdZeros(blocks, declared = null) {
  // A window of 1 MiB; with a size of eight bytes or none.
  yield Buffer.from(declared === null ? '28b52ffd0050' : '28b52ffdc050', 'hex')
  if (declared !== null) {
    const size = Buffer.alloc(8)
    size.writeBigUInt64LE(BigInt(declared))
    yield size
  }
  const block = Buffer.alloc(4)
  block.writeUIntLE((128 * 1024 * 8) | 2, 0, 3)
  const many = Buffer.alloc(4 * 65_536, block)
  for (let left = blocks - 1; left > 0; left -= 65_536) yield many.subarray(0, 4 * Math.min(left, 65_536))
  block.writeUIntLE((128 * 1024 * 8) | 3, 0, 3)
  yield Buffer.from(block)
}
