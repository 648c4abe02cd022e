import { createHash } from 'node:crypto'
import { quoted } from './layer-error.ts'
import { extensionLimit, noRecords, type PaxRecords, parsePax } from './pax.ts'
import { longText, paddingOf } from './tar-buffered.ts'
import type { TarBytes } from './tar-bytes.ts'
import type { Extensions } from './tar-entry.ts'
import type { TarHeader } from './tar-header.ts'

/** Whether nothing precedes the entry that comes. */
export const isPlain = ({ pax, longName, longLink }: Extensions): boolean =>
  pax === null && longName === null && longLink === null

/** Reads headers that only say something of the entry behind them, or of all that follow. */
export class ExtensionReader {
  /** What holds for all entries from here on; null when nothing does. */
  global: PaxRecords | null = null
  #globalBytes = 0
  #bytes: TarBytes
  #scratch: Buffer = Buffer.alloc(0)

  constructor(bytes: TarBytes) {
    this.#bytes = bytes
  }

  /** Adds what the header and its content say; false when it is that of an entry itself. `at`: where the header begins. */
  async extend(extensions: Extensions, header: TarHeader, at: number): Promise<boolean> {
    switch (header.typeflag) {
      case 'x':
        this.#once(extensions.pax, at)
        extensions.pax = await this.#records(header, at)
        return true
      case 'g':
        // Go forgets what it read for the entry that comes, other tools do not.
        if (!isPlain(extensions))
          this.#bytes.fail('a global header stands between an entry and a header that describes it', at)
        await this.#extendGlobal(header, at)
        return true
      case 'L':
        this.#once(extensions.longName, at)
        extensions.longName = longText(await this.#content(header, at))
        return true
      case 'K':
        this.#once(extensions.longLink, at)
        extensions.longLink = longText(await this.#content(header, at))
        return true
      default:
        return false
    }
  }

  /** The map of an old GNU sparse file, as a digest: a fact to compare, not a file to rebuild. */
  async oldSparseFacts(sparse: NonNullable<TarHeader['sparse']>): Promise<PaxRecords> {
    const hash = createHash('sha256').update(sparse.map)
    for (let more = sparse.extended; more; ) {
      const block = await this.#bytes.block()
      hash.update(block)
      more = block[504] !== 0
    }
    const facts = noRecords()
    facts['GNU.sparse.map'] = hash.digest('hex')
    return facts
  }

  #once(value: unknown, at: number): void {
    if (value !== null) this.#bytes.fail('an entry has two headers of one kind that describe it', at)
  }

  async #extendGlobal(header: TarHeader, at: number): Promise<void> {
    const records = await this.#records(header, at)
    this.#globalBytes += header.size
    if (this.#globalBytes > extensionLimit) this.#bytes.fail(`its global headers exceed ${extensionLimit} bytes`, at)
    this.global ??= noRecords()
    for (const keyword in records) {
      if (/^(path|linkpath|size|GNU\.sparse\..*)$/s.test(keyword))
        this.#bytes.fail(`a global header sets ${quoted(keyword)} for all entries`, at)
      this.global[keyword] = records[keyword] as string
    }
  }

  async #records(header: TarHeader, at: number): Promise<PaxRecords> {
    const bytes = await this.#content(header, at)
    return this.#bytes.at(at, () => parsePax(bytes))
  }

  /** Its bytes, until the next header is read. */
  async #content({ size }: TarHeader, at: number): Promise<Buffer> {
    if (size > extensionLimit) this.#bytes.fail(`a header is extended by more than ${extensionLimit} bytes`, at)
    // Used again and again: a layer may have a megabyte of them before each entry.
    if (this.#scratch.length < size) this.#scratch = Buffer.alloc(size)
    const content = this.#scratch.subarray(0, size)
    if (!(await this.#bytes.fill(content))) this.#bytes.fail('it is cut off in a header', at)
    if (!(await this.#bytes.skip(paddingOf(size))))
      this.#bytes.fail('it is cut off in the padding of a header', this.#bytes.position)
    return content
  }
}
