import type { EntryDifference } from '../image/comparison.ts'
import type { Subject } from './cause.ts'
import { buildTime } from './causes/build-time.ts'
import { asDownload, changedDownload, servedToAdd, servedToCommand } from './causes/changed-download.ts'
import { cpuCount } from './causes/cpu-count.ts'
import { hostName } from './causes/host-name.ts'
import { randomToken } from './causes/random-token.ts'
import { renamedFile } from './causes/renamed-file.ts'
import { plainFacts } from './causes/unknown-difference.ts'
import { unseededNumbers } from './causes/unseeded-numbers.ts'
import { textsOf } from './content.ts'
import type { ExplainedEntry } from './entries.ts'
import { mentionsPath, sourceOfChance, sourceOfMachine, sourceOfTime } from './instruction-text.ts'

import { hashedNames } from './values/hashed-names.ts'

/**
 * Looks again at a path whose bytes did not say enough, now that its instruction is known: a short number is no proof of
 * anything, but behind `$RANDOM` it is likely chance, and behind `date` a time in a form of its own. Changes the entry.
 */
export function lookAgain(entry: ExplainedEntry, instruction: string): void {
  const { cause, recognition } = entry
  if ((entry.inside?.length ?? 1) !== 1) return
  // Of an archive, the file in it.
  const subject = entry.inside?.[0]?.subject ?? entry.subject
  const [random, time] = [sourceOfChance(instruction), sourceOfTime(instruction)]
  if (subject.entry.kind !== 'changed') {
    doubtName(entry, random)
    if (cause.id === 'unknown-difference' && random !== null && time === null) {
      entry.cause = renamedFile
      entry.recognition = {
        confidence: 'likely',
        variant: 'chance',
        evidence: plainFacts(
          subject,
          `only in build ${subject.entry.kind === 'only-in-a' ? 'A' : 'B'}; the instruction draws from ${random}`,
        ),
      }
    }
    return
  }
  if (!subject.entry.fields.includes('content')) return
  // What the instruction itself names in a temporary folder is its own, and no tool's.
  const named = cause.id === 'tool-cache' && mentionsPath(instruction, subject.entry.path, false)
  const unknown = cause.id === 'unknown-difference' || named
  const hesitant = cause.id === 'random-token' && recognition.confidence === 'likely'
  const drawn = (cause.id === 'random-token' || cause.id === 'build-time') && random === null && time === null
  const served = cause.id.startsWith('git-')
    ? null
    : (servedToAdd(subject, instruction) ?? (drawn ? servedToCommand(subject, instruction) : null))
  if (served !== null) {
    entry.cause = changedDownload
    entry.recognition = unknown ? served : { ...served, evidence: [...served.evidence, ...recognition.evidence] }
    return
  }
  // `echo "#$(date)" > build.properties` writes what Java would.
  if (cause.id === 'java-build-info' && time !== null && mentionsPath(instruction, subject.entry.path, false)) {
    const written = buildTime.recognise(subject)
    if (written !== null) Object.assign(entry, { cause: buildTime, recognition: written })
    return
  }
  if (!unknown && !hesitant) return
  const download = unknown ? asDownload(subject, instruction) : null
  if (download !== null) {
    entry.cause = changedDownload
    entry.recognition = download
    return
  }
  const machine = unknown && random === null && time === null ? sourceOfMachine(instruction) : null
  if (machine !== null && fitsMachine(subject.entry, machine.variant)) {
    entry.cause = machine.variant === 'host' || machine.variant === 'kernel' ? hostName : cpuCount
    entry.recognition = {
      confidence: 'likely',
      variant: machine.variant,
      evidence: plainFacts(subject, `the instruction asks the machine (${machine.name}), and the value differs`),
    }
  } else if (unknown && random !== null && time === null) {
    // Many values of a generator that takes a seed are data, not a secret.
    entry.cause = takesSeed.test(random) && hasManyValues(subject.entry) ? unseededNumbers : randomToken
    entry.recognition = {
      confidence: 'likely',
      evidence: plainFacts(subject, `the instruction draws from ${random}, and the bytes differ`),
    }
  } else if (time !== null && random === null && shortText(subject)) {
    entry.cause = buildTime
    entry.recognition = {
      confidence: 'likely',
      evidence: plainFacts(subject, `the instruction calls ${time}, and the text differs`),
    }
  }
}

