// docs/architecture.md names every folder of the sources, and nothing that is not there.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { root } from './pages.ts'

const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8')

test('every folder of src/ has its row', () => {
  const folders = readdirSync(join(root, 'src'), { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(({ name }) => `src/${name}/`)
  expect(folders.filter(folder => !page.includes(`\`${folder}\``))).toEqual([])
})

test('what it names is there', () => {
  const named = [...page.matchAll(/`((?:src|__tests__|scripts|docs)\/[\w./-]*)`/g)].map(([, path = '']) => path)
  expect(named.length).toBeGreaterThan(20)
  expect(named.filter(path => !/xxx|NAME/.test(path) && !existsSync(join(root, path)))).toEqual([])
})
