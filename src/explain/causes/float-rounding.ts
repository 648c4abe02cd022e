import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers, textsOf } from '../content.ts'
import { numbersInWords, numbersOf } from '../formats/number-difference.ts'
import { excerpt } from '../values/excerpt.ts'
import { textNumbers } from '../values/text-numbers.ts'
import { maskMeasured } from './elapsed-time.ts'

/** The same floats but for their last digits: sums taken in another order, by other threads, on another CPU. */
export const floatRounding: Cause = {
  id: 'float-rounding',
  recognise: subject => (contentDiffers(subject.entry) ? (storedFloats(subject) ?? writtenFloats(subject)) : null),
  describe: ({ subjects }) => ({
    title: 'The same numbers, but for rounding',
    message: `${subjects.length === 1 ? 'A file holds' : `${subjects.length} files hold`} the same floating-point numbers in both builds up to their last digits. The result of a sum depends on the order in which it is taken: how many threads share the work, which of them is done first, which instructions (AVX2, AVX-512, GPU kernels) the CPU offers.`,
    remedy: {
      text: 'Take the order away from chance: one thread (OMP_NUM_THREADS=1, OPENBLAS_NUM_THREADS=1, MKL_NUM_THREADS=1), deterministic kernels (`torch.use_deterministic_algorithms(True)`), no `-march=native`; or round before storing (`np.round(x, 6)`), or compute outside of the build and copy the result with its checksum.',
      snippet: 'ENV OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1',
      rewrite: (text, instruction) =>
        instruction.keyword === 'RUN'
          ? `ENV OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1\n${text}`
          : null,
    },
  }),
}

/** Units in the last place that sums of some thousand numbers may be apart; more may be other numbers after all. */
const surely = (form: string): number => (form.startsWith('64') ? 20_000 : 64)

function storedFloats(subject: Subject): Recognition | null {
  const { entry } = subject
  const numbers = numbersOf(subject)
  if (!numbers?.rounding || numbers.permuted) return null
  return {
    confidence: numbers.exact && numbers.known && numbers.ulp <= surely(numbers.form) ? 'certain' : 'likely',
    evidence: [
      {
        what: `${numbersInWords(numbers)}, by at most ${numbers.ulp} unit(s) in the last place`,
        path: entry.path,
        a: numbers.first?.a ?? '',
        b: numbers.first?.b ?? '',
      },
    ],
  }
}

function writtenFloats({ entry, clock }: Subject): Recognition | null {
  const texts = textsOf(entry)
  if (!texts) return null
  const plain = maskMeasured(texts.a, texts.b, clock)
  const numbers = plain.pairs === 0 ? textNumbers(plain.a, plain.b) : null
  const first = numbers?.pairs[0]
  if (!numbers?.rounding || numbers.permuted || !first) return null
  return {
    confidence: numbers.sure ? 'certain' : 'likely',
    evidence: [
      {
        what: `${numbers.pairs.length} number(s) differ in their last digits, and nothing else`,
        path: entry.path,
        a: excerpt(first.a),
        b: excerpt(first.b),
      },
    ],
  }
}
