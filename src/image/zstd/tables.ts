import { BackwardBits } from './bits.ts'

/** States of a finite state entropy code (RFC 8878, 4.1). */
export interface FseTable {
  log: number
  symbols: Uint8Array
  bits: Uint8Array
  base: Uint16Array
}

/** A prefix code: by the next `log` bits, the symbol and how many of them it takes. */
export interface HuffmanTable {
  log: number
  symbols: Uint8Array
  bits: Uint8Array
}

/** `counts`: of 2 ** log states how many each symbol has; -1 is one that is less than one. */
export function fseTable(counts: readonly number[], log: number): FseTable {
  const size = 2 ** log
  const [symbols, bits, base] = [new Uint8Array(size), new Uint8Array(size), new Uint16Array(size)]
  let high = size
  counts.forEach((count, symbol) => {
    if (count === -1) symbols[--high] = symbol
  })
  const step = (size >> 1) + (size >> 3) + 3
  let at = 0
  counts.forEach((count, symbol) => {
    for (let index = 0; index < count; index++) {
      symbols[at] = symbol
      do at = (at + step) & (size - 1)
      while (at >= high)
    }
  })
  if (at !== 0) throw new Error('a zstd table is damaged')
  const next = counts.map(Math.abs)
  for (let state = 0; state < size; state++) {
    const symbol = symbols[state] as number
    const number = next[symbol] as number
    next[symbol] = number + 1
    const width = log - (31 - Math.clz32(number))
    bits[state] = width
    base[state] = (number << width) - size
  }
  return { log, symbols, bits, base }
}

/** A table of one state, which gives this symbol whenever it is asked. */
export const oneSymbol = (symbol: number): FseTable => ({
  ...{ log: 0, symbols: Uint8Array.of(symbol), bits: new Uint8Array(1), base: new Uint16Array(1) },
})

/** Reads the counts of a table (4.1.1); `at` is where the next thing begins. */
export function readFseTable(
  bytes: Uint8Array,
  start: number,
  end: number,
  { maxLog, maxSymbol }: { maxLog: number; maxSymbol: number },
): { table: FseTable; at: number } {
  let position = start * 8
  const peek = (count: number): number => {
    const at = position >>> 3
    const word = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16)
    return (word >>> (position & 7)) & (2 ** count - 1)
  }
  const log = peek(4) + 5
  position += 4
  if (log > maxLog) throw new Error('a zstd table is too large')
  const counts: number[] = []
  let [remaining, threshold, width] = [2 ** log + 1, 2 ** log, log + 1]
  while (remaining > 1 && counts.length <= maxSymbol) {
    const most = 2 * threshold - 1 - remaining
    let value = peek(width - 1)
    if (value < most) position += width - 1
    else {
      value = peek(width)
      if (value >= threshold) value -= most
      position += width
    }
    const count = value - 1
    remaining -= Math.abs(count)
    counts.push(count)
    for (let more = 3; count === 0 && more === 3; ) {
      more = peek(2)
      position += 2
      for (let zeros = 0; zeros < more; zeros++) counts.push(0)
      if (counts.length > maxSymbol + 1) throw new Error('a zstd table is damaged')
    }
    while (remaining < threshold && threshold > 1) {
      width--
      threshold >>= 1
    }
  }
  const at = (position + 7) >>> 3
  if (remaining !== 1 || at > end) throw new Error('a zstd table is damaged')
  return { table: fseTable(counts, log), at }
}

/** Reads the weights of a prefix code (4.2.1). */
export function readHuffmanTable(bytes: Uint8Array, start: number, end: number): { table: HuffmanTable; at: number } {
  const header = start < end ? (bytes[start] as number) : 0
  const [from, isPlain] = [start + 1, header >= 128]
  const count = header - 127
  const at = from + (isPlain ? (count + 1) >> 1 : header)
  if (header === 0 || at > end) throw new Error('a zstd prefix code is damaged')
  const weights = isPlain
    ? Array.from({ length: count }, (_, index) => {
        const byte = bytes[from + (index >> 1)] as number
        return index % 2 === 0 ? byte >> 4 : byte & 15
      })
    : packedWeights(bytes, from, at)
  return { table: huffmanTable(weights), at }
}

function packedWeights(bytes: Uint8Array, start: number, end: number): number[] {
  const { table, at } = readFseTable(bytes, start, end, { maxLog: 6, maxSymbol: 12 })
  const bits = new BackwardBits(bytes, at, end)
  const states = [bits.read(table.log), bits.read(table.log)] as [number, number]
  const weights: number[] = []
  for (let turn: 0 | 1 = 0; weights.length < 255; turn = turn === 0 ? 1 : 0) {
    const state = states[turn]
    weights.push(table.symbols[state] as number)
    states[turn] = (table.base[state] as number) + bits.read(table.bits[state] as number)
    if (bits.left >= 0) continue
    weights.push(table.symbols[states[turn === 0 ? 1 : 0]] as number)
    return weights
  }
  throw new Error('a zstd prefix code is damaged')
}

/** The weight of the last symbol is what is left to a power of two. */
function huffmanTable(given: readonly number[]): HuffmanTable {
  const sum = given.reduce((sum, weight) => sum + (weight > 0 ? 2 ** (weight - 1) : 0), 0)
  const log = sum === 0 ? 12 : 32 - Math.clz32(sum)
  const rest = 2 ** log - sum
  if (log > 11 || (rest & (rest - 1)) !== 0 || given.length > 255) throw new Error('a zstd prefix code is damaged')
  const weights = [...given, 32 - Math.clz32(rest)]
  const [symbols, bits] = [new Uint8Array(2 ** log), new Uint8Array(2 ** log)]
  let at = 0
  for (let weight = 1; weight <= log; weight++)
    weights.forEach((own, symbol) => {
      if (own !== weight) return
      const end = at + 2 ** (weight - 1)
      symbols.fill(symbol, at, end)
      bits.fill(log + 1 - weight, at, end)
      at = end
    })
  return { log, symbols, bits }
}
