// A verdict that stands on the ledger says so in every form, and claims no second build of its own.
import { describe, expect, test } from '@jest/globals'
import { checklist } from '../../src/report/checklist.ts'
import { renderHtml } from '../../src/report/html/html.ts'
import { ledgerWords } from '../../src/report/ledger-words.ts'
import { scopeTold } from '../../src/report/scope-lines.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { renderTerminal } from '../../src/report/terminal.ts'
import type { Scope, ScopeProof } from '../../src/verdict.ts'
import { against, fromLedger, partlyFromLedger } from './ledger-reports.ts'
import { reproducible } from './reports.ts'

const texts = (report: typeof fromLedger): string[] => [
  renderSummary(report),
  renderTerminal(report, { colour: false, sources: {}, width: undefined }),
]

describe('one build that is what the ledger has', () => {
  test.each([0, 1])('is told as that (%i)', at => {
    const text = texts(fromLedger)[at]?.replace(/\s+/g, ' ') ?? ''
    expect(text).toContain('One build, and the two that the ledger has of run 4711 of 9 November 2026, gave')
    expect(text).toContain('in which nothing was varied')
    expect(text).toContain('12 days after that proof')
    expect(text).toContain('another runner, by its name')
    expect(text).toContain('whether the ledger tells the truth')
    expect(text).not.toMatch(/two builds of [`D]|both builds agree|two builds on/i)
  })

  test('where only some are, says which', () => {
    const [name = ''] = partlyFromLedger.scope?.against?.of ?? []
    for (const text of texts(partlyFromLedger).map(one => one.replace(/\s+/g, ' '))) {
      expect(text).toContain(`(${name})`)
      expect(text).toContain('of all others: two builds each')
    }
  })

  test('the page says it, too', () => {
    const page = renderHtml(fromLedger)
    expect(page).toContain('run 4711 of 9 November 2026')
    expect(page).not.toMatch(/>\s*Two builds of|both builds agree/)
  })

  test('two builds are told as before', () => {
    for (const text of texts(reproducible)) expect(text).not.toMatch(/ledger/i)
  })

  test('the checklist does not speak of two', () => {
    const last = checklist(fromLedger).at(-1)
    expect([last?.name, last?.state]).toEqual(['Built again, same image', 'pass'])
    expect(last?.remark).toContain('built once, equal to what run 4711 of 9 November 2026 proved')
  })

  test('what somebody wrote into the ledger is shown as text', () => {
    const hostile = '\u001b[31m::error::x\u202e<b>`|\n# title'
    const scope: Scope = {
      ...(fromLedger.scope as Scope),
      against: { ...against, name: hostile, proof: { ...(against.proof as ScopeProof), runner: hostile } },
    }
    const { covers } = ledgerWords(scope)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    expect(covers).not.toMatch(/[\u0000-\u001f\u202e]/)
    expect(scopeTold({ ...fromLedger, scope }, null)?.covers).toBe(covers)
  })
})
