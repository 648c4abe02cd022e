import type { Evidence } from '../../finding.ts'
import type { Cause, Subject } from '../cause.ts'
import { firstDifference } from '../formats/decode.ts'
import { plainEvidence } from '../leftover.ts'

/** Whatever no other cause accounts for: the facts, and no guess. */
export const unknownDifference: Cause = {
  id: 'unknown-difference',
  recognise: subject => ({ confidence: 'likely', evidence: [...factsOf(subject), ...holesOf(subject)] }),
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

/** A tar that leaves out the zeros of a file is not the same bytes as one that has them, and may be the same file. */
function holesOf({ entry }: Subject): Evidence[] {
  const [a, b] = [entry.a, entry.b].map(side =>
    Object.keys(side?.pax ?? {}).some(record => record.startsWith('GNU.sparse.')),
  )
  if (entry.kind !== 'changed' || a === b) return []
  const what = `the layer of image ${a ? 'A' : 'B'} stores it with holes (a sparse file of GNU tar), the other in full: unpacked, the two may be alike`
  return [{ what, path: entry.path }]
}
