import type { Finding, Location } from '../finding.ts'
import { isOfSmoke } from './causes.ts'
import { worstImages } from './images.ts'
import type { Ingredient, Report } from './report.ts'
import { tallyWords } from './tally.ts'
import { clip, visible } from './visible.ts'
import { counted } from './words.ts'

/**
 * What the checklist says of one of its points. `note`: nothing but notices. `none`: there is nothing of the kind in
 * this image. `unchecked`: nobody looked.
 */
export type CheckState = 'pass' | 'note' | 'fail' | 'none' | 'unchecked'

export interface Check {
  name: string
  state: CheckState
  /** How many lint findings speak against it. */
  count: number
  /** Findings that an ignore took out of it. */
  ignored: number
  /** The first places, at most five, each once, from top to bottom: of the findings, or of what was looked at. */
  places: Location[]
  /** There are more of them. */
  more: boolean
  /** What to say where findings do not say it; it may name images and platforms. */
  remark: string
}

interface Point {
  name: string
  /** The lint rules that watch it. */
  rules: (id: string) => boolean
  /** What it is about; without any there is nothing to check. */
  about?: Ingredient
  /** What to say then. */
  none?: string
  /** Two builds back to back that differ speak against it, even where the sources do not show why. */
  seenInBuilds?: boolean
}

/** The points a build has to keep to come out the same. */
const points: readonly Point[] = [
  {
    ...{ name: 'Base images pinned by digest', about: 'images', none: 'no image from outside' },
    rules: id => /^RG1/.test(id),
  },
  {
    ...{ name: 'System packages pinned by version or snapshot', about: 'osPackages' },
    ...{ none: 'no system packages are installed', rules: id => /^RG2/.test(id) },
  },
  {
    ...{ name: 'Language packages (pip, npm, …) locked with hashes', about: 'languagePackages' },
    ...{ none: 'no language packages are installed', rules: id => /^RG3/.test(id) },
  },
  {
    ...{ name: 'Downloads checked against a known hash', about: 'downloads', none: 'nothing is downloaded' },
    rules: id => /^RG4/.test(id),
  },
  {
    ...{ name: 'No time, locale or chance in the result', seenInBuilds: true },
    rules: id => /^RG5/.test(id) && id !== 'RG505',
  },
  {
    ...{ name: 'No stray files taken from the build context', about: 'contextCopies' },
    ...{ none: 'nothing is copied from the context', rules: id => /^RG6/.test(id) || id === 'RG505' },
  },
]

/** The checklist of a report: a point passes only where lint ran, and the last one only by the verdict itself. */
export function checklist(report: Report): Check[] {
  const linted = report.timings.lint !== undefined || report.findings.some(isLint) || report.ignored.length > 0
  return [...points.map(point => lintCheck(point, report, linted)), rebuilt(report)]
}

/** Of a file with instructions that are none, nothing can be said to be in order. */
const unbuildable = 'RG004'

const isLint = (finding: Finding): boolean => finding.source === 'lint'

/** A cause that two builds of the same sources showed: whatever it is, it is not in them. */
const isSeen = (finding: Finding): boolean =>
  finding.source === 'comparison' && finding.class === 'now' && !isOfSmoke(finding)

function lintCheck(point: Point, report: Report, linted: boolean): Check {
  const { name, rules, about } = point
  const against = report.findings.filter(finding => isLint(finding) && rules(finding.id))
  const ignored = report.ignored.filter(({ finding }) => isLint(finding) && rules(finding.id)).length
  const check = { name, count: against.length, ignored }
  if (against.length > 0) {
    const state = against.some(finding => finding.level !== 'notice') ? 'fail' : 'note'
    return { ...check, state, ...firstPlaces(against.map(({ location }) => location)), remark: '' }
  }
  const seen = point.seenInBuilds ? report.findings.filter(isSeen) : []
  if (seen.length > 0)
    return {
      ...{ ...check, state: 'fail', ...firstPlaces(seen.map(({ location }) => location)) },
      remark: `the builds show ${tallyWords(seen, report)}`,
    }
  if (!linted) return { ...check, state: 'unchecked', places: [], more: false, remark: 'lint did not run' }
  const refused = report.findings.filter(({ id }) => id === unbuildable).map(({ location }) => location)
  if (refused.length > 0)
    return { ...check, state: 'unchecked', ...firstPlaces(refused), remark: 'not even Docker can read all of it' }
  const there = report.ingredients === null || about === undefined ? null : report.ingredients[about]
  if (there?.length === 0 && ignored === 0)
    return { ...check, state: 'none', places: [], more: false, remark: point.none ?? '' }
  const unread = about === 'contextCopies' ? (report.ingredients?.unreadCopies ?? []) : []
  if (unread.length > 0)
    return {
      ...check,
      state: 'unchecked',
      ...firstPlaces(unread),
      remark: 'what is copied here could not be looked at',
    }
  const remark = ignored > 0 ? 'nothing else found' : 'nothing found'
  return { ...check, state: 'pass', ...firstPlaces(there ?? []), remark }
}

function rebuilt(report: Report): Check {
  const { verdict, command, findings } = report
  const check = { name: 'Built twice, same image', count: 0, ignored: 0, places: [], more: false }
  const elsewhere = findings.filter(({ source, class: kind }) => source === 'comparison' && kind === 'machine').length
  const besides =
    elsewhere === 0 ? '' : `; ${counted(elsewhere, 'finding')} ${elsewhere === 1 ? 'depends' : 'depend'} on the machine`
  const { against } = report.scope ?? {}
  if (verdict === 'reproducible' && against?.kind === 'ledger')
    return {
      ...{ ...check, name: 'Built again, same image', state: 'pass' },
      remark: `${against.of ? 'some built twice, some once and ' : 'built once, '}equal to what ${clip(visible(against.name), 100)} proved${besides}`,
    }
  if (verdict === 'reproducible') return { ...check, state: 'pass', remark: `both builds agree${besides}` }
  if (verdict === 'not-reproducible')
    return { ...check, state: 'fail', remark: worstImages(report) || `the builds differ${forPlatforms(report)}` }
  return { ...check, state: 'unchecked', remark: command === 'lint' ? 'lint builds nothing' : 'undecided' }
}

/** ` for linux/arm64`, where those for others agree. */
function forPlatforms({ results = [] }: Report): string {
  const differing = results.filter(({ verdict }) => verdict === 'not-reproducible').map(({ platform }) => platform)
  return differing.length === results.length ? '' : ` for ${clip(visible(differing.slice(0, 4).join(', ')), 160)}`
}

function firstPlaces(locations: readonly (Location | undefined)[]): Pick<Check, 'places' | 'more'> {
  const places = new Map<string, Location>()
  for (const location of locations)
    if (location) places.set(`${location.file}:${location.line}`, { ...location, endLine: location.line })
  const files = [...new Set([...places.values()].map(({ file }) => file))]
  const all = [...places.values()]
    .map(({ file, line, endLine }) => ({ file, line, endLine }))
    .sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line)
  return { places: all.slice(0, 5), more: all.length > 5 }
}
