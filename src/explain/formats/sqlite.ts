import type { SqliteRow, SqliteValue } from '../../image/sqlite.ts'
import { SqliteFile } from '../../image/sqlite.ts'

/** What an SQLite database holds, read from its bytes after the file format's description. */
export interface SqliteContent {
  /** The rows of all tables in the order of the pages: values as text, `|` between them. */
  rows: string[]
  /** How many pages belong to nothing any more. */
  freedPages: number
  /** What the header says besides counters, places and the library: versions of the user, encoding, sizes. */
  settings: string
  /** Number of the library that wrote last: 3040001 is 3.40.1. */
  writer: number
}

const rowLimit = 20_000
const textLimit = 1 << 20

/** Null when the bytes are no database, or not all there. */
export function readSqlite(bytes: Buffer): SqliteContent | null {
  const file = SqliteFile.open(bytes)
  if (file === null || bytes.length % file.pageSize !== 0) return null
  const free = freePages(file, bytes.readUInt32BE(32))
  const rows = free && rowsOutside(free, file, bytes.length / file.pageSize)
  if (!rows) return null
  return {
    rows,
    freedPages: free.size,
    settings: bytes.toString('hex', 16, 24) + bytes.toString('hex', 44, 92),
    writer: bytes.readUInt32BE(96),
  }
}

/** Null when a row cannot be read, or when there are more than are kept. */
function rowsOutside(free: ReadonlySet<number>, file: SqliteFile, pages: number): string[] | null {
  const rows: string[] = []
  let left = textLimit
  for (let page = 1; page <= pages; page++) {
    for (const row of free.has(page) ? [] : file.rowsOfLeaf(page)) {
      const text = row && textOfRow(row)
      left -= text?.length ?? 0
      if (text === null || left < 0 || rows.length >= rowLimit) return null
      rows.push(text)
    }
  }
  return rows
}

/** The list of free pages: trunks that name the next trunk and the leaves. Null when it leads out of the file. */
function freePages(file: SqliteFile, firstTrunk: number): Set<number> | null {
  const free = new Set<number>()
  for (let trunk = firstTrunk; trunk > 0 && !free.has(trunk); ) {
    free.add(trunk)
    const page = file.page(trunk)
    if (page === null) return null
    const count = Math.min(page.readUInt32BE(4), page.length / 4 - 2)
    for (let index = 0; index < count; index++) free.add(page.readUInt32BE(8 + 4 * index))
    trunk = page.readUInt32BE(0)
  }
  return free
}

const textOfRow = ({ rowId, values }: SqliteRow): string => [rowId ?? '', ...values.map(textOfValue)].join('|')

function textOfValue(value: SqliteValue): string {
  if (value === null) return 'NULL'
  if (Buffer.isBuffer(value)) return `x'${value.toString('hex')}'`
  return typeof value === 'object' ? textOfReal(value.real) : String(value)
}

/** A day of the Julian calendar near today is written as what it means. */
function textOfReal(value: number): string {
  // Bytes may also be those of no number at all.
  if (!(value >= 2_440_588 && value <= 2_500_000)) return String(value)
  return `${new Date(Math.round((value - 2_440_587.5) * 86_400_000)).toISOString()} (Julian day)`
}
