import type { Evidence } from '../../finding.ts'
import type { Cause, Recognition, Subject } from '../cause.ts'
import { bothBegin, contentDiffers, textsOf } from '../content.ts'
import { valuesAsText } from '../formats/values-as-text.ts'
import { quoteUnlessSecret } from '../values/excerpt.ts'
import { timeOfRun } from '../values/run-time.ts'
import { randomTokens } from '../values/tokens.ts'
import { maskTimes, runEvidence } from './build-time.ts'

const magic = [...Buffer.from('SQLite format 3\0')]

/** A SQLite database with times of the build in its rows. */
export const sqliteTime: Cause = {
  id: 'sqlite-time',
  recognise: (subject: Subject): Recognition | null => {
    const { entry } = subject
    if (!contentDiffers(entry) || !entry.content || !bothBegin(entry.content, magic)) return null
    return timesInRows(subject) ?? timesInBytes(subject)
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

/** The rows read as what they are. */
function timesInRows({ entry, clock }: Subject): Recognition | null {
  const inside = valuesAsText(entry)
  const texts = inside ? textsOf(inside) : null
  if (!texts) return null
  const masked = maskTimes(texts.a, texts.b, clock)
  const [first] = masked.pairs
  const drawn = masked.a === masked.b ? [] : randomTokens(masked.a, masked.b)
  if (!drawn || !first) return null
  const rest = drawn.length === 0 ? 'no row differs by anything else' : 'not all that differs'
  const times = masked.pairs.slice(0, 3).map(
    ([a, b]): Evidence => ({
      what: `a value of a row (${a.form}); ${rest}`,
      path: entry.path,
      a: quoteUnlessSecret(a.text, ''),
      b: quoteUnlessSecret(b.text, ''),
    }),
  )
  return {
    confidence: masked.zoneLikely || drawn.length > 0 ? 'likely' : 'certain',
    evidence: [
      ...times,
      ...drawn.slice(0, 2).map(
        (token): Evidence => ({
          what: `a value of a row drawn by chance (${token.form}), which differs besides`,
          path: entry.path,
          a: quoteUnlessSecret(token.a, 'token'),
          b: quoteUnlessSecret(token.b, 'token'),
        }),
      ),
    ],
  }
}

function timesInBytes({ entry, clock }: Subject): Recognition | null {
  const { content } = entry
  if (!content) return null
  // Bytes 24 to 27 count changes, 92 to 95 repeat the count: they follow from how often was written.
  const own = content.runs.filter(run => run.offset >= 100)
  const times = own.map(run => timeOfRun(run, clock))
  const found = times.flatMap(time => (time ? [time] : []))
  if (found.length === 0) return null
  return {
    confidence: times.every(time => time?.covers) && content.complete ? 'certain' : 'likely',
    evidence: found.slice(0, 3).map(time => runEvidence(entry.path, time)),
  }
}
