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
  return linted.flatMap(({ file, result }) => {
    const others = linted.filter(one => one.file === file && one.result !== result)
    const places = others.map(other => new Set(other.result.findings.map(idle)))
    return result.findings.filter(finding => {
      const place = idle(finding)
      return place === null || places.every(known => known.has(place))
    })
  })
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
