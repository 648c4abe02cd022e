// Pages of causes have one shape, so that a reader knows where to look; their index names each, in the page's own words.
// UPDATE_README=1 writes their last line: which rules foresee the cause.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { foreseenBy, unforeseeable } from '../../src/explain/rules/foreseen.ts'
import { root } from './pages.ts'

const folder = join(root, 'docs/causes')
const index = readFileSync(join(folder, 'README.md'), 'utf8')
const names = readdirSync(folder).filter(name => name.endsWith('.md') && name !== 'README.md')
const parts = ['What differs', 'How it is recognised', 'Proof', 'Fix', 'Foreseen by the lint']

/** The rules have the examples, a bad one and a good one. */
function foreseen(id: string): string {
  const rules = [...(foreseenBy[id] ?? [])].sort().map(rule => `[${rule}](../rules/${rule}.md)`)
  const words = rules.length > 0 ? `${rules.join(', ')}: each page has a bad example and a good one.` : ''
  return `**Foreseen by the lint.** ${words || `By no rule: ${unforeseeable[id] ?? 'it is about the two images'}.`}\n`
}

describe.each(names)('docs/causes/%s', name => {
  const id = name.replace(/\.md$/, '')
  const before = readFileSync(join(folder, name), 'utf8')
  const text = `${before.replace(/\n\*\*Foreseen by the lint\.\*\*.*\n$/, '').trimEnd()}\n\n${foreseen(id)}`
  if (process.env.UPDATE_README === '1') writeFileSync(join(folder, name), text)

  test('says what differs, how that is recognised, the proof, the fix, and which rules foresee it', () => {
    const title = /^# (\S.*)\n\n(?:Cause|Finding) `([\w-]+)`\.\n\n/.exec(text)
    expect(title?.[2]).toBe(id)
    expect([...text.matchAll(/^\*\*([A-Z][^*]*)\.\*\*(?: \S|$)/gm)].map(([, part]) => part)).toEqual(parts)
    if (process.env.UPDATE_README !== '1') expect(before).toBe(text)
  })

  test('stands in the index under its title', () => {
    expect(index).toContain(`| [${/^# (.*)/.exec(text)?.[1]}](${name}) |`)
  })
})
