import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers, textsOf } from '../content.ts'
import { excerpt } from '../values/excerpt.ts'
import type { Clock } from '../values/time.ts'
import { mask } from '../values/time.ts'
import { maskTimes } from './build-time.ts'

const measured =
  /(?<![\w.])(\d+m)?\d+(?:[.,]\d+)?\s?(?:(?:n|u|Â?µ|m)?s(?:ec)?(?: per loop|\/op|\/iter)|ns|us|Â?µs|ms|s|sec|secs|seconds?|minutes?|[kKMG]i?B\/s|[kMG]?bit\/s|it\/s)(?![\w])|(?<=[Pp][Ii][Dd][ =:[]{1,3})\d+|(?<=^(?:real|user|sys)[ \t]{1,4})\d+[.,]\d+$/gm

/** `"train_seconds": 1.25`, `fit_time=0.03`: the name says that the number was measured. */
const named =
  /(?<=\b\w{0,40}(?:[Ee]lapsed|[Dd]uration|[Ss]econds|[Ww]all_?[Tt]ime|(?:fit|score|train|training|load|eval|step|build)_?[Tt]ime|run_[Tt]ime|_ms|_secs?|[Tt]ook|per_second)\w{0,20}["']?\s{0,2}[:=]\s{0,2})\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.]*\w)/g

/** How long a step took, how fast a download was, which process ID it had: measured anew in every build. */
export const elapsedTime: Cause = {
  id: 'elapsed-time',
  recognise: ({ entry, clock }: Subject): Recognition | null => {
    const texts = contentDiffers(entry) ? textsOf(entry) : null
    if (!texts) return null
    const masked = maskTimes(texts.a, texts.b, clock)
    const [a, b] = [measurements(masked.a), measurements(masked.b)]
    const at = a.findIndex((one, index) => one !== b[index])
    if (at < 0 || maskAll(masked.a) !== maskAll(masked.b)) return null
    return {
      confidence: 'likely',
      evidence: [
        {
          what: 'a measured duration, speed or process ID',
          path: entry.path,
          a: excerpt(a[at] ?? ''),
          b: excerpt(b[at] ?? ''),
        },
      ],
    }
  },
  describe: () => ({
    title: 'A file holds what a step measured',
    message:
      'A file says how long something took, how fast it was or which process did it. Such numbers differ in every build.',
    remedy: {
      text: 'Do not keep the log in the image: send it to standard output, or delete it in the same instruction.',
    },
  }),
}

/** `timeout 30 s`, `interval_seconds: 5`, `bandwidth 100 Mbit/s`: somebody chose the number, nothing was measured. */
const chosen =
  /(?:time_?-?out|interval|ttl|delay|period|expir[a-z]*|grace|keep_?-?alive|retry|retries|wait(?!ed)|poll(?!ed)|every|limit|at least|at most|up to|lifetime|max_?(?=age|seconds|secs|ms|time|wait)|lease|bandwidth|throttle)[\w-]{0,20}["']?[\s:=<>(]{0,4}(?:of |is |for |to |after )?["']?$/i
/** `took 12 ms`, `built in 3 s`, `(5 ms)`: words before a whole number that say that it was measured. */
const ofMeasuring =
  /(?:\btook|\bin|elapsed|\btime[sd]?|total|duration|finished|done|completed?|built|spent|\bran|used|compiled|loaded|latency|avg|average|mean|waited|after|speed|real|user|sys|[([])[\w"']{0,12}[\s:=|~,]{0,4}$/i

/** A fraction is of a measurement; a whole number of seconds may be anything, unless its surroundings say more. */
function ofMeasured(text: string, one: string, index: number): boolean {
  const before = text.slice(Math.max(0, index - 60), index)
  if (/\d[.,]\d/.test(one)) return true
  if (chosen.test(before)) return false
  return /\/(?:s|op|iter)$| per loop$|^\d+$/.test(one) || ofMeasuring.test(before)
}

const measurements = (text: string): string[] =>
  [...text.matchAll(measured), ...text.matchAll(named)].flatMap(({ 0: one, index }) =>
    ofMeasured(text, one, index) ? [one] : [],
  )

const maskAll = (text: string): string => maskEach(maskEach(text, measured), named)
const maskEach = (text: string, pattern: RegExp): string =>
  text.replace(pattern, (one: string, ...more: unknown[]) =>
    ofMeasured(text, one, more.find(part => typeof part === 'number') ?? 0) ? mask : one,
  )

/** Both texts without times of the build and measured durations, and how many pairs of those there were. */
export function maskMeasured(a: string, b: string, clock: Clock): { a: string; b: string; pairs: number } {
  const masked = maskTimes(a, b, clock)
  const [inA, inB] = [measurements(masked.a), measurements(masked.b)]
  const durations = inA.filter((one, index) => one !== inB[index]).length
  return { a: maskAll(masked.a), b: maskAll(masked.b), pairs: masked.pairs.length + durations }
}
