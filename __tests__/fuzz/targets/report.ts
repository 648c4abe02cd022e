import { createHash } from 'node:crypto'
import { annotations } from '../../../src/report/annotations.ts'
import { checklist } from '../../../src/report/checklist.ts'
import { commentBytes, renderComment } from '../../../src/report/comment.ts'
import { htmlBytes, renderHtml } from '../../../src/report/html/html.ts'
import { reportJson } from '../../../src/report/json.ts'
import { reportIn } from '../../../src/report/read-report.ts'
import type { Report } from '../../../src/report/report.ts'
import { renderSarif } from '../../../src/report/sarif.ts'
import { renderSummary, summaryBytes } from '../../../src/report/summary.ts'
import { renderTerminal } from '../../../src/report/terminal.ts'
import { all } from '../../report/all-reports.ts'
import { isClean } from '../parts.ts'
import { promise, type Target } from '../target.ts'
import { digests, json } from '../words.ts'

const mostBytes = 60_000
const hash = (text: string): string => createHash('sha256').update(text).digest('hex')

/** All forms of a report, of which each input takes one. */
const forms: readonly ((report: Report) => void)[] = [
  report => promise(isClean(renderTerminal(report, { colour: false, width: 80 })), 'what a terminal shows is clean'),
  report => promise(Buffer.byteLength(renderHtml(report)) <= htmlBytes, 'a page is as long as it may be'),
  report => promise(Buffer.byteLength(renderSummary(report)) <= summaryBytes, 'a summary is as long as it may be'),
  report =>
    promise(
      Buffer.byteLength(renderComment(report, { marker: '<!-- x -->' })) <= commentBytes,
      'a comment is as long as it may be',
    ),
  report => void JSON.parse(renderSarif(report, hash)),
  report => {
    checklist(report)
    annotations(report)
  },
]

export const target: Target = {
  name: 'report',
  what: 'report.json of another run, and what is shown of it',
  seeds: Object.values(all)
    .map(report => reportJson(report))
    .filter(text => text.length < mostBytes),
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
  maxBytes: mostBytes,
  ms: { fixed: 200, perKiB: 40 },
  run(bytes) {
    const read = reportIn(bytes.toString())
    if ('problem' in read) {
      promise(read.problem.length < 2000, 'why it is none is a bounded text')
      return
    }
    const { report } = read
    const written = reportJson(report)
    const again = reportIn(written)
    promise('report' in again && reportJson(again.report) === written, 'a report that is written is read again')
    forms[bytes.length % forms.length]?.(report)
  },
}
