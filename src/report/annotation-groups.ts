import { byWeight, type Finding, type Location } from '../finding.ts'
import { causesOf } from './causes.ts'

/** A finding, and the other places that the same is said of and that have no annotation of their own. */
export interface Said {
  finding: Finding
  alsoAt: Location[]
}

/** What one annotation tells: all of one place, worst first. */
export type AnnotationGroup = Group<Said>

type Group<T> = [T, ...T[]]

/** So many places of one thing are annotated each; of more the first one, which names the others. */
const mostAlike = 3
/** So many findings of the lint at one line are annotated each. */
const mostAtLine = 2

/**
 * Findings as a reader can take them in: the causes of one instruction together; what the lint says alike at many lines
 * once; many findings at one line together; and no word of the lint where a cause proves it at the same lines. Worst first.
 */
export function annotationGroups(findings: readonly Finding[]): AnnotationGroup[] {
  const placed = findings.filter(({ location }) => location !== undefined).sort(byWeight)
  const causes = causesOf({ findings: placed })
  const rest = placed.filter(finding => finding.source !== 'comparison' && !isProven(finding, causes))
  const ofCauses = together(causes.map(alone), ({ finding: { location } }) => [
    ...[location?.file, location?.line, location?.endLine],
  ])
  const groups = [...ofCauses, ...atLines(manyPlaces(rest))]
  return groups.sort(([a], [b]) => byWeight(a.finding, b.finding))
}

const alone = (finding: Finding): Said => ({ finding, alsoAt: [] })

/** Whether a cause that names it lies at its lines. */
const isProven = ({ id, location: at, outcome }: Finding, causes: readonly Finding[]): boolean =>
  outcome?.seen === 'confirmed' &&
  causes.some(
    ({ location, related = [] }) =>
      related.includes(id) &&
      location?.file === at?.file &&
      (location?.line ?? 0) <= (at?.endLine ?? 0) &&
      (at?.line ?? 0) <= (location?.endLine ?? 0),
  )

/** What is said alike at many places of a file is said at the first. */
function manyPlaces(findings: readonly Finding[]): Said[] {
  const alike = together(findings, ({ id, level, title, message, fix, location }) => [
    ...[id, level, title, fix ? fix.text : message, location?.file],
  ])
  return alike.flatMap(([first, ...others]) => {
    if (others.length < mostAlike) return [first, ...others].map(alone)
    return [{ finding: first, alsoAt: others.flatMap(({ location }) => location ?? []) }]
  })
}

/** Many at one line are one. */
const atLines = (all: readonly Said[]): AnnotationGroup[] =>
  together(all, ({ finding: { location } }) => [location?.file, location?.line]).flatMap(group =>
    group.length > mostAtLine ? [group] : group.map((said): AnnotationGroup => [said]),
  )

/** Those of one key together, in the order of the first of each. */
function together<T>(items: readonly T[], by: (item: T) => unknown[]): Group<T>[] {
  const groups = new Map<string, Group<T>>()
  for (const item of items) {
    const key = JSON.stringify(by(item))
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return [...groups.values()]
}
