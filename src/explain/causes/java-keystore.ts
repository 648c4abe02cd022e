import type { Evidence } from '../../finding.ts'
import type { Cause, Recognition, Subject } from '../cause.ts'
import { bothBegin, contentDiffers, wholesOf } from '../content.ts'
import { jksEntries } from '../formats/jks.ts'
import { timeEvidence } from '../leftover.ts'
import { shellPath } from '../remedy.ts'
import { excerpt, moment } from '../values/excerpt.ts'
import { isWithin } from '../values/time.ts'

const magic = [0xfe, 0xed, 0xfe, 0xed]

/** A Java key store of the JKS format: each entry carries the time it was put in. */
export const javaKeystore: Cause = {
  id: 'java-keystore',
  recognise,
  describe: ({ subjects, recognitions }) => {
    const keys = recognitions.some(({ variant }) => variant === 'key')
    return {
      title: keys ? 'A key is made and put into a Java key store' : 'A Java key store carries build times',
      message: keys
        ? 'A key store of the JKS format holds a key made in the build: it is random, so the file differs in every build, and everyone who has the image has the key.'
        : 'A key store of the JKS format notes for each certificate when it was added, in milliseconds. Installing ca-certificates-java adds all of them during the build.',
      remedy: keys
        ? { text: 'Make the key when the container starts, or mount the key store as a secret.' }
        : {
            text: 'Turn it into a key store that notes no times, at the end of the same instruction: PKCS #12 without password and checksum, which Java 12 and later (and 8u301, 11.0.12) write and read. For a Java older than that, delete it and make it when the container starts.',
            append: subjects
              .slice(0, 3)
              .flatMap(({ entry }) => [
                `keytool -importkeystore -noprompt -srckeystore ${shellPath(entry.path)} -srcstorepass changeit -destkeystore /tmp/store.p12 -deststoretype PKCS12 -deststorepass changeit -J-Dkeystore.pkcs12.certProtectionAlgorithm=NONE -J-Dkeystore.pkcs12.macAlgorithm=NONE`,
                `mv /tmp/store.p12 ${shellPath(entry.path)}`,
              ]),
          },
    }
  },
}

function recognise(subject: Subject): Recognition | null {
  const { entry, clock } = subject
  if (!contentDiffers(entry) || !bothBegin(entry.content, magic)) return null
  const bytes = wholesOf(entry.content)
  const [a, b] = [bytes && jksEntries(bytes.a), bytes && jksEntries(bytes.b)]
  if (!a || !b) return timesAlone(subject)
  if (a.length !== b.length || a.some(({ alias, tag }, at) => alias !== b[at]?.alias || tag !== b[at]?.tag)) return null
  const other = a.find(({ data }, at) => data !== b[at]?.data)
  if (other?.tag === 1) {
    const what = `the key of the entry ${excerpt(other.alias)} is another one on each side`
    return { confidence: 'certain', variant: 'key', evidence: [{ what, path: entry.path }] }
  }
  const pairs = a.flatMap((one, at) => {
    const twin = b[at]
    return twin && twin.time !== one.time ? [{ one, twin }] : []
  })
  const [first] = pairs
  if (!first) return null
  const built = pairs.every(
    ({ one, twin }) =>
      isWithin({ ms: one.time, span: 1, daily: false }, clock.a) &&
      isWithin({ ms: twin.time, span: 1, daily: false }, clock.b),
  )
  const what = `time of the entry ${excerpt(first.one.alias)}${a.length > 1 ? `, and of ${pairs.length - 1} of ${a.length - 1} others` : ''}; ${other ? `the certificate of ${excerpt(other.alias)} is another one, too` : 'keys and certificates are equal'}`
  return {
    confidence: built && !other ? 'certain' : 'likely',
    evidence: [
      { what, path: entry.path, offset: first.one.offset, a: moment(first.one.time), b: moment(first.twin.time) },
    ],
  }
}

/** A store that is not here as a whole. */
function timesAlone(subject: Subject): Recognition | null {
  const evidence: Evidence[] = timeEvidence(subject)
  return evidence[0]?.what.startsWith('build time') ? { confidence: 'likely', evidence } : null
}
