import type { EntryDifference } from '../image/comparison.ts'
import type { Cause, Recognition, Subject } from './cause.ts'
import { buildTime } from './causes/build-time.ts'
import { unknownDifference } from './causes/unknown-difference.ts'
import { besidesItsIds } from './dotnet-ids.ts'
import { dotnetTexts } from './formats/dotnet-texts.ts'
import { jsonLines } from './formats/json-lines.ts'
import { valuesAsText } from './formats/values-as-text.ts'
import { decodedText } from './values/decoded-text.ts'

type CauseOf = (subject: Subject) => { cause: Cause; recognition: Recognition }

/** A database or a pickle whose bytes do not say enough: its values as a text may. */
export function byItsValues(subject: Subject, causeOf: CauseOf): ReturnType<CauseOf> | null {
  const compiled = dotnetTexts(subject.entry)
  if (compiled) return besidesItsIds(subject, compiled, causeOf)
  const inside = valuesAsText(subject.entry)
  const decoded = inside ? null : decodedText(subject.entry)
  if (decoded) return told(subject, causeOf, decoded, what => `${what}, decoded from base64 or hexadecimal`)
  const lines = inside ? null : jsonLines(subject.entry)
  if (lines)
    return told(subject, causeOf, lines, what => what.replace(/\bline \d+/g, '$& (of the JSON, each value in a line)'))
  if (!inside) return null
  const outer = causeOf(subject)
  if (outer.recognition.confidence === 'certain') return outer
  const inner = causeOf({ ...subject, entry: inside })
  const better = inner.cause !== unknownDifference && inner.recognition.confidence === 'certain'
  return better || (outer.cause === unknownDifference && inner.cause !== unknownDifference) ? inner : outer
}

/** A text in other words, where it tells no cause as it stands, or a time and something besides. */
function told(
  subject: Subject,
  causeOf: CauseOf,
  entry: EntryDifference,
  words: (what: string) => string,
): ReturnType<CauseOf> | null {
  const plain = causeOf(subject)
  const isWeak =
    plain.cause === unknownDifference || (plain.cause === buildTime && plain.recognition.confidence === 'likely')
  const { cause, recognition } = isWeak ? causeOf({ ...subject, entry }) : { ...plain, cause: unknownDifference }
  if (cause === unknownDifference) return null
  const evidence = recognition.evidence.map(({ offset: _, what, ...more }) => ({ ...more, what: words(what) }))
  return { cause, recognition: { ...recognition, evidence } }
}
