import type { Evidence } from '../../finding.ts'
import type { Cause, Subject } from '../cause.ts'
import { bytesOf, runBounds, textsOf } from '../content.ts'
import { excerpt, hex, looksSecret, withheld } from '../excerpt.ts'
import { plainEvidence } from '../leftover.ts'

/** Whatever no other cause accounts for: the facts, and no guess. */
export const unknownDifference: Cause = {
  id: 'unknown-difference',
  recognise: subject => ({ confidence: 'likely', evidence: factsOf(subject) }),
  describe: ({ subjects }) => ({
    title: 'Files differ for a reason we do not know',
    message: `${subjects.length === 1 ? 'A path differs' : `${subjects.length} paths differ`} between the two builds, and the bytes do not say why: no build time, no random token, no other order of the same lines was found.`,
    remedy: {
      text: 'Look at what the instruction writes to these paths: times, random numbers, the order of directories or parallel jobs, downloads without a checksum. The evidence shows where the first differing bytes are.',
    },
  }),
}

/** The first differing place, under another heading; long values are withheld, since they may be secrets. */
export function plainFacts(subject: Subject, what: string): Evidence[] {
  return factsOf(subject).map(evidence => ({ ...evidence, what }))
}

function factsOf({ entry }: Subject): Evidence[] {
  const run = entry.content?.runs[0]
  if (entry.kind !== 'changed' || !run) return [plainEvidence({ entry })]
  const { start } = runBounds(run)
  const [a, b] = [bytesOf(run.a), bytesOf(run.b)]
  const asText = textsOf(entry) !== null || /^[\t\n\r\x20-\x7e]*$/.test(a.toString('latin1') + b.toString('latin1'))
  const from = Math.max(0, start - 24)
  const surroundings = a.toString('latin1', 0, 160)
  const show = (bytes: Buffer): string =>
    looksSecret(surroundings)
      ? withheld(bytes)
      : asText
        ? excerpt(bytes.toString('latin1', from, from + 80))
        : hex(bytes.subarray(start, start + 16))
  const count = entry.content?.runs.length ?? 0
  return [
    {
      what: `${entry.content?.complete ? count : `${count} or more`} differing place(s); the first`,
      path: entry.path,
      offset: asText ? run.offset - (start - from) : run.offset,
      a: show(a),
      b: show(b),
    },
  ]
}
