/** A value of a column; a real number is `{ real }`, an integer of eight bytes a bigint. */
export type SqliteValue = null | number | bigint | string | Buffer | { real: number }

export interface SqliteRow {
  /** Null for the key of an index, and for a row of a table without row IDs. */
  rowId: number | bigint | null
  /** A column that is another name of the row ID is null. */
  values: SqliteValue[]
}

const magic = Buffer.from('SQLite format 3\0')
const headerLength = 100
const kinds = { innerOfTable: 5, leafOfIndex: 10, leafOfTable: 13 }

/** By its magic number. */
export const isSqlite = (file: Buffer): boolean => file.subarray(0, magic.length).equals(magic)

/**
 * An SQLite file, read page by page after https://sqlite.org/fileformat2.html. No SQL of the file is run: views and triggers
 * of a hostile file have no one to obey them. All rows together take no more bytes than the file has, whatever it claims.
 */
export class SqliteFile {
  readonly pageSize: number
  readonly #bytes: Buffer
  /** Bytes of a page that hold content. */
  readonly #usable: number
  /** Cells of a damaged file may all point at one place, and chains of pages lead in a circle. */
  #left: number

  /** Null when the bytes are no SQLite file. */
  static open(bytes: Buffer): SqliteFile | null {
    if (bytes.length < 512 || !isSqlite(bytes)) return null
    const word = bytes.readUInt16BE(16)
    const pageSize = word === 1 ? 65_536 : word
    const usable = pageSize - bytes.readUInt8(20)
    const isPowerOfTwo = (pageSize & (pageSize - 1)) === 0
    return pageSize >= 512 && isPowerOfTwo && usable >= 480 ? new SqliteFile(bytes, pageSize, usable) : null
  }

  private constructor(bytes: Buffer, pageSize: number, usable: number) {
    this.#bytes = bytes
    this.pageSize = pageSize
    this.#usable = usable
    this.#left = bytes.length
  }

  /** Pages count from 1. Null for one that is not all here. */
  page(number: number): Buffer | null {
    const start = (number - 1) * this.pageSize
    return number < 1 || start + this.pageSize > this.#bytes.length
      ? null
      : this.#bytes.subarray(start, start + this.pageSize)
  }

  /** The rows of a leaf page, in the order of its cells; null for one that cannot be read. Nothing for any other page. */
  *rowsOfLeaf(number: number): Generator<SqliteRow | null> {
    const page = this.page(number)
    const at = number === 1 ? headerLength : 0
    const kind = page?.[at]
    if (!page || (kind !== kinds.leafOfTable && kind !== kinds.leafOfIndex)) return
    for (const cell of cellsOf(page, at, 8)) yield this.#rowAt(page, cell, kind === kinds.leafOfTable)
  }

