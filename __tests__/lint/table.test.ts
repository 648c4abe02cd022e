// The index of the rules is what the rules say of themselves. UPDATE_README=1 writes it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import type { FindingClass } from '../../src/finding.ts'
import { lint } from '../../src/lint/lint.ts'
import type { Rule } from '../../src/lint/rule.ts'
import { rules } from '../../src/lint/rules.ts'
import { type Case, inputOf, unmark } from './cases.ts'

const readme = new URL('../../docs/rules/README.md', import.meta.url)
const folder = new URL('./rules/', import.meta.url)
const [open, close] = ['<!-- rules -->', '<!-- /rules -->']
const differs: Record<FindingClass, string> = {
  now: 'in every build',
  drift: 'on another day',
  machine: 'on another machine',
}

/** Whether some of its findings are mended by machine: seen from the cases that it has to find. */
async function fixOf(rule: Rule): Promise<string> {
  const { cases } = (await import(new URL(`${rule.id}.cases.ts`, folder).href)) as { cases: { found: Case[] } }
  const fixes = cases.found.flatMap(one => {
    const settings = { rules: { [rule.id]: 'on' as const }, ...one.settings }
    return lint(inputOf(unmark(one.text).text, { ...one, settings }), [rule]).findings.map(({ fix }) => fix)
  })
  if (fixes.some(fix => fix?.edits !== undefined)) return 'yes'
  return fixes.some(fix => fix?.lookup !== undefined) ? 'asks' : ''
}

test('the index has every rule, as it is', async () => {
  const rows = await Promise.all(
    rules.map(async rule => {
      const { id, title, level, on } = rule
      const cells = [`[${id}](${id}.md)`, title, level, differs[rule.class], on ? 'on' : 'opt-in', await fixOf(rule)]
      return `| ${cells.join(' | ')} |`
    }),
  )
  const head = ['| Rule | What it finds | Level | When it differs | By default | Fix |', '|---|---|---|---|---|---|']
  const before = readFileSync(readme, 'utf8')
  const [start, end] = [before.indexOf(open), before.indexOf(close)]
  expect(start).toBeGreaterThan(-1)
  expect(end).toBeGreaterThan(start)
  const after = `${before.slice(0, start)}${open}\n${[...head, ...rows].join('\n')}\n${before.slice(end)}`
  if (process.env.UPDATE_README === '1') writeFileSync(readme, after)
  expect(process.env.UPDATE_README === '1' || before === after).toBe(true)
})

test('there are cases for no rule that does not exist', () => {
  expect(readdirSync(folder).map(file => file.replace('.cases.ts', ''))).toEqual(rules.map(({ id }) => id))
})
