import type { PickleLeaf, Value } from './pickle-value.ts'
import { itemSize, markArray, momentOf, other, typeOf } from './pickle-value.ts'

/** A pickle, in pieces. */
export interface Pickle {
  leaves: PickleLeaf[]
  /** Holds a set or a frozenset. */
  sets: boolean
  /** Read to the end; else only as far as the bytes are here. */
  complete: boolean
}

const stepLimit = 400_000

class Truncated extends Error {}

/**
 * Reads a pickle of protocol 2 to 5 (and joblib's, which has the bytes of arrays between) after the opcodes of Python's
 * pickletools, without making any object. Null when the bytes are no pickle.
 */
export function readPickle(bytes: Buffer): Pickle | null {
  if (bytes[0] !== 0x80 || (bytes[1] ?? 0) < 2 || (bytes[1] ?? 9) > 5) return null
  const machine = new Machine(bytes)
  try {
    machine.run()
    return machine.at === bytes.length ? machine.result(true) : null
  } catch (error) {
    return error instanceof Truncated && machine.leaves.length > 0 ? machine.result(false) : null
  }
}

class Machine {
  leaves: PickleLeaf[] = []
  at = 0
  #sets = false
  #stack: Value[] = []
  #marks: number[] = []
  #memo: Value[] = []
  readonly #bytes: Buffer
  #steps = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  result = (complete: boolean): Pickle => ({ leaves: this.leaves, sets: this.#sets, complete })

  run(): void {
    for (;;) {
      if (++this.#steps > stepLimit) throw new Truncated()
      const code = this.#take(1)[0] ?? 0
      if (code === 0x2e) return
      this.#step(code)
    }
  }

  #take(length: number): Buffer {
    if (length < 0 || this.at + length > this.#bytes.length) throw new Truncated()
    const taken = this.#bytes.subarray(this.at, this.at + length)
    this.at += length
    return taken
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.at)
    if (end < 0) throw new Truncated()
    const line = this.#bytes.toString('utf8', this.at, end)
    this.at = end + 1
    return line
  }

