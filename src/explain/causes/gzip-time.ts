import type { Evidence } from '../../finding.ts'
import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers } from '../content.ts'
import { withFlag } from '../rewrite.ts'
import { excerpt, excerptOfName, moment } from '../values/excerpt.ts'
import { hashedNames } from '../values/hashed-names.ts'
import { packedCopyOf } from '../values/packed-copy.ts'
import { isWithin } from '../values/time.ts'

/** The time (bytes 4 to 7) or the file name in a gzip header. */
export const gzipTime: Cause = {
  id: 'gzip-time',
  recognise,
  describe: ({ subjects }) => ({
    title: 'A gzip header holds a time',
    message: `${subjects.length === 1 ? 'A gzip file notes' : `${subjects.length} gzip files note`} in its header when the file inside was last changed, or when it was compressed.`,
    remedy: {
      text: 'Compress without name and time: `gzip -n` (`tar -cf - … | gzip -n` for archives; Python: gzip.GzipFile(…, mtime=0)).',
      rewrite: withFlag('gzip|pigz', '-n'),
    },
  }),
}

function recognise(subject: Subject): Recognition | null {
  const { entry, clock } = subject
  if (entry.kind === 'only-in-a') return besideItsFile(subject)
  const { nested } = entry
  if (!contentDiffers(entry) || nested?.format !== 'gzip') return null
  const time = nested.packing.find(({ field }) => field === 'header-time')
  const name = nested.packing.find(({ field }) => field === 'header-name')
  if (!time && !name) return null
  const [msA, msB] = [Number(time?.a) * 1000, Number(time?.b) * 1000]
  const inBuild =
    isWithin({ ms: msA, span: 1000, daily: false }, clock.a) && isWithin({ ms: msB, span: 1000, daily: false }, clock.b)
  const rest = nested.total === 0 ? '' : '; the data inside differs too'
  const evidence: Evidence[] = []
  if (time)
    evidence.push({
      what: `time in the gzip header${inBuild ? ', in the time of each build' : ''}${rest}`,
      path: entry.path,
      offset: 4,
      a: moment(msA),
      b: moment(msB),
    })
  if (name)
    evidence.push({
      what: `file name in the gzip header${rest}`,
      path: entry.path,
      a: excerpt(name.a),
      b: excerpt(name.b),
    })
  return { confidence: 'certain', evidence }
}

/** `main.3f2a….js.gz`, which is called by what is in it: beside its file, of which the rest follows. */
function besideItsFile({ entry, layer }: Subject): Recognition | null {
  const names = hashedNames(layer.difference)
  const pair = names.of(entry.path)
  const copy = pair && packedCopyOf(pair, names)
  if (!copy?.times) return null
  const [a, b] = [moment(copy.times.a * 1000), moment(copy.times.b * 1000)]
  const what = `time in the gzip header; the file inside is ${excerptOfName(copy.plain.a.path)}, which differs too`
  return { confidence: 'certain', evidence: [{ what, path: entry.path, offset: 4, a, b }] }
}
