import { type FseTable, fseTable, oneSymbol, readFseTable } from './tables.ts'

/** The three codes that a sequence is written in (RFC 8878, 3.1.1.3.2.1). */
export type Kind = 'literals' | 'offset' | 'match'

interface Code {
  maxLog: number
  maxSymbol: number
  predefined: FseTable
}

const counted = (text: string): number[] => text.split(' ').map(Number)

export const codes: Readonly<Record<Kind, Code>> = {
  literals: {
    ...{ maxLog: 9, maxSymbol: 35 },
    predefined: fseTable(counted('4 3 2 2 2 2 2 2 2 2 2 2 2 1 1 1 2 2 2 2 2 2 2 2 2 3 2 1 1 1 1 1 -1 -1 -1 -1'), 6),
  },
  offset: {
    ...{ maxLog: 8, maxSymbol: 31 },
    predefined: fseTable(counted('1 1 1 1 1 1 2 2 2 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 -1 -1 -1 -1 -1'), 5),
  },
  match: {
    ...{ maxLog: 9, maxSymbol: 52 },
    predefined: fseTable(
      counted(
        '1 4 3 2 2 2 2 2 2 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 -1 -1 -1 -1 -1 -1 -1',
      ),
      6,
    ),
  },
}

/** By code: the least length, and how many bits say what is to be added. */
const lengths = (least: number, widths: readonly number[]): { base: Uint32Array; bits: Uint8Array } => {
  const base = new Uint32Array(widths.length)
  let next = least
  widths.forEach((width, code) => {
    base[code] = next
    next += 2 ** width
  })
  return { base, bits: Uint8Array.from(widths) }
}
const zeros = (count: number): number[] => new Array(count).fill(0)

export const literalLengths = lengths(0, [...zeros(16), ...counted('1 1 1 1 2 2 3 3 4 6 7 8 9 10 11 12 13 14 15 16')])
export const matchLengths = lengths(3, [...zeros(32), ...counted('1 1 1 1 2 2 3 3 4 4 5 7 8 9 10 11 12 13 14 15 16')])

/** The table of a code as a block says it: the usual one, one symbol, a new one, or that of the block before. */
export function readTable(
  kind: Kind,
  mode: number,
  { bytes, at, end }: { bytes: Uint8Array; at: number; end: number },
  before: FseTable | undefined,
): { table: FseTable; at: number } {
  const { maxLog, maxSymbol, predefined } = codes[kind]
  if (mode === 0) return { table: predefined, at }
  if (mode === 2) return readFseTable(bytes, at, end, { maxLog, maxSymbol })
  if (mode === 3) {
    if (before === undefined) throw new Error('a zstd block repeats a table that there is not')
    return { table: before, at }
  }
  const symbol = bytes[at]
  if (at >= end || symbol === undefined || symbol > maxSymbol) throw new Error('a zstd table is damaged')
  return { table: oneSymbol(symbol), at: at + 1 }
}
