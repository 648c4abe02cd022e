// Writes one side of a pair of images as an OCI layout, layer by layer, from whatever entries a shape asks for.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

/**
 * An entry: `path`, and what is not usual of `type` (a tar's type flag), `content` (bytes, or a function that gives pieces of
 * `size` bytes together), `link`, `mode`, `mtime`, `pax`. A layer: a function that gives entries. The image: `layers`, and what
 * is not usual of `config`, `history`, `gzip`, `annotations`.
 */
export async function writeLayout(folder, { layers, config = {}, history, gzip = false, annotations }) {
  const blobs = join(folder, 'blobs', 'sha256')
  mkdirSync(blobs, { recursive: true })
  const written = []
  for (const layer of layers) written.push(await writeLayer(blobs, layer, gzip))
  const write = value => {
    const bytes = Buffer.from(JSON.stringify(value))
    const hex = createHash('sha256').update(bytes).digest('hex')
    writeFileSync(join(blobs, hex), bytes)
    return { digest: `sha256:${hex}`, size: bytes.length }
  }
  const kind = name => `application/vnd.oci.image.${name}`
  const configBlob = write({
    ...{ architecture: 'amd64', os: 'linux', created: '2023-11-14T22:13:20Z', config: {}, ...config },
    rootfs: { type: 'layers', diff_ids: written.map(({ diffId }) => diffId) },
    history: history ?? written.map((_, at) => ({ created_by: `RUN /bin/sh -c make layer ${at} # buildkit` })),
  })
  const manifest = write({
    ...{ schemaVersion: 2, mediaType: kind('manifest.v1+json'), ...(annotations ? { annotations } : {}) },
    config: { mediaType: kind('config.v1+json'), ...configBlob },
    layers: written.map(({ digest, size }) => ({
      ...{ mediaType: kind(gzip ? 'layer.v1.tar+gzip' : 'layer.v1.tar'), digest, size },
    })),
  })
  const index = {
    ...{ mediaType: kind('manifest.v1+json'), ...manifest },
    platform: { architecture: 'amd64', os: 'linux' },
  }
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [index] }))
}

async function writeLayer(blobs, entries, gzip) {
  const part = join(blobs, 'part')
  const file = createWriteStream(part, { highWaterMark: 1 << 20 })
  const [stored, plain] = [createHash('sha256'), createHash('sha256')]
  let size = 0
  const store = bytes => {
    stored.update(bytes)
    size += bytes.length
  }
  const sink = gzip ? createGzip({ level: 1, chunkSize: 1 << 18 }) : file
  if (gzip) sink.on('data', store).pipe(file)
  let waiting = []
  let length = 0
  const flush = async () => {
    const bytes = Buffer.concat(waiting)
    waiting = []
    length = 0
    plain.update(bytes)
    if (!gzip) store(bytes)
    if (!sink.write(bytes)) await once(sink, 'drain')
  }
  for (const bytes of tarOf(entries())) {
    waiting.push(bytes)
    length += bytes.length
    if (length > 1 << 20) await flush()
  }
  await flush()
  sink.end()
  await finished(file)
  const hex = stored.digest('hex')
  renameSync(part, join(blobs, hex))
  return { digest: `sha256:${hex}`, size, diffId: `sha256:${plain.digest('hex')}` }
}

export function* tarOf(entries) {
  for (const entry of entries) {
    const pieces = typeof entry.content === 'function' ? entry.content() : [entry.content ?? Buffer.alloc(0)]
    const size = entry.size ?? entry.content?.length ?? 0
    const pax = { ...entry.pax }
    if (Buffer.byteLength(entry.path) > 100) pax.path = entry.path
    if (Buffer.byteLength(entry.link ?? '') > 100) pax.linkpath = entry.link
    const records = Object.entries(pax).map(recordOf).join('')
    if (records !== '')
      yield* padded(header({ path: 'pax', type: 'x' }, Buffer.byteLength(records)), [Buffer.from(records)])
    yield* padded(header(entry, size), pieces)
  }
  yield Buffer.alloc(1024)
}

function* padded(head, pieces) {
  yield head
  let length = 0
  for (const piece of pieces) {
    yield piece
    length += piece.length
  }
  if (length % 512 > 0) yield Buffer.alloc(512 - (length % 512))
}

/** `length keyword=value`, where the length counts itself. */
function recordOf([keyword, value]) {
  const rest = ` ${keyword}=${value}\n`
  const size = Buffer.byteLength(rest)
  let length = size + String(size).length
  if (size + String(length).length !== length) length = size + String(length).length
  return `${length}${rest}`
}

function header({ path, type = '0', link = '', mode = 0o644, mtime = 1_700_000_000 }, size) {
  const block = Buffer.alloc(512)
  const octal = (value, digits) => `${value.toString(8).padStart(digits, '0')}\0`
  block.write(path.slice(0, 100), 0, 100)
  block.write(`${octal(mode, 7)}${octal(0, 7)}${octal(0, 7)}${octal(size, 11)}${octal(mtime, 11)}        ${type}`, 100)
  block.write(link.slice(0, 100), 157, 100)
  block.write('ustar\x0000', 257)
  let sum = 0
  for (const byte of block) sum += byte
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}
