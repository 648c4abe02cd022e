import { readdirSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { keeps } from '../../src/fix/outline.ts'
import { lint } from '../../src/lint/lint.ts'
import { rules } from '../../src/lint/rules.ts'
import { type Case, inputOf, unmark } from './cases.ts'
import { fixedInput, outlineIn } from './fixing.ts'

const folder = new URL('./rules/', import.meta.url)
const tables = await Promise.all(
  readdirSync(folder).map(async file => {
    const { cases } = (await import(new URL(file, folder).href)) as { cases: { found: Case[]; silent: Case[] } }
    return { id: file.replace('.cases.ts', ''), ...cases }
  }),
)

test('every rule has its table of cases: at least 8 that it finds and 10 that it must not', () => {
  expect(tables.map(({ id }) => id)).toEqual(rules.map(({ id }) => id))
  for (const table of tables) {
    expect([table.id, table.found.length >= 8, table.silent.length >= 10]).toEqual([table.id, true, true])
  }
})

describe.each(tables)('$id', ({ id, found, silent }) => {
  const rule = rules.filter(one => one.id === id)
  const asked = (text: string, one: Case) =>
    inputOf(text, { ...one, settings: { rules: { [id]: 'on' }, ...one.settings } })

  test.each(found)('finds: $name', one => {
    const { text } = unmark(one.text)
    const { places } = unmark(one.workflow ?? one.text)
    const { findings } = lint(asked(text, one), rule)
    expect(findings.map(({ id: of }) => of)).toEqual(places.map(() => id))
    expect(
      findings.map(
        ({ location }) => `${location?.line}:${location?.column}-${location?.endLine}:${location?.endColumn}`,
      ),
    ).toEqual(places)
    expect(places.length).toBeGreaterThan(0)
    const [first] = findings
    if (one.level !== undefined) expect(first?.level).toBe(one.level)
    if (one.class !== undefined) expect(first?.class).toBe(one.class)
    if (one.says !== undefined)
      expect(`${first?.message}\n${first?.fix?.text}\n${first?.fix?.snippet}`).toMatch(one.says)
    for (const finding of findings) expect(finding.fix?.text).toBeTruthy()
  })

  test.each(found)('after its edits nothing is left there, and a second run changes nothing: $name', one => {
    const before = asked(unmark(one.text).text, one)
    let findings = lint(before, rule).findings
    if (one.fixed !== undefined) expect(fixedInput(before, findings).dockerfile.text).toBe(one.fixed)
    if (one.fixedIgnore !== undefined) expect(fixedInput(before, findings).ignoreFile?.text).toBe(one.fixedIgnore)
    let input = before
    // One more round for each finding that had to wait for another one's edit.
    for (let rounds = findings.length; rounds >= 0; rounds--) {
      const { fixed, ...after } = fixedInput(input, findings)
      if (fixed.length === 0) break
      const left = lint(after, rule).findings
      expect(left.filter(({ id: of }) => of === id).length).toBeLessThanOrEqual(findings.length - fixed.length)
      expect(left.filter(({ id: of }) => of !== id)).toEqual([])
      expect(keeps(outlineIn(input), outlineIn(after))).toBe(true)
      input = after
      findings = left
    }
    expect(fixedInput(input, findings).fixed).toEqual([])
  })

  test.each(silent)('silent: $name', one => {
    const { text, places } = unmark(one.text)
    expect(places).toEqual([])
    const findings = lint(asked(text, one), rule).findings
    expect(findings.map(({ message, location }) => ({ message, location }))).toEqual([])
  })
})
