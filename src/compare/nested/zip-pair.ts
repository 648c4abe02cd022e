import { inflateRawSync } from 'node:zlib'
import type { EntryDifference, EntryField, NestedDifference, PackingDifference } from '../../image/comparison.ts'
import type { Entry } from '../../image/image.ts'
import { quoted } from '../../image/layer-error.ts'
import { type CompareContents, type ComparedContent, compareInStep, type Head, type Keep } from '../in-step.ts'
import type { ArchivePair, Finished } from './archive-pair.ts'
import type { ByteReader } from './byte-reader.ts'
import { heldLimit, type Inflation, memberLimit } from './limits.ts'
import { type DirectoryFacts, nthKey } from './zip-directory.ts'
import { ZipReader } from './zip-reader.ts'

const packingLimit = 100
/** Sentences said of one archive. */
const doubtLimit = 3

/** Two zips: members stored in one way are compared as they are stored, only others are decompressed. */
export class ZipPair implements ArchivePair {
  a: ZipReader
  b: ZipReader
  #inflation: Inflation
  #packing: PackingDifference[] = []
  #doubts: string[] = []

  constructor(a: ByteReader, b: ByteReader, inflation: Inflation) {
    this.a = new ZipReader(a, inflation)
    this.b = new ZipReader(b, inflation)
    this.#inflation = inflation
  }

  compare(plain: CompareContents): CompareContents {
    return async (a, b, keep) => {
      const { path } = a.entry
      if (this.a.unread.has(path) || this.b.unread.has(path)) return await this.#compareUnreadable(a, b, keep)
      if (this.a.isStoredAs(this.b)) return await this.#compareStored(a, b)
      const compared = await plain(a, b, keep)
      const [storedA, storedB] = [this.a.lastStored, this.b.lastStored]
      if (compared.equal && storedA !== storedB) this.#noteRepacked(path, storedA, storedB)
      return compared
    }
  }

  finish({ members, total, same }: Pick<NestedDifference, 'members' | 'total' | 'same'>): Finished {
    const [a, b] = [this.a.directory, this.b.directory]
    if (!a || !b) return { members, total, same, packing: [], unread: 'its directory was not reached' }
    const packing = [...this.#packing]
    if (!this.a.prefix.equals(this.b.prefix))
      packing.push({ field: 'prefix', member: null, offset: 0, ...textsOf(this.a.prefix, this.b.prefix) })
    if (!a.comment.equals(b.comment))
      packing.push({ field: 'comment', member: null, offset: a.commentOffset, ...textsOf(a.comment, b.comment) })
    const more = addDirectoryFacts(members, a.facts, b.facts, Math.max(0, memberLimit - members.length))
    const listed = [...members, ...more.listed]
    const unread = this.#doubts.length === 0 ? null : this.#doubts.join('; ')
    return { members: listed, total: total + more.total, same: same - more.total, packing, unread }
  }

  /** Encrypted, or compressed by a method nobody here reads: the bytes say whether they differ, and nothing else. */
  async #compareUnreadable(a: Head, b: Head, keep: Keep): Promise<ComparedContent> {
    const { path } = a.entry
    const { equal } = await compareInStep(a, b, keep)
    if (equal) return { equal, content: null }
    const reason = this.a.unread.get(path) ?? this.b.unread.get(path)
    this.#doubt(`member ${quoted(path)} is ${reason}`)
    return { equal: false, content: null }
  }

