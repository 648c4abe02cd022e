import type { Finding } from '../finding.ts'
import { causesOf } from './causes.ts'
import type { Report } from './report.ts'
import { counted } from './words.ts'

/** What the builds showed, as it is counted wherever it is counted. */
export interface Tally {
  /** What made the two differ, and is known. */
  causes: number
  /** What made them differ, and nobody knows why. */
  unexplained: number
  /** What only another machine, or another day, would show. */
  warnings: number
  notices: number
}

/** @param found what the builds showed: all of a report, or some of it */
export function tally(found: readonly Finding[], report: Pick<Report, 'verdict' | 'findings'>): Tally {
  // Where nothing worse is known, a warning is why the two differ: of given images, or of builders that pack differently.
  const isWarned = report.verdict === 'not-reproducible' && causesOf(report).every(({ level }) => level !== 'error')
  const decides = found.filter(({ level }) => isWarned || level === 'error')
  const beside = found.filter(one => !decides.includes(one))
  const unexplained = decides.filter(({ confidence }) => confidence === 'unknown').length
  const warnings = beside.filter(({ level }) => level === 'warning').length
  return {
    causes: decides.length - unexplained,
    unexplained,
    warnings,
    notices: beside.length - warnings,
  }
}

/**
 * `2 causes, 1 unexplained difference and 1 warning`; empty for none.
 * @param told what was told before: of its kind there are `other` ones
 */
export function tallyWords(
  found: readonly Finding[],
  report: Pick<Report, 'verdict' | 'findings'>,
  told: Finding | null = null,
): string {
  const { causes, unexplained, warnings, notices } = tally(found, report)
  const other = (isKnown: boolean): string =>
    told !== null && (told.confidence !== 'unknown') === isKnown ? 'other ' : ''
  return listed([
    causes > 0 ? counted(causes, `${other(true)}cause`) : '',
    unexplained > 0 ? counted(unexplained, `${other(false)}unexplained difference`) : '',
    warnings > 0 ? counted(warnings, 'warning') : '',
    notices > 0 ? counted(notices, 'notice') : '',
  ])
}

/** All that was found, in short: `2 causes and 1 warning; 3 findings in the sources`. */
export function foundWords(report: Pick<Report, 'verdict' | 'findings'>): string {
  const causes = causesOf(report)
  const feared = report.findings.length - causes.length
  const inSources = feared === 0 ? '' : `${counted(feared, 'finding')} in the sources`
  return [tallyWords(causes, report), inSources].filter(Boolean).join('; ')
}

/** `a`, `a and b`, `a, b and c`. */
const listed = (parts: readonly string[]): string =>
  parts
    .filter(Boolean)
    .join(', ')
    .replace(/, ([^,]*)$/, ' and $1')
