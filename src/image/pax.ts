import { textOf } from './byte-text.ts'
import { LayerError, quoted } from './layer-error.ts'

/** Keyword to value, without a prototype: a record named `__proto__` is a record. */
export type PaxRecords = Record<string, string>

/** Far more than any file has: Linux keeps at most 64 KiB of names of extended attributes. Each takes many times its bytes. */
const recordLimit = 10_000

/** Most bytes of one extended header; archive/tar of Go has the same bound. */
export const extensionLimit = 1024 * 1024

const textKeywords = new Set(['path', 'linkpath', 'uname', 'gname', 'GNU.sparse.name'])

/** A record may be called `__proto__`: the object has none. */
export function noRecords(): PaxRecords {
  return Object.create(null) as PaxRecords
}

/** Records of a PAX extended header (POSIX pax, "length keyword=value\n"). Throws a LayerError on anything else. */
export function parsePax(bytes: Buffer): PaxRecords {
  const records = noRecords()
  let count = 0
  for (let at = 0; at < bytes.length; ) {
    const { keyword, value, end } = recordAt(bytes, at)
    count += 1
    if (count > recordLimit) throw new LayerError(`it has more than ${recordLimit} PAX records`)
    if (!(keyword in records)) records[keyword] = value
    else if (isSparseMap(keyword, value)) records[keyword] += `,${value}`
    // The last one would win here, the first one elsewhere: what the layer means is anyone's guess.
    else throw new LayerError(`PAX record ${quoted(keyword)} is given twice`)
    at = end
  }
  return records
}

function recordAt(bytes: Buffer, at: number): { keyword: string; value: string; end: number } {
  const space = bytes.indexOf(0x20, at)
  const digits = space < 0 || space - at > 8 ? '' : bytes.toString('latin1', at, space)
  const end = /^[1-9]\d*$/.test(digits) ? at + Number(digits) : 0
  if (end <= space + 1 || end > bytes.length || bytes[end - 1] !== 0x0a)
    throw new LayerError('PAX record has a wrong length')
  const record = bytes.subarray(space + 1, end - 1)
  const equals = record.indexOf(0x3d)
  if (equals < 1) throw new LayerError('PAX record has no keyword')
  const keyword = textOf(record.subarray(0, equals))
  const value = record.subarray(equals + 1)
  if (keyword.includes('\0') || (textKeywords.has(keyword) && value.includes(0)))
    throw new LayerError(`PAX record ${quoted(keyword)} has a zero byte in its text`)
  return { keyword, value: textOf(value), end }
}

/** GNU sparse format 0.0 gives its map as many records of these two keywords. */
function isSparseMap(keyword: string, value: string): boolean {
  return (keyword === 'GNU.sparse.offset' || keyword === 'GNU.sparse.numbytes') && /^\d+$/.test(value)
}
