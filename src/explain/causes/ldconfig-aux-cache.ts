import type { Evidence } from '../../finding.ts'
import type { Subject } from '../cause.ts'
import { bytesOf, wholesOf } from '../content.ts'
import { leftover, plainEvidence, timeEvidence } from '../leftover.ts'
import { moment } from '../values/excerpt.ts'

const magic = 'glibc-ld.so.auxcache-'

/** ldconfig's note of every library's inode and change time. */
export const ldconfigAuxCache = leftover({
  id: 'ldconfig-aux-cache',
  title: "ldconfig's aux-cache is in the layer",
  message:
    'ldconfig writes inode number and change time of every library it saw to /var/cache/ldconfig/aux-cache. Both differ in every build and on every machine. The file only makes the next ldconfig run faster.',
  paths: /(?:^|\/)var\/cache\/ldconfig\/aux-cache$/,
  remove: ['/var/cache/ldconfig/aux-cache'],
  fix: 'Delete the file in the same instruction that installs libraries or calls ldconfig.',
  proof: subject => {
    const { content } = subject.entry
    if (!content) return [plainEvidence(subject)]
    const known = [content.a, content.b].some(
      sample => bytesOf(sample.head).toString('latin1', 0, magic.length) === magic,
    )
    return known ? (libraryEvidence(subject) ?? timeEvidence(subject)) : null
  },
})

/** Bytes of the header: magic, number of libraries, length of the names; then 48 bytes a library: inode, change time, … */
const headerSize = 32
const librarySize = 48

/** The first library that has another change time, else another inode. */
function libraryEvidence({ entry }: Subject): Evidence[] | null {
  const bytes = wholesOf(entry.content)
  if (!bytes || bytes.a.length < headerSize || bytes.b.length < headerSize) return null
  const count = Math.min(bytes.a.readUInt32LE(24), bytes.b.readUInt32LE(24), 20_000)
  const differing = { inode: -1, time: -1 }
  for (let index = 0; index < count; index++) {
    const at = headerSize + index * librarySize
    if (at + librarySize > Math.min(bytes.a.length, bytes.b.length)) break
    if (differing.time < 0 && !sameWord(bytes, at + 8)) differing.time = at + 8
    if (differing.inode < 0 && !sameWord(bytes, at)) differing.inode = at
  }
  const evidence: Evidence[] = []
  const value = (side: Buffer, at: number): bigint => side.readBigUInt64LE(at)
  if (differing.time >= 0) {
    const time = (side: Buffer): string => moment(Number(value(side, differing.time)) * 1000)
    evidence.push({
      what: 'change time of a library',
      path: entry.path,
      offset: differing.time,
      a: time(bytes.a),
      b: time(bytes.b),
    })
  }
  if (differing.inode >= 0) {
    const inode = (side: Buffer): string => String(value(side, differing.inode))
    evidence.push({
      what: 'inode number of a library',
      path: entry.path,
      offset: differing.inode,
      a: inode(bytes.a),
      b: inode(bytes.b),
    })
  }
  return evidence.length > 0 ? evidence : null
}

const sameWord = (bytes: { a: Buffer; b: Buffer }, at: number): boolean =>
  bytes.a.readBigUInt64LE(at) === bytes.b.readBigUInt64LE(at)
