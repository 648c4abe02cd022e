import type { EntryField } from '../image/comparison.ts'
import type { Entry } from '../image/image.ts'

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

/** About how many bytes of memory an entry takes. */
export function weightOf(entry: Entry): number {
  let text = entry.path.length + entry.linkTarget.length
  for (const [keyword, value] of Object.entries(entry.pax)) text += keyword.length + value.length + 32
  return 400 + 2 * text
}
