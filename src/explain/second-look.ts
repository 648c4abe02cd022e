import { buildTime } from './causes/build-time.ts'
import { randomToken } from './causes/random-token.ts'
import { renamedFile } from './causes/renamed-file.ts'
import { plainFacts } from './causes/unknown-difference.ts'
import { textsOf } from './content.ts'
import type { ExplainedEntry } from './entries.ts'
import { sourceOfChance, sourceOfTime } from './instruction-text.ts'

/**
 * Looks again at a path whose bytes did not say enough, now that its instruction is known: a short number is no proof of
 * anything, but behind `$RANDOM` it is likely chance, and behind `date` a time in a form of its own. Changes the entry.
 */
export function lookAgain(entry: ExplainedEntry, instruction: string): void {
  const { subject, cause, recognition } = entry
  const [random, time] = [sourceOfChance(instruction), sourceOfTime(instruction)]
  if (subject.entry.kind !== 'changed') {
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
  const unknown = cause.id === 'unknown-difference'
  const hesitant = cause.id === 'random-token' && recognition.confidence === 'likely'
  if (!unknown && !hesitant) return
  if (unknown && random !== null && time === null) {
    entry.cause = randomToken
    entry.recognition = {
      confidence: 'likely',
      evidence: plainFacts(subject, `the instruction draws from ${random}, and the bytes differ`),
    }
  } else if (time !== null && random === null && shortText(entry)) {
    entry.cause = buildTime
    entry.recognition = {
      confidence: 'likely',
      evidence: plainFacts(subject, `the instruction calls ${time}, and the text differs`),
    }
  }
}

function shortText({ subject }: ExplainedEntry): boolean {
  const texts = textsOf(subject.entry)
  return texts !== null && texts.a.length <= 4096
}
