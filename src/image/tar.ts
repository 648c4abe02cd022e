import { createHash } from 'node:crypto'
import type { Receiver, Visit } from './contents.ts'
import type { Entry } from './image.ts'
import { LayerError, quoted } from './layer-error.ts'
import { extensionLimit, noRecords, type PaxRecords, parsePax } from './pax.ts'
import { entryAt, longText, paddingOf } from './tar-buffered.ts'
import { type Extensions, entryOf } from './tar-entry.ts'
import { blockSize, parseHeader, type TarHeader } from './tar-header.ts'

const empty = Buffer.alloc(0)
const zeros = Buffer.alloc(blockSize)

/**
 * A layer's tar, read as it streams: `next()` gives entry after entry, `chunk()` the content of the one just given.
 * Nothing is read ahead of the caller, nothing of the content is kept. `next()` gives null only when the whole stream
 * was read to its proper end; anything cut off, damaged or ambiguous is a LayerError that names the place. Some builders
 * (umoci) leave out the end mark and the last padding: where all contents are there the stream's end is the end, as engines
 * read it; that nothing was cut off is for the digests to say.
 * Padding behind a file's content is not looked at: it is never unpacked.
 */
export class TarReader {
  /** Bytes of the uncompressed tar read so far. */
  position = 0
  #chunks: AsyncIterator<Buffer>
  #place: string
  #buffer: Buffer = empty
  #scratch: Buffer = empty
  #offset = 0
  #left = 0
  #padding = 0
  #ended = false
  #global: PaxRecords | null = null
  #globalBytes = 0
  #entry = ''
  #visit: Visit | null
  #receiver: Receiver | null = null

  /** `place` names the layer in errors; `visit` is shown every entry, whoever reads or skips it. */
  constructor(chunks: AsyncIterable<Buffer>, place: string, visit: Visit | null = null) {
    this.#chunks = chunks[Symbol.asyncIterator]()
    this.#place = place
    this.#visit = visit
  }