  /** The rows of the table whose tree has this root, in order. A page that comes twice ends them: the file is damaged. */
  *rowsOfTable(root: number): Generator<SqliteRow> {
    const seen = new Set<number>()
    const waiting = [root]
    for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
      const page = this.page(number)
      if (page === null || seen.has(number)) return
      seen.add(number)
      const at = number === 1 ? headerLength : 0
      if (page[at] === kinds.innerOfTable) waiting.push(...childrenOf(page, at).reverse())
      else if (page[at] !== kinds.leafOfTable) return
      else for (const row of this.rowsOfLeaf(number)) if (row !== null) yield row
    }
  }

  /** The rows of a table by its name; none when there is no such table. */
  *rowsOfTableNamed(wanted: string): Generator<SqliteRow> {
    for (const { values } of this.rowsOfTable(1)) {
      const [type, name, , root] = values
      if (type !== 'table' || name !== wanted || typeof root !== 'number') continue
      yield* this.rowsOfTable(root)
      return
    }
  }

  #rowAt(page: Buffer, cell: number, isTable: boolean): SqliteRow | null {
    const length = varint(page, cell)
    const rowId = length && isTable ? varint(page, length.end) : null
    if (length === null || (isTable && rowId === null)) return null
    const payload = this.#payload(page, rowId?.end ?? length.end, Number(length.value), isTable)
    const values = payload === null ? null : valuesOf(payload)
    return values === null ? null : { rowId: rowId?.value ?? null, values }
  }

  /** What stands in the page of a cell, and on the chain of pages behind it. */
  #payload(page: Buffer, start: number, length: number, isTable: boolean): Buffer | null {
    this.#left -= length
    const local = localLength(length, this.#usable, isTable)
    if (length < 0 || this.#left < 0 || start + local > page.length) return null
    if (local === length) return page.subarray(start, start + length)
    if (start + local + 4 > page.length) return null
    const parts = [page.subarray(start, start + local)]
    let next = page.readUInt32BE(start + local)
    for (let missing = length - local; missing > 0; ) {
      const overflow = this.page(next)
      if (overflow === null) return null
      const part = overflow.subarray(4, Math.min(this.#usable, 4 + missing))
      parts.push(part)
      missing -= part.length
      next = overflow.readUInt32BE(0)
    }
    return Buffer.concat(parts)
  }
}

/** Where the cells of a page begin; `header`: bytes of its header. */
function* cellsOf(page: Buffer, at: number, header: number): Generator<number> {
  const count = page.readUInt16BE(at + 3)
  for (let cell = 0; cell < count; cell++) {
    const pointer = at + header + 2 * cell
    if (pointer + 2 > page.length) return
    yield page.readUInt16BE(pointer)
  }
}

function childrenOf(page: Buffer, at: number): number[] {
  const cells = [...cellsOf(page, at, 12)].filter(cell => cell + 4 <= page.length)
  return [...cells.map(cell => page.readUInt32BE(cell)), page.readUInt32BE(at + 8)]
}

/** What of a payload is on its own page; the rest is on others. */
function localLength(payload: number, usable: number, isTable: boolean): number {
  const most = isTable ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23
  if (payload <= most) return payload
  const least = Math.floor(((usable - 12) * 32) / 255) - 23
  const fitting = least + ((payload - least) % (usable - 4))
  return fitting <= most ? fitting : least
}

/** Null when a value reaches behind the record's end. */
function valuesOf(record: Buffer): SqliteValue[] | null {
  const header = varint(record, 0)
  if (header === null || header.value > record.length) return null
  const values: SqliteValue[] = []
  let body = Number(header.value)
  for (let at = header.end; at < header.value; ) {
    const type = varint(record, at)
    if (type === null) return null
    at = type.end
    const size = sizeOf(Number(type.value))
    if (body + size > record.length) return null
    values.push(valueIn(record.subarray(body, body + size), Number(type.value)))
    body += size
  }
  return values
}

const sizes = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0]
const sizeOf = (type: number): number => sizes[type] ?? Math.floor((type - 12) / 2)

function valueIn(bytes: Buffer, type: number): SqliteValue {
  if (type < 0 || type === 0 || type === 10 || type === 11) return null
  if (type === 6) return bytes.readBigInt64BE()
  if (type < 6) return bytes.readIntBE(0, bytes.length)
  if (type === 7) return { real: bytes.readDoubleBE() }
  if (type < 10) return type - 8
  return type % 2 === 0 ? bytes : bytes.toString('utf8')
}

/** An integer of one to nine bytes; null where it does not end. */
function varint(bytes: Buffer, at: number): { value: number | bigint; end: number } | null {
  let value = 0
  for (let index = 0; index < 7; index++) {
    const byte = bytes[at + index]
    if (byte === undefined) return null
    value = value * 128 + (byte & 0x7f)
    if (byte < 0x80) return { value, end: at + index + 1 }
  }
  return longVarint(bytes, at, BigInt(value))
}

/** All eight bits of the ninth byte count: a negative number takes them all. */
function longVarint(bytes: Buffer, at: number, start: bigint): { value: bigint; end: number } | null {
  const [eighth, ninth] = [bytes[at + 7], bytes[at + 8]]
  if (eighth === undefined) return null
  const value = (start << 7n) | BigInt(eighth & 0x7f)
  if (eighth < 0x80) return { value, end: at + 8 }
  return ninth === undefined ? null : { value: BigInt.asIntN(64, (value << 8n) | BigInt(ninth)), end: at + 9 }
}
