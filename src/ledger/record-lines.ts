import type { Entry, EntryType } from '../image/image.ts'
import { noRecords } from '../image/pax.ts'
import { entryTypes, hasContent, paxCountLimit, paxValueLimit, RecordError, type RecordedEntry } from './record.ts'

/**
 * An entry as one line of a record: path, type, mode, uid, gid, size, mtime, SHA-256 of the content, and behind them, where
 * there is more to say, names of owners, link target, device and PAX records.
 */
type Row = [string, string, number, number, number, number, string, string | null, More?]

/** In this order; only what is there. */
interface More {
  uname?: string
  gname?: string
  link?: string
  device?: string
  pax?: [string, string][]
}

export function rowOf({ entry, digest }: RecordedEntry): Row {
  const { path, type, mode, uid, gid, size, mtime } = entry
  const pax = Object.keys(entry.pax).sort()
  const more: More = {
    ...(entry.uname === '' ? {} : { uname: entry.uname }),
    ...(entry.gname === '' ? {} : { gname: entry.gname }),
    ...(entry.linkTarget === '' ? {} : { link: entry.linkTarget }),
    ...(entry.device === '' ? {} : { device: entry.device }),
    ...(pax.length === 0 ? {} : { pax: pax.map((keyword): [string, string] => [keyword, entry.pax[keyword] ?? '']) }),
  }
  const isMore = Object.keys(more).length > 0
  return [path, type, mode, uid, gid, size, mtime, digest, ...((isMore ? [more] : []) as [More?])]
}

const pathLimit = 4096
const nothing = Object.freeze(noRecords())

/**
 * The entry of a line that was parsed, whoever wrote it.
 * @throws RecordError that says what is wrong with it
 */
export function entryOfRow(row: unknown): RecordedEntry {
  if (!Array.isArray(row) || row.length < 8 || row.length > 9) wrong('an entry is not a list of eight or nine values')
  const [path, type, mode, uid, gid, size, mtime, digest, more] = row as unknown[]
  if (!isPath(path)) wrong('the path of an entry is not one that a layer can have')
  if (!entryTypes.includes(type as EntryType)) wrong('an entry has a type that no entry has')
  const facts = moreOf(more, row.length === 9)
  // Written out: of millions of entries, objects that are spread into others cost more than all else.
  const entry: Entry = {
    path,
    type: type as EntryType,
    mode: whole(mode, 'mode', 0, 0o7777),
    uid: whole(uid, 'owner'),
    gid: whole(gid, 'group'),
    size: whole(size, 'size', 0),
    mtime: timeIn(mtime),
    uname: facts.uname,
    gname: facts.gname,
    linkTarget: facts.link,
    device: facts.device,
    pax: facts.pax,
  }
  if (entry.size > 0 && entry.type !== 'file' && entry.type !== 'other') wrong('an entry has a size and is no file')
  const isNamed = typeof digest === 'string' && /^[0-9a-f]{64}$/.test(digest)
  if (hasContent(entry) ? !isNamed : digest !== null) wrong('the digest of an entry does not go with its size')
  return { entry, digest: digest as string | null }
}

/** As the reader of layers makes them uniform: without steps up, empty steps, or a slash at either end. */
function isPath(path: unknown): path is string {
  if (typeof path !== 'string' || path === '' || path.length > pathLimit || path.includes('\0')) return false
  return path === '.' || path.split('/').every(step => step !== '' && step !== '.' && step !== '..')
}

interface Facts extends Required<Omit<More, 'pax'>> {
  pax: Entry['pax']
}

const noFacts: Facts = Object.freeze({ uname: '', gname: '', link: '', device: '', pax: nothing })

function moreOf(more: unknown, isGiven: boolean): Facts {
  if (!isGiven) return noFacts
  const facts: Facts = { ...noFacts }
  if (typeof more !== 'object' || more === null || Array.isArray(more)) wrong('the last value of an entry is no object')
  const keys = Object.keys(more)
  const known = ['uname', 'gname', 'link', 'device', 'pax']
  if (keys.length === 0 || keys.join() !== known.filter(key => keys.includes(key)).join())
    wrong('an entry has a field that no entry has')
  for (const key of keys) {
    const value = (more as Record<string, unknown>)[key]
    if (key === 'pax') facts.pax = paxIn(value)
    else facts[key as 'link'] = textIn(value, key)
  }
  return facts
}

function paxIn(value: unknown): Entry['pax'] {
  if (!Array.isArray(value) || value.length === 0 || value.length > paxCountLimit) wrong('the PAX records of an entry')
  const pax = noRecords()
  let before: string | null = null
  for (const pair of value as unknown[]) {
    if (!Array.isArray(pair) || pair.length !== 2 || !pair.every(isPaxText)) wrong('a PAX record is no pair of texts')
    const [keyword, text] = pair as [string, string]
    if (before !== null && keyword <= before) wrong('the PAX records of an entry are not in order')
    pax[keyword] = text
    before = keyword
  }
  return pax
}

/** A name that a digest stands for has a prefix before it. */
const isPaxText = (text: unknown): boolean => typeof text === 'string' && text.length <= paxValueLimit

function textIn(value: unknown, what: string): string {
  if (typeof value !== 'string' || value === '' || value.length > pathLimit) wrong(`the ${what} of an entry is no text`)
  return value as string
}

function timeIn(value: unknown): string {
  if (typeof value !== 'string' || !/^-?(?:0|[1-9]\d{0,39})(?:\.\d{1,30})?$/.test(value))
    wrong('the time of an entry is no number')
  return value as string
}

/** A whole number that keeps its value as JSON. */
function whole(value: unknown, what: string, least = Number.MIN_SAFE_INTEGER, most?: number): number {
  if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > (most ?? Infinity))
    wrong(`the ${what} is not a number that it can be`)
  return value as number
}

export function wrong(what: string): never {
  throw new RecordError(what)
}
