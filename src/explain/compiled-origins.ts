import type { Subject } from './cause.ts'
import type { Origin } from './derived.ts'
import type { CompiledDifference } from './formats/compiled.ts'
import { differencesInCompiled } from './formats/compiled.ts'
import { mentionsPath, readsClock } from './instruction-text.ts'
import type { ValuePair } from './value-pairs.ts'
import type { NumberPair } from './values/number-pairs.ts'
import { holdsBytes, holdsNumber, isSmall } from './values/number-pairs.ts'
import { timeOfRun } from './values/run-time.ts'
import type { Clock } from './values/time.ts'
import { isWithin } from './values/time.ts'

const sourceName =
  /\.(?:h|hh|hpp|hxx|h\+\+|inc|inl|ipp|def|c|cc|cpp|cxx|m|mm|s|S|rs|go|java|kt|scala|cs|swift|zig|d|pyx?|pxd|pxi|f|f90|ts|js|proto|asm|ld|cmake|mk)$/

/** Whether a compiler may take a file in without being told by name, as its own name says: `#include`, `import`. */
export const isIncluded = (path: string): boolean => sourceName.test(path)

/**
 * The origins whose values a file was compiled with, when it differs by nothing else: each text of it is such a value or
 * stands in one, each number is one as the machine writes it. Null for what is no compiled file.
 * `instruction` is the text of what made it: a time to the second, which it may have read from the clock by itself, counts only
 * of an origin that it names or that a compiler includes.
 */
export function compiledOrigins(subject: Subject, origins: readonly Origin[], instruction: string): Origin[] | null {
  const differences = differencesInCompiled(subject)
  if (!differences) return null
  const silent = !readsClock(instruction)
  const linked = origins.map(origin => ({
    origin,
    named: mentionsPath(instruction, origin.path, false),
    included: isIncluded(origin.path),
  }))
  // What is named comes before what may be included, and that before all else.
  const inOrder = [...linked.filter(one => one.named), ...linked.filter(one => !one.named && one.included)]
  const others = linked.filter(one => !inOrder.includes(one))
  const used = differences.map(difference => {
    const holds = ({ origin, named, included }: (typeof linked)[number]): boolean =>
      heldIn(difference, origin, { text: silent || named, number: named || (silent && included) }, subject.clock)
    return [...inOrder, ...others].find(holds)?.origin
  })
  return used.every(origin => origin !== undefined) ? [...new Set(used as Origin[])] : []
}

/** What may be taken for a value of the origin though others may have it, too: a time to the second, a small number. */
interface Trust {
  text: boolean
  number: boolean
}

function heldIn({ text, run }: CompiledDifference, origin: Origin, trust: Trust, clock: Clock): boolean {
  if (text !== null && origin.values.some(value => (!value.coarse || trust.text) && standsIn(text, value))) return true
  if (run === null) return false
  const seenAsTime = timeOfRun(run, clock)?.covers === true
  if (origin.lists?.some(list => holdsBytes(run, list))) return true
  const trusted = (pair: NumberPair): boolean => trust.number || !(seenAsTime || isSecond(pair, clock) || isSmall(pair))
  return origin.numbers?.some(pair => trusted(pair) && holdsNumber(run, pair)) ?? false
}

/** The same second on the machine's own clock. */
const isSecond = ({ a, b }: NumberPair, clock: Clock): boolean =>
  isWithin({ ms: Number(a) * 1000, span: 1000, daily: false }, clock.a) &&
  isWithin({ ms: Number(b) * 1000, span: 1000, daily: false }, clock.b)

function standsIn({ a, b }: { a: string; b: string }, value: ValuePair): boolean {
  const at = value.a.indexOf(a)
  return Math.min(a.length, b.length) >= 6 && at >= 0 && value.b.startsWith(b, at)
}
