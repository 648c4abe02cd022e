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

/** A checksum of what depends on the machine looks random; built again it came out the same, so it is not. */
const takenForChance = new Set(['unknown-difference', 'random-token', 'random-data', 'unseeded-numbers'])

const docsOfVariations = 'https://github.com/repro-gate/repro-gate/blob/main/docs/variations.md'

/**
 * The finding as one that other machines show.
 * @param guilty one or several; which of them is not known where `proven` is false
 * @param fails whether it decides the run (`profile: strict`)
 */
export function dependsOnMachine(finding: Finding, guilty: readonly Variation[], fails: boolean): Finding {
  const ids = guilty.map(({ id }) => id).join(guilty.length > 2 ? ', ' : ' and ')
  const changes = guilty.map(variation => variation.changes).join('; ')
  const { unforeseen: _, ...rest } = finding
  const fix = { text: guilty.map(variation => variation.fix).join(' ') }
  // A time that only another checkout changes is that of a file, not that of the build.
  const isFileTime = finding.id === 'build-time' && guilty.every(({ id }) => id === 'mtimes')
  const isRefuted = takenForChance.has(finding.id) || isFileTime
  const written = isFileTime ? 'the time of a file of the checkout is written here' : 'what is written here'
  const title = isRefuted ? written : lowered(finding.title).replace(/ in each build$/, '')
  const cause = isRefuted ? '' : `${finding.message} `
  // A day goes by on every machine.
  const byDay = guilty.every(({ id }) => id === 'clock')
  const consequence = byDay
    ? 'the same commit gives another image on another day'
    : 'another machine may build another image of the same commit'
  return {
    ...rest,
    ...(isRefuted ? { id: 'unknown-difference', docs: docsOfVariations } : {}),
    class: byDay ? 'drift' : 'machine',
    level: fails ? 'error' : 'warning',
    title: `Depends on the ${byDay ? 'day' : 'machine'} (${ids}): ${title}`,
    message: `${cause}Two builds from the same files on one machine agree here. It differed when this was varied on purpose: ${changes}. So ${consequence}.`,
    fix: isRefuted ? fix : (finding.fix ?? fix),
  }
}

/** `Permissions come …` goes on in a sentence; `ELF …` stays. */
const lowered = (title: string): string =>
  /^(?:[A-Z][a-z]|An? )/.test(title) && !/^(Python|Java|Docker|Git)\b/.test(title)
    ? title[0]?.toLowerCase() + title.slice(1)
    : title
