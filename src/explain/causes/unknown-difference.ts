import type { Evidence } from '../../finding.ts'
import type { Cause, Subject } from '../cause.ts'
import { firstDifference } from '../formats/decode.ts'
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

/** The first differing place, under another heading. */
export function plainFacts(subject: Subject, what: string): Evidence[] {
  return factsOf(subject).map(evidence => ({ ...evidence, what }))
}

const factsOf = ({ entry }: Subject): Evidence[] => [firstDifference(entry) ?? plainEvidence({ entry })]
