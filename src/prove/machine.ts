import type { Variation } from '../build/variations/variation.ts'
import type { Dockerfile } from '../dockerfile/dockerfile.ts'
import { instructionAt } from '../dockerfile/parse.ts'
import type { Finding } from '../finding.ts'
import type { Comparison } from '../image/comparison.ts'

/** A difference and the variations that may have made it; one alone: it did. */
export interface Suspicion {
  finding: Finding
  suspects: readonly Variation[]
  /** The bytes say so. Otherwise chance is not ruled out: what is drawn in a build may agree once. */
  evident: boolean
}

/** What the bytes say of who is guilty of each difference between A and a varied B. */
export const suspicions = (
  findings: readonly Finding[],
  varied: readonly Variation[],
  dockerfile: Dockerfile,
): Suspicion[] =>
  findings.map(finding => {
    const able = varied.filter(({ touches }) => touches !== 'nothing')
    const shown = able.filter(({ shownBy }) => shownBy.includes(finding.id))
    const [first] = shown
    const evident =
      shown.length === 1 &&
      first?.touches === 'context' &&
      (finding.class === 'machine' || isCopied(finding, dockerfile))
    return { finding, evident, suspects: shown.length === 1 ? shown : able }
  })

/** Whether the instruction to blame takes the path from the build context as it is. */
function isCopied({ location }: Finding, dockerfile: Dockerfile): boolean {
  const instruction = location && instructionAt(dockerfile, location.line)
  return (
    !!instruction &&
    (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') &&
    !instruction.flags.some(({ name }) => name === 'from')
  )
}

/** Whether lists of a comparison were cut: then nobody has seen all that differs. */
export const isCut = ({ layers }: Comparison): boolean => layers.some(({ total, entries }) => total > entries.length)

/**
 * The finding as one that other machines show.
 * @param guilty one or several; which of them is not known where `proven` is false
 * @param fails whether it decides the run (`profile: strict`)
 */
export function dependsOnMachine(finding: Finding, guilty: readonly Variation[], fails: boolean): Finding {
  const ids = guilty.map(({ id }) => id).join(guilty.length > 2 ? ', ' : ' and ')
  const changes = guilty.map(variation => variation.changes).join('; ')
  const { unforeseen: _, ...rest } = finding
  return {
    ...rest,
    class: 'machine',
    level: fails ? 'error' : 'warning',
    title: `Depends on the machine (${ids}): ${lowered(finding.title)}`,
    message: `Built from the same files and on the same machine it is alike; it differed when this was varied on purpose: ${changes}. So another machine may build another image of the same commit. ${finding.message}`,
    fix: finding.fix ?? { text: guilty.map(({ fix }) => fix).join(' ') },
  }
}

/** `Permissions come …` goes on in a sentence; `ELF …` stays. */
const lowered = (title: string): string =>
  /^[A-Z][a-z]/.test(title) && !/^(Python|Java|Docker|Git)\b/.test(title)
    ? title[0]?.toLowerCase() + title.slice(1)
    : title
