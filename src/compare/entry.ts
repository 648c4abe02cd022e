import type { EntryField } from '../image/comparison.ts'
import type { Entry } from '../image/image.ts'
import { inHeadersOnly } from '../image/unpacked.ts'

/** The fields in which two entries of one path differ; `contentDiffers` says what only their bytes can tell. */
export function changedFields(a: Entry, b: Entry, contentDiffers: boolean): EntryField[] {
  const fields: EntryField[] = []
  if (contentDiffers || a.size !== b.size) fields.push('content')
  if (a.type !== b.type) fields.push('type')
  if (a.mode !== b.mode) fields.push('mode')
  if (a.uid !== b.uid) fields.push('uid')
  if (a.gid !== b.gid) fields.push('gid')
  if (a.uname !== b.uname || a.gname !== b.gname) fields.push('names')
  if (a.mtime !== b.mtime) fields.push('mtime')
  if (a.linkTarget !== b.linkTarget) fields.push('link')
  if (a.device !== b.device) fields.push('device')
  if (!sameRecords(a.pax, b.pax)) fields.push('pax')
  return fields
}

function sameRecords(a: Record<string, string>, b: Record<string, string>): boolean {
  if (a === b) return true
  const keywords = Object.keys(a)
  if (keywords.length !== Object.keys(b).length) return false
  return keywords.every(keyword => Object.hasOwn(b, keyword) && a[keyword] === b[keyword])
}

/** What is enough to tell somebody of headers. */
const wordsLimit = 6

/** Takes out of differences what only the headers of a layer say and nobody unpacks, and remembers what that was. */
export class HeaderWords {
  readonly words = new Set<string>()

  /** The fields that are left, which may be seen in the files. */
  leave(fields: EntryField[], a: Entry, b: Entry): EntryField[] {
    return fields.filter(field => {
      const words = inHeadersOnly(field, a, b)
      for (const word of words ?? []) if (this.words.size < wordsLimit) this.words.add(word)
      return words === null
    })
  }
}

/** About how many bytes of memory an entry takes. */
export function weightOf(entry: Entry): number {
  let bytes = 360 + textWeight(entry.path) + textWeight(entry.linkTarget) + textWeight(entry.uname + entry.gname)
  for (const keyword in entry.pax) bytes += 96 + textWeight(keyword) + textWeight(entry.pax[keyword] as string)
  return bytes
}

/** V8 stores a text in one byte a character when it has no others than those of Latin-1. */
export function textWeight(text: string): number {
  return text.length < 64 || notLatin.test(text) ? 2 * text.length : text.length
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: all of Latin-1
const notLatin = /[^\u0000-\u00ff]/

/** Makes B's entry hold A's texts where they are equal: two entries of one path then take little more than one. */
export function shareTexts(a: Entry, b: Entry): void {
  for (const field of ['path', 'linkTarget', 'mtime', 'uname', 'gname', 'device'] as const)
    if (a[field] === b[field]) b[field] = a[field]
  for (const keyword in b.pax) if (a.pax[keyword] === b.pax[keyword]) b.pax[keyword] = a.pax[keyword] as string
}

/** About how many bytes B's entry takes beside A's, whose texts it shares. */
export function weightBeside(a: Entry, b: Entry): number {
  let bytes = 200
  if (a.path !== b.path) bytes += textWeight(b.path)
  if (a.linkTarget !== b.linkTarget) bytes += textWeight(b.linkTarget)
  for (const keyword in b.pax) {
    bytes += 64
    if (!(keyword in a.pax)) bytes += 32 + textWeight(keyword)
    if (a.pax[keyword] !== b.pax[keyword]) bytes += textWeight(b.pax[keyword] as string)
  }
  return bytes
}
