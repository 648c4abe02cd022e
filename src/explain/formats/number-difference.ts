import type { EntryDifference } from '../../image/comparison.ts'
import type { Subject } from '../cause.ts'
import { contentDiffers } from '../content.ts'
import { excerpt } from '../values/excerpt.ts'
import type { Clock } from '../values/time.ts'
import { isWithin } from '../values/time.ts'
import { arraysByShape, readArrays } from './array-file.ts'
import type { NumberDifference } from './numbers.ts'
import { compareNumbers } from './numbers.ts'
import { comparePickles } from './pickle-difference.ts'

/** How a file of numbers differs, and what is left that are no numbers. */
export interface NumbersFound extends NumberDifference {
  what: string
  /** Nothing else differs, and all of both sides was seen. */
  exact: boolean
  /** The format itself says that these are numbers. */
  known: boolean
}

/** The numbers that a file differs by: of an array file, of a pickle, or told by their shape. Null when it is no such file. */
export function numbersOf({ entry, clock }: Pick<Subject, 'entry' | 'clock'>): NumbersFound | null {
  const numbers = found(entry)
  return numbers && isTime(numbers, clock) ? null : numbers
}

/** Seconds, or smaller parts, since 1970 in the time of each build: no numbers of chance. */
function isTime({ first }: NumbersFound, clock: Clock): boolean {
  if (!first) return false
  return [1000, 1, 1e-3, 1e-6].some(unit =>
    [[first.a, clock.a] as const, [first.b, clock.b] as const].every(([value, window]) =>
      isWithin({ ms: Number(value) * unit, span: 1000, daily: false }, window),
    ),
  )
}

function found(entry: EntryDifference): NumbersFound | null {
  const { content } = entry
  if (!contentDiffers(entry) || !content) return null
  const file = readArrays(content)
  if (file) return named(compareNumbers(file.arrays), file.what, file.exact, true)
  const pickle = comparePickles(content)
  if (pickle) {
    const rest = pickle.others + pickle.texts.length > 0 || pickle.reshaped
    return named(compareNumbers(pickle.arrays), 'a pickle', pickle.complete && !rest, true)
  }
  if (!numberFile.test(entry.path)) return null
  const shape = arraysByShape(content)
  return shape ? named(compareNumbers(shape.arrays), shape.what, shape.exact, false) : null
}

const named = (difference: NumberDifference | null, what: string, exact: boolean, known: boolean) =>
  difference && { ...difference, what, exact, known }

/** Names under which tools store models and tables of numbers; `data/12` is a tensor inside of a .pt file. */
export const numberFile =
  /\.(?:npy|npz|pkl|pickle|joblib|pt|pth|ckpt|safetensors|onnx|h5|hdf5|keras|tflite|weights|model|bin|rds|rda|RData|parquet|feather|arrow|gguf)(?: → [^/]{1,200})?$|(?:^|[/ ])data\/\d+$/i

/** `array x, 200 of 200 64-bit floats differ`. */
export function numbersInWords(numbers: NumbersFound): string {
  const name = numbers.first?.name ? `, first in ${excerpt(numbers.first.name)}` : ''
  return `${numbers.what}: ${numbers.differing} of ${numbers.count} ${numbers.form} differ${name}`
}
