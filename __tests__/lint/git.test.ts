import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createExec } from '../../src/host/exec.ts'
import { readGit } from '../../src/lint/context/git.ts'
import type { Captured } from '../../src/ports.ts'

const env = { PATH: String(process.env.PATH), GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' }
const exec = createExec(env)
const names = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'protocol.file.allow=always']

describe('what git knows of a build context', () => {
  let dir: string
  const git = async (...args: string[]): Promise<void> => {
    const { code, stderr } = await exec.capture('git', ['-C', dir, ...names, ...args])
    if (code !== 0) throw new Error(stderr)
  }
  const put = (path: string, text = ''): void => {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
  const commit = async (): Promise<void> => {
    await git('add', '-A')
    await git('commit', '--quiet', '-m', 'm')
  }
  const asked = (folder = '', with_ = env) => readGit({ exec: createExec(with_) }, join(dir, folder))

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'git-'))
    await git('init', '--quiet', '--initial-branch=main')
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  test('modes of the index, symlinks apart; untracked files are absent', async () => {
    put('a.py')
    put('run.sh')
    chmodSync(join(dir, 'run.sh'), 0o775)
    symlinkSync('a.py', join(dir, 'link'))
    await commit()
    put('new.py')
    const state = await asked()
    expect([...(state?.tracked ?? [])]).toEqual([
      ['a.py', 0o644],
      ['run.sh', 0o755],
    ])
    expect([...(state?.symlinks ?? [])]).toEqual(['link'])
    expect([...(state?.modified ?? [])]).toEqual([])
  })

  test('what is changed, staged, renamed or deleted since the commit; not what is only touched', async () => {
    for (const name of ['same', 'changed', 'staged', 'moved', 'gone', 'back']) put(name, `${name}\n`)
    await commit()
    put('same', 'same\n')
    put('changed', 'x')
    put('staged', 'x')
    put('back', 'x')
    await git('add', 'staged', 'back')
    put('back', 'back\n')
    await git('mv', 'moved', 'there')
    await git('rm', '--quiet', 'gone')
    expect([...((await asked())?.modified ?? [])].sort()).toEqual(['changed', 'gone', 'moved', 'staged', 'there'])
  })

  test('paths are those of the context when it is a folder of the repository', async () => {
    put('svc/a.py', 'a')
    put('svc/deep/b.py', 'b')
    put('other.py', 'c')
    await commit()
    put('svc/deep/b.py', 'x')
    put('other.py', 'x')
    const state = await asked('svc')
    expect([...(state?.tracked.keys() ?? [])]).toEqual(['a.py', 'deep/b.py'])
    expect([...(state?.modified ?? [])]).toEqual(['deep/b.py'])
  })

  test('odd names are read as they are', async () => {
    const odd = ['a b', 'tab\there', 'line\nbreak', '"quoted"', 'ü', ' -> ']
    for (const name of odd) put(name)
    await commit()
    put('line\nbreak', 'x')
    put(' -> ', 'x')
    const state = await asked()
    expect([...(state?.tracked.keys() ?? [])].sort()).toEqual(odd.sort())
    expect([...(state?.modified ?? [])].sort()).toEqual([' -> ', 'line\nbreak'])
  })

  test('files of a submodule are tracked; one that is not there is named', async () => {
    const other = mkdtempSync(join(tmpdir(), 'git-sub-'))
    writeFileSync(join(other, 'lib.py'), '')
    const inOther = ['-C', other, ...names]
    await exec.capture('git', [...inOther, 'init', '--quiet'])
    await exec.capture('git', [...inOther, 'add', '.'])
    await exec.capture('git', [...inOther, 'commit', '--quiet', '-m', 'm'])
    put('a.py')
    await git('submodule', '--quiet', 'add', other, 'vendor/lib')
    await commit()
    expect([...((await asked())?.tracked.keys() ?? [])]).toEqual(['.gitmodules', 'a.py', 'vendor/lib/lib.py'])
    await git('submodule', '--quiet', 'deinit', '--force', 'vendor/lib')
    expect((await asked())?.submodules).toEqual(['vendor/lib'])
    rmSync(other, { recursive: true })
  })

  test('before the first commit nothing is called changed', async () => {
    put('a.py')
    await git('add', '.')
    const state = await asked()
    expect(state?.tracked.size).toBe(1)
    expect(state?.modified.size).toBe(0)
  })

  test('null: nothing tracked, no repository, not trusted, no git, a folder that is not there', async () => {
    put('x/a.py')
    expect(await asked()).toBeNull()
    await commit()
    expect(await asked('', { ...env, GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' } as typeof env)).toBeNull()
    expect(await asked('', { ...env, PATH: '/nowhere' })).toBeNull()
    expect(await asked('none')).toBeNull()
    rmSync(join(dir, '.git'), { recursive: true })
    expect(await asked('', { ...env, GIT_CEILING_DIRECTORIES: tmpdir() } as typeof env)).toBeNull()
  })

  test('no program that the repository names is run', async () => {
    put('.gitattributes', '*.bin filter=evil diff=evil\n')
    put('a.bin', 'a')
    await commit()
    const ran = join(dir, 'ran')
    for (const key of [
      'core.fsmonitor',
      'filter.evil.clean',
      'filter.evil.process',
      'diff.evil.textconv',
      'diff.external',
    ])
      await git('config', key, `touch ${ran}; cat`)
    put('a.bin', 'b')
    expect((await asked())?.tracked.size).toBe(2)
    expect(existsSync(ran)).toBe(false)
    // The filter would have been run by a plain git: the test can fail.
    await exec.capture('git', ['-C', dir, 'diff', '--name-only'])
    expect(existsSync(ran)).toBe(true)
  })

  test('a bare repository that lies in the context is no repository', async () => {
    put('a.py')
    await commit()
    await git('clone', '--quiet', '--bare', '.', 'bare')
    const ran = join(dir, 'ran')
    await exec.capture('git', ['-C', join(dir, 'bare'), 'config', 'core.fsmonitor', `touch ${ran}`])
    expect(await asked('bare')).toBeNull()
    expect(existsSync(ran)).toBe(false)
  })

  test('a sparse checkout: what is not there is not changed', async () => {
    put('in/a.py')
    put('out/b.py')
    await commit()
    await git('sparse-checkout', 'set', 'in')
    expect([...((await asked())?.modified ?? [])]).toEqual([])
  })

  test('a list that was cut is no list', async () => {
    const whole: Captured = { code: 0, stdout: ['100644 0 0\ta', '100644 0 0\tb', ''].join('\0'), stderr: '' }
    const cut = { ...whole, stdout: whole.stdout.slice(0, -3) }
    const scripted = (given: Captured) => ({ capture: async () => given, stream: async () => 0 })
    expect((await readGit({ exec: scripted(whole) }, '.'))?.tracked.size).toBe(2)
    expect(await readGit({ exec: scripted(cut) }, '.')).toBeNull()
  })
})