  /** Bytes after their length, which is written in 1, 4 or 8 bytes. */
  #counted(size: 1 | 4 | 8): Buffer {
    const length = this.#take(size)
    return this.#take(size === 8 ? Number(length.readBigUInt64LE()) : length.readUIntLE(0, size))
  }

  #push(value: Value): void {
    this.#stack.push(value)
  }

  #pop(): Value {
    return this.#stack.pop() ?? other
  }

  #toMark(): Value[] {
    return this.#stack.splice(this.#marks.pop() ?? 0)
  }

  #text(text: string): void {
    this.leaves.push({ kind: 'text', text })
    this.#push({ kind: 'text', text })
  }

  #integer(number: number, text = String(number)): void {
    this.leaves.push({ kind: 'integer', text })
    this.#push({ kind: 'number', number })
  }

  #raw(bytes: Buffer): void {
    const leaf = { kind: 'bytes' as const, bytes, array: null }
    this.leaves.push(leaf)
    this.#push({ kind: 'bytes', leaf })
  }

  #memoize(index: number): void {
    if (index < stepLimit) this.#memo[index] = this.#stack.at(-1) ?? other
  }

  #step(code: number): void {
    const letter = String.fromCharCode(code)
    if (code >= 0x80) {
      this.#newer(code)
      return
    }
    switch (letter) {
      case '(':
        this.#marks.push(this.#stack.length)
        break
      case ')':
        this.#push({ kind: 'tuple', items: [] })
        break
      case '}':
        this.#push({ kind: 'dict', entries: new Map() })
        break
      case ']':
      case 'N':
        this.#push(other)
        break
      case '0':
        this.#pop()
        break
      case '1':
        this.#toMark()
        break
      case '2':
        this.#push(this.#stack.at(-1) ?? other)
        break
      case 'J':
        this.#integer(this.#take(4).readInt32LE())
        break
      case 'K':
        this.#integer(this.#take(1).readUInt8())
        break
      case 'M':
        this.#integer(this.#take(2).readUInt16LE())
        break
      case 'I':
      case 'L':
      case 'F': {
        const line = this.#line()
        this.#integer(Number.parseFloat(line), line)
        break
      }
      case 'G':
        this.leaves.push({ kind: 'float', bytes: this.#take(8) })
        this.#push(other)
        break
      case 'X':
      case 'T':
        this.#text(this.#counted(4).toString('utf8'))
        break
      case 'U':
        this.#text(this.#counted(1).toString('utf8'))
        break
      case 'V':
      case 'S':
        this.#text(this.#line())
        break
      case 'B':
        this.#raw(this.#counted(4))
        break
      case 'C':
        this.#raw(this.#counted(1))
        break
      case 't':
        this.#push({ kind: 'tuple', items: this.#toMark() })
        break
      case 'l':
      case 'd':
        this.#toMark()
        this.#push(other)
        break
      case 'a':
        this.#pop()
        break
      case 'e':
        this.#toMark()
        break
      case 's': {
        const value = this.#pop()
        this.#setItems([this.#pop(), value])
        break
      }
      case 'u':
        this.#setItems(this.#toMark())
        break
      case 'c':
        this.#push({ kind: 'object', name: `${this.#line()}.${this.#line()}`, items: [], state: null })
        break
      case 'i': {
        const name = `${this.#line()}.${this.#line()}`
        this.#push({ kind: 'object', name, items: this.#toMark(), state: null })
        break
      }
      case 'o':
        this.#toMark()
        this.#push(other)
        break
      case 'R': {
        const items = this.#pop()
        this.#call(this.#pop(), items)
        break
      }
      case 'b': {
        const state = this.#pop()
        this.#build(this.#stack.at(-1) ?? other, state)
        break
      }
      case 'Q':
        this.#pop()
        this.#push(other)
        break
      case 'P':
        this.#line()
        this.#push(other)
        break
      case 'q':
        this.#memoize(this.#take(1).readUInt8())
        break
      case 'r':
        this.#memoize(this.#take(4).readUInt32LE())
        break
      case 'p':
        this.#memoize(Number(this.#line()))
        break
      case 'h':
        this.#push(this.#memo[this.#take(1).readUInt8()] ?? other)
        break
      case 'j':
        this.#push(this.#memo[this.#take(4).readUInt32LE()] ?? other)
        break
      case 'g':
        this.#push(this.#memo[Number(this.#line())] ?? other)
        break
      default:
        throw new Error('no opcode of pickle')
    }
  }

  #newer(code: number): void {
    switch (code) {
      case 0x80:
        this.#take(1)
        break
      case 0x81:
      case 0x92: {
        if (code === 0x92) this.#pop()
        const items = this.#pop()
        this.#call(this.#pop(), items)
        break
      }
      case 0x82:
        this.#take(1)
        this.#push(other)
        break
      case 0x83:
        this.#take(2)
        this.#push(other)
        break
      case 0x84:
        this.#take(4)
        this.#push(other)
        break
      case 0x85:
      case 0x86:
      case 0x87:
        this.#push({ kind: 'tuple', items: this.#stack.splice(-(code - 0x84)) })
        break
      case 0x88:
      case 0x89:
        this.#integer(code === 0x88 ? 1 : 0, code === 0x88 ? 'True' : 'False')
        break
      case 0x8a:
      case 0x8b:
        this.#integer(Number.NaN, `0x${this.#counted(code === 0x8a ? 1 : 4).toString('hex')}`)
        break
      case 0x8c:
        this.#text(this.#counted(1).toString('utf8'))
        break
      case 0x8d:
        this.#text(this.#counted(8).toString('utf8'))
        break
      case 0x8e:
      case 0x96:
        this.#raw(this.#counted(8))
        break
      case 0x8f:
        this.#sets = true
        this.#push(other)
        break
      case 0x90:
        this.#toMark()
        break
      case 0x91:
        this.#sets = true
        this.#toMark()
        this.#push(other)
        break
      case 0x93: {
        const [name, module] = [this.#pop(), this.#pop()]
        const text = (value: Value): string => (value.kind === 'text' ? value.text : '')
        this.#push({ kind: 'object', name: `${text(module)}.${text(name)}`, items: [], state: null })
        break
      }
      case 0x94:
        this.#memoize(this.#memo.length)
        break
      case 0x95:
        this.#take(8)
        break
      case 0x97:
        this.#push(other)
        break
      case 0x98:
        break
      default:
        throw new Error('no opcode of pickle')
    }
  }

  #setItems(items: Value[]): void {
    const dict = this.#stack.at(-1)
    if (dict?.kind !== 'dict') return
    for (let at = 0; at + 1 < items.length; at += 2) {
      const key = items[at]
      if (key?.kind === 'text') dict.entries.set(key.text, items[at + 1] ?? other)
    }
  }

  /** `callable(*items)`: what numpy and datetime make of bytes gets its meaning. */
  #call(callable: Value, items: Value): void {
    const name = callable.kind === 'object' ? callable.name : ''
    const list = items.kind === 'tuple' ? items.items : []
    if (/\bset$/.test(name)) this.#sets = true
    if (/^datetime\.datetime$/.test(name) && list[0]?.kind === 'bytes')
      this.#rename(list[0].leaf, momentOf(list[0].leaf.bytes))
    if (/multiarray\.scalar$/.test(name)) markArray(list[1], list[0])
    if (/_frombuffer$/.test(name)) markArray(list[0], list[1])
    this.#push({ kind: 'object', name, items: list, state: null })
  }

  /** What was written as bytes is a text to people. */
  #rename(leaf: PickleLeaf, text: string | null): void {
    const index = this.leaves.lastIndexOf(leaf)
    if (text !== null && index >= 0) this.leaves[index] = { kind: 'text', text }
  }

  #build(target: Value, state: Value): void {
    if (target.kind !== 'object') return
    target.state = state
    if (/\bndarray$|_reconstruct$/.test(target.name) && state.kind === 'tuple')
      markArray(state.items[4], state.items[2])
    if (/NumpyArrayWrapper$/.test(target.name) && state.kind === 'dict') this.#joblibArray(state.entries)
  }

  /** joblib writes the numbers of an array behind its description, after bytes that align them. */
  #joblibArray(entries: Map<string, Value>): void {
    const [shape, dtype] = [entries.get('shape'), entries.get('dtype')]
    const size = itemSize(dtype)
    if (shape?.kind !== 'tuple' || size === null) throw new Error('an array of objects follows')
    const count = shape.items.reduce((product, one) => product * (one.kind === 'number' ? one.number : Number.NaN), 1)
    if (!Number.isSafeInteger(count * size)) throw new Error('an array without a size')
    if (entries.get('numpy_array_alignment_bytes')?.kind === 'number') this.#take(this.#take(1).readUInt8())
    const bytes = this.#bytes.subarray(this.at, Math.min(this.#bytes.length, this.at + count * size))
    this.leaves.push({ kind: 'bytes', bytes, array: typeOf(dtype) })
    this.#take(count * size)
  }
}
