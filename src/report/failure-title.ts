import { driftText } from './drift-words.ts'
import { imageNames } from './images.ts'
import { countByLevel, failuresOf, isOfLint, type Report } from './report.ts'
import { smokeProblem } from './smoke-words.ts'
import { clip, visible } from './visible.ts'
import { counted } from './words.ts'

/**
 * Why a run failed, in one line for the title of a job.
 * @param endedBy the signal that cancelled it; null for none
 */
export function failureTitle(report: Report, endedBy: string | null): string {
  const { command, verdict, findings, release } = report
  if (release?.state === 'failed') return `Not released. ${release.problem}`
  if (report.drift && report.drift.kind !== 'same' && report.drift.kind !== 'undecided') return driftText(report)
  if (verdict === 'not-reproducible' && command === 'compare' && isOfGiven(report))
    return 'Not reproducible: what was compared is not the same image. The job summary says where they differ.'
  if (verdict === 'not-reproducible' && command === 'compare')
    return 'Not reproducible: this build is not the image that it was held against. The job summary says where they differ.'
  if (verdict === 'not-reproducible')
    return `Not reproducible: two builds gave different images. The job summary names the lines and the causes.`
  if (endedBy !== null && verdict !== 'reproducible') {
    const proven = partlyProven(report)
    return `Undecided: the job was cancelled (${endedBy}) ${proven === null ? 'before anything was proven.' : `when it had ${proven}.`}`
  }
  if (verdict === 'undecided') return `Undecided: ${undecidedWords(report)}`
  const behaviour = smokeProblem(report)
  if (behaviour !== null) return `Reproducible, but ${behaviour}. The job summary says where.`
  const { error, warning } = countByLevel(findings)
  const counts = `${counted(error, 'error')} and ${counted(warning, 'warning')}`
  if (command === 'lint') return `The lint found ${counts}. The job summary says where, and what to do.`
  return `Reproducible, but ${isOfLint(findings) ? `the lint found ${counts}` : `there are ${counts}`}, and fail-on asks for that to fail.`
}

/** Whether nothing was built: what was held against each other was there. */
const isOfGiven = ({ scope }: Report): boolean => scope?.against === undefined || scope.against.kind === 'records'

/** `1 of 2 images proven, 1 undecided (jobs). What is undecided is not a pass. Why`, for a title. */
export function undecidedWords(report: Report): string {
  const proven = partlyProven(report)
  const why = failuresOf(report)[0]?.message ?? report.doubts[0] ?? ''
  const so = proven === null ? 'nothing was proven, so this is not a pass' : `${proven}, which is not a pass`
  return `${so}. ${visible(why)}`.trim()
}

/** What is proven of some images, or platforms, while others are undecided; null where nothing is. */
function partlyProven(report: Report): string | null {
  const { results = [], verdict } = report
  if (verdict === 'reproducible') return null
  const images = imageNames(report)
  const severalImages = images.length > 1
  const names = severalImages ? images : [...new Set(results.map(({ platform }) => platform))]
  const open = names.filter(name =>
    results.some(one => (severalImages ? one.image : one.platform) === name && one.verdict !== 'reproducible'),
  )
  const proven = names.length - open.length
  if (proven === 0 || open.length === 0) return null
  const listed = open.slice(0, 5).map(name => clip(visible(name), 60))
  return `${proven} of ${counted(names.length, severalImages ? 'image' : 'platform')} proven, ${open.length} undecided (${listed.join(', ')}${open.length > 5 ? ' …' : ''})`
}
