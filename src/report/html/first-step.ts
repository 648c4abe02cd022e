import type { Finding } from '../../finding.ts'
import { dealWithDoubts, firstFinding, others } from '../first-step.ts'
import { failuresOf, type Report } from '../report.ts'
import { failureWords } from '../words.ts'

/** What a reader who has ten seconds is to do, in the words of the summary. */
export interface FirstStep {
  title: string
  words: string
  /** What comes after it. */
  after?: string
  /** The finding to mend. */
  finding: Finding | null
}

/** The one thing to do first, or that there is nothing to do. */
export function firstStep(report: Report): FirstStep {
  const { verdict, command, doubts } = report
  const finding = firstFinding(report)
  const [failure, ...more] = failuresOf(report)
  if (finding !== null)
    return {
      title: verdict === 'reproducible' ? 'What to do next' : 'Do this first',
      words: others(finding, report),
      finding,
    }
  if (failure && verdict !== 'reproducible') {
    const also = more.length > 0 ? `, the first of ${more.length + 1}` : ''
    return { title: 'Do this first', words: `See below why ${failureWords(failure)}${also}.`, finding }
  }
  if (verdict === 'undecided') {
    const [doubt] = doubts
    const words = doubt === undefined ? 'Run it again: nothing was proven, so this is not a pass.' : doubt
    return {
      title: 'Do this first',
      words,
      after: doubt === undefined ? '' : sentence(dealWithDoubts(report)),
      finding,
    }
  }
  if (verdict === 'not-reproducible')
    return { title: 'What is known', words: 'The two sides differ. Why is not known.', finding }
  const words =
    command === 'lint' ? 'Nothing in the sources is to be feared. Only two builds can prove more.' : 'Both sides agree.'
  return { title: 'Nothing to do', words, finding }
}

const sentence = (words: string): string => `${words[0]?.toUpperCase() ?? ''}${words.slice(1)}`
