import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { posix } from 'node:path'
import { Readable } from 'node:stream'
import { LayerError, quoted } from '../image/layer-error.ts'
import { extensionLimit, type PaxRecords, parsePax } from '../image/pax.ts'
import { type Extensions, entryOf } from '../image/tar-entry.ts'
import { blockSize, parseHeader } from '../image/tar-header.ts'
import { type Files, pieceSize, reading } from './files.ts'
import { StoreError } from './store-error.ts'

/** An image has some hundred blobs; what has more is another kind of tar, and not worth an index. */
const entryLimit = 200_000
const linkLimit = 8
/** Characters of all names and link targets together; blobs of 200,000 layers have half of them. */
const nameLimit = 32 * 1024 ** 2

/** Where an entry of the tar is: its bytes, or the path that it is a link to. */
type Place = { offset: number; size: number } | { link: string } | 'twice'

/**
 * The files in a plain tar, found by one walk over its headers: contents are skipped, nothing is unpacked.
 * @param file the tar on this disk; `place`: how people named it
 * @throws StoreError when it is no tar, or cut off
 */
export async function archiveFiles(file: string, place: string, signal: AbortSignal): Promise<Files> {
  const index = await reading(place, place, async () => {
    const handle = await open(file)
    try {
      return await indexOf(handle, place, signal)
    } finally {
      await handle.close()
    }
  })
  const find = (path: string) => placeOf(index, path, place)
  return {
    place,
    size: async path => find(path)?.size ?? null,
    nameOf: async path => find(path)?.name ?? null,
    async read(path, limit) {
      const { offset, size } = thereIs(find(path), path, index, place)
      if (size > limit) throw new StoreError(`${place}: ${quoted(path)} has ${size} bytes; at most ${limit} are read`)
      return Buffer.concat(await reading(place, path, () => streamed(file, offset, size).toArray()))
    },
    async open(path) {
      const { offset, size } = thereIs(find(path), path, index, place)
      return streamed(file, offset, size)
    },
    close: async () => {},
  }
}

interface Found {
  offset: number
  size: number
  /** The path that all links end at. */
  name: string
}

interface Index {
  places: ReadonlyMap<string, Place>
  /** It has the two zero blocks that a whole tar ends with. */
  ended: boolean
}

function streamed(file: string, offset: number, size: number): Readable {
  if (size === 0) return Readable.from([])
  return createReadStream(file, { start: offset, end: offset + size - 1, highWaterMark: pieceSize })
}

function thereIs(found: Found | null, path: string, { ended }: Index, place: string): Found {
  if (found !== null) return found
  throw new StoreError(
    `${place}: there is no ${quoted(path)}${ended ? '' : ', and the tar has no end mark: it seems to be cut off'}`,
  )
}

/** Follows links inside of the tar: an old `docker save` stores an equal layer as a link to the first one. */
function placeOf({ places }: Index, path: string, place: string): Found | null {
  let at = path
  for (let hops = 0; hops <= linkLimit; hops++) {
    const found = places.get(at)
    if (found === undefined) return null
    if (found === 'twice')
      throw new StoreError(`${place}: the tar has ${quoted(at)} twice: which one counts is unclear`)
    if (!('link' in found)) return { ...found, name: at }
    at = found.link
  }
  throw new StoreError(`${place}: the links of ${quoted(path)} lead nowhere`)
}

