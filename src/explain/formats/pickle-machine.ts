import type { PickleLeaf, Value } from './pickle-value.ts'
import { itemSize, markArray, momentOf, other, typeOf } from './pickle-value.ts'

/** The pickle goes on behind the bytes that are here, or is longer than is read. */
export class Truncated extends Error {}

const memoLimit = 400_000
const nameLimit = 500

/** Python's unpickling machine as far as its stack, marks and memo go: it notes what the pickle holds and makes no object. */
export class PickleMachine {
  readonly leaves: PickleLeaf[] = []
  /** A set or a frozenset was made. */
  sets = false
  #at = 0
  readonly #stack: Value[] = []
  readonly #marks: number[] = []
  readonly #memo: Value[] = []
  readonly #bytes: Buffer

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  take(length: number): Buffer {
    if (length < 0 || this.#at + length > this.#bytes.length) throw new Truncated()
    const taken = this.#bytes.subarray(this.#at, this.#at + length)
    this.#at += length
    return taken
  }

  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at)
    if (end < 0) throw new Truncated()
    const line = this.#bytes.toString('utf8', this.#at, end)
    this.#at = end + 1
    return line
  }

  /** Bytes after their length, which is written in 1, 4 or 8 bytes. */
  counted(size: 1 | 4 | 8): Buffer {
    const length = this.take(size)
    return this.take(size === 8 ? Number(length.readBigUInt64LE()) : length.readUIntLE(0, size))
  }

  get top(): Value {
    return this.#stack.at(-1) ?? other
  }

  push(value: Value): void {
    this.#stack.push(value)
  }

  pop(): Value {
    return this.#stack.pop() ?? other
  }

  /** The uppermost values, in the order in which they were pushed. */
  popLast(count: number): Value[] {
    return this.#stack.splice(-count)
  }

  mark(): void {
    this.#marks.push(this.#stack.length)
  }

  popToMark(): Value[] {
    return this.#stack.splice(this.#marks.pop() ?? 0)
  }

  memoize(index: number): void {
    if (index < memoLimit) this.#memo[index] = this.top
  }

  memoizeNext(): void {
    this.memoize(this.#memo.length)
  }

  recall(index: number): void {
    this.push(this.#memo[index] ?? other)
  }

  text(text: string): void {
    this.leaves.push({ kind: 'text', text })
    this.push({ kind: 'text', text })
  }

  integer(number: number, text = String(number)): void {
    this.leaves.push({ kind: 'integer', text })
    this.push({ kind: 'number', number })
  }

  float(bytes: Buffer): void {
    this.leaves.push({ kind: 'float', bytes })
    this.push(other)
  }

  raw(bytes: Buffer): void {
    const leaf = { kind: 'bytes' as const, bytes, array: null }
    this.push({ kind: 'bytes', leaf, index: this.leaves.length })
    this.leaves.push(leaf)
  }

  /** A name longer than any is none: it would be searched again for every call. */
  object(name: string, items: Value[]): void {
    this.push({ kind: 'object', name: name.length > nameLimit ? '' : name, items, state: null })
  }

  /** `callable(*items)`: what numpy and datetime make of bytes gets its meaning. */
  call(callable: Value, items: Value): void {
    const name = callable.kind === 'object' ? callable.name : ''
    const list = items.kind === 'tuple' ? items.items : []
    if (/\bset$/.test(name)) this.sets = true
    if (name === 'datetime.datetime') this.#datetime(list[0])
    if (/multiarray\.scalar$/.test(name)) markArray(list[1], list[0])
    if (/_frombuffer$/.test(name)) markArray(list[0], list[1])
    this.object(name, list)
  }

  /** `target.__setstate__(state)`: what numpy and joblib keep their arrays in. */
  build(target: Value, state: Value): void {
    if (target.kind !== 'object') return
    target.state = state
    if (/\bndarray$|_reconstruct$/.test(target.name) && state.kind === 'tuple')
      markArray(state.items[4], state.items[2])
    if (/NumpyArrayWrapper$/.test(target.name) && state.kind === 'dict') this.#joblibArray(state.entries)
  }

  /** What was written as bytes is a text to people. */
  #datetime(written: Value | undefined): void {
    const text = written?.kind === 'bytes' ? momentOf(written.leaf.bytes) : null
    if (written?.kind === 'bytes' && text !== null) this.leaves[written.index] = { kind: 'text', text }
  }

  /** joblib writes the numbers of an array behind its description, after bytes that align them. */
  #joblibArray(entries: Map<string, Value>): void {
    const [shape, dtype] = [entries.get('shape'), entries.get('dtype')]
    const size = itemSize(dtype)
    if (shape?.kind !== 'tuple' || size === null) throw new Error('an array of objects follows')
    const count = shape.items.reduce((product, one) => product * (one.kind === 'number' ? one.number : Number.NaN), 1)
    if (!Number.isSafeInteger(count * size)) throw new Error('an array without a size')
    if (entries.get('numpy_array_alignment_bytes')?.kind === 'number') this.take(this.take(1).readUInt8())
    const bytes = this.#bytes.subarray(this.#at, Math.min(this.#bytes.length, this.#at + count * size))
    this.leaves.push({ kind: 'bytes', bytes, array: typeOf(dtype) })
    this.take(count * size)
  }
}
