import { prose } from './markdown.ts'
import { counted } from './words.ts'

const most = 50

/**
 * The job summary of a run that ended before it had a report, as Markdown: each problem, so that nobody has to look for it
 * in the log.
 * @param isInput what was given is wrong; else the run could not go on
 */
export function renderNoReport(problems: readonly string[], isInput: boolean): string {
  const lines = problems.slice(0, most).map(problem => `- ${prose(problem, 2000)}`)
  if (problems.length > most) lines.push(`- and ${counted(problems.length - most, 'more problem')}, in the log`)
  const what = isInput
    ? `**Do this first:** mend ${problems.length === 1 ? 'what was given' : 'all of this'}, then run it again. Nothing was built, and nothing was proven: this is not a pass.`
    : 'The run ended before it had a report. Nothing was proven: this is not a pass.'
  return `## ⚠️ Undecided: ${isInput ? `wrong input (${counted(problems.length, 'problem')})` : 'the run could not go on'}\n\n${lines.join('\n')}\n\n${what}\n`
}
