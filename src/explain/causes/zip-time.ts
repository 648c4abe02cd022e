import type { Cause } from '../cause.ts'
import { recogniseEntries } from '../member-times.ts'
import type { Rewrite } from '../rewrite.ts'

/** Times of the members of a zip, jar, wheel or egg. */
export const zipTime: Cause = {
  id: 'zip-time',
  recognise: subject => recogniseEntries(subject, { format: 'zip', owners: false }),
  describe: ({ subjects }) => ({
    title: 'A zip archive holds times of its members',
    message: `${subjects.length === 1 ? 'A zip archive notes' : `${subjects.length} zip archives note`} for each member when it was last changed; files made in the build carry the time of the build.`,
    remedy: {
      text: 'Set the files to a fixed time and pack them in a fixed order without extra fields: `find . -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +`, then `find . -type f | LC_ALL=C sort | TZ=UTC zip -X archive.zip -@`. Tools that make wheels take SOURCE_DATE_EPOCH from the environment; `jar --create` has --date (JDK 17 and later).',
      needsEpoch: true,
      rewrite: withFixedPacking,
    },
  }),
}

const zipCall = /(^|[\s(;&|])zip ((?:-\w+ )*)(\S+\.zip) ([\w./-]+)(?=\s*(?:$|[;&|)\n]))/gm

/** `zip -qr x.zip dir` → the files at a fixed time, in a fixed order, without extra fields. */
const withFixedTimes: Rewrite = (text, instruction) => {
  if (instruction.keyword !== 'RUN' || instruction.json !== null) return null
  const rewritten = text.replace(
    zipCall,
    (_, before: string, flags: string, archive: string, what: string) =>
      `${before}find ${what} -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} + && find ${what} -type f | LC_ALL=C sort | TZ=UTC zip -X ${flags.replace(/-r /, '').replace(/r/g, '')}${archive} -@`,
  )
  return rewritten === text ? null : rewritten
}

const jarCall = /(^|[\s(;&|])jar (?:--create|-?cv?f (\S+))(?= )(?![^;&|\n]*--date)/g

/** `jar cf app.jar dir` → one time for all members; the option needs the new way to write the others. */
const withDate: Rewrite = (text, instruction) => {
  if (instruction.keyword !== 'RUN' || instruction.json !== null) return null
  const date = '--date="$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)"'
  const rewritten = text.replace(jarCall, (_, before: string, file: string | undefined) =>
    file === undefined ? `${before}jar --create ${date}` : `${before}jar -c -f ${file} ${date}`,
  )
  return rewritten === text ? null : rewritten
}

const wheelCall =
  /\b(?:pip3? wheel|-m (?:pip wheel|build)|bdist_wheel|hatch build|flit build|poetry build|uv build|pdm build)\b/

/** Tools that make wheels need nothing but the variable. */
const withEpoch: Rewrite = (text, instruction) => (instruction.keyword === 'RUN' && wheelCall.test(text) ? text : null)

/** The first of these ways that fits the instruction. */
const withFixedPacking: Rewrite = (text, instruction) =>
  withFixedTimes(text, instruction) ?? withDate(text, instruction) ?? withEpoch(text, instruction)
