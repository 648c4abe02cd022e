import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers, wholesOf } from '../content.ts'

/** In bytes, half-open. */
type Span = [from: number, to: number]

const [headerLength, frameHeader] = [32, 24]
/** Salts drawn by chance and the checksums that begin with them, in each of both copies of the index's header. */
const indexSpans: Span[] = [
  [24, 48],
  [72, 96],
]

/** SQLite's write-ahead log, or its index: salts drawn by chance in it, and checksums that follow from them. */
export const sqliteWal: Cause = {
  id: 'sqlite-wal',
  recognise: ({ entry }: Subject): Recognition | null => {
    const bytes = contentDiffers(entry) ? wholesOf(entry.content) : null
    if (!bytes || bytes.a.length !== bytes.b.length) return null
    const spans = logSpans(bytes.a, bytes.b) ?? (isIndex(bytes.a) && isIndex(bytes.b) ? indexSpans : null)
    if (spans === null || !differOnlyIn(bytes.a, bytes.b, spans)) return null
    const [from] = spans[0] as Span
    const salts = (side: Buffer): string => side.subarray(from, from + 8).toString('hex')
    return {
      confidence: 'certain',
      evidence: [
        {
          what: 'salts of SQLite, drawn by chance, and checksums that follow from them; no page differs',
          path: entry.path,
          offset: from,
          a: salts(bytes.a),
          b: salts(bytes.b),
        },
      ],
    }
  },
  describe: () => ({
    title: "SQLite's write-ahead log is in the layer",
    message:
      'A program wrote to a SQLite database in WAL mode and ended without closing it, so its log (-wal) and the index of that (-shm) were left. SQLite draws random salts for each log.',
    remedy: {
      text: "Close the database at the end (`connection.close()`), or put the log into it in the same instruction: `sqlite3 file.db 'PRAGMA journal_mode=DELETE;'`, which takes both files away.",
    },
  }),
}

/** https://sqlite.org/fileformat2.html#walformat: of the header salts and checksum, of each frame's header the same. */
function logSpans(a: Buffer, b: Buffer): Span[] | null {
  if (a.length < headerLength || ![a, b].every(side => (side.readUInt32BE(0) & ~1) >>> 0 === 0x377f0682)) return null
  const page = a.readUInt32BE(8)
  if (page < 512 || page > 65_536 || page !== b.readUInt32BE(8)) return null
  const spans: Span[] = [[16, headerLength]]
  for (let at = headerLength; at < a.length; at += frameHeader + page) spans.push([at + 8, at + frameHeader])
  return spans
}

/** The version of the index's form, twice; in the machine's byte order. */
const isIndex = (side: Buffer): boolean =>
  side.length >= 32_768 &&
  [0, 48].every(at => side.readUInt32LE(at) === 3_007_000 || side.readUInt32BE(at) === 3_007_000)

function differOnlyIn(a: Buffer, b: Buffer, spans: readonly Span[]): boolean {
  let at = 0
  for (const [from, to] of [...spans, [a.length, a.length] as Span]) {
    if (
      a.compare(
        b,
        Math.min(at, a.length),
        Math.min(from, a.length),
        Math.min(at, a.length),
        Math.min(from, a.length),
      ) !== 0
    )
      return false
    at = to
  }
  return true
}
