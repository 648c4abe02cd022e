import type { Verdict } from '../verdict.ts'
import { code, table } from './markdown.ts'
import type { Paint } from './paint.ts'
import type { Report, ReportResult } from './report.ts'
import { clip, visible } from './visible.ts'
import { counted, shortDigest } from './words.ts'

/** A report is readable with so many rows; report.json has all. */
const mostRows = 60

/** What came of each image, where the run had several, or several platforms; else nobody needs a list. */
export const listedResults = ({ results = [] }: Pick<Report, 'results'>): ReportResult[] =>
  results.length > 1 ? results : []

/** The names of the images, each once; empty for the one image of a Dockerfile. */
export const imageNames = ({ results = [] }: Pick<Report, 'results'>): string[] => [
  ...new Set(results.flatMap(({ image }) => image ?? [])),
]

/** `3 images`, where there are several. */
export const severalImages = (report: Pick<Report, 'results'>): string | null => {
  const names = imageNames(report)
  return names.length > 1 ? counted(names.length, 'image') : null
}

/** `2 of 3 images differ: api, web`: the worst first, and by name. */
export function worstImages(report: Report): string {
  const names = imageNames(report)
  const of = (verdict: Verdict): string[] =>
    names.filter(name => report.results?.some(result => result.image === name && result.verdict === verdict))
  const differing = of('not-reproducible')
  const open = of('undecided').filter(name => !differing.includes(name))
  const told = (which: readonly string[], what: string): string =>
    which.length === 0 ? '' : `${which.length} of ${names.length} ${what} (${list(which)})`
  return [told(differing, 'not reproducible'), told(open, 'undecided')].filter(Boolean).join(', ')
}

const list = (names: readonly string[]): string =>
  `${names
    .slice(0, 10)
    .map(name => clip(visible(name), 60))
    .join(', ')}${names.length > 10 ? ' …' : ''}`

const words: Record<Verdict, { mark: string; word: string; colour: 'green' | 'red' | 'yellow' }> = {
  reproducible: { mark: '✅', word: 'reproducible', colour: 'green' },
  'not-reproducible': { mark: '❌', word: 'not reproducible', colour: 'red' },
  undecided: { mark: '⚠️', word: 'undecided', colour: 'yellow' },
}
const width = Math.max(...Object.values(words).map(({ word }) => word.length))

/** One line of verdict for each image and platform. */
export function imageLines(report: Report, paint: Paint): string[] {
  const results = listedResults(report)
  const shown = results.slice(0, mostRows)
  const longest = Math.max(0, ...shown.map(result => nameOf(result, report).length))
  const lines = shown.map(result => {
    const { word, colour } = words[result.verdict]
    const proven = result.digest === null ? '' : `  ${clip(visible(result.digest), 100)}`
    return `  ${paint[colour](word.padEnd(width))}  ${nameOf(result, report).padEnd(proven === '' ? 0 : longest)}${paint.dim(proven)}`
  })
  if (results.length > shown.length) lines.push(`  ${results.length - shown.length} more not shown`)
  return lines.length > 0 ? [paint.bold(severalImages(report) === null ? 'Platforms' : 'Images'), ...lines] : []
}

function nameOf({ image, platform }: ReportResult, { results = [] }: Report): string {
  const several = new Set(results.map(result => result.platform)).size > 1
  const name = image === null ? '' : clip(visible(image), 60)
  return [name, several || name === '' ? clip(visible(platform), 60) : ''].filter(Boolean).join(' ')
}

/** The same as a Markdown table. */
export function imageTable(report: Report): string {
  const results = listedResults(report)
  if (results.length === 0) return ''
  const named = results.some(({ image }) => image !== null)
  const rows = results.slice(0, mostRows).map(({ image, platform, verdict, digest }) => {
    const { mark, word } = words[verdict]
    const place = [...(named ? [code(image ?? '', 80)] : []), code(platform, 60)]
    return [
      `${mark}&nbsp;${word.replaceAll(' ', '&nbsp;')}`,
      ...place,
      digest === null ? '' : code(shortDigest(digest)),
    ]
  })
  const more = results.length - rows.length
  const body = table(['Verdict', ...(named ? ['Image'] : []), 'Platform', 'Digest'], rows)
  return more > 0 ? `${body}\n\n${more} more not shown; report.json has all of them.` : body
}
