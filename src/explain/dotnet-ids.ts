import type { Cause, Recognition, Subject } from './cause.ts'
import { digestOf } from './causes/digest-of.ts'
import { elfBuildPath } from './causes/elf.ts'
import { unknownDifference } from './causes/unknown-difference.ts'
import type { DotnetTexts } from './formats/dotnet-texts.ts'
import { kindOfPair } from './formats/elf-text.ts'
import { excerpt, excerptOfName, quoteUnlessSecret } from './values/excerpt.ts'

interface Recognised {
  cause: Cause
  recognition: Recognition
}

/**
 * A deterministic compiler of .NET makes the IDs of a file of all that it compiled. What else differs is the cause: the texts in
 * the file, or the PDB beside it. `causeOf` gives the cause of the texts alone.
 */
export function besidesItsIds(
  subject: Subject,
  texts: DotnetTexts,
  causeOf: (subject: Subject) => Recognised,
): Recognised {
  const { path } = subject.entry
  const ids = { what: 'the IDs (MVID, PDB) and the time stamp are made of all that was compiled, and follow', path }
  const { pairs, complete } = texts
  if (pairs?.length === 0) return (complete ? ofPdb(subject) : null) ?? unknown(subject, [ids])
  const folder = pairs?.every(({ a, b }) => kindOfPair(a, b, subject.clock, true)?.kind === 'path') ?? false
  const [first] = pairs ?? []
  if (folder && first) {
    const what = 'the folder of the sources'
    const evidence = [{ what, path, a: excerpt(first.a), b: excerpt(first.b) }, ids]
    return { cause: elfBuildPath, recognition: { confidence: sure(complete), variant: 'dotnet', evidence } }
  }
  const { cause, recognition } = causeOf({ ...subject, entry: texts.entry })
  if (cause === unknownDifference) return unknown(subject, [...(first ? [differing(path, first)] : []), ids])
  const evidence = [...recognition.evidence.map(({ offset, ...rest }) => rest), ids]
  return {
    cause,
    recognition: { ...recognition, confidence: complete ? recognition.confidence : 'likely', evidence },
  }
}

const sure = (complete: boolean): Recognition['confidence'] => (complete ? 'certain' : 'likely')

const differing = (path: string, { a, b }: { a: string; b: string }): Recognition['evidence'][number] => ({
  what: 'a text in it differs',
  path,
  a: quoteUnlessSecret(a, a),
  b: quoteUnlessSecret(b, b),
})

const unknown = (subject: Subject, evidence: Recognition['evidence']): Recognised => ({
  cause: unknownDifference,
  recognition: {
    confidence: 'likely',
    evidence: [...evidence, ...(unknownDifference.recognise(subject)?.evidence.slice(0, 1) ?? [])],
  },
})

/** `app.dll` names the PDB beside it by its ID and its checksum. */
function ofPdb({ entry, layer }: Subject): Recognised | null {
  const pdb = entry.path.replace(/\.(?:dll|exe)$/i, '.pdb')
  if (pdb === entry.path || layer.byPath.get(pdb)?.kind !== 'changed') return null
  const what = `differs only in IDs, which name ${excerptOfName(pdb)}, which differs`
  return {
    cause: digestOf,
    recognition: { confidence: 'certain', follows: pdb, evidence: [{ what, path: entry.path }] },
  }
}
