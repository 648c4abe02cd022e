import type { Report } from './report.ts'
import type { ReportSmoke, SmokeResult } from './smoke-report.ts'
import { counted, size } from './words.ts'

const order: readonly SmokeResult['state'][] = ['differs', 'failed', 'not-run', 'same']

/** What came of it as a whole: the worst of all images and platforms. Null where nothing was to be run. */
export function smokeState({ smoke }: Pick<Report, 'smoke'>): SmokeResult['state'] | null {
  if (!smoke) return null
  return order.find(state => smoke.results.some(result => result.state === state)) ?? 'not-run'
}

/** `standard output differs at line 3, and /out/a.csv differs`. */
export function differenceWords({ differs, excerpt, files, a, b }: Omit<SmokeResult, 'image'>): string {
  const unequal = files.filter(({ equal }) => !equal).map(({ path }) => `\`${path}\``)
  const parts = differs.map(what => {
    if (what === 'exit-code') return `it ended with exit code ${a?.exitCode} in A and ${b?.exitCode} in B`
    if (what === 'stdout') return `standard output differs${excerpt ? ` from ${excerpt.at} on` : ''}`
    const more = unequal.length > 3 ? ` and ${unequal.length - 3} more` : ''
    return `${unequal.slice(0, 3).join(', ')}${more} ${unequal.length === 1 ? 'differs' : 'differ'}`
  })
  return parts.join(', and ')
}

/** In one line what the command did: its words quote in backticks. */
export function smokeText(report: Report): string {
  const { smoke } = report
  const state = smokeState(report)
  if (!smoke || state === null) return ''
  const worst = smoke.results.filter(result => result.state === state)
  const [first] = worst
  const command = quoted(smoke)
  if (first === undefined) return `Nothing was built that ${command} could be run in.`
  const where = worst.length < smoke.results.length ? ` for ${whichWords(worst)}` : ''
  if (state === 'same') return `${sameWords(report)} ${command} ${didWords(first, smoke)}`
  if (state === 'differs')
    return `${first.oneImage ? 'the same image did not do the same twice' : 'different'}${where}: of two runs of ${command}, ${differenceWords(first)}.`
  return `not compared${where}. ${first.why ?? ''}`
}

/** The bytes and the behaviour are two things, and one says nothing of the other. */
const sameWords = ({ verdict, level }: Report): string =>
  verdict === 'not-reproducible' || level === 'different' ? 'bytes differ, behaviour the same:' : 'the same:'

function didWords({ a, files }: SmokeResult, smoke: ReportSmoke): string {
  const printed = a === null || a.stdout.bytes === 0 ? 'printed nothing' : `printed the same ${size(a.stdout.bytes)}`
  const wrote =
    files.length > 0 ? `, wrote the same ${files.length === 1 ? 'file' : counted(files.length, 'file')}` : ''
  const several = smoke.results.length > 1 ? ` (${counted(smoke.results.length, 'pair')} of images)` : ''
  return `${printed}${wrote} and ended with exit code ${a?.exitCode} in both${several}.`
}

function whichWords(results: readonly SmokeResult[]): string {
  const names = results.map(nameOf)
  return `${names.slice(0, 4).join(', ')}${names.length > 4 ? ` and ${names.length - 4} more` : ''}`
}

/** Which of several it is about. */
export const nameOf = ({ image, platform }: SmokeResult): string =>
  image === undefined ? platform : `${image} (${platform})`

function quoted({ command }: ReportSmoke): string {
  const line = command.replace(/\s+/g, ' ').replaceAll('`', "'")
  return `\`${line.length > 120 ? `${line.slice(0, 119)}…` : line}\``
}

/** The same after its title, for what has no sentence around it. */
export const smokeLineWords = (report: Report): string => {
  const said = smokeText(report)
  return said === '' ? '' : `Behaviour: ${said}`
}

/** What the job is told where the bytes are proven and the behaviour is not; null: all is well. */
export function smokeProblem(report: Report): string | null {
  const state = smokeState(report)
  if (report.verdict !== 'reproducible' || state === null || state === 'same') return null
  return state === 'differs' ? 'the smoke command did not do the same twice' : 'the smoke command could not be compared'
}
