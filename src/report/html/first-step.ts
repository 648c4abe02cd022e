import { byWeight, type Finding } from '../../finding.ts'
import { failuresOf, type Report } from '../report.ts'
import { counted, failureWords } from '../words.ts'

/** What a reader who has ten seconds is to do. */
export interface FirstStep {
  /** `Do this first`, or that there is nothing to do. */
  title: string
  words: string
  /** The finding to mend. */
  finding: Finding | null
}

/** The one thing to do first; null where nothing at all was found out. */
export function firstStep(report: Report): FirstStep | null {
  const { verdict, command } = report
  const findings = [...report.findings].sort(byWeight)
  const proven = findings.filter(({ source }) => source === 'comparison')
  const [failure] = failuresOf(report)
  if (verdict === 'not-reproducible') {
    const [first = null] = proven
    if (first === null) return null
    const more = proven.length - 1
    const words =
      more > 0
        ? `It is the first of ${counted(proven.length, 'cause')}; mend it, and run the gate again.`
        : 'It is the only cause that was found.'
    return {
      title: 'Do this first',
      words: command === 'compare' ? words.replace('; mend it, and run the gate again', '') : words,
      finding: first,
    }
  }
  if (failure)
    return {
      title: 'Do this first',
      words: `See why ${failureWords(failure)}: ${failure.message}`,
      finding: null,
    }
  if (verdict === 'undecided')
    return {
      title: 'Do this first',
      words: report.doubts[0] ?? 'See in the log what kept the gate from deciding, and run it again.',
      finding: null,
    }
  const serious = findings.filter(({ level, source }) => level !== 'notice' && source !== 'docker')
  const [first = findings[0] ?? null] = serious
  if (verdict === 'reproducible')
    return first === null
      ? {
          title: 'Nothing to do',
          words: 'Both sides agree, and nothing in the sources is to be feared.',
          finding: null,
        }
      : {
          title: 'Nothing has to be done now',
          words: `Both sides agree. ${counted(findings.length, 'finding')} may matter on another day or machine; this one first:`,
          finding: first,
        }
  return first === null
    ? {
        title: 'Nothing to do',
        words: 'Nothing was found in the sources. Only two builds can prove more.',
        finding: null,
      }
    : { title: 'Do this first', words: `It is the first of ${counted(findings.length, 'finding')}.`, finding: first }
}
