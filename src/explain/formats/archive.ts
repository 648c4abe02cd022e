import type { EntryDifference, NestedDifference } from '../../image/comparison.ts'
import type { Entry } from '../../image/image.ts'

/** An archive that was opened: in the image, or in another archive. */
export interface OpenedArchive {
  /** The archive itself, its path as people read it: `opt/app.war → lib/a.jar`. */
  archive: EntryDifference
  nested: NestedDifference
}

/** What a look into an archive gave, through all archives in it. */
export interface Inside {
  archives: OpenedArchive[]
  /** Files in them that differ in content, or that one side alone has; paths as people read them. */
  files: EntryDifference[]
  /** Members alike on both sides. */
  same: number
  /** Why something was not seen, in words. */
  unread: string[]
  /** Members that were not listed. */
  unlisted: number
}

/** Stands between an archive and its member. */
export const arrow = ' → '

/** What differs inside an archive; null when it was not opened. */
export function lookInside(archive: EntryDifference): Inside | null {
  if (!archive.nested) return null
  const inside: Inside = { archives: [], files: [], same: 0, unread: [], unlisted: 0 }
  collect(archive, archive.nested, inside)
  return inside
}

function collect(archive: EntryDifference, nested: NestedDifference, inside: Inside): void {
  inside.archives.push({ archive, nested })
  if (nested.unread !== null) inside.unread.push(nested.unread)
  inside.same += nested.same
  inside.unlisted += nested.total - nested.members.length
  for (const member of nested.members) {
    const named = { ...member, path: memberPath(archive.path, nested, member) }
    const opened = member.nested && (member.nested.unread === null || member.nested.total > 0)
    if (opened && member.nested) collect(named, member.nested, inside)
    else if (member.kind !== 'changed' || member.fields.includes('content')) inside.files.push(named)
    if (!opened && member.nested?.unread) inside.unread.push(member.nested.unread)
  }
}

/** A compressed archive and the archive in it are one thing to people: `src.tgz`, not `src.tgz → src.tar`. */
function memberPath(archive: string, { format }: NestedDifference, member: EntryDifference): string {
  const isWrapped = (format === 'gzip' || format === 'zstd') && member.nested !== undefined
  return isWrapped ? archive : `${archive}${arrow}${member.path}`
}

/** Records of a member that are times. */
const timeRecord =
  /^(?:zip\.(?:dos-time|other-times|(?:directory-)?extra\.(?:5455|000a|5855))|[acm]time|GNU\.times|LIBARCHIVE\.creationtime)$/

/** How the entry of a member differs in a field of its own. */
export interface MemberFacts {
  /** Modification time, or another. */
  time: boolean
  owner: boolean
  mode: boolean
  /** Records besides times. */
  records: string[]
}

/** What differs in a member besides its content; null for members of one side. */
export function factsOf({ kind, fields, a, b }: EntryDifference): MemberFacts | null {
  if (kind !== 'changed' || !a || !b) return null
  const records = fields.includes('pax') ? differingRecords(a, b) : []
  return {
    time: fields.includes('mtime') || records.some(name => timeRecord.test(name)),
    owner: fields.some(field => field === 'uid' || field === 'gid' || field === 'names'),
    mode: fields.includes('mode'),
    records: records.filter(name => !timeRecord.test(name)),
  }
}

function differingRecords(a: Entry, b: Entry): string[] {
  const names = new Set([...Object.keys(a.pax), ...Object.keys(b.pax)])
  return [...names].filter(name => a.pax[name] !== b.pax[name])
}
