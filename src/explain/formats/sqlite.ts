/** What a SQLite database holds, read from its bytes after the file format's description. */
export interface SqliteContent {
  /** The rows of all tables in the order of the pages: values as text, `|` between them. */
  rows: string[]
  /** Offsets of pages that belong to nothing any more. */
  freed: { offset: number; length: number }[]
  /** What the header says besides counters, places and the library: versions of the user, encoding, sizes. */
  settings: string
  /** Number of the library that wrote last: 3040001 is 3.40.1. */
  writer: number
}

const rowLimit = 20_000
const textLimit = 1 << 20

/** Null when the bytes are no database, or not all there. */
export function readSqlite(bytes: Buffer): SqliteContent | null {
  if (bytes.length < 512 || bytes.toString('latin1', 0, 16) !== 'SQLite format 3\0') return null
  const word = bytes.readUInt16BE(16)
  const size = word === 1 ? 65_536 : word
  const usable = size - (bytes[20] ?? 0)
  if (size < 512 || bytes.length % size !== 0) return null
  try {
    const free = freePages(bytes, size)
    const rows: string[] = []
    let left = textLimit
    for (let page = 1; page <= bytes.length / size; page++) {
      for (const row of free.has(page) ? [] : rowsOf(bytes, (page - 1) * size, page === 1 ? 100 : 0, usable)) {
        left -= row.length
        // Cells of a damaged file may all point at one place.
        if (left < 0 || rows.length >= rowLimit) return null
        rows.push(row)
      }
    }
    return {
      rows,
      freed: [...free].map(page => ({ offset: (page - 1) * size, length: size })),
      settings: bytes.toString('hex', 16, 24) + bytes.toString('hex', 44, 92),
      writer: bytes.readUInt32BE(96),
    }
  } catch {
    return null
  }
}

/** The list of free pages: trunks that name the next trunk and the leaves. */
function freePages(bytes: Buffer, size: number): Set<number> {
  const free = new Set<number>()
  for (let trunk = bytes.readUInt32BE(32); trunk > 0 && !free.has(trunk); ) {
    free.add(trunk)
    const at = (trunk - 1) * size
    const count = Math.min(bytes.readUInt32BE(at + 4), size / 4 - 2)
    for (let index = 0; index < count; index++) free.add(bytes.readUInt32BE(at + 8 + 4 * index))
    trunk = bytes.readUInt32BE(at)
  }
  return free
}

/** The rows of a leaf page: of a table (0x0d), or the keys of an index, which are the rows of a table WITHOUT ROWID (0x0a). */
function* rowsOf(bytes: Buffer, page: number, header: number, usable: number): Generator<string> {
  const at = page + header
  const isTable = bytes[at] === 0x0d
  if (!isTable && bytes[at] !== 0x0a) return
  const count = bytes.readUInt16BE(at + 3)
  for (let index = 0; index < count; index++) {
    const cell = page + bytes.readUInt16BE(at + 8 + 2 * index)
    const payload = varint(bytes, cell)
    const rowid = isTable ? varint(bytes, payload.next) : { value: '', next: payload.next }
    const content = payloadOf(bytes, rowid.next, payload.value, usable, isTable)
    yield `${rowid.value}|${record(content).join('|')}`
  }
}

/** A payload with what of it is on other pages. */
function payloadOf(bytes: Buffer, start: number, length: number, usable: number, isTable: boolean): Buffer {
  const local = localLength(length, usable, isTable)
  if (local === length) return bytes.subarray(start, start + length)
  const size = bytes.readUInt16BE(16) === 1 ? 65_536 : bytes.readUInt16BE(16)
  const parts = [bytes.subarray(start, start + local)]
  let left = Math.min(length, textLimit) - local
  for (let page = bytes.readUInt32BE(start + local), hops = 0; page > 0 && left > 0 && hops < 4096; hops++) {
    const at = (page - 1) * size
    parts.push(bytes.subarray(at + 4, at + 4 + Math.min(left, usable - 4)))
    left -= usable - 4
    page = bytes.readUInt32BE(at)
  }
  return Buffer.concat(parts)
}

/** What of a payload is on its own page; the rest is on others. */
function localLength(payload: number, usable: number, isTable: boolean): number {
  const most = isTable ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23
  if (payload <= most) return payload
  const least = Math.floor(((usable - 12) * 32) / 255) - 23
  const wanted = least + ((payload - least) % (usable - 4))
  return wanted <= most ? wanted : least
}

function record(bytes: Buffer): string[] {
  const header = varint(bytes, 0)
  const [body, end] = [header.value, bytes.length]
  const values: string[] = []
  let value = body
  for (let at = header.next; at < body; ) {
    const type = varint(bytes, at)
    at = type.next
    const size = sizeOfType(type.value)
    values.push(valueIn(bytes.subarray(value, Math.min(end, value + size)), type.value, size))
    value += size
  }
  return values
}

const sizes = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0]
const sizeOfType = (type: number): number => (type < 12 ? (sizes[type] ?? 0) : (type - 12 - (type & 1)) / 2)

function valueIn(bytes: Buffer, type: number, size: number): string {
  if (type === 0) return 'NULL'
  if (type === 8 || type === 9) return String(type - 8)
  if (type < 7) return size === 8 ? String(bytes.readBigInt64BE()) : String(bytes.readIntBE(0, size))
  if (type === 7) return realOf(bytes.readDoubleBE())
  return type & 1 ? bytes.toString('utf8') : `x'${bytes.toString('hex')}'`
}

/** A day of the Julian calendar near today is written as what it means. */
function realOf(value: number): string {
  if (value < 2_440_588 || value > 2_500_000) return String(value)
  return `${new Date(Math.round((value - 2_440_587.5) * 86_400_000)).toISOString()} (Julian day)`
}

function varint(bytes: Buffer, at: number): { value: number; next: number } {
  let value = 0
  for (let index = 0; index < 8; index++) {
    const byte = bytes.readUInt8(at + index)
    value = value * 128 + (byte & 0x7f)
    if (byte < 0x80) return { value, next: at + index + 1 }
  }
  return { value: value * 256 + bytes.readUInt8(at + 8), next: at + 9 }
}
