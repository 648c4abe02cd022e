import type { Receiver, Visit } from './contents.ts'
import type { Entry } from './image.ts'
import { quoted } from './layer-error.ts'
import { entryAt, paddingOf } from './tar-buffered.ts'
import { TarBytes } from './tar-bytes.ts'
import { type Extensions, entryOf } from './tar-entry.ts'
import { ExtensionReader, isPlain } from './tar-extensions.ts'
import { parseHeader, type TarHeader } from './tar-header.ts'
import { isZero } from './zeros.ts'

/**
 * A layer's tar, read as it streams: `next()` gives entry after entry, `chunk()` the content of the one just given.
 * Nothing is read ahead of the caller, nothing of the content is kept. `next()` gives null only when the whole stream
 * was read to its proper end; anything cut off, damaged or ambiguous is a LayerError that names the place. Some builders
 * (umoci) leave out the end mark and the last padding: where all contents are there the stream's end is the end, as engines
 * read it; that nothing was cut off is for the digests to say.
 * Padding behind a file's content is not looked at: it is never unpacked.
 */
export class TarReader {
  #bytes: TarBytes
  #headers: ExtensionReader
  /** Of the entry's content, bytes not read yet; and those of the padding behind it. */
  #left = 0
  #padding = 0
  #ended = false
  #visit: Visit | null
  #receiver: Receiver | null = null

  /** `place` names the layer in errors; `visit` is shown every entry, whoever reads or skips it. */
  constructor(chunks: AsyncIterable<Buffer>, place: string, visit: Visit | null = null) {
    this.#bytes = new TarBytes(chunks, place)
    this.#headers = new ExtensionReader(this.#bytes)
    this.#visit = visit
  }

  /** Bytes of the uncompressed tar read so far. */
  get position(): number {
    return this.#bytes.position
  }

  /** The next entry; what is left of the last one's content is skipped. Null at the end. */
  async next(): Promise<Entry | null> {
    const ready = this.nextReady()
    if (ready !== null || this.#ended) return ready
    while (this.#left > 0) await this.chunk()
    this.#leave()
    const bytes = this.#bytes
    const isWhole = await bytes.skip(this.#padding)
    this.#padding = 0
    if (!isWhole) return this.#end()
    const extensions: Extensions = { pax: null, longName: null, longLink: null, facts: null }
    for (;;) {
      const at = bytes.position
      if (at > 0 && isPlain(extensions) && (await bytes.isOver())) return this.#end()
      const block = await bytes.block()
      if (isZero(block)) {
        if (!isPlain(extensions)) bytes.fail('it ends after a header that should describe another entry', at)
        await bytes.readZeros()
        return this.#end()
      }
      const header = bytes.at(at, () => parseHeader(block))
      if (await this.#headers.extend(extensions, header, at)) continue
      return await this.#begin(header, extensions, at)
    }
  }

  /** `next()` where it need not wait: null says nothing of what comes. */
  nextReady(): Entry | null {
    const start = this.#nextHeader
    if (this.#ended || start > this.#bytes.buffer.length) return null
    const found = entryAt(this.#bytes.buffer, start, this.#headers.global)
    if (found === null) return null
    this.#leave()
    this.#begun(found.entry, found.content)
    return found.entry
  }

  /** The whole content of the entry just given, left to be read, where there is one and none of it must be waited for. */
  contentReady(): Buffer | null {
    const { buffer, offset } = this.#bytes
    const end = offset + this.#left
    return this.#left === 0 || end > buffer.length ? null : buffer.subarray(offset, end)
  }

  /** The next piece of the entry's content, never empty; null when there is no more. */
  async chunk(): Promise<Buffer | null> {
    if (this.#left === 0) return null
    const bytes = this.#bytes
    if (bytes.offset === bytes.buffer.length && (await bytes.isOver()))
      bytes.fail(`it is cut off: ${this.#left} bytes of ${quoted(bytes.entry)} are missing`, bytes.position)
    const piece = bytes.take(this.#left)
    this.#left -= piece.length
    this.#receiver?.write(piece)
    return piece
  }

  /** The bytes at hand from the next header on; null where that is not at hand, or a global header changes what they say. */
  ahead(): Buffer | null {
    const start = this.#nextHeader
    if (this.#headers.global !== null || start > this.#bytes.buffer.length) return null
    this.#leave()
    return this.#bytes.buffer.subarray(start)
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
    this.#stand(last, this.#nextHeader + length)
    this.#left = 0
    this.#padding = 0
  }

  /** Lets go of the stream before its end. */
  async close(): Promise<void> {
    this.#ended = true
    await this.#bytes.close()
  }

  /** Where in the buffer it begins, or would, were the buffer longer. */
  get #nextHeader(): number {
    return this.#bytes.offset + this.#left + this.#padding
  }

  async #begin(header: TarHeader, extensions: Extensions, at: number): Promise<Entry> {
    if (header.sparse) extensions.facts = await this.#headers.oldSparseFacts(header.sparse)
    const entry = this.#bytes.at(at, () => entryOf(header, extensions, this.#headers.global))
    this.#begun(entry, this.#bytes.offset)
    return entry
  }

  #begun(entry: Entry, offset: number): void {
    this.#stand(entry, offset)
    this.#receiver = this.#visit?.(entry) ?? null
  }

  /** What is left of the entry's content, all of it at hand, is not read by the caller. */
  #leave(): void {
    if (this.#receiver === null) return
    const { buffer, offset } = this.#bytes
    if (this.#left > 0) this.#receiver.write(buffer.subarray(offset, offset + this.#left))
    this.#receiver.end()
    this.#receiver = null
  }

  /** Stands at the beginning of the entry's content. */
  #stand(entry: Entry, offset: number): void {
    this.#bytes.standAt(offset)
    this.#bytes.entry = entry.path
    this.#left = entry.size
    this.#padding = paddingOf(entry.size)
  }

  #end(): null {
    this.#ended = true
    return null
  }
}
