import type { Edit, Finding, Lookup } from '../finding.ts'
import { applyChanges, type Change, sortOut, type Texts } from './apply.ts'
import { keeps, type Outline } from './outline.ts'

/** What the lint says of the files, as these texts would have them. */
export type Look = (texts: Texts) => Looked

export interface Looked {
  /** Worst first. */
  findings: readonly Finding[]
  outline: Outline
}

/** What a registry or server said, or why it said nothing, in words. */
export type Answer = { value: string } | { problem: string }

export interface Mended {
  texts: Texts
  /** What was fixed, as it stood in the text that it was fixed in. */
  fixed: Finding[]
  /** What should have been fixed and was not, as it stands in the texts now. */
  failed: { finding: Finding; why: string }[]
  /** What else is found in the texts now: that is for people. */
  left: Finding[]
}

/** A finding and the edits that answer it. */
interface Answering extends Change {
  finding: Finding
}

/** What may be spent on it. */
export interface Effort {
  rounds: number
  /** Looks at the whole, in each round, to find the changes that spoil it. */
  looks: number
}

const everyEffort: Effort = { rounds: 10, looks: 200 }

/**
 * Makes every safe change, round after round until there is none left to make, so that a second run changes nothing. A
 * change after which its finding is not gone, or anything else is worse than before, is not made.
 * @param isAsked the findings to fix; the others are neither fixed nor reported
 * @param ask answers what only a registry or server knows
 */
export async function mend(
  texts: Texts,
  look: Look,
  isAsked: (finding: Finding) => boolean,
  ask: (lookups: Lookup[]) => Promise<ReadonlyMap<Lookup, Answer>>,
  { rounds, looks } = everyEffort,
): Promise<Mended> {
  const fixed: Finding[] = []
  for (let round = 1; ; round++) {
    const seen = look(texts)
    const found = seen.findings.filter(isAsked)
    const answers = await ask(found.flatMap(finding => lookupOf(finding) ?? []))
    const changes = found.flatMap(finding => answeringOf(finding, answers) ?? [])
    const { together, later, astray } = sortOut(texts, changes)
    const { made, refused } = whatHolds(texts, seen, together, look, looks)
    if (made.length === 0 || round === rounds) {
      const failed = [
        ...found.flatMap(finding => unanswered(finding, answers)),
        ...refused.map(({ change, why }) => ({ finding: change.finding, why })),
        ...astray.map(({ finding }) => ({ finding, why: 'its place in the file could not be found' })),
        ...[...later, ...made].map(({ finding }) => ({ finding, why: 'it touches another change; run fix again' })),
      ]
      const told = new Set(failed.map(({ finding }) => finding))
      return { texts, fixed, failed, left: found.filter(finding => !told.has(finding)) }
    }
    for (const { finding } of made) fixed.push(finding)
    texts = applyChanges(texts, made)
  }
}

/** Edits that need nobody go before those that need an answer. */
const lookupOf = ({ fix }: Finding): Lookup | undefined => (fix?.edits === undefined ? fix?.lookup : undefined)

function answeringOf(finding: Finding, answers: ReadonlyMap<Lookup, Answer>): Answering | null {
  if (finding.fix?.edits !== undefined) return { finding, edits: finding.fix.edits }
  const lookup = lookupOf(finding)
  const answer = lookup && answers.get(lookup)
  if (lookup === undefined || answer === undefined || 'problem' in answer) return null
  return { finding, edits: [filledIn(lookup.edit, answer.value)] }
}

const filledIn = (edit: Edit, value: string): Edit => ({ ...edit, text: edit.text.split('{}').join(value) })

function unanswered(finding: Finding, answers: ReadonlyMap<Lookup, Answer>): Mended['failed'] {
  const lookup = lookupOf(finding)
  const answer = lookup && answers.get(lookup)
  return answer !== undefined && 'problem' in answer ? [{ finding, why: answer.problem }] : []
}

/** Tries all changes at once, and where that spoils something halves of them, down to the one that does. */
function whatHolds(
  texts: Texts,
  before: Looked,
  changes: readonly Answering[],
  look: Look,
  mostLooks: number,
): { made: Answering[]; refused: { change: Answering; why: string }[] } {
  const made: Answering[] = []
  const refused: { change: Answering; why: string }[] = []
  let looks = 0
  const hold = (group: readonly Answering[]): void => {
    const [first] = group
    if (first === undefined) return
    const all = [...made, ...group]
    const why = looks++ < mostLooks ? whatIsWrong(before, look(applyChanges(texts, all)), all) : tooMany
    if (why === null) for (const change of group) made.push(change)
    else if (group.length === 1 || why === tooMany) for (const change of group) refused.push({ change, why })
    else {
      const half = group.length >> 1
      hold(group.slice(0, half))
      hold(group.slice(half))
    }
  }
  hold(changes)
  return { made, refused }
}

const tooMany = 'too many changes of this file could not be made together; fix some of them first'

/** What the changes would do besides answering their findings; null when nothing. */
function whatIsWrong(before: Looked, after: Looked, changes: readonly Answering[]): string | null {
  if (!keeps(before.outline, after.outline)) return 'the file would not be read as the same instructions any more'
  const [was, is, answered] = [before.findings, after.findings, changes.map(({ finding }) => finding)].map(countById)
  for (const [id, count] of is as Counts) {
    const most = (was?.get(id) ?? 0) - (answered?.get(id) ?? 0)
    if (count > most && answered?.has(id)) return `the change does not answer it: ${id} would still be found`
    if (count > most && !ofIgnores.test(id)) return `the change would bring a new finding, ${id}`
  }
  return null
}

/** An ignore whose finding is gone is idle, which is right; and what it hid would be counted under its own id. */
const ofIgnores = /^RG00[1-3]$/

type Counts = Map<string, number>

function countById(findings: readonly Finding[]): Counts {
  const counts: Counts = new Map()
  for (const { id } of findings) counts.set(id, (counts.get(id) ?? 0) + 1)
  return counts
}
