import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers, textsOf } from '../content.ts'
import { excerpt } from '../excerpt.ts'
import { mask } from '../time.ts'
import { maskTimes } from './build-time.ts'

const measured =
  /(?<![\w.])(\d+m)?\d+(?:[.,]\d+)?\s?(?:ns|us|ms|s|sec|secs|seconds?|minutes?|[kKMG]i?B\/s|[kMG]?bit\/s|it\/s)(?![\w])|(?<=[Pp][Ii][Dd][ =:[]{1,3})\d+/g

/** How long a step took, how fast a download was, which process ID it had: measured anew in every build. */
export const elapsedTime: Cause = {
  id: 'elapsed-time',
  recognise: ({ entry, clock }: Subject): Recognition | null => {
    const texts = contentDiffers(entry) ? textsOf(entry) : null
    if (!texts) return null
    const masked = maskTimes(texts.a, texts.b, clock)
    const a = [...masked.a.matchAll(measured)]
    const b = [...masked.b.matchAll(measured)]
    const at = a.findIndex((match, index) => match[0] !== b[index]?.[0])
    if (at < 0 || masked.a.replace(measured, mask) !== masked.b.replace(measured, mask)) return null
    return {
      confidence: 'likely',
      evidence: [
        {
          what: 'a measured duration, speed or process ID',
          path: entry.path,
          a: excerpt(a[at]?.[0] ?? ''),
          b: excerpt(b[at]?.[0] ?? ''),
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
