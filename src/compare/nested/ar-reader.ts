import { textOf } from '../../image/byte-text.ts'
import type { Entry } from '../../image/image.ts'
import { LayerError } from '../../image/layer-error.ts'
import { noRecords } from '../../image/pax.ts'
import type { EntryStream } from '../entry-stream.ts'
import type { ByteReader } from './byte-reader.ts'
import { entriesLimit } from './limits.ts'

const pieceSize = 256 * 1024
const longNamesLimit = 1024 * 1024
const nothing = noRecords()

/** Paths of the members that are no files. */
const symbolTable = '/'
const longNames = '//'

/** An ar archive (GNU, BSD or Debian) as it streams. Anything that is not in its place is a LayerError. */
export class ArReader implements EntryStream {
  #source: ByteReader
  #left = 0
  #odd = false
  #count = 0
  /** The table of long names, which is read ahead of its members: handed out as their content. */
  #names = ''
  #held: Buffer | null = null

  constructor(source: ByteReader) {
    this.#source = source
  }

  async next(): Promise<Entry | null> {
    if (this.#source.position === 0) await this.#source.take(8)
    while ((await this.chunk()) !== null);
    // A last member of odd length may lack its padding.
    if (this.#odd) await this.#source.some(1)
    this.#odd = false
    if ((await this.#source.peek(1)).length === 0) return null
    this.#count += 1
    if (this.#count > entriesLimit) throw new LayerError(`it has more than ${entriesLimit} members`)
    const at = this.#source.position
    const header = (await this.#source.take(60)).toString('latin1')
    const field = (from: number, to: number): string => header.slice(from, to).trimEnd()
    const size = number(field(48, 58), 10)
    if (!header.endsWith('`\n') || size === null) throw new LayerError(`byte ${at} is no header of a member`)
    this.#left = size
    this.#odd = size % 2 === 1
    const path = await this.#nameOf(field(0, 16))
    return {
      path,
      type: 'file',
      mode: (number(field(40, 48), 8) ?? 0) & 0o7777,
      uid: number(field(28, 34), 10) ?? 0,
      gid: number(field(34, 40), 10) ?? 0,
      ...{ uname: '', gname: '', linkTarget: '', device: '', pax: nothing },
      size: this.#left + (this.#held?.length ?? 0),
      mtime: String(number(field(16, 28), 10) ?? 0),
    }
  }

  async chunk(): Promise<Buffer | null> {
    const held = this.#held
    this.#held = null
    if (held !== null && held.length > 0) return held
    if (this.#left === 0) return null
    const piece = await this.#source.some(Math.min(this.#left, pieceSize))
    if (piece === null) throw new LayerError(`it is cut off at byte ${this.#source.position}`)
    this.#left -= piece.length
    return piece
  }

  async #nameOf(field: string): Promise<string> {
    if (field === '//') {
      if (this.#left > longNamesLimit) throw new LayerError('its table of long names is too large')
      this.#held = Buffer.from(await this.#source.take(this.#left))
      this.#names = this.#held.toString('latin1')
      this.#left = 0
      return longNames
    }
    if (field === '/' || field === '/SYM64/' || /^__\.SYMDEF/.test(field)) return symbolTable
    const long = /^\/(\d{1,9})$/.exec(field)
    if (long) return byteName(/^[^\n]*/.exec(this.#names.slice(Number(long[1])))?.[0].replace(/\/$/, '') ?? '')
    const bsd = /^#1\/(\d{1,4})$/.exec(field)
    if (!bsd) return byteName(field.replace(/\/$/, ''))
    const length = Number(bsd[1])
    if (length > this.#left) throw new LayerError('a name is longer than its member')
    this.#left -= length
    const name = byteName((await this.#source.take(length)).toString('latin1').replace(/\0+$/, ''))
    return /^__\.SYMDEF/.test(name) ? symbolTable : name
  }
}

function byteName(latin1: string): string {
  if (latin1 === '') throw new LayerError('a member has no name')
  return textOf(Buffer.from(latin1, 'latin1'))
}

/** An empty field is null: GNU leaves out what the table of long names has not. */
function number(text: string, base: 8 | 10): number | null {
  const value = (base === 8 ? /^[0-7]+$/ : /^\d+$/).test(text.trim()) ? Number.parseInt(text, base) : Number.NaN
  if (text.trim() !== '' && !Number.isSafeInteger(value))
    throw new LayerError('a header has no number where one belongs')
  return text.trim() === '' ? null : value
}
