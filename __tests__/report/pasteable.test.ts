import { expect, test } from '@jest/globals'
import { annotations } from '../../src/report/annotations.ts'
import type { Report } from '../../src/report/report.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { renderTerminal } from '../../src/report/terminal.ts'
import { notReproducible } from './reports.ts'

/** The report with this snippet in every fix. */
const withSnippet = (snippet: string): Report => ({
  ...notReproducible,
  findings: notReproducible.findings.map(finding => ({ ...finding, fix: { text: 'Do this.', snippet } })),
})
const long = `RUN ${'--mount=type=cache,target=/var/cache/apt '.repeat(20)}<<-EOF\n\tapt-get install -y x\nEOF`

test('a snippet is shown whole, with its tabs, however long its lines are', () => {
  const shown = renderTerminal(withSnippet(long), { colour: false })
  expect(shown).toContain(
    long
      .split('\n')
      .map(line => `    ${line}`)
      .join('\n'),
  )
  expect(renderSummary(withSnippet(long))).toContain(long)
  expect(annotations(withSnippet(long)).every(({ message }) => message.includes(long))).toBe(true)
})

test('a one-line snippet can be copied as it is: in the table of the lint, or below where it would widen it', () => {
  const line = `RUN apt-get install -y ${'bbbb=1.2.3-4 '.repeat(40)}cccc`
  expect(renderSummary(withSnippet(line))).toContain(`<code>${line}</code>`)
  const wide = `FROM registry.example/a/${'b'.repeat(300)}:1@sha256:${'0'.repeat(64)}`
  const text = renderSummary(withSnippet(wide))
  expect(text.slice(text.indexOf('Lines to paste'))).toContain(`\`\`\`dockerfile\n${wide}\n\`\`\``)
  expect(text).not.toContain(`<code>${wide}`)
})

test('beyond 4 KiB it is left out, never cut', () => {
  const huge = withSnippet(`RUN ${'x'.repeat(5000)}`)
  expect(renderTerminal(huge, { colour: false })).not.toContain('xxxx')
  expect(renderSummary(huge)).not.toContain('xxxx')
  expect(annotations(huge).some(({ message }) => message.includes('xxxx'))).toBe(false)
})
