import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { whyNotMade, whyNotWritten } from '../../src/options/writable.ts'

const root = mkdtempSync(join(tmpdir(), 'writable-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Whoever runs the tests may be root, who may write anywhere. */
const refusing =
  (code: string, ...paths: string[]) =>
  async (path: string): Promise<void> => {
    if (paths.includes(path)) throw Object.assign(new Error(code), { code })
  }

test('what may be made is, and looking leaves the folder as it was', async () => {
  const before = statSync(root).mtimeMs
  expect(await whyNotMade(join(root, 'r.json'))).toBeNull()
  expect(await whyNotMade(join(root, 'new', 'folder', 'r.json'))).toBeNull()
  expect(readdirSync(root)).toEqual([])
  expect(statSync(root).mtimeMs).toBe(before)
})

test.each([
  ['EROFS', /the file system of .* is read-only$/],
  ['EACCES', /this user may not write in the folder /],
  ['EPERM', /this user may not write in the folder /],
])('a folder that refuses with %s is named', async (code, words) => {
  expect(await whyNotMade(join(root, 'new', 'r.json'), refusing(code, root))).toMatch(words)
})

test('a file that is there may be written where its folder takes no new ones', async () => {
  const folder = join(root, 'locked')
  const file = join(folder, 'r.json')
  mkdirSync(folder)
  writeFileSync(file, '{}')
  expect(await whyNotWritten(file, refusing('EACCES', folder))).toBeNull()
  expect(await whyNotWritten(file, refusing('EACCES', folder, file))).toMatch(/may not write in the folder/)
  expect(await whyNotMade(file, refusing('EACCES', folder))).toMatch(/may not write in the folder/)
})

test('where the system shows itself nobody makes files, whatever the permissions say', async () => {
  for (const path of ['/proc/x', '/proc/x/y/z.json', '/sys/x'])
    expect(await whyNotMade(path)).toMatch(/no files can be made in \/(proc|sys)$/)
})
