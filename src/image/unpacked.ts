import type { Entry } from './image.ts'
import type { PaxRecords } from './pax.ts'

/**
 * What a tar may say of an entry that engines (containerd, Docker, Podman, CRI-O) make nothing of when they unpack a layer. Two
 * layers that differ in no more unpack to the same files; two archives of a user's own may well be told apart by it.
 */

/**
 * Records that engines apply, or that may mean something to whoever unpacks as root with another tool. All others (`comment`,
 * `ctime`, charsets, inodes, times of creation, keywords of vendors) stay in the tar. POSIX has readers skip what they do not know.
 */
// Names of attributes may have line ends: `s`.
const applied =
  /^(?:atime|SCHILY\.xattr\..*|SCHILY\.acl\..*|SCHILY\.(?:fflags|devmajor|devminor|realsize|filetype)|SUN\.(?:devmajor|devminor|holesdata)|LIBARCHIVE\.xattr\..*|LIBARCHIVE\.symlinktype|RHT\.security\..*|security\..*|MSWINDOWS\..*|GNU\.sparse\..*|GNU\.times|typeflag)$/s
/** Said for all entries: Go does not apply it, tools of the shell do. */
const appliedGlobally = /^(?:mtime|uid|gid|uname|gname)$/

const globalMark = 'global '

/** Whether such a record of an entry (`comment`, `global comment`) may change what is unpacked. */
export function isApplied(record: string): boolean {
  const name = record.startsWith(globalMark) ? record.slice(globalMark.length) : record
  return applied.test(name) || (name !== record && appliedGlobally.test(name))
}

/** The records of two entries that differ. An access time that is left empty is none. */
export function differingRecords(a: PaxRecords, b: PaxRecords): string[] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...names].filter(name => meaning(name, a[name]) !== meaning(name, b[name]))
}

/** Of the time of change in an old GNU header, which nobody can set, nothing is left. */
function meaning(name: string, value: string | undefined): string | undefined {
  if (name === 'GNU.times') return value?.replace(/,.*$/, '')
  return value === '' && /^(?:global )?(?:atime|mtime|uid|gid|uname|gname)$/.test(name) ? undefined : value
}

/** In words, what of one field differs in the headers alone; null when it may be seen in the files. */
export function inHeadersOnly(field: string, a: Entry, b: Entry): string[] | null {
  if (a.type !== b.type) return null
  switch (field) {
    case 'names':
      return isSilent(a.uname, b.uname) && isSilent(a.gname, b.gname) ? ['names of owners'] : null
    case 'device':
      return a.type === 'char-device' || a.type === 'block-device' ? null : ['device numbers of what is no device']
    case 'link':
      return a.type === 'symlink' || a.type === 'hardlink' ? null : ['link targets of what is no link']
    case 'mode':
      return a.type === 'symlink' ? ['permissions of symbolic links'] : null
    case 'pax':
      return recordsInHeadersOnly(a, b)
    default:
      return null
  }
}

/** A tar that leaves a name out says the owner by number. */
const isSilent = (a: string, b: string): boolean => a === b || a === '' || b === ''

function recordsInHeadersOnly(a: Entry, b: Entry): string[] | null {
  const names = differingRecords(a.pax, b.pax)
  if (names.some(isApplied)) return null
  return names.length === 0 ? ['times in the tar'] : names.map(recordWords)
}

const recordWords = (name: string): string =>
  name.startsWith(globalMark)
    ? `PAX global header ${quoted(name.slice(globalMark.length))}`
    : `PAX record ${quoted(name)}`

const quoted = (name: string): string => `\`${name.replace(/[^\x20-\x7e]|`/g, '?').slice(0, 40)}\``
