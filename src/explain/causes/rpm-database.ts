import type { Instruction } from '../../dockerfile/dockerfile.ts'
import type { ByteRun } from '../../image/comparison.ts'
import type { Cause, Recognition, Subject } from '../cause.ts'
import { bothBegin, bytesOf, contentDiffers, isAligned } from '../content.ts'
import { plainEvidence } from '../leftover.ts'
import { shellPath } from '../remedy.ts'
import { timeOfRun } from '../values/run-time.ts'
import { runEvidence } from './build-time.ts'

const paths = /(?:^|\/)(?:var\/lib\/rpm|usr\/lib\/sysimage\/rpm|usr\/share\/rpm|\.rpmdb)\//
const sqlite = [...Buffer.from('SQLite format 3\0')]
/** The heads of the formats: SQLite, ndb (packages, index), Berkeley DB (hash, btree; at byte 12). */
const formats: [magic: number[], at: number][] = [
  [sqlite, 0],
  [[...Buffer.from('RpmP')], 0],
  [[...Buffer.from('RpmX')], 0],
  [[0x61, 0x15, 0x06, 0x00], 12],
  [[0x62, 0x31, 0x05, 0x00], 12],
]

/** The database of installed RPM packages: install times and transaction numbers. */
export const rpmDatabase: Cause = {
  id: 'rpm-database',
  recognise: subject => {
    if (!paths.test(subject.entry.path)) return null
    return sharedMemory(subject) ?? installTimes(subject)
  },
  describe: ({ subjects }) => ({
    title: 'The RPM database holds install times',
    message:
      'rpm notes for every package when it was installed (INSTALLTIME, INSTALLTID). Every build installs at another time.',
    remedy: {
      text: 'Let the step see SOURCE_DATE_EPOCH: put `ARG SOURCE_DATE_EPOCH` above the instruction; rpm 4.18 and later take it for the install times. Delete the files that SQLite shares memory through (`rpmdb.sqlite-shm`) in the same instruction. An rpm older than 4.18 (RHEL 8 and 9) knows no way: install into a root with a newer one, or leave the database out of the image.',
      needsEpoch: true,
      snippet: 'ARG SOURCE_DATE_EPOCH',
      rewrite: (text, instruction) => withoutSharedMemory(text, instruction, subjects),
      ...(subjects.every(({ entry }) => scratch.test(entry.path))
        ? { remove: subjects.slice(0, 5).map(({ entry }) => `/${entry.path}`) }
        : {}),
    },
  }),
}

/** The instruction with a deletion of the shared memory at its end, where it is a shell command. */
function withoutSharedMemory(text: string, instruction: Instruction, subjects: readonly Subject[]): string {
  const paths = subjects.filter(({ entry }) => scratch.test(entry.path)).map(({ entry }) => shellPath(entry.path))
  const simple = instruction.keyword === 'RUN' && instruction.json === null && instruction.heredocs.length === 0
  return paths.length > 0 && simple ? `${text.trimEnd()} \\\n && rm -f ${paths.slice(0, 5).join(' ')}` : text
}

/** What the engines of the database share memory through, and lock files: nothing of it is data. */
const scratch = /\/(?:rpmdb\.sqlite-shm|__db\.\d{3}|\.[\w.]*lock|\.dbenv\.lock)$/
/** A journal of SQLite: salts and checksums differ with every write. */
const journal = /\/rpmdb\.sqlite-(?:wal|journal)$/

function sharedMemory(subject: Subject): Recognition | null {
  const { entry } = subject
  if (entry.kind === 'changed' && !contentDiffers(entry)) return null
  if (!scratch.test(entry.path) && !journal.test(entry.path)) return null
  const what = scratch.test(entry.path)
    ? "the database engine's own shared memory or lock, no data"
    : 'a journal with checksums and salts of its own'
  return { confidence: 'certain', evidence: [{ ...plainEvidence(subject), what }] }
}

function installTimes({ entry, clock }: Subject): Recognition | null {
  const { content } = entry
  if (!contentDiffers(entry) || !content) return null
  const format = formats.find(([magic, at]) => bothBegin(content, magic, at))
  if (!format) return null
  // SQLite counts changes in its header, a Berkeley DB has an identity there, and ndb ends each package with a checksum.
  const counted = (run: ByteRun): boolean =>
    (run.offset < 100 && (format[0] === sqlite ? run.offset >= 24 : format[1] === 12)) || isChecksum(run)
  const times = content.runs.filter(run => !counted(run)).map(run => timeOfRun(run, clock))
  const found = times.flatMap(time => (time ? [time] : []))
  if (found.length === 0) return null
  return {
    confidence: isAligned(content) && times.every(time => time?.covers) ? 'certain' : 'likely',
    evidence: found.slice(0, 3).map(time => runEvidence(entry.path, time)),
  }
}

/** ndb: four bytes of checksum and four of length, then the mark of a package's end. */
function isChecksum(run: ByteRun): boolean {
  const end = bytesOf(run.a).indexOf('BlbE', run.before)
  return end >= 0 && run.before >= end - 8 && run.before + run.length <= end - 4
}