async function indexOf(handle: FileHandle, place: string, signal: AbortSignal): Promise<Index> {
  const { size: end } = await handle.stat()
  const places = new Map<string, Place>()
  const blocks = new Blocks(handle)
  let named = 0
  let extensions: Extensions = none()
  for (let at = 0; ; ) {
    signal.throwIfAborted()
    const block = await blocks.at(at)
    if (block === null) {
      if (at === 0 || at < end) throw new StoreError(`${place}: ${at === 0 ? 'it is empty' : cutOff(at)}`)
      return { places, ended: false }
    }
    if (block.every(byte => byte === 0)) {
      if (at === 0) throw new StoreError(`${place}: it is an empty tar`)
      return { places, ended: true }
    }
    const header = said(() => parseHeader(block), at, place)
    const extended = 'xgLK'.includes(header.typeflag)
    const entry = extended ? null : said(() => entryOf(header, extensions, null), at, place)
    const size = entry?.size ?? header.size
    const content = at + blockSize
    if (content + size > end)
      throw new StoreError(
        `${place}: ${cutOff(at)}${entry ? `: ${quoted(entry.path)} should have ${size} bytes, ${Math.max(0, end - content)} are there` : ''}`,
      )
    if (extended) {
      if (size > extensionLimit) throw new StoreError(`${place}: the header at byte ${at} has ${size} bytes`)
      const bytes = await blocks.bytes(content, size)
      extensions = said(() => extendedBy(extensions, header.typeflag, bytes), at, place)
    } else {
      extensions = none()
      if (
        entry !== null &&
        (header.typeflag === 'S' || Object.keys(entry.pax).some(key => key.startsWith('GNU.sparse')))
      )
        throw new StoreError(
          `${place}: ${quoted(entry.path)} is stored as a sparse file; pack the tar without --sparse`,
        )
      if (entry !== null) note(places, entry.path, placeIn(entry, content))
      named += (entry?.path.length ?? 0) + (entry?.linkTarget.length ?? 0)
      if (named > nameLimit)
        throw new StoreError(`${place}: the names in it take more than ${nameLimit} characters: ${noImage}`)
      if (places.size > entryLimit) throw new StoreError(`${place}: it has more than ${entryLimit} entries: ${noImage}`)
    }
    at = content + Math.ceil(size / blockSize) * blockSize
  }
}

/** What a tar or a folder of a file system is taken for. */
export const noImage =
  'these are plain files, as `docker export` or tar write them; `docker save` and `docker buildx build --output type=oci` write images'

const none = (): Extensions => ({ pax: null, longName: null, longLink: null, facts: null })
const cutOff = (at: number): string => `the tar is cut off after byte ${at}`

function extendedBy(extensions: Extensions, typeflag: string, bytes: Buffer): Extensions {
  const text = (): string => bytes.toString('utf8').split('\0', 1)[0] ?? ''
  if (typeflag === 'x') return { ...extensions, pax: parsePax(bytes) as PaxRecords }
  if (typeflag === 'L') return { ...extensions, longName: text() }
  return typeflag === 'K' ? { ...extensions, longLink: text() } : extensions
}

function placeIn(entry: ReturnType<typeof entryOf>, offset: number): Place | null {
  if (entry.type === 'file') return { offset, size: entry.size }
  if (entry.type === 'hardlink') return { link: entry.linkTarget }
  if (entry.type !== 'symlink') return null
  const target = posix.normalize(posix.join(posix.dirname(entry.path), entry.linkTarget))
  return { link: entry.linkTarget.startsWith('/') || target.startsWith('..') ? '' : target }
}

function note(places: Map<string, Place>, path: string, found: Place | null): void {
  if (found !== null) places.set(path, places.has(path) ? 'twice' : found)
}

function said<T>(read: () => T, at: number, place: string): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof LayerError)) throw error
    const what = at === 0 ? 'it is no tar' : `the tar is damaged at byte ${at}`
    throw new StoreError(`${place}: ${what}: ${error.reason}`, { cause: error })
  }
}

/** Headers lie close together or far apart: a small window serves both. */
class Blocks {
  #handle: FileHandle
  #window = Buffer.alloc(16 * 1024)
  #from = 0
  #filled = 0

  constructor(handle: FileHandle) {
    this.#handle = handle
  }

  /** The block at that byte; null where the file has none, or not all of it. */
  async at(offset: number): Promise<Buffer | null> {
    if (offset < this.#from || offset + blockSize > this.#from + this.#filled) {
      const { bytesRead } = await this.#handle.read(this.#window, 0, this.#window.length, offset)
      this.#from = offset
      this.#filled = bytesRead
    }
    const start = offset - this.#from
    return start + blockSize > this.#filled ? null : Buffer.from(this.#window.subarray(start, start + blockSize))
  }

  async bytes(offset: number, length: number): Promise<Buffer> {
    const bytes = Buffer.alloc(length)
    await this.#handle.read(bytes, 0, length, offset)
    return bytes
  }
}
