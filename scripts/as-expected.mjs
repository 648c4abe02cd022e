// Holds the report.json of an example's broken twin against what the example's expected.json says of it.
// node scripts/as-expected.mjs REPORT EXPECTED: exit 0 where it went red as it should.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * @param {object} report a report.json
 * @param {{verdict?: string, line?: number, cause?: string, lint?: string, fails?: string}} broken of an expected.json
 * @returns {string[]} what is not as expected, in words
 */
export function mismatches(report, broken) {
  if (broken.fails !== undefined) return failureMismatches(report, broken.fails)
  const id = broken.lint ?? broken.cause
  const source = broken.lint === undefined ? 'comparison' : 'lint'
  const found = (report.findings ?? []).filter(finding => finding.id === id && finding.source === source)
  const lines = found.map(({ location }) => location?.line ?? 'no line')
  return [
    ...(broken.verdict !== undefined && report.verdict !== broken.verdict
      ? [`the verdict is ${report.verdict}, not ${broken.verdict}`]
      : []),
    ...(id !== undefined && found.length === 0 ? [`no finding is ${id}`] : []),
    ...(found.length > 0 && broken.line !== undefined && !lines.includes(broken.line)
      ? [`${id} is on line ${lines.join(', ')}, not on ${broken.line}`]
      : []),
    ...(id === undefined && broken.verdict === undefined
      ? ['it says neither a verdict, a lint rule nor a failure']
      : []),
  ]
}

/** `line 8, hash mismatch words`: the line of the step that fails, and words of its log. */
function failureMismatches({ failure }, said) {
  const [, line, words = said] = /^line (\d+), (.*)$/s.exec(said) ?? []
  if (failure === null || failure === undefined) return ['no build failed']
  const log = [failure.message, ...failure.logTail].join('\n').toLowerCase()
  const at = failure.location
  const isOnLine = line === undefined || (at !== null && at.line <= Number(line) && Number(line) <= at.endLine)
  return [
    ...(isOnLine ? [] : [`it failed on line ${at?.line ?? 'unknown'}, not on ${line}`]),
    ...(log.includes(words.toLowerCase()) ? [] : [`the log does not say '${words}'`]),
  ]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [report, { broken }] = process.argv.slice(2).map(path => JSON.parse(readFileSync(path, 'utf8')))
  const wrong = mismatches(report, broken)
  for (const line of wrong) process.stdout.write(`::error::${line}\n`)
  process.exitCode = wrong.length === 0 ? 0 : 1
}