  /** Same length, checksum and method: the same bytes prove the same content; other bytes are decompressed, if not too many. */
  async #compareStored(a: Head, b: Head): Promise<ComparedContent> {
    const [left, right] = [new Held(), new Held()]
    const [headA, headB] = [storedHead(a.entry, this.a, left), storedHead(b.entry, this.b, right)]
    if ((await compareInStep(headA, headB, () => 'none')).equal) return { equal: true, content: null }
    const { path } = a.entry
    const contents = [left.inflated(a.entry.size, this.#inflation), right.inflated(b.entry.size, this.#inflation)]
    if (contents[0] && contents[1] && contents[0].equals(contents[1])) this.#noteRepacked(path, left.size, right.size)
    else this.#doubt(`member ${quoted(path)} has the same checksum and other compressed bytes`)
    return { equal: true, content: null }
  }

  #doubt(text: string): void {
    if (this.#doubts.length < doubtLimit) this.#doubts.push(text)
  }

  #noteRepacked(member: string, a: number, b: number): void {
    if (this.#packing.length < packingLimit)
      this.#packing.push({ field: 'compressed-data', member, offset: null, a: `${a} bytes`, b: `${b} bytes` })
  }
}

/** A member's data as it is stored, in place of its content. */
function storedHead(entry: Entry, reader: ZipReader, held: Held): Head {
  const pieces = reader.stored()
  const chunk = async (): Promise<Buffer | null> => {
    const { done, value } = await pieces.next()
    if (done) return null
    held.add(value)
    return value
  }
  return { entry, stream: { next: () => reader.next(), chunk } }
}

/** Stored data, unless it is too much. */
class Held {
  size = 0
  #parts: Buffer[] = []

  add(piece: Buffer): void {
    this.size += piece.length
    if (this.size <= heldLimit) this.#parts.push(piece)
    else this.#parts = []
  }

  /** The content; null when it is not of the size stated, damaged, or too large. */
  inflated(size: number, inflation: Inflation): Buffer | null {
    if (this.size > heldLimit || size > 8 * heldLimit) return null
    try {
      inflation.use(size)
      const content = inflateRawSync(Buffer.concat(this.#parts), { maxOutputLength: size + 1 })
      return content.length === size ? content : null
    } catch {
      return null
    }
  }
}

/** Adds to the members what only the directory says of them; returns members that differ in nothing else, the first ones listed. */
function addDirectoryFacts(
  members: readonly EntryDifference[],
  factsA: ReadonlyMap<string, string>,
  factsB: ReadonlyMap<string, string>,
  limit: number,
): { listed: EntryDifference[]; total: number } {
  const known = new Map(members.filter(({ kind }) => kind === 'changed').map(member => [member.path, member]))
  const listed: EntryDifference[] = []
  let total = 0
  for (const [key, textA] of factsA) {
    const textB = factsB.get(key)
    if (textB === undefined || textB === textA) continue
    const name = key.slice(key.indexOf(' ') + 1)
    const path = name.replace(/\/$/, '')
    const member = key === nthKey(name, 0) ? known.get(path) : undefined
    const isKnown = member?.a && member.b
    if (!isKnown) total += 1
    if (!isKnown && listed.length >= limit) continue
    const [a, b] = [entryOf(path, textA), entryOf(path, textB)]
    const fields: EntryField[] = []
    if (a.mode !== b.mode) fields.push('mode')
    if (JSON.stringify(a.pax) !== JSON.stringify(b.pax)) fields.push('pax')
    if (!member?.a || !member.b) {
      const plain = { digestA: null, digestB: null, content: null }
      listed.push({ path, kind: 'changed', fields, a, b, ...plain })
      continue
    }
    member.fields = [...new Set([...member.fields, ...fields])]
    member.a = { ...member.a, mode: a.mode, pax: { ...member.a.pax, ...a.pax } }
    member.b = { ...member.b, mode: b.mode, pax: { ...member.b.pax, ...b.pax } }
  }
  return { listed, total }
}

function entryOf(path: string, text: string): Entry {
  const [mode, pax] = JSON.parse(text) as [DirectoryFacts['mode'], DirectoryFacts['facts']]
  return {
    ...{ path, type: 'file', mode, uid: 0, gid: 0, uname: '', gname: '', size: 0, mtime: '0', linkTarget: '' },
    ...{ device: '', pax },
  }
}

const textsOf = (a: Buffer, b: Buffer): { a: string; b: string } => ({
  a: a.toString('latin1', 0, 200),
  b: b.toString('latin1', 0, 200),
})
