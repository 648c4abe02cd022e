// Pages of causes have one shape, so that a reader knows where to look; their index names each, in the page's own words.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { root } from './pages.ts'

const folder = join(root, 'docs/causes')
const index = readFileSync(join(folder, 'README.md'), 'utf8')
const names = readdirSync(folder).filter(name => name.endsWith('.md') && name !== 'README.md')
const parts = ['What differs', 'How it is recognised', 'Proof', 'Fix']

describe.each(names)('docs/causes/%s', name => {
  const text = readFileSync(join(folder, name), 'utf8')

  test('says what differs, how that is recognised, the proof, and the fix, in this order', () => {
    const title = /^# (\S.*)\n\n(?:Cause|Finding) `([\w-]+)`\.\n\n/.exec(text)
    expect(title?.[2]).toBe(name.replace(/\.md$/, ''))
    expect([...text.matchAll(/^\*\*([A-Z][^*]*)\.\*\*(?: \S|$)/gm)].map(([, part]) => part)).toEqual(parts)
  })

  test('stands in the index under its title', () => {
    expect(index).toContain(`| [${/^# (.*)/.exec(text)?.[1]}](${name}) |`)
  })
})
