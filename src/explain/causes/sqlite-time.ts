import type { Cause, Recognition, Subject } from '../cause.ts'
import { bothBegin, contentDiffers } from '../content.ts'
import { timeOfRun } from '../run-time.ts'
import { runEvidence } from './build-time.ts'

const magic = [...Buffer.from('SQLite format 3\0')]

/** A SQLite database with times of the build in its rows. */
export const sqliteTime: Cause = {
  id: 'sqlite-time',
  recognise: ({ entry, clock }: Subject): Recognition | null => {
    if (!contentDiffers(entry) || !entry.content || !bothBegin(entry.content, magic)) return null
    const { content } = entry
    // Bytes 24 to 27 count changes, 92 to 95 repeat the count: they follow from how often was written.
    const own = content.runs.filter(run => run.offset >= 100)
    const times = own.map(run => timeOfRun(run, clock))
    const found = times.flatMap(time => (time ? [time] : []))
    if (found.length === 0) return null
    return {
      confidence: times.every(time => time?.covers) && content.complete ? 'certain' : 'likely',
      evidence: found.slice(0, 3).map(time => runEvidence(entry.path, time)),
    }
  },
  describe: () => ({
    title: 'A SQLite database holds times of the build',
    message:
      'Rows of a SQLite database carry the time at which they were written (CURRENT_TIMESTAMP, created_at, install times).',
    remedy: {
      text: 'Write a fixed time into such columns, fill the database when the container starts, or delete it at the end of the instruction.',
    },
  }),
}
