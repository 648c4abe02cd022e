import type { Finding } from '../finding.ts'
import { ShapeProblem } from '../shape.ts'
import { pageOf } from './docs-page.ts'
import { failuresOf, type Report } from './report.ts'
import { reportShape } from './report-shape.ts'

/** Bytes. The largest report of ours is far smaller. */
export const reportLimit = 64 * 1024 ** 2
/** Objects and lists within each other: ours have nine. */
const mostDepth = 20
/** Values in all: what is parsed takes more memory than its text. */
const mostValues = 2_000_000

/**
 * A report.json that anybody may have written, as a Report: it has what a report must have and nothing else, it does not
 * contradict itself, and its links are ours.
 * @returns the report; or why it is none, in words for the user
 */
export function reportIn(json: string): { report: Report } | { problem: string } {
  try {
    const problem = tooMuch(json)
    if (problem !== null) return { problem }
    const value: unknown = JSON.parse(json)
    const version = versionOf(value)
    if (version !== 1) return { problem: otherVersion(version) }
    const report = withOurLinks(reportShape.read(value, ''))
    const [wrong] = contradictions(report)
    return wrong === undefined ? { report } : { problem: `it contradicts itself: ${wrong}` }
  } catch (error) {
    if (error instanceof ShapeProblem) return { problem: `it is no report.json of repro-gate: ${error.message}` }
    // The parser's own message quotes the text.
    if (error instanceof SyntaxError || error instanceof RangeError)
      return { problem: 'it is not JSON, or not all of it' }
    throw error
  }
}

const versionOf = (value: unknown): unknown =>
  value !== null && typeof value === 'object' && 'schemaVersion' in value ? value.schemaVersion : undefined

const otherVersion = (version: unknown): string =>
  typeof version === 'number' && version > 1
    ? `it has schemaVersion ${version}, and this repro-gate reads 1: use a newer one`
    : 'it is no report.json of repro-gate: it has no schemaVersion'

/** Looked at before it is parsed: a text of a few megabytes can hold more objects than there is memory for. */
function tooMuch(json: string): string | null {
  if (json.length > reportLimit) return `it is larger than ${reportLimit / 1024 ** 2} MiB`
  let [depth, values] = [0, 0]
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (code === quote) at = endOfText(json, at)
    else if (code === openBrace || code === openBracket) {
      values++
      if (++depth > mostDepth) return `it is no report.json of repro-gate: more than ${mostDepth} levels deep`
    } else if (code === closeBrace || code === closeBracket) depth--
    else if (code === comma) values++
    if (values > mostValues) return `it is no report.json of repro-gate: more than ${mostValues} values`
  }
  return null
}

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c]
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d]

/** Where the text that begins there ends. */
function endOfText(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (code === backslash) at++
    else if (code === quote) return at
  }
  return json.length
}

/** Links are made anew from what they are about, so that none leads elsewhere. */
function withOurLinks(report: Report): Report {
  const { subject } = report
  return {
    ...report,
    subject: subject.files.length > 0 || subject.file === '' ? subject : { ...subject, files: [subject.file] },
    findings: report.findings.map(withOurLink),
    ignored: report.ignored.map(one => ({ ...one, finding: withOurLink(one.finding) })),
  }
}

const withOurLink = (finding: Finding): Finding => ({ ...finding, docs: pageOf(finding) })

/** What cannot be true at once. A report may lie, but it must not say one thing to a machine and another to people. */
function contradictions(report: Report): string[] {
  const { command, verdict, level, results = [], builds, doubts } = report
  const wrong: string[] = []
  if ((command === 'lint') !== (verdict === null)) wrong.push(`a ${command} with the verdict ${verdict}`)
  if (verdict !== 'reproducible') return wrong
  if (level === null || level === 'different') wrong.push('reproducible, and the images do not agree')
  if (doubts.length > 0 || failuresOf(report).length > 0) wrong.push('reproducible, and it says why that is undecided')
  if (results.some(one => one.verdict !== 'reproducible')) wrong.push('reproducible, and one of its images is not')
  if (builds.length === 0) wrong.push('reproducible, and nothing was compared')
  for (const a of builds.filter(({ side }) => side === 'A')) {
    const b = builds.find(one => one.side === 'B' && one.platform === a.platform && one.image === a.image)
    if (b === undefined || (level === 'identical' && a.digest !== b.digest))
      wrong.push('reproducible, and the digests of its builds do not agree')
  }
  return wrong
}
