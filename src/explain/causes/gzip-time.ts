import { gunzipSync } from 'node:zlib'
import type { Cause, Recognition, Subject } from '../cause.ts'
import { bothBegin, contentDiffers, isAligned, readAt, wholesOf } from '../content.ts'
import { moment } from '../excerpt.ts'
import { withFlag } from '../rewrite.ts'
import { isWithin } from '../time.ts'

/** The time in a gzip header: bytes 4 to 7. */
export const gzipTime: Cause = {
  id: 'gzip-time',
  recognise,
  describe: ({ subjects }) => ({
    title: 'A gzip header holds a time',
    message: `${subjects.length === 1 ? 'A gzip file notes' : `${subjects.length} gzip files note`} in its header when the file inside was last changed, or when it was compressed. The data inside is the same.`,
    remedy: {
      text: 'Compress without name and time: `gzip -n` (`tar -cf - … | gzip -n` for archives; Python: gzip.GzipFile(…, mtime=0)).',
      rewrite: withFlag('gzip|pigz', '-n'),
    },
  }),
}

function recognise({ entry, clock }: Subject): Recognition | null {
  const { content } = entry
  if (!contentDiffers(entry) || !content || !bothBegin(content, [0x1f, 0x8b, 0x08])) return null
  const a = readAt(content.a, 4, 4)
  const b = readAt(content.b, 4, 4)
  if (!a || !b || a.equals(b)) return null
  const [timeA, timeB] = [a.readUInt32LE() * 1000, b.readUInt32LE() * 1000]
  const inBuild =
    isWithin({ ms: timeA, span: 1000, daily: false }, clock.a) &&
    isWithin({ ms: timeB, span: 1000, daily: false }, clock.b)
  const onlyHeader = isAligned(content)
    ? content.runs.every(run => run.offset >= 4 && run.offset + run.length <= 8)
    : sameInside(content)
  if (!onlyHeader && !inBuild) return null
  return {
    confidence: onlyHeader ? 'certain' : 'likely',
    evidence: [
      {
        what: `time in the gzip header${inBuild ? ', in the time of each build' : ''}${onlyHeader ? '' : '; the data inside differs too'}`,
        path: entry.path,
        offset: 4,
        a: moment(timeA),
        b: moment(timeB),
      },
    ],
  }
}

function sameInside(content: NonNullable<Subject['entry']['content']>): boolean {
  const bytes = wholesOf(content)
  if (!bytes) return false
  const [a, b] = [inflate(bytes.a), inflate(bytes.b)]
  return a !== null && b !== null && a.equals(b)
}

/** What is inside a gzip file, at most 8 MiB; null when it is broken or larger. */
export function inflate(bytes: Buffer): Buffer | null {
  try {
    return gunzipSync(bytes, { maxOutputLength: 8 << 20 })
  } catch {
    return null
  }
}
