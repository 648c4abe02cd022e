import { annotations } from '../../../src/report/annotations.ts'
import { checklist } from '../../../src/report/checklist.ts'
import { reportJson } from '../../../src/report/json.ts'
import { reportIn } from '../../../src/report/read-report.ts'
import { renderTerminal } from '../../../src/report/terminal.ts'
import { all } from '../../report/all-reports.ts'
import { isClean } from '../parts.ts'
import { promise, type Target } from '../target.ts'
import { digests, json } from '../words.ts'

export const target: Target = {
  name: 'report',
  what: 'report.json of another run, and what is shown of it',
  seeds: ['lint', 'undecided', 'build-failed', 'not-reproducible', 'smoke-same', 'drifted-base', 'released'].flatMap(
    name => {
      const report = all[name]
      return report === undefined ? [] : [reportJson(report)]
    },
  ),
  words: [
    ...json,
    ...digests,
    '"findings":',
    '"builds":',
    '"layers":',
    '"verdict":"reproducible"',
    '"verdict":"undecided"',
    '"location":',
    '"line":',
    '"evidence":',
    '"scope":',
    '"ignored":',
    '"schemaVersion":',
    '"level":',
    '"edits":',
    '\\u001b[31m',
    '\\u202e',
    '::set-output name=a::b',
    '<script>',
    '"base64":',
    '"count":',
  ],
  maxBytes: 60_000,
  ms: { fixed: 200, perKiB: 40 },
  run(bytes) {
    const read = reportIn(bytes.toString())
    if ('problem' in read) {
      promise(read.problem.length < 2000, 'why it is none is a bounded text')
      return
    }
    const { report } = read
    const again = reportIn(reportJson(report))
    promise(
      'report' in again && JSON.stringify(again.report) === JSON.stringify(report),
      'a report that is written is read again',
    )
    checklist(report)
    annotations(report)
    promise(isClean(renderTerminal(report, { colour: false, width: 80 })), 'what a terminal shows is clean')
  },
}
