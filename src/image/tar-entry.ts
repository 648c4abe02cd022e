import type { Entry, EntryType } from './image.ts'
import { LayerError, quoted } from './layer-error.ts'
import { noRecords, type PaxRecords } from './pax.ts'
import type { TarHeader } from './tar-header.ts'

/** What precedes an entry's own header and changes what it says. */
export interface Extensions {
  pax: PaxRecords | null
  longName: string | null
  longLink: string | null
  /** Facts of the reader's own about this header, kept with the PAX records. */
  facts: PaxRecords | null
}

/** Linux can make no longer path; a runtime could not unpack it. */
const pathLimit = 4096

const types: Record<string, EntryType> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  S: 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'char-device',
  '4': 'block-device',
  '5': 'directory',
  '6': 'fifo',
}

const applied = new Set(['path', 'size', 'mtime', 'linkpath', 'uid', 'gid', 'uname', 'gname', 'GNU.sparse.name'])
const nothing: PaxRecords = Object.freeze(noRecords())

/** The entry that a header and its extensions describe. Throws a LayerError (without a place) where readers would differ. */
export function entryOf(header: TarHeader, extensions: Extensions, global: PaxRecords | null): Entry {
  const pax = extensions.pax ?? nothing
  const name = sparseName(header, pax) ?? (agreed(pax.path, extensions.longName, 'name') || header.name)
  const type = typeOf(header.typeflag, name)
  const link = agreed(pax.linkpath, extensions.longLink, 'link target') || header.linkname
  const size = pax.size ? decimal(pax.size, 'size') : header.size
  if (size !== 0 && type !== 'file' && type !== 'other')
    throw new LayerError(`${quoted(name)} is no file but has ${size} bytes: tools do not agree on what follows it`)
  if (link.length > pathLimit) throw new LayerError(`a link target is longer than ${pathLimit} characters`)
  return {
    path: normalized(name),
    type,
    // Some writers repeat the file type above these bits; unpacking ignores it.
    mode: header.mode & 0o7777,
    uid: pax.uid ? decimal(pax.uid, 'user id') : header.uid,
    gid: pax.gid ? decimal(pax.gid, 'group id') : header.gid,
    uname: pax.uname || header.uname,
    gname: pax.gname || header.gname,
    size,
    mtime: pax.mtime ? time(pax.mtime) : header.mtime,
    // A hard link's target is the name of another entry.
    linkTarget: type === 'hardlink' && !hasParentStep(link) ? normalized(link) : link,
    device: header.device,
    pax: factsOf(header, extensions, global, type),
  }
}

/** PAX records as they stand, and what else a header says that has no field of its own. */
function factsOf(header: TarHeader, extensions: Extensions, global: PaxRecords | null, type: EntryType): PaxRecords {
  // A file of a kind that engines do not unpack, and tools of the shell take for a plain one.
  const isOdd = type === 'other' || header.typeflag === '7' || (header.typeflag === 'S' && header.sparse === null)
  if (!extensions.pax && !extensions.facts && !global && !isOdd && header.gnuTimes === '') return nothing
  const facts = noRecords()
  // Go's reader, and so container runtimes, do not apply global records, other tools do: kept apart, never applied.
  for (const keyword in global) facts[`global ${keyword}`] = global[keyword] as string
  for (const keyword in extensions.facts) facts[keyword] = extensions.facts[keyword] as string
  for (const keyword in extensions.pax) {
    if (!applied.has(keyword)) facts[keyword] = extensions.pax[keyword] as string
  }
  if (header.gnuTimes !== '') facts['GNU.times'] = header.gnuTimes
  if (isOdd) facts.typeflag = header.typeflag
  return facts
}

/** What sparse files of PAX are named by; null for all others. */
function sparseName({ typeflag }: TarHeader, pax: PaxRecords): string | null {
  const name = pax['GNU.sparse.name']
  if (!name) return null
  if (typeflag === 'S' || !isSparse(pax))
    throw new LayerError(`PAX record "GNU.sparse.name" names what is no sparse file: tools do not agree on its name`)
  return name
}

/** As Go tells it: a version that it knows, or a map without a version. */
function isSparse(pax: PaxRecords): boolean {
  const [major, minor] = [pax['GNU.sparse.major'] ?? '', pax['GNU.sparse.minor'] ?? '']
  if (major !== '' || minor !== '') return ['0.0', '0.1', '1.0'].includes(`${major}.${minor}`)
  return Boolean(pax['GNU.sparse.map'] || pax['GNU.sparse.offset'] || pax['GNU.sparse.numbytes'])
}

function typeOf(typeflag: string, name: string): EntryType {
  if (!name.endsWith('/')) return types[typeflag] ?? 'other'
  // Before ustar, a directory was a name with a slash.
  if (typeflag === '\0') return 'directory'
  const type = types[typeflag] ?? 'other'
  if (type === 'file') throw new LayerError(`${quoted(name)} is a file named as a directory`)
  return type
}

function agreed(pax: string | undefined, gnu: string | null, what: string): string {
  if (pax && gnu && pax !== gnu) throw new LayerError(`PAX and GNU headers give different values for a ${what}`)
  return pax || gnu || ''
}

/**
 * A path as every unpacker sees it: `./a`, `/a`, `a/` and `a//.` are `a`; the root is `.`. How a writer spells it is
 * packaging. Steps up (`..`) are refused: unpackers do not agree on them, and no builder writes them.
 */
function normalized(name: string): string {
  if (name === '') throw new LayerError('an entry has no name')
  if (name.length > pathLimit) throw new LayerError(`a path is longer than ${pathLimit} characters`)
  if (isPlain(name)) return name
  if (hasParentStep(name)) throw new LayerError(`the path ${quoted(name)} has a step up (..)`)
  return name.split('/').filter(isStep).join('/') || '.'
}

const [slash, dot] = [0x2f, 0x2e]

/** Whether no part is empty or begins with a dot: there is nothing to make uniform. */
function isPlain(name: string): boolean {
  let before = slash
  for (let at = 0; at < name.length; at += 1) {
    const code = name.charCodeAt(at)
    if (before === slash && (code === slash || code === dot)) return false
    before = code
  }
  return before !== slash
}

function isStep(part: string): boolean {
  return part !== '' && part !== '.'
}

function hasParentStep(name: string): boolean {
  return name.includes('..') && name.split('/').includes('..')
}

function decimal(value: string, what: string): number {
  const number = /^-?\d{1,16}$/.test(value) ? Number(value) : Number.NaN
  if (!Number.isSafeInteger(number) || (number < 0 && what === 'size'))
    throw new LayerError(`the ${what} in a PAX record is not a usable number`)
  return number
}

/** Decimal seconds, exact, written in one way: no needless zeros. */
function time(value: string): string {
  const parts = /^(-?)0*(\d{1,20}?)(?:\.(\d{0,30}?)0*)?$/.exec(value)
  if (value.length > 64 || parts === null) throw new LayerError('the time in a PAX record is not a number')
  const [, sign = '', whole = '0', fraction = ''] = parts
  const digits = fraction === '' ? whole : `${whole}.${fraction}`
  return /[1-9]/.test(digits) ? sign + digits : '0'
}
