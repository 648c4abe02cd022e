import type { Finding, Location } from '../finding.ts'
import type { Report } from './report.ts'

/** What the checklist says of one of its points. `note`: nothing but notices. `unchecked`: nobody looked. */
export type CheckState = 'pass' | 'note' | 'fail' | 'unchecked'

export interface Check {
  name: string
  state: CheckState
  /** How many lint findings speak against it. */
  count: number
  /** Findings that an ignore took out of it. */
  ignored: number
  /** The first places, at most five, each once. */
  places: Location[]
  /** What to say where findings do not say it. */
  remark: string
}

/** The points a build has to keep to come out the same, and the lint rules that watch each. */
const points: { name: string; rules: (id: string) => boolean }[] = [
  { name: 'Base images pinned by digest', rules: id => /^RG1/.test(id) },
  { name: 'OS packages pinned and cleaned up', rules: id => /^RG2/.test(id) },
  { name: 'Language packages locked with hashes', rules: id => /^RG3/.test(id) },
  { name: 'Downloads verified', rules: id => /^RG4/.test(id) },
  { name: 'Time, locale and chance kept out', rules: id => /^RG5/.test(id) && id !== 'RG505' },
  { name: 'Build context under control', rules: id => /^RG6/.test(id) || id === 'RG505' },
]

/** The checklist of a report: a point passes only where lint ran, and the last one only by the verdict itself. */
export function checklist(report: Report): Check[] {
  const linted = report.timings.lint !== undefined || report.findings.some(isLint) || report.ignored.length > 0
  return [...points.map(point => lintCheck(point, report, linted)), rebuilt(report)]
}

const isLint = (finding: Finding): boolean => finding.source === 'lint'

function lintCheck({ name, rules }: (typeof points)[number], report: Report, linted: boolean): Check {
  const against = report.findings.filter(finding => isLint(finding) && rules(finding.id))
  const ignored = report.ignored.filter(({ finding }) => isLint(finding) && rules(finding.id)).length
  const worst = against.some(finding => finding.level !== 'notice') ? 'fail' : against.length > 0 ? 'note' : 'pass'
  const state = linted ? worst : 'unchecked'
  const remark =
    state === 'pass'
      ? ignored > 0
        ? 'lint found nothing else'
        : 'lint found nothing'
      : state === 'unchecked'
        ? 'lint did not run'
        : ''
  return { name, state, count: against.length, ignored, places: firstPlaces(against), remark }
}

function rebuilt({ verdict, command }: Report): Check {
  const check = { name: 'Built twice, same image', count: 0, ignored: 0, places: [] }
  if (verdict === 'reproducible') return { ...check, state: 'pass', remark: 'both builds agree' }
  if (verdict === 'not-reproducible') return { ...check, state: 'fail', remark: 'the builds differ' }
  return { ...check, state: 'unchecked', remark: command === 'lint' ? 'lint builds nothing' : 'undecided' }
}

function firstPlaces(findings: readonly Finding[]): Location[] {
  const places = new Map<string, Location>()
  for (const { location } of findings) {
    if (location)
      places.set(`${location.file}:${location.line}`, {
        file: location.file,
        line: location.line,
        endLine: location.line,
      })
    if (places.size === 5) break
  }
  return [...places.values()]
}
