/** An object of Python's marshal format: what a .pyc holds behind its header. */
export interface MarshalNode {
  type: 'text' | 'bytes' | 'number' | 'constant' | 'sequence' | 'set' | 'dict' | 'code'
  /** Text, bytes (latin-1), number or name; '' for what has items. */
  value: string
  items: MarshalNode[]
}

/** A place at which two trees differ: `co_filename`, `set`, `constant`, `code`. */
export interface MarshalDifference {
  field: string
  a: string
  b: string
}

const referenceFlag = 0x80
const nodeLimit = 200_000
const depthLimit = 150

/** Names of a code object's fields in the order of the file; `#` is a 32-bit number. */
const fieldsBefore311 =
  '# # # # # # co_code co_consts co_names co_varnames co_freevars co_cellvars co_filename co_name # co_lnotab'.split(
    ' ',
  )
const fieldsSince311 =
  '# # # # # co_code co_consts co_names co_localsplusnames co_localspluskinds co_filename co_name co_qualname # co_linetable co_exceptiontable'.split(
    ' ',
  )

/** The object of a .pyc of Python 3.8 or later; null when it is none, damaged, or not all there. */
export function readPyc(bytes: Buffer): { fields: readonly string[]; root: MarshalNode } | null {
  if (bytes.length < 20 || bytes.readUInt16BE(2) !== 0x0d0a) return null
  const magic = bytes.readUInt16LE(0)
  if (magic < 3400 || magic > 4000) return null
  const fields = magic < 3450 ? fieldsBefore311 : fieldsSince311
  try {
    const reader = new Reader(bytes, 16, fields)
    const root = reader.object(0)
    return reader.at === bytes.length ? { fields, root } : null
  } catch {
    return null
  }
}

class Reader {
  at: number
  readonly #bytes: Buffer
  readonly #fields: readonly string[]
  #references: MarshalNode[] = []
  #nodes = 0

  constructor(bytes: Buffer, at: number, fields: readonly string[]) {
    this.#bytes = bytes
    this.at = at
    this.#fields = fields
  }

  #take(length: number): Buffer {
    if (length < 0 || this.at + length > this.#bytes.length) throw new Error('ends too early')
    this.at += length
    return this.#bytes.subarray(this.at - length, this.at)
  }

  #number = (): number => this.#take(4).readInt32LE()
  #byte = (): number => this.#take(1).readUInt8()

  object(depth: number): MarshalNode {
    if (++this.#nodes > nodeLimit || depth > depthLimit) throw new Error('too much')
    const code = this.#byte()
    const letter = String.fromCharCode(code & ~referenceFlag)
    if (letter === 'r') {
      const known = this.#references[this.#number()]
      if (!known) throw new Error('refers to nothing')
      return known
    }
    const node: MarshalNode = { type: 'constant', value: letter, items: [] }
    // Containers take their place in the list before what is in them.
    if (code & referenceFlag) this.#references.push(node)
    this.#fill(node, letter, depth)
    return node
  }

  #fill(node: MarshalNode, letter: string, depth: number): void {
    const leaf = (type: MarshalNode['type'], value: string): void => void Object.assign(node, { type, value })
    const list = (type: MarshalNode['type'], count: number): void => {
      Object.assign(node, { type, value: '' })
      for (let index = 0; index < count; index++) node.items.push(this.object(depth + 1))
    }
    switch (letter) {
      case 'N':
      case 'T':
      case 'F':
      case 'S':
      case '.':
      case '0':
        break
      case 'i':
        leaf('number', String(this.#number()))
        break
      case 'I':
        leaf('number', this.#take(8).toString('hex'))
        break
      case 'l':
        leaf('number', this.#take(2 * Math.abs(this.#number())).toString('hex'))
        break
      case 'g':
        leaf('number', String(this.#take(8).readDoubleLE()))
        break
      case 'y':
        leaf('number', this.#take(16).toString('hex'))
        break
      case 's':
        leaf('bytes', this.#take(this.#number()).toString('latin1'))
        break
      case 'u':
      case 't':
        leaf('text', this.#take(this.#number()).toString('utf8'))
        break
      case 'a':
      case 'A':
        leaf('text', this.#take(this.#number()).toString('latin1'))
        break
      case 'z':
      case 'Z':
        leaf('text', this.#take(this.#byte()).toString('latin1'))
        break
      case ')':
        list('sequence', this.#byte())
        break
      case '(':
      case '[':
        list('sequence', this.#number())
        break
      case '<':
      case '>':
        list('set', this.#number())
        break
      case ':':
        list('sequence', 3)
        break
      case '{':
        Object.assign(node, { type: 'dict', value: '' })
        for (
          let key = this.object(depth + 1);
          key.value !== '0' || key.type !== 'constant';
          key = this.object(depth + 1)
        )
          node.items.push(key, this.object(depth + 1))
        break
      case 'c':
        Object.assign(node, { type: 'code', value: '' })
        for (const field of this.#fields)
          node.items.push(
            field === '#' ? { type: 'number', value: String(this.#number()), items: [] } : this.object(depth + 1),
          )
        break
      default:
        throw new Error('no type of marshal')
    }
  }
}

/** Where two trees differ, at most 50 places. References are followed: what is shared and what is repeated is alike. */
export function compareMarshal(a: MarshalNode, b: MarshalNode, fields: readonly string[]): MarshalDifference[] {
  const found: MarshalDifference[] = []
  const seen = new Map<MarshalNode, Set<MarshalNode>>()
  let steps = 0
  const walk = (one: MarshalNode, two: MarshalNode, field: string): void => {
    if (found.length >= 50 || one === two) return
    // References may be woven so that everything is compared with everything.
    if (++steps > nodeLimit) throw new Error('too much')
    const before = seen.get(one) ?? new Set()
    if (before.has(two)) return
    seen.set(one, before.add(two))
    if (one.type !== two.type || one.value !== two.value || one.items.length !== two.items.length) {
      found.push({ field, a: one.value, b: two.value })
    } else if (one.type === 'set' && isReordered(one.items, two.items)) {
      found.push({ field: 'set', a: one.items.map(textOf).join(', '), b: two.items.map(textOf).join(', ') })
    } else {
      one.items.forEach((item, index) => {
        const own = one.type === 'code' ? (fields[index] ?? field) : field === 'co_consts' ? 'constant' : field
        walk(item, two.items[index] as MarshalNode, own === '#' ? 'number' : own)
      })
    }
  }
  walk(a, b, 'module')
  return found
}

const textOf = (node: MarshalNode): string => `${node.type[0]}:${node.value}`

function isReordered(a: readonly MarshalNode[], b: readonly MarshalNode[]): boolean {
  if ([...a, ...b].some(node => node.items.length > 0)) return false
  const [p, q] = [a.map(textOf), b.map(textOf)]
  const sorted = [...q].sort()
  return p.join('\0') !== q.join('\0') && [...p].sort().every((item, index) => item === sorted[index])
}
