// Every link of every page leads to something that is there: files, folders, anchors, and our own pages by their address.
import { existsSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from '@jest/globals'
import { type Page, pages, proseOf, root } from './pages.ts'

const ourAddress = /^https:\/\/github\.com\/repro-gate\/repro-gate\/(?:blob|tree)\/main\//

/** As GitHub makes them of headings. */
function anchorsOf({ text }: Page): Set<string> {
  const anchors = new Set<string>()
  const prose = text.replace(/^(\s*)(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\s*\2[`~]*\s*$/gm, '')
  for (const [, heading = ''] of prose.matchAll(/^#{1,6} (.+)$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/<[^>]*>/g, '')
    const slug = plain
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
      .replace(/\s/g, '-')
    let [unique, more] = [slug, 0]
    while (anchors.has(unique)) unique = `${slug}-${++more}`
    anchors.add(unique)
  }
  for (const [, id = ''] of prose.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(id)
  return anchors
}

const linksIn = (text: string): string[] => [
  ...[...text.matchAll(/\]\(<?([^)\s>]*)>?(?: "[^"]*")?\)/g)].map(([, link = '']) => link),
  ...[...text.matchAll(/(?:href|src|srcset)="([^"]*)"/g)].map(([, link = '']) => link),
  ...[...text.matchAll(/^\[[^\]]+\]: (\S+)/gm)].map(([, link = '']) => link),
]

/** What is wrong with a link of a page; null for a good one. */
function problemOf(link: string, page: Page): string | null {
  const local = link.replace(ourAddress, '/')
  if (/^mailto:/.test(local)) return null
  if (/^[a-z]+:/i.test(local))
    return /^https:\/\/[^/]+\.[^/]+/.test(local) || /^http:\/\/localhost/.test(local) ? null : 'is no https address'
  const [path = '', anchor] = local.split('#')
  const target =
    path === '' ? page.path : normalize(path.startsWith('/') ? path.slice(1) : join(dirname(page.path), path))
  // On GitHub: `../../security/advisories/new` and such are pages of the repository, not files.
  if (target.startsWith('..'))
    return /^\.\.\/\.\.\/(security|issues|discussions|releases|actions)\b/.test(target)
      ? null
      : 'leads out of the repository'
  if (!existsSync(join(root, target))) return 'is not there'
  if (anchor === undefined || /^L\d+/.test(anchor)) return null
  const there = pages.find(
    one => one.path === (statSync(join(root, target)).isDirectory() ? `${target}/README.md` : target),
  )
  if (!there) return 'an anchor of what is no page'
  return anchorsOf(there).has(anchor) ? null : `has no heading #${anchor}`
}

test.each(pages.map(page => [page.path, page] as const))('links of %s', (_, page) => {
  const broken = linksIn(proseOf(page.text)).flatMap(link => {
    const problem = problemOf(link, page)
    return problem === null ? [] : [`${link} ${problem}`]
  })
  expect(broken).toEqual([])
})

test('every page can be reached from the README', () => {
  const byPath = new Map(pages.map(page => [page.path, page]))
  const reached = new Set<string>()
  const visit = (path: string): void => {
    const page = byPath.get(path)
    if (!page || reached.has(path)) return
    reached.add(path)
    for (const link of linksIn(proseOf(page.text))) {
      const local = link.replace(ourAddress, '/').split('#')[0] ?? ''
      if (local === '' || /^[a-z]+:/i.test(local)) continue
      const target = normalize(local.startsWith('/') ? local.slice(1) : join(dirname(path), local)).replace(/\/$/, '')
      visit(target)
      // A reader who opens a folder sees what is in it.
      for (const { path: inside } of pages) if (inside.startsWith(`${target}/`)) visit(inside)
    }
  }
  visit('README.md')
  const mustBe = pages.map(({ path }) => path).filter(path => /^(docs|examples)\//.test(path))
  // RG001 to RG005 are about ignores and what cannot be read: docs/config.md speaks of them.
  expect(mustBe.filter(path => !reached.has(path) && !/^docs\/(rules|causes)\//.test(path))).toEqual([])
})

test('what is broken is found', () => {
  const page = { path: 'docs/levels.md', text: '# A b\n' }
  const given = ['none.md', '#c', '../README.md#nothing', '/etc/passwd', '../../x', 'http://a.example', 'ftp://a.b']
  expect(given.map(link => problemOf(link, page)).filter(one => one === null)).toEqual([])
  for (const link of ['#levels', 'variations.md', '../README.md', 'rules', 'https://a.example/x'])
    expect(problemOf(link, { path: 'docs/levels.md', text: '# A b\n' }) === null || link === '#levels').toBe(true)
})
