import type { Evidence } from '../../finding.ts'
import type { ByteRun } from '../../image/comparison.ts'
import type { Cause, Recognition } from '../cause.ts'
import { bothBegin, contentDiffers, isAligned, wholesOf } from '../content.ts'
import { hex, moment } from '../values/excerpt.ts'
import type { RunTime } from '../values/run-time.ts'
import { timeOfRun } from '../values/run-time.ts'

/** At byte 12 of the first page: hash, btree, queue; little-endian. */
const magics = [
  [0x61, 0x15, 0x06, 0x00],
  [0x62, 0x31, 0x05, 0x00],
  [0x53, 0x22, 0x04, 0x00],
]
const [idStart, idEnd] = [52, 72]

const timeEvidence = (path: string, { offset, length, form, a, b }: RunTime): Evidence => ({
  what: `build time in a record (${typeof a === 'string' ? form : `${length} bytes, ${form}`})`,
  ...{ path, offset, a: typeof a === 'string' ? a : moment(a), b: typeof b === 'string' ? b : moment(b) },
})

/** A Berkeley DB file: its head holds an identity made of inode, device, time and chance. */
export const berkeleyDb: Cause = {
  id: 'berkeley-db',
  recognise: ({ entry, clock }) => {
    const { content } = entry
    if (!contentDiffers(entry) || !content || !magics.some(magic => bothBegin(content, magic, 12))) return null
    const bytes = wholesOf(content)
    const ids = bytes && { a: bytes.a.subarray(idStart, idEnd), b: bytes.b.subarray(idStart, idEnd) }
    if (!ids || ids.a.equals(ids.b)) return null
    // Each database in the file has a head page with the same identity.
    const pageSize = bytes.a.readUInt32LE(20)
    const inHead = (offset: number): boolean =>
      pageSize >= 512 && offset % pageSize >= idStart && offset % pageSize < idEnd
    const others = content.runs.filter(run => !inHead(run.offset) || !inHead(run.offset + run.length - 1))
    // Alias tables hold when they were made: a record YP_LAST_MODIFIED, in seconds.
    const times = others.map(run => timeOfRun(run, clock))
    const all = isAligned(content) && times.every(time => time?.covers === true)
    const [first] = times
    return {
      confidence: all ? 'certain' : 'likely',
      ...(all ? (first ? { variant: 'time' } : {}) : { variant: 'more' }),
      evidence: [
        {
          what: 'identity of the database file (inode, device, time, random)',
          path: entry.path,
          offset: idStart,
          a: hex(ids.a),
          b: hex(ids.b),
        },
        ...(first ? [timeEvidence(entry.path, first)] : []),
        ...(all
          ? []
          : [
              {
                what: 'records differ, too',
                path: entry.path,
                ...placeOf(others[times.findIndex(time => time?.covers !== true)]),
              },
            ]),
      ],
    }
  },
  describe: ({ subjects, recognitions }) => ({
    title: 'A Berkeley DB file has an identity of its own',
    message: `Berkeley DB gives each file it makes an identity of inode number, device, time and a random number. ${dataWords(recognitions)} Mail systems (\`newaliases\`, \`postmap\`), Perl and Python modules write such files.`,
    remedy: {
      text: 'Make the file when the container starts (`newaliases` or `postmap` in the entrypoint), or use another kind of table (`postmap lmdb:…`, `cdb:…`, `texthash:…` for Postfix; SQLite or a text file for a table of your own).',
      // Any other table may be the only copy of what is in it.
      ...(subjects.every(({ entry }) => isMadeAnew.test(entry.path))
        ? { remove: subjects.slice(0, 5).map(({ entry }) => `/${entry.path}`) }
        : {}),
    },
  }),
}

/** Tables that newaliases and postmap make of a text beside them. */
const isMadeAnew = /^etc\/(?:aliases|postfix\/.+|mail\/.+)\.db$/

function dataWords(recognitions: readonly Recognition[]): string {
  const has = (variant: string): boolean => recognitions.some(one => one.variant === variant)
  if (has('more')) return 'Records in it differ, too.'
  return has('time')
    ? 'A table of mail aliases also holds the time at which it was made.'
    : 'The data is equal, the file is not.'
}

const placeOf = (run: ByteRun | undefined): { offset?: number } => (run ? { offset: run.offset } : {})
