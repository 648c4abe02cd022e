// Who copies a workflow from a page gets actions that nobody can change behind their back: each by its whole SHA, one for all pages.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { blocksOf, pages, root } from './pages.ts'

const workflows = ['.github/workflows', 'examples/workflows'].flatMap(folder =>
  readdirSync(join(root, folder)).map(name => ({
    path: `${folder}/${name}`,
    text: readFileSync(join(root, folder, name), 'utf8'),
  })),
)
// Pages of rules show what is wrong, too.
const shown = pages.filter(({ path }) => !path.startsWith('docs/rules/')).flatMap(blocksOf)
const used = [...workflows, ...shown.filter(({ language }) => language === 'yaml')].flatMap(({ path, text }) =>
  [...text.matchAll(/(?:^\s*(?:- )?|[[{,]\s*)uses: ([^\s,}\]]+?)@([^\s,}\]]+)(?: # (\S+))?/gm)].map(
    ([, action = '', at = '', version = '']) => ({
      ...{ path, action, at, version },
    }),
  ),
)
const isOurs = (action: string) => action.startsWith('repro-gate/')

test('there are some', () => {
  expect(used.length).toBeGreaterThan(50)
})

const isPinned = ({ at, version }: (typeof used)[number]) => /^[0-9a-f]{40} v\d/.test(`${at} ${version}`)

test('actions of others are pinned, and say which version that is; but for the five lines of the README, which say so', () => {
  const loose = used.filter(one => !isOurs(one.action) && !isPinned(one))
  expect(loose.map(({ path, action }) => `${path} ${action}`)).toEqual(['README.md actions/checkout'])
  const pinned = used.find(({ action, version }) => action === 'actions/checkout' && version)
  expect(loose[0]?.at).toBe(pinned?.version?.split('.')[0])
  expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain('the full SHA of a release instead of a tag')
})

test('one action has one SHA, on every page', () => {
  const repository = (action: string) => action.split('/').slice(0, 2).join('/')
  const first = new Map<string, string>()
  const sure = used.filter(one => isOurs(one.action) || isPinned(one))
  for (const { action, at } of sure) if (!first.has(repository(action))) first.set(repository(action), at)
  expect(sure.filter(({ action, at }) => first.get(repository(action)) !== at)).toEqual([])
})

test('ours is v0 everywhere', () => {
  expect(used.filter(({ action, at }) => isOurs(action) && at !== 'v0')).toEqual([])
})
