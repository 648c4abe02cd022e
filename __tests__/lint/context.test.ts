import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { readContext } from '../../src/lint/context/context.ts'

describe('the build context as Docker would send it', () => {
  let dir: string
  const put = (path: string, text = ''): void => {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
  const pathsOf = async (file = 'Dockerfile'): Promise<string[]> =>
    (await readContext(dir, join(dir, file))).context?.paths.map(({ path }) => path) ?? []

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'context-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  test('a file that is kept out is still there; a folder and what lies outside are not', async () => {
    put('.dockerignore', '**/*.lock\n')
    put('app/uv.lock')
    const { context } = await readContext(dir, join(dir, 'Dockerfile'))
    expect(context?.paths.some(({ path }) => path === 'app/uv.lock')).toBe(false)
    const asked = ['app/uv.lock', 'app', 'none', '../etc/passwd', '/etc/passwd', '']
    expect(asked.map(path => context?.isThere(path))).toEqual([true, false, false, false, false, false])
  })

  test('without an ignore file: everything, with modes, sizes and types', async () => {
    put('a/b.txt', 'four')
    chmodSync(join(dir, 'a/b.txt'), 0o664)
    symlinkSync('b.txt', join(dir, 'a/link'))
    const { context, ignoreFile } = await readContext(dir, join(dir, 'Dockerfile'))
    expect(ignoreFile).toBeNull()
    expect(
      context?.paths.map(({ path, mode, size, type }) =>
        type === 'symlink' ? { path, type } : { path, mode, size, type },
      ),
    ).toEqual([
      { path: 'a', mode: 0o755, size: 0, type: 'directory' },
      { path: 'a/b.txt', mode: 0o664, size: 4, type: 'file' },
      { path: 'a/link', type: 'symlink' },
    ])
    expect(context?.read('a/b.txt')).toBe('four')
    expect(context?.read('a')).toBeNull()
    expect(context?.read('none')).toBeNull()
  })

  test('.dockerignore: what is ignored is not there, nor read', async () => {
    put('.dockerignore', '*\n!src\nsrc/secret\n')
    put('src/a.py', 'a')
    put('src/secret', 's')
    put('.git/HEAD')
    expect(await pathsOf()).toEqual(['src', 'src/a.py'])
    expect((await readContext(dir, null)).context?.read('src/secret')).toBeNull()
  })

  test('an exception below an ignored folder comes back', async () => {
    put('.dockerignore', 'docs\n!docs/keep.md\n')
    put('docs/x.md')
    put('docs/keep.md')
    expect(await pathsOf()).toEqual(['.dockerignore', 'docs/keep.md'])
  })

  test('<Dockerfile>.dockerignore goes before .dockerignore', async () => {
    put('.dockerignore', 'a\n')
    put('build/Dockerfile.dockerignore', 'b\n')
    put('a')
    put('b')
    expect(await pathsOf('build/Dockerfile')).toEqual(['.dockerignore', 'a', 'build', 'build/Dockerfile.dockerignore'])
    expect((await readContext(dir, join(dir, 'build/Dockerfile'))).ignoreFile?.text).toBe('b\n')
  })

  test('a symlink out of the context is listed, not followed, not read', async () => {
    put('a')
    symlinkSync('/etc', join(dir, 'etc'))
    symlinkSync('/etc/passwd', join(dir, 'passwd'))
    symlinkSync('..', join(dir, 'up'))
    const { context } = await readContext(dir, null)
    expect(context?.paths.map(({ path, type }) => `${path} ${type}`)).toEqual([
      'a file',
      'etc symlink',
      'passwd symlink',
      'up symlink',
    ])
    expect(context?.read('passwd')).toBeNull()
    expect(context?.read('etc/passwd')).toBeNull()
    expect(context?.read('../etc/passwd')).toBeNull()
  })

  test('no such folder, and an ignore file that is a folder: no error', async () => {
    expect(await readContext(join(dir, 'none'), null)).toEqual({ context: null, ignoreFile: null })
    put('.dockerignore/x')
    expect((await readContext(dir, null)).ignoreFile).toBeNull()
  })

  test('big files are listed and not read', async () => {
    put('big', 'x'.repeat((8 << 20) + 1))
    const { context } = await readContext(dir, null)
    expect(context?.paths[0]?.size).toBe((8 << 20) + 1)
    expect(context?.read('big')).toBeNull()
  })
})
