import { BackwardBits } from './bits.ts'
import { type Kind, literalLengths, matchLengths, readTable } from './sequences.ts'
import { type FseTable, type HuffmanTable, readHuffmanTable } from './tables.ts'

/** No block gives more (RFC 8878, 3.1.1.2.3). */
export const blockLimit = 128 * 1024

/** What the blocks of a frame hand on to each other. */
export interface FrameState {
  huffman?: HuffmanTable
  tables: Partial<Record<Kind, FseTable>>
  /** The last three offsets. */
  offsets: [number, number, number]
}

export const newFrame = (): FrameState => ({ tables: {}, offsets: [1, 4, 8] })

const damaged = (): never => {
  throw new Error('a zstd block is damaged')
}

const literals = new Uint8Array(blockLimit)

/**
 * Decodes a compressed block behind `at` in `out`, where the window lies before it.
 * @param out has room for a whole block behind `at`
 * @param least what is before it belongs to no window
 * @returns where the block's content ends
 */
export function decodeBlock(block: Uint8Array, frame: FrameState, out: Uint8Array, at: number, least: number): number {
  const { size, next } = readLiterals(block, frame)
  let from = next
  const first = block[from++] ?? damaged()
  let count = first
  if (first === 255) count = (block[from++] ?? damaged()) + ((block[from++] ?? damaged()) << 8) + 0x7f00
  else if (first >= 128) count = ((first - 128) << 8) + (block[from++] ?? damaged())
  if (count === 0) {
    if (from !== block.length) damaged()
    out.set(literals.subarray(0, size), at)
    return at + size
  }
  const modes = block[from++] ?? damaged()
  if ((modes & 3) !== 0) damaged()
  const { tables } = frame
  const read = (kind: Kind, mode: number): FseTable => {
    const found = readTable(kind, mode & 3, { bytes: block, at: from, end: block.length }, tables[kind])
    from = found.at
    tables[kind] = found.table
    return found.table
  }
  const codes = {
    literals: read('literals', modes >> 6),
    offset: read('offset', modes >> 4),
    match: read('match', modes >> 2),
  }
  return copySequences(new BackwardBits(block, from, block.length), count, codes, frame, { out, at, least, size })
}

function copySequences(
  bits: BackwardBits,
  count: number,
  { literals: l, offset: o, match: m }: Readonly<Record<Kind, FseTable>>,
  frame: FrameState,
  { out, at: start, least, size }: { out: Uint8Array; at: number; least: number; size: number },
): number {
  let [at, taken] = [start, 0]
  let [stateL, stateO, stateM] = [bits.read(l.log), bits.read(o.log), bits.read(m.log)]
  let [first, second, third] = frame.offsets
  for (let left = count; left > 0; left--) {
    const codeO = o.symbols[stateO] as number
    const codeL = l.symbols[stateL] as number
    const codeM = m.symbols[stateM] as number
    let offset = codeO === 31 ? 2 ** 31 + bits.read(31) : (1 << codeO) + bits.read(codeO)
    const match = (matchLengths.base[codeM] as number) + bits.read(matchLengths.bits[codeM] as number)
    const length = (literalLengths.base[codeL] as number) + bits.read(literalLengths.bits[codeL] as number)
    // The first three values stand for the last three offsets; without literals before, for others of them.
    const which = offset > 3 ? 0 : length === 0 ? offset + 1 : offset
    if (which === 0) offset -= 3
    else if (which === 1) offset = first
    else if (which === 2) offset = second
    else offset = which === 3 ? third : first - 1
    if (which !== 1) {
      if (which !== 2) third = second
      second = first
      first = offset
    }
    if (left > 1) {
      stateL = (l.base[stateL] as number) + bits.read(l.bits[stateL] as number)
      stateM = (m.base[stateM] as number) + bits.read(m.bits[stateM] as number)
      stateO = (o.base[stateO] as number) + bits.read(o.bits[stateO] as number)
    }
    const from = at + length - offset
    const isSound = bits.left >= 0 && offset > 0 && from >= least
    if (!isSound || taken + length > size || at + length + match - start > blockLimit) damaged()
    if (length > 64) out.set(literals.subarray(taken, taken + length), at)
    else for (let index = 0; index < length; index++) out[at + index] = literals[taken + index] as number
    at += length
    taken += length
    if (offset >= match && match > 64) out.copyWithin(at, from, from + match)
    else for (let index = 0; index < match; index++) out[at + index] = out[from + index] as number
    at += match
  }
  if (bits.left !== 0 || at + size - taken - start > blockLimit) damaged()
  frame.offsets = [first, second, third]
  out.set(literals.subarray(taken, size), at)
  return at + size - taken
}

/** Fills `literals`; `next` is where the sequences begin. */
function readLiterals(block: Uint8Array, frame: FrameState): { size: number; next: number } {
  const byte = (index: number): number => block[index] ?? damaged()
  const first = byte(0)
  const [type, format] = [first & 3, (first >> 2) & 3]
  if (type < 2) {
    const size = format % 2 === 0 ? first >> 3 : (first >> 4) + (byte(1) << 4) + (format === 3 ? byte(2) << 12 : 0)
    const from = format % 2 === 0 ? 1 : format === 1 ? 2 : 3
    const next = from + (type === 0 ? size : 1)
    if (size > blockLimit || next > block.length) damaged()
    if (type === 0) literals.set(block.subarray(from, next))
    else literals.fill(byte(from), 0, size)
    return { size, next }
  }
  const width = [10, 10, 14, 18][format] as number
  const from = format < 2 ? 3 : format + 2
  let header = 0
  for (let index = from - 1; index >= 0; index--) header = header * 256 + byte(index)
  const size = Math.floor(header / 16) % 2 ** width
  const next = from + Math.floor(header / 2 ** (4 + width))
  if (size > blockLimit || next > block.length) damaged()
  let at = from
  if (type === 2) {
    const read = readHuffmanTable(block, at, next)
    frame.huffman = read.table
    at = read.at
  }
  const { huffman } = frame
  if (huffman === undefined) throw new Error('a zstd block repeats a prefix code that there is not')
  if (format === 0) unpack(huffman, block, at, next, 0, size)
  else unpackFour(huffman, block, at, next, size)
  return { size, next }
}

/** Four streams; the sizes of three of them stand before. */
function unpackFour(huffman: HuffmanTable, block: Uint8Array, at: number, end: number, size: number): void {
  const part = (size + 3) >> 2
  if (at + 6 > end || part * 3 > size) damaged()
  let from = at + 6
  for (let stream = 0; stream < 4; stream++) {
    const length = (block[at + 2 * stream] as number) + ((block[at + 2 * stream + 1] as number) << 8)
    const to = stream === 3 ? end : from + length
    if (to > end) damaged()
    unpack(huffman, block, from, to, stream * part, stream === 3 ? size : (stream + 1) * part)
    from = to
  }
}

function unpack(huffman: HuffmanTable, block: Uint8Array, start: number, end: number, from: number, to: number): void {
  const { log, symbols, bits: widths } = huffman
  const bits = new BackwardBits(block, start, end)
  for (let at = from; at < to; at++) {
    const index = bits.peek(log)
    literals[at] = symbols[index] as number
    bits.left -= widths[index] as number
  }
  if (bits.left !== 0) damaged()
}
