import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createExec } from '../../src/host/exec.ts'
import { checkOptions, type Options } from '../../src/options/options.ts'
import { readSources, whatChanged } from '../../src/subjects/sources.ts'

let root: string
let options: Options
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sources-'))
  for (const folder of ['main', 'other']) mkdirSync(join(root, folder))
  writeFileSync(join(root, 'main/Dockerfile'), 'FROM scratch\nCOPY --from=x f /f\n')
  writeFileSync(join(root, 'main/.dockerignore'), '*.log\n')
  for (const file of ['main/f', 'main/a.log', 'other/f']) writeFileSync(join(root, file), '1')
  const buildContexts = [`x=${join(root, 'other')}`, 'base=docker-image://alpine', 'src=https://example.com/r.git']
  options = checkOptions('gate', { context: [join(root, 'main')], 'build-contexts': buildContexts })
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

test('sources that stay as they are raise no doubt', async () => {
  const before = await readSources(options, { exec: createExec({}) })
  writeFileSync(join(root, 'main/a.log'), 'ignored files may change')
  expect(await whatChanged(before, options)).toEqual([])
})

test.each([
  ['main/f', 'f'],
  ['other/f', 'x: f'],
])('a change of %s while the builds run is a doubt', async (file, shown) => {
  const before = await readSources(options, { exec: createExec({}) })
  writeFileSync(join(root, file), '2')
  utimesSync(join(root, file), 5, 5)
  const [doubt] = await whatChanged(before, options)
  expect(doubt).toContain(`(${shown})`)
})

test('a Dockerfile that is changed, and a file that is added, are doubts', async () => {
  const before = await readSources(options, { exec: createExec({}) })
  writeFileSync(join(root, 'main/new'), '')
  expect((await whatChanged(before, options))[0]).toContain('(new)')
  writeFileSync(join(root, 'main/Dockerfile'), 'FROM scratch\n')
  expect((await whatChanged(before, options))[0]).toContain('Dockerfile was changed')
})
