import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers, textsOf } from '../content.ts'
import type { Rewrite } from '../rewrite.ts'
import { excerpt } from '../values/excerpt.ts'
import { mask, timesWithin } from '../values/time.ts'
import { tarHeader } from './tar-header.ts'

/** apk's archive of the packages' scripts: each carries the time at which it was installed. */
export const apkScripts: Cause = {
  id: 'apk-scripts',
  recognise: subject => {
    if (!/^(?:usr\/)?lib\/apk\/db\/scripts\.tar(?:\.gz)?$/.test(subject.entry.path)) return null
    const contents = subject.entry.nested?.members.some(
      ({ kind, fields }) => kind !== 'changed' || fields.includes('content'),
    )
    return contents === false ? tarHeader.recognise(subject) : null
  },
  describe: () => ({
    title: "apk's archive of scripts holds install times",
    message:
      'apk keeps the scripts of installed packages in lib/apk/db/scripts.tar, each with the time at which it was installed. The scripts themselves are equal.',
    remedy: {
      text: 'Let the step see SOURCE_DATE_EPOCH: apk takes it for these times. With an apk that does not, delete the archive in the same instruction when no package will be removed later.',
      needsEpoch: true,
      snippet: 'ARG SOURCE_DATE_EPOCH',
      rewrite: text => text,
    },
  }),
}

const stamp = /(?<=^V:|=)\d{8}\.\d{6}$/gm

/** Virtual packages of apk (`--virtual .build-deps`) whose version is the time of the build. */
export const apkVirtual: Cause = {
  id: 'apk-virtual',
  recognise,
  describe: () => ({
    title: 'A virtual package of apk has the build time as its version',
    message:
      '`apk add --virtual .name` without a version takes the moment of the build as the version of the virtual package, and notes it in etc/apk/world and lib/apk/db/installed. SOURCE_DATE_EPOCH does not change that.',
    remedy: {
      text: 'Give the virtual package a version of its own: `apk add --virtual .build-deps=0 …`. `apk del .build-deps` still finds it.',
      rewrite: withVersion,
    },
  }),
}

const virtual = /(?<=\s(?:--virtual[ =]|-t ))(["']?)(\.?[\w][\w.-]*)\1(?=\s)/g

const withVersion: Rewrite = (text, instruction) => {
  if (instruction.keyword !== 'RUN' || instruction.json !== null || !/\bapk\b/.test(text)) return null
  const rewritten = text.replace(virtual, '$1$2=0$1')
  return rewritten === text ? null : rewritten
}

function recognise({ entry, clock }: Subject): Recognition | null {
  if (!/^(?:etc\/apk\/world|(?:usr\/)?lib\/apk\/db\/installed)$/.test(entry.path)) return null
  const texts = contentDiffers(entry) ? textsOf(entry) : null
  if (!texts) return null
  const [inA, inB] = [texts.a.match(stamp) ?? [], texts.b.match(stamp) ?? []]
  const at = inA.findIndex((version, index) => version !== inB[index])
  const [a, b] = [inA[at], inB[at]]
  if (a === undefined || b === undefined) return null
  // The checksum of a virtual package is made of its name and version.
  const rest = (text: string): string => withoutChecksums(text).replace(stamp, mask)
  if (rest(texts.a) !== rest(texts.b)) return null
  const built = timesWithin(a, clock.a).length > 0 && timesWithin(b, clock.b).length > 0
  return {
    confidence: built ? 'certain' : 'likely',
    evidence: [{ what: 'version of a virtual package', path: entry.path, a: excerpt(a), b: excerpt(b) }],
  }
}

/** The text with the checksums of virtual packages alone left out. */
const withoutChecksums = (text: string): string =>
  text.replace(/^C:Q1[\w+/=]{20,40}\n(?=P:[^\n]{1,200}\nV:\d{8}\.\d{6}\n)/gm, '')
