import type { Finding } from '../finding.ts'

/** Causes speak of two builds, as the gate makes them; these are the sentences that are about what came of them. */
const phrases: readonly [of: RegExp, said: string][] = [
  [/\b(differs?) between the two builds\b/g, '$1 between the two images'],
  [/\b(in|on|of) both builds\b/g, '$1 both images'],
  [/\bin each build\b/g, 'in each image'],
  [/\bonly (in )?build ([AB])\b/g, 'only $1image $2'],
  [/\b([Ii]n) build ([AB]) only\b/g, '$1 image $2 only'],
  [/\bwhen the second build ran\b/g, 'when the second image was built'],
  [/\bin the second build\b/g, 'in the second image'],
]

/** The finding in words that are true of two images that somebody else built: nobody saw the builds, or how many there were. */
export const ofImages = (finding: Finding): Finding => ({
  ...finding,
  title: reworded(finding.title),
  message: reworded(finding.message),
  ...(finding.evidence ? { evidence: finding.evidence.map(proof => ({ ...proof, what: reworded(proof.what) })) } : {}),
})

const reworded = (text: string): string => phrases.reduce((told, [of, said]) => told.replace(of, said), text)