  /** The next entry; what is left of the last one's content is skipped. Null at the end. */
  async next(): Promise<Entry | null> {
    const ready = this.nextReady()
    if (ready !== null || this.#ended) return ready
    while (this.#left > 0) await this.chunk()
    this.#leave()
    if (this.#padding > 0 && !(await this.#skipPadding())) return this.#end()
    const extensions: Extensions = { pax: null, longName: null, longLink: null, facts: null }
    for (;;) {
      const at = this.position
      if (at > 0 && isPlain(extensions) && (await this.#isOver())) return this.#end()
      const block = await this.#block()
      if (block.equals(zeros)) {
        if (!isPlain(extensions)) this.#fail('it ends after a header that should describe another entry', at)
        await this.#readEnd()
        return null
      }
      const header = this.#at(at, () => parseHeader(block))
      if (await this.#extend(extensions, header, at)) continue
      return await this.#begin(header, extensions, at)
    }
  }

  /** `next()` where it need not wait: null says nothing of what comes. */
  nextReady(): Entry | null {
    const start = this.#offset + this.#left + this.#padding
    if (this.#ended || start > this.#buffer.length) return null
    const found = entryAt(this.#buffer, start, this.#global)
    if (found === null) return null
    this.#leave()
    this.#begun(found.entry, found.content)
    return found.entry
  }

  /** The whole content of the entry just given, left to be read, where there is one and none of it must be waited for. */
  contentReady(): Buffer | null {
    const end = this.#offset + this.#left
    return this.#left === 0 || end > this.#buffer.length ? null : this.#buffer.subarray(this.#offset, end)
  }

  /** The next piece of the entry's content, never empty; null when there is no more. */
  async chunk(): Promise<Buffer | null> {
    if (this.#left === 0) return null
    if (this.#offset === this.#buffer.length && !(await this.#fill()))
      this.#fail(`it is cut off: ${this.#left} bytes of ${quoted(this.#entry)} are missing`, this.position)
    const bytes = this.#take(this.#left)
    this.#left -= bytes.length
    this.#receiver?.write(bytes)
    return bytes
  }

  /** The bytes at hand from the next header on; null where that is not at hand, or a global header changes what they say. */
  ahead(): Buffer | null {
    const start = this.#offset + this.#left + this.#padding
    if (this.#global !== null || start > this.#buffer.length) return null
    this.#leave()
    return this.#buffer.subarray(start)
  }

  /** Somebody else read an entry of `ahead()`; false when nobody is interested in it. */
  show(entry: Entry, content: Buffer): boolean {
    const receiver = this.#visit?.(entry) ?? null
    if (content.length > 0) receiver?.write(content)
    receiver?.end()
    return receiver !== null
  }

  /** The first so many bytes of `ahead()` were read by somebody else: entries with their contents, this one last. */
  pass(last: Entry, length: number): void {
    this.#stand(last, this.#offset + this.#left + this.#padding + length)
    this.#left = 0
    this.#padding = 0
  }

  /** Lets go of the stream before its end. */
  async close(): Promise<void> {
    this.#ended = true
    await this.#chunks.return?.()
  }

  async #begin(header: TarHeader, extensions: Extensions, at: number): Promise<Entry> {
    if (header.sparse) extensions.facts = await this.#oldSparseFacts(header.sparse)
    const entry = this.#at(at, () => entryOf(header, extensions, this.#global))
    this.#begun(entry, this.#offset)
    return entry
  }

  #begun(entry: Entry, offset: number): void {
    this.#stand(entry, offset)
    this.#receiver = this.#visit?.(entry) ?? null
  }

  /** What is left of the entry's content, all of it at hand, is not read by the caller. */
  #leave(): void {
    if (this.#receiver === null) return
    if (this.#left > 0) this.#receiver.write(this.#buffer.subarray(this.#offset, this.#offset + this.#left))
    this.#receiver.end()
    this.#receiver = null
  }

  /** Stands at the beginning of the entry's content. */
  #stand(entry: Entry, offset: number): void {
    this.position += offset - this.#offset
    this.#offset = offset
    this.#entry = entry.path
    this.#left = entry.size
    this.#padding = paddingOf(entry.size)
  }

  /** Reads a header that only describes the next one; false when it is an entry itself. */
  async #extend(extensions: Extensions, header: TarHeader, at: number): Promise<boolean> {
    switch (header.typeflag) {
      case 'x':
        this.#once(extensions.pax, at)
        extensions.pax = await this.#records(header, at)
        return true
      case 'g':
        await this.#extendGlobal(header, at)
        return true
      case 'L':
        this.#once(extensions.longName, at)
        extensions.longName = await this.#longText(header, at)
        return true
      case 'K':
        this.#once(extensions.longLink, at)
        extensions.longLink = await this.#longText(header, at)
        return true
      default:
        return false
    }
  }

  #once(value: unknown, at: number): void {
    if (value !== null) this.#fail('an entry has two headers of one kind that describe it', at)
  }

  async #extendGlobal(header: TarHeader, at: number): Promise<void> {
    const records = await this.#records(header, at)
    this.#globalBytes += header.size
    if (this.#globalBytes > extensionLimit) this.#fail(`its global headers exceed ${extensionLimit} bytes`, at)
    this.#global ??= noRecords()
    for (const keyword in records) {
      if (/^(path|linkpath|size|GNU\.sparse\..*)$/.test(keyword))
        this.#fail(`a global header sets ${quoted(keyword)} for all entries`, at)
      this.#global[keyword] = records[keyword] as string
    }
  }

  async #records(header: TarHeader, at: number): Promise<PaxRecords> {
    const bytes = await this.#extension(header, at)
    return this.#at(at, () => parsePax(bytes))
  }

  async #longText(header: TarHeader, at: number): Promise<string> {
    return longText(await this.#extension(header, at))
  }

  /** Its bytes, until the next header is read. */
  async #extension(header: TarHeader, at: number): Promise<Buffer> {
    if (header.size > extensionLimit) this.#fail(`a header is extended by more than ${extensionLimit} bytes`, at)
    // Used again and again: a layer may have a megabyte of them before each entry.
    if (this.#scratch.length < header.size) this.#scratch = Buffer.alloc(header.size)
    const bytes = this.#scratch.subarray(0, header.size)
    for (let filled = 0; filled < bytes.length; ) {
      if (this.#offset === this.#buffer.length && !(await this.#fill())) this.#fail('it is cut off in a header', at)
      filled += this.#take(bytes.length - filled).copy(bytes, filled)
    }
    this.#padding = paddingOf(header.size)
    if (!(await this.#skipPadding())) this.#fail('it is cut off in the padding of a header', this.position)
    return bytes
  }

  /** The map of an old GNU sparse file, as a digest: a fact to compare, not a file to rebuild. */
  async #oldSparseFacts(sparse: NonNullable<TarHeader['sparse']>): Promise<PaxRecords> {
    const hash = createHash('sha256').update(sparse.map)
    for (let more = sparse.extended; more; ) {
      const block = await this.#block()
      hash.update(block)
      more = block[504] !== 0
    }
    const facts = noRecords()
    facts['GNU.sparse.map'] = hash.digest('hex')
    return facts
  }

  /** After the first zero block only zeros may come: whatever else is there, some tool would unpack it. */
  async #readEnd(): Promise<void> {
    for (;;) {
      if (this.#offset === this.#buffer.length && !(await this.#fill())) break
      const at = this.position
      const rest = this.#take(this.#buffer.length)
      if (!isZero(rest)) this.#fail('there is something behind its end mark', at)
    }
    this.#ended = true
  }

  /** False where the stream ended before. */
  async #skipPadding(): Promise<boolean> {
    while (this.#padding > 0) {
      if (await this.#isOver()) return false
      this.#padding -= this.#take(this.#padding).length
    }
    return true
  }

  async #isOver(): Promise<boolean> {
    return this.#offset === this.#buffer.length && !(await this.#fill())
  }

  #end(): null {
    this.#ended = true
    return null
  }

  async #block(): Promise<Buffer> {
    const at = this.position
    if (this.#buffer.length - this.#offset >= blockSize) return this.#take(blockSize)
    const block = Buffer.alloc(blockSize)
    for (let filled = 0; filled < blockSize; ) {
      if (this.#offset === this.#buffer.length && !(await this.#fill()))
        this.#fail(filled === 0 ? 'it is cut off: there is no end mark' : 'it is cut off in a header', at)
      filled += this.#take(blockSize - filled).copy(block, filled)
    }
    return block
  }

  #take(most: number): Buffer {
    const bytes = this.#buffer.subarray(this.#offset, this.#offset + most)
    this.#offset += bytes.length
    this.position += bytes.length
    return bytes
  }

  async #fill(): Promise<boolean> {
    for (;;) {
      const { done, value } = await this.#chunks.next()
      if (done) return false
      if (value.length === 0) continue
      this.#buffer = value
      this.#offset = 0
      return true
    }
  }

  #at<T>(at: number, work: () => T): T {
    try {
      return work()
    } catch (error) {
      if (error instanceof LayerError && error.place === '') this.#fail(error.reason, at)
      throw error
    }
  }

  #fail(reason: string, at: number): never {
    const behind = this.#entry === '' ? '' : `, behind ${quoted(this.#entry)}`
    throw new LayerError(reason, `${this.#place}, byte ${at} of its tar${behind}`)
  }
}

function isPlain(extensions: Extensions): boolean {
  return extensions.pax === null && extensions.longName === null && extensions.longLink === null
}

function isZero(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at += blockSize) {
    const part = bytes.subarray(at, at + blockSize)
    if (!part.equals(part.length === blockSize ? zeros : zeros.subarray(0, part.length))) return false
  }
  return true
}
