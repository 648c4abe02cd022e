import type { Finding, Location } from '../finding.ts'
import type { Ingredients } from '../lint/ingredients.ts'
import type { LintResult } from '../lint/lint.ts'
import type { FileChange } from '../report/fix-report.ts'

/** What the lint says of one way of building a Dockerfile. */
export interface LintedSubject {
  /** As findings name it. */
  file: string
  hasContext: boolean
  result: LintResult
  /** What `fix` would do at least. */
  suggested: Pick<FileChange, 'file' | 'diff'>[]
}

/** What the lint says of several, each thing once. */
export interface LintedTogether {
  findings: Finding[]
  ignored: { finding: Finding; reason: string | null; by: Location }[]
  ingredients: Ingredients
  suggested: Pick<FileChange, 'file' | 'diff'>[]
  /** Ids of the rules that ran. */
  asked: ReadonlySet<string>
}

export function lintedTogether(linted: readonly LintedSubject[], stale: readonly Finding[]): LintedTogether {
  return {
    findings: once([...findingsOf(linted), ...stale]),
    ignored: once(linted.flatMap(({ result }) => result.ignored)),
    ingredients: together(linted.map(({ result }) => result.ingredients)),
    suggested: once(linted.flatMap(({ suggested }) => suggested)),
    asked: new Set(linted.flatMap(({ result }) => [...result.asked])),
  }
}

/** An ignore that one way of building a Dockerfile needs is not idle because another does not. */
function findingsOf(linted: readonly LintedSubject[]): Finding[] {
  const idle = ({ id, location }: Finding): string | null => (id === 'RG002' ? JSON.stringify(location) : null)
  const [ways, places] = [new Map<string, number>(), new Map<string, number>()]
  const count = (counts: Map<string, number>, key: string) => void counts.set(key, (counts.get(key) ?? 0) + 1)
  for (const { file, result } of linted) {
    count(ways, file)
    for (const place of new Set(result.findings.map(idle))) if (place !== null) count(places, `${file}\0${place}`)
  }
  return linted.flatMap(({ file, result }) =>
    result.findings.filter(finding => {
      const place = idle(finding)
      return place === null || places.get(`${file}\0${place}`) === ways.get(file)
    }),
  )
}

function together(all: readonly Ingredients[]): Ingredients {
  const of = (kind: keyof Ingredients) => once(all.flatMap(one => one[kind]))
  return {
    ...{ images: of('images'), osPackages: of('osPackages'), languagePackages: of('languagePackages') },
    ...{ downloads: of('downloads'), contextCopies: of('contextCopies'), unreadCopies: of('unreadCopies') },
  }
}

/** A Dockerfile that is built in two ways has most of its findings twice. */
export function once<T>(all: readonly T[]): T[] {
  const seen = new Set<string>()
  return all.filter(one => {
    const key = JSON.stringify(one)
    return !seen.has(key) && seen.add(key)
  })
}