const takesSeed = /^random[./](?!SystemRandom)\w+$|^Math\.random$/

/** Eight lines or runs of bytes that differ, or as many numbers or words of one line. */
function hasManyValues(entry: EntryDifference): boolean {
  const texts = textsOf(entry)
  if (!texts)
    return (entry.content?.runs.length ?? 0) >= 8 || (entry.content?.runs.some(({ length }) => length >= 64) ?? false)
  const [a, b] = [texts.a, texts.b].map(text => text.split(/[\s,;]+/, 10_000)) as [string[], string[]]
  return a.length === b.length && a.filter((word, at) => word !== b[at]).length >= 8
}

/** A name that is no known digest of its content may be drawn by itself, where the instruction draws. */
function doubtName({ subject, recognition }: ExplainedEntry, random: string | null): void {
  const { entry, layer } = subject
  const names = hashedNames(layer.difference)
  const pair = random === null || entry.kind !== 'only-in-a' ? null : names.of(entry.path)
  if (pair && names.proofOf(pair).digest === null) recognition.confidence = 'likely'
}

/** Numbers of one ratio for processors and memory, one word for a name; whatever else differs has another reason. */
function fitsMachine(entry: EntryDifference, variant: string): boolean {
  const texts = textsOf(entry)
  if (!texts || texts.a.length > 64 << 10 || texts.b.length > 64 << 10) return false
  // Lines of df, beside which the instruction asks for memory.
  if (variant === 'memory' && /\d{1,3}% \//.test(texts.a)) return false
  if (variant === 'processors' || variant === 'memory') return numbersOfOneRatio(texts, variant === 'memory')
  const [a, b] = [texts.a.split('\n'), texts.b.split('\n')]
  const pairs = a.flatMap((line, index) => (line === b[index] ? [] : [differingWord(line, b[index] ?? '')]))
  const [only] = pairs
  if (a.length !== b.length || new Set(pairs).size !== 1 || !only) return false
  return variant === 'host' || /^\d+\.\d+\S* \d+\.\d+/.test(only)
}

/** `worker_processes 2` and `4`, and with it whatever is worked out from it. */
function numbersOfOneRatio({ a, b }: { a: string; b: string }, memory: boolean): boolean {
  const number = /(?<![\w.])\d{1,12}(?![\w.])|(?<=-j)\d{1,4}\b/g
  // Columns are filled with blanks.
  const frame = (text: string): string => text.replace(number, '#').replace(/[ \t]+/g, ' ')
  if (frame(a) !== frame(b)) return false
  const [inA, inB] = [a, b].map(text => [...text.matchAll(number)].map(([digits]) => Number(digits)))
  const pairs = (inA ?? []).flatMap((p, index): [number, number][] =>
    p === inB?.[index] ? [] : [[p, inB?.[index] ?? 0]],
  )
  const [first] = pairs
  if (!first || first.some(value => value < 1 || (!memory && value > 1024))) return false
  return memory || pairs.every(([p, q]) => p * first[1] === q * first[0])
}

/** The one word that two lines differ by, as `a b`; null when there are more. */
function differingWord(a: string, b: string): string | null {
  const [p, q] = [a, b].map(line => line.split(/[\s"'=:,;/@()[\]{}]+/))
  if (!p || !q || p.length !== q.length) return null
  const differing = p.flatMap((word, index) => (word === q[index] ? [] : [`${word} ${q[index]}`]))
  return new Set(differing).size === 1 ? (differing[0] ?? null) : null
}

function shortText({ entry }: Subject): boolean {
  const texts = textsOf(entry)
  return texts !== null && texts.a.length <= 4096
}
