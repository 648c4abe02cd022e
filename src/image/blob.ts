import { createHash, type Hash } from 'node:crypto'
import { addAbortSignal, type Readable } from 'node:stream'
import { gunzipped } from './gunzip.ts'
import type { Descriptor } from './image.ts'
import { LayerError } from './layer-error.ts'
import { unzstd } from './zstd.ts'

export type Compression = 'gzip' | 'zstd' | 'none'

/** Compression of a stored layer by its first four bytes; media types are known to lie. */
export function compressionOf(first: Uint8Array): Compression {
  const [a, b, c, d] = first
  if (a === 0x1f && b === 0x8b) return 'gzip'
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return 'zstd'
  // A zstd frame to be skipped; some writers put one first.
  if (a !== undefined && (a & 0xf0) === 0x50 && b === 0x2a && c === 0x4d && d === 0x18) return 'zstd'
  return 'none'
}

/** What was done to a layer that is no plain tar either: some tools can write it, and not every engine can read it back. */
function packingUnread(first: Uint8Array, { mediaType }: Pick<Descriptor, 'mediaType'>): string | null {
  if (/\+encrypted$/.test(mediaType)) return 'it is encrypted: compare the image once it is decrypted'
  const hex = Buffer.from(first).toString('hex')
  const name = hex.startsWith('fd377a585a00') ? 'xz' : hex.startsWith('425a68') ? 'bzip2' : null
  return (
    name &&
    `it is compressed with ${name}. OCI images have layers that are plain tars, or tars in gzip or zstd: pack the layer as one of these`
  )
}

/** What no layer becomes: only runs of one byte shrink so far, and zstd makes 32 GB of a megabyte of them. */
const [leastGrown, growth] = [64 * 1024 ** 3, 250]

/** Bytes that a layer of so many stored ones may have when it is decompressed. */
export const grownLimit = (stored: number): number => Math.max(leastGrown, growth * stored)

/**
 * The uncompressed bytes of a stored layer. Ends only when the stored bytes have the descriptor's size and digest and
 * the uncompressed bytes have the diff ID; otherwise throws a LayerError. `place` names the layer in errors.
 */
export function uncompressedLayer(
  stored: Readable,
  descriptor: Descriptor,
  diffId: string,
  place: string,
  signal?: AbortSignal,
  limit = grownLimit(descriptor.size),
): AsyncGenerator<Buffer> {
  if (signal) addAbortSignal(signal, stored)
  // Whoever reads sees the error; before anyone does, it must not end the process.
  stored.on('error', () => {})
  const bytes = verified(stored, { descriptor, diffId, limit }, place, signal)
  const leave = bytes.return.bind(bytes)
  // A generator that was never asked for anything has no `finally` to run.
  bytes.return = value => {
    stored.destroy()
    return leave(value)
  }
  return bytes
}

async function* verified(
  stored: Readable,
  { descriptor, diffId, limit }: { descriptor: Descriptor; diffId: string; limit: number },
  place: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  try {
    const blob = new StoredBlob(stored, descriptor, place)
    const first = await blob.peek(6)
    const compression = compressionOf(first)
    if (compression === 'none') {
      const packing = descriptor.digest === diffId ? null : packingUnread(first, descriptor)
      if (packing !== null) fail(place, packing)
      yield* blob.bytes()
      if (descriptor.digest !== diffId) fail(place, `its bytes have the digest ${descriptor.digest}, not ${diffId}`)
    } else {
      const bytes = compression === 'gzip' ? gunzipped(blob.bytes()) : unzstd(blob.bytes())
      yield* hashed(bytes, { diffId, limit }, place, signal)
    }
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof LayerError) throw error
    const { code, message = error } = (error ?? {}) as { code?: unknown; message?: unknown }
    const damaged = code === 'Z_DATA_ERROR' ? 'its compressed bytes are damaged: ' : ''
    throw new LayerError(`it could not be read: ${damaged}${String(message)}`, place, { cause: error })
  } finally {
    stored.destroy()
  }
}

/** The uncompressed bytes, held against the diff ID. */
async function* hashed(
  bytes: AsyncIterable<Buffer>,
  { diffId, limit }: { diffId: string; limit: number },
  place: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const hash = hashFor(diffId, place)
  let size = 0
  for await (const chunk of bytes) {
    // What was stored in a few bytes may go on for long after the last of them was read.
    signal?.throwIfAborted()
    size += chunk.length
    if (size > limit)
      fail(
        place,
        `decompressed it has more than ${limit} bytes, which is far more than it is stored in: no image does that`,
      )
    hash.update(chunk)
    yield chunk
  }
  const found = digestText(diffId, hash)
  if (found !== diffId) fail(place, `its uncompressed bytes have the digest ${found}, not the diff ID ${diffId}`)
}

/** Stored bytes, counted and hashed as they pass. */
class StoredBlob {
  #source: AsyncIterator<Buffer>
  #descriptor: Descriptor
  #place: string
  #hash: Hash
  #size = 0
  #peeked: Buffer = Buffer.alloc(0)

  constructor(stored: Readable, descriptor: Descriptor, place: string) {
    this.#source = stored[Symbol.asyncIterator]() as AsyncIterator<Buffer>
    this.#descriptor = descriptor
    this.#place = place
    this.#hash = hashFor(descriptor.digest, place)
  }

  async peek(length: number): Promise<Buffer> {
    while (this.#peeked.length < length) {
      const chunk = await this.#read()
      if (chunk === null) break
      this.#peeked = Buffer.concat([this.#peeked, chunk])
    }
    return this.#peeked
  }

  async *bytes(): AsyncGenerator<Buffer> {
    if (this.#peeked.length > 0) yield this.#peeked
    for (let chunk = await this.#read(); chunk !== null; chunk = await this.#read()) yield chunk
    const { size, digest } = this.#descriptor
    if (this.#size !== size) fail(this.#place, `it has ${this.#size} bytes, its descriptor says ${size}`)
    const found = digestText(digest, this.#hash)
    if (found !== digest) fail(this.#place, `its bytes have the digest ${found}, not ${digest}`)
  }

  async #read(): Promise<Buffer | null> {
    const { done, value } = await this.#source.next()
    if (done) return null
    const chunk = Buffer.isBuffer(value) ? value : Buffer.from(value)
    this.#size += chunk.length
    if (this.#size > this.#descriptor.size)
      fail(this.#place, `it has more bytes than the ${this.#descriptor.size} its descriptor says`)
    this.#hash.update(chunk)
    return chunk
  }
}

function hashFor(digest: string, place: string): Hash {
  const algorithm = digest.split(':', 1)[0]
  if (algorithm !== 'sha256' && algorithm !== 'sha512') fail(place, `its digest is of an unknown kind`)
  return createHash(algorithm)
}

function digestText(like: string, hash: Hash): string {
  return `${like.split(':', 1)[0]}:${hash.digest('hex')}`
}

function fail(place: string, reason: string): never {
  throw new LayerError(reason, place)
}
