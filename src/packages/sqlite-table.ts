/**
 * The rows of one table of an SQLite file (https://sqlite.org/fileformat2.html), as far as rpm's database needs it: blobs and
 * texts of tables with a row id. No SQL of the file is run: views and triggers in a hostile file have no one to obey them.
 */
export function* sqliteRows(file: Buffer, table: string): Generator<unknown[]> {
  const sqlite = openedSqlite(file)
  if (sqlite === null) return
  for (const row of rowsFrom(sqlite, 1, new Set())) {
    const [type, name, , root] = row
    if (type === 'table' && name === table && typeof root === 'number') {
      yield* rowsFrom(sqlite, root, new Set())
      return
    }
  }
}

export const isSqlite = (file: Buffer): boolean => file.subarray(0, 16).equals(magic)

const magic = Buffer.from('SQLite format 3\0')
const blobLimit = 64 * 1024 * 1024

interface Sqlite {
  file: Buffer
  pageSize: number
  /** Bytes of a page that hold content. */
  usable: number
}

function openedSqlite(file: Buffer): Sqlite | null {
  if (file.length < 512 || !isSqlite(file)) return null
  const size = file.readUInt16BE(16)
  const pageSize = size === 1 ? 65_536 : size
  const usable = pageSize - (file[20] as number)
  return pageSize >= 512 && (pageSize & (pageSize - 1)) === 0 && usable >= 480 ? { file, pageSize, usable } : null
}

/** All rows below a page, in order. A page that comes twice ends the walk: the file is damaged. */
function* rowsFrom(sqlite: Sqlite, root: number, seen: Set<number>): Generator<unknown[]> {
  const waiting = [root]
  for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
    const page = pageOf(sqlite, number)
    if (page === null || seen.has(number)) return
    seen.add(number)
    const at = number === 1 ? 100 : 0
    const [kind, cells] = [page[at], page.readUInt16BE(at + 3)]
    const inner = kind === 5
    if (!inner && kind !== 13) return
    const pointers = at + (inner ? 12 : 8)
    const children: number[] = []
    for (let cell = 0; cell < cells && pointers + 2 * cell + 2 <= page.length; cell++) {
      const place = page.readUInt16BE(pointers + 2 * cell)
      if (inner) {
        if (place + 4 <= page.length) children.push(page.readUInt32BE(place))
      } else {
        const row = rowAt(sqlite, page, place)
        if (row !== null) yield row
      }
    }
    if (inner) waiting.push(page.readUInt32BE(at + 8), ...children.reverse())
  }
}

function pageOf({ file, pageSize }: Sqlite, number: number): Buffer | null {
  const start = (number - 1) * pageSize
  return number < 1 || start + pageSize > file.length ? null : file.subarray(start, start + pageSize)
}

function rowAt(sqlite: Sqlite, page: Buffer, place: number): unknown[] | null {
  const length = varint(page, place)
  const rowId = length && varint(page, length.end)
  if (!length || !rowId || length.value > blobLimit) return null
  const payload = payloadOf(sqlite, page, rowId.end, length.value)
  return payload === null ? null : valuesOf(payload, rowId.value)
}

/** The payload of a cell: what stands in the page, and the chain of pages behind it. */
function payloadOf({ usable, ...sqlite }: Sqlite, page: Buffer, start: number, length: number): Buffer | null {
  const most = usable - 35
  const least = Math.floor(((usable - 12) * 32) / 255) - 23
  const fitting = least + ((length - least) % (usable - 4))
  const local = length <= most ? length : fitting <= most ? fitting : least
  if (start + local > page.length) return null
  if (local === length) return page.subarray(start, start + length)
  const parts = [page.subarray(start, start + local)]
  let left = length - local
  let next = start + local + 4 <= page.length ? page.readUInt32BE(start + local) : 0
  while (left > 0) {
    const overflow = pageOf({ usable, ...sqlite }, next)
    if (overflow === null) return null
    const part = overflow.subarray(4, Math.min(usable, 4 + left))
    parts.push(part)
    left -= part.length
    next = overflow.readUInt32BE(0)
  }
  return Buffer.concat(parts)
}

function valuesOf(payload: Buffer, rowId: number): unknown[] | null {
  const header = varint(payload, 0)
  if (header === null || header.value > payload.length) return null
  const values: unknown[] = []
  let body = header.value
  for (let at = header.end; at < header.value && values.length < 100; ) {
    const type = varint(payload, at)
    if (type === null) return null
    at = type.end
    const size =
      type.value >= 12 ? Math.floor((type.value - 12) / 2) : ([0, 1, 2, 3, 4, 6, 8, 8, 0, 0][type.value] ?? 0)
    if (body + size > payload.length) return null
    values.push(columnOf(payload, body, size, type.value, rowId))
    body += size
  }
  return values
}

/** Null stands for a row id too, where the column is its alias. */
function columnOf(payload: Buffer, at: number, size: number, type: number, rowId: number): unknown {
  if (type === 0) return rowId
  if (type <= 5) return payload.readIntBE(at, size)
  if (type === 8 || type === 9) return type - 8
  if (type < 12) return null
  const bytes = payload.subarray(at, at + size)
  return type % 2 === 0 ? bytes : bytes.toString('utf8')
}

/** A variable-length integer; null where it does not end, or is beyond what a number holds. */
function varint(bytes: Buffer, at: number): { value: number; end: number } | null {
  let value = 0
  for (let index = 0; index < 8; index++) {
    const byte = bytes[at + index]
    if (byte === undefined) return null
    value = value * 128 + (byte & 0x7f)
    if (byte < 0x80) return value > Number.MAX_SAFE_INTEGER ? null : { value, end: at + index + 1 }
  }
  return null
}
