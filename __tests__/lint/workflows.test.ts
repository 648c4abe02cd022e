import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { readWorkflows } from '../../src/lint/context/workflows.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'workflows-'))
})
afterEach(() => rmSync(root, { recursive: true }))

function write(path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), text)
}

const read = async (folder: string) =>
  (await readWorkflows(join(root, folder))).map(({ file, text }) => [file.slice(root.length + 1), text])

test('the workflows of the repository a context is in, in order, and nothing else that lies there', async () => {
  write('.github/workflows/b.yaml', 'b')
  write('.github/workflows/a.yml', 'a')
  write('.github/workflows/README.md', 'no')
  write('.github/workflows/big.yml', ' '.repeat(2 ** 20 + 1))
  write('services/api/Dockerfile', '')
  symlinkSync('/etc/hostname', join(root, '.github/workflows/link.yml'))
  mkdirSync(join(root, '.github/workflows/folder.yml'))
  const both = [
    ['.github/workflows/a.yml', 'a'],
    ['.github/workflows/b.yaml', 'b'],
  ]
  expect(await read('services/api')).toEqual(both)
  expect(await read('.')).toEqual(both)
})

test('the nearest repository counts: a submodule has its own', async () => {
  write('.github/workflows/outer.yml', '')
  write('sub/.git', 'gitdir: ../.git/modules/sub')
  write('sub/app/Dockerfile', '')
  expect(await read('sub/app')).toEqual([])
})

test('at most 50 of them', async () => {
  for (let index = 0; index < 60; index++) write(`.github/workflows/${index}.yml`, '')
  expect(await read('.')).toHaveLength(50)
})

test('nothing there, no folder at all: none', async () => {
  write('.github/CODEOWNERS', '')
  expect(await read('.')).toEqual([])
  expect(await read('not/there')).toEqual([])
})
