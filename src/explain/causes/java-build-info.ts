import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers, textsOf } from '../content.ts'
import { excerpt } from '../values/excerpt.ts'
import { isWithin } from '../values/time.ts'
import { findTimes } from '../values/time-forms.ts'

/** Lines of the two texts that differ, as `name`, `a`, `b`. */
interface Line {
  name: string
  a: string
  b: string
}

const manifestField =
  /^(?:(?:Implementation-)?Build-?(?:Time|Date|Timestamp|Jdk(?:-Spec)?|OS|Host|Id|Number|User)|Built-(?:By|On|At|Date|Host|OS|JDK)|Created-(?:By|On)|Bnd-LastModified|Tool|Originally-Created-By|(?:SCM|Git|Implementation-SCM)-[\w-]+|(?:Implementation|Specification|Bundle)-Build[\w-]*|Timestamp|Last-Modified|Archiver-Version|Time|Date)$/i

/** What Java's build tools note of the build: the date in .properties files, the Build-* fields of a manifest, git.properties. */
export const javaBuildInfo: Cause = {
  id: 'java-build-info',
  recognise: ({ entry, clock }: Subject): Recognition | null => {
    const kind = /(?:^|\/)MANIFEST\.MF$/.test(entry.path)
      ? 'manifest'
      : /\.properties$/.test(entry.path)
        ? 'properties'
        : null
    const texts = kind !== null && contentDiffers(entry) ? textsOf(entry) : null
    const lines = texts && kind ? differingLines(texts, kind) : null
    const first = lines?.[0]
    if (!lines || !first || !kind) return null
    const timed = lines.every(({ a, b }) => holdsTime(a, clock.a) && holdsTime(b, clock.b))
    const build = lines.every(({ name }) => (kind === 'manifest' ? manifestField.test(name) : isBuildKey(name)))
    if (!timed && !build) return null
    return {
      confidence: timed ? 'certain' : 'likely',
      variant: lines.some(({ name }) => name === '#') ? 'comment' : kind,
      evidence: lines.slice(0, 3).map(({ name, a, b }) => ({
        what: name === '#' ? 'the date that Properties.store() writes' : `field ${excerpt(name)}`,
        path: entry.path,
        a: excerpt(a),
        b: excerpt(b),
      })),
    }
  },
  describe: ({ recognitions, subjects }) => ({
    title: 'Java build files note when and by whom they were built',
    message: `${subjects.length === 1 ? 'A file' : `${subjects.length} files`} of a Java build hold${subjects.length === 1 ? 's' : ''} what differs in every build: ${recognitions.some(({ variant }) => variant === 'comment') ? 'the line with the date that Java writes on top of every .properties file; ' : ''}build time, user, host or JDK.`,
    remedy: {
      text: 'Maven: set `project.build.outputTimestamp` (`mvn -Dproject.build.outputTimestamp=$SOURCE_DATE_EPOCH`). Gradle: `preserveFileTimestamps = false`, `reproducibleFileOrder = true`, no build time in `springBoot { buildInfo }`, WriteProperties instead of Properties.store(). By hand: `java -Djava.properties.date="…"` (Java 18 and later) fixes the date of .properties files, or delete the line (`sed -i "/^#/d"`); leave Build-Time and Built-By out of the manifest.',
      needsEpoch: true,
    },
  }),
}

const isBuildKey = (name: string): boolean =>
  name === '#' || /(?:^|[._-])(?:build|git|time|timestamp|date|host|user|built)/i.test(name)

const holdsTime = (text: string, window: { startedAt: number; endedAt: number }): boolean =>
  findTimes(text).some(time => isWithin(time, window))

/** The lines that differ, when both texts have the same fields in the same order; a comment is called `#`. */
function differingLines(texts: { a: string; b: string }, kind: 'manifest' | 'properties'): Line[] | null {
  // A manifest breaks lines after 72 bytes and goes on behind a blank.
  const split = (text: string): string[] => (kind === 'manifest' ? text.replace(/\r?\n /g, '') : text).split(/\r?\n/)
  const [a, b] = [split(texts.a), split(texts.b)]
  if (a.length !== b.length || a.length > 5_000) return null
  const separator = kind === 'manifest' ? ': ' : '='
  const lines: Line[] = []
  for (const [index, line] of a.entries()) {
    const other = b[index] ?? ''
    if (line === other) continue
    const name =
      line.startsWith('#') && kind === 'properties' ? '#' : line.slice(0, Math.max(0, line.indexOf(separator)))
    if (name === '' || !other.startsWith(name)) return null
    lines.push({
      name,
      a: line.slice(name === '#' ? 1 : name.length + separator.length),
      b: other.slice(name === '#' ? 1 : name.length + separator.length),
    })
  }
  return lines
}
