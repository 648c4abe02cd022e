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
  [...text.matchAll(/^\s*(?:- )?uses: (\S+?)@(\S+)(?: # (\S+))?/gm)].map(([, action = '', at = '', version = '']) => ({
    ...{ path, action, at, version },
  })),
)
const isOurs = (action: string) => action.startsWith('repro-gate/')

test('there are some', () => {
  expect(used.length).toBeGreaterThan(50)
})

test('actions of others are pinned, and say which version that is', () => {
  const loose = used.filter(
    ({ action, at, version }) => !isOurs(action) && !/^[0-9a-f]{40} v\d/.test(`${at} ${version}`),
  )
  expect(loose).toEqual([])
})

test('one action has one SHA, on every page', () => {
  const repository = (action: string) => action.split('/').slice(0, 2).join('/')
  const first = new Map<string, string>()
  for (const { action, at } of used) if (!first.has(repository(action))) first.set(repository(action), at)
  expect(used.filter(({ action, at }) => first.get(repository(action)) !== at)).toEqual([])
})

test('ours is v0 everywhere', () => {
  expect(used.filter(({ action, at }) => isOurs(action) && at !== 'v0')).toEqual([])
})
