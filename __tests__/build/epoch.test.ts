import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import { EpochError, type EpochRequest, resolveEpoch } from '../../src/build/epoch.ts'
import { createExec } from '../../src/host/exec.ts'
import { notFound, portsWith, scripted, tempFolder } from './ports.ts'

const home = tempFolder()
const env = {
  ...{ PATH: String(process.env.PATH), HOME: home, GIT_CONFIG_NOSYSTEM: '1' },
  ...{
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@example.com',
    GIT_COMMITTER_NAME: 'a > 5 +0000',
    GIT_COMMITTER_EMAIL: 'a',
  },
}
const exec = createExec(env)
const ports = () => portsWith(exec)
const resolve = (request: Partial<EpochRequest>) => resolveEpoch(ports(), { given: 'commit', context: '.', ...request })
const messageOf = async (request: Partial<EpochRequest>, through = ports()) => {
  const error = await resolveEpoch(through, { given: 'commit', context: '.', ...request }).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(EpochError)
  return (error as EpochError).message
}

async function git(folder: string, seconds: number, ...args: string[]): Promise<string> {
  const dates = { GIT_COMMITTER_DATE: `@${seconds} +0200`, GIT_AUTHOR_DATE: '1000000000 +0000' }
  const { code, stdout, stderr } = await exec.capture('git', ['-C', folder, ...args], { env: dates })
  if (code !== 0) throw new Error(stderr)
  return stdout.trim()
}
const commitIn = async (folder: string, seconds: number, message = 'm') => {
  await git(folder, seconds, 'commit', '--quiet', '--allow-empty', '-m', message)
  return git(folder, 0, 'rev-parse', 'HEAD')
}
const repository = async () => {
  const folder = tempFolder()
  await git(folder, 0, 'init', '--quiet', '--initial-branch=main')
  return folder
}

describe('a repository', () => {
  let folder: string
  let id: string
  beforeAll(async () => {
    folder = await repository()
    await commitIn(folder, 1600000000)
    id = await commitIn(folder, 1700000000, 'x\n\ncommitter evil <e> 1 +0000')
    mkdirSync(join(folder, 'sub'))
  })

  test('gives the committer time of its last commit, in a folder inside it too', async () => {
    const epoch = { seconds: 1700000000, from: `commit ${id.slice(0, 7)} of 2023-11-14`, commit: id }
    expect(await resolve({ context: folder })).toEqual(epoch)
    expect(await resolve({ context: join(folder, 'sub') })).toEqual(epoch)
  })

  test('gives it in a shallow clone', async () => {
    const clone = join(tempFolder(), 'clone')
    await git(folder, 0, 'clone', '--quiet', '--depth=1', `file://${folder}`, clone)
    expect(await resolve({ context: clone })).toMatchObject({ seconds: 1700000000, commit: id })
  })

  test('a number wins, then the build argument', async () => {
    expect(await resolve({ context: folder, given: 0, buildArg: '5' })).toEqual({
      ...{ seconds: 0, from: 'the number given', commit: null },
    })
    expect(await resolve({ context: folder, buildArg: '5' })).toMatchObject({ seconds: 5, commit: null })
    expect(await resolve({ context: folder, buildArg: 'no number' })).toMatchObject({ commit: id })
  })
})

describe('a pull request', () => {
  let origin: string
  let head: string
  let merge: string
  beforeAll(async () => {
    origin = await repository()
    await commitIn(origin, 1600000000)
    await git(origin, 0, 'checkout', '--quiet', '-b', 'feature')
    head = await commitIn(origin, 1650000000)
    await git(origin, 0, 'checkout', '--quiet', 'main')
    await commitIn(origin, 1660000000)
    await git(origin, 1700000000, 'merge', '--quiet', '--no-ff', '-m', 'Merge', 'feature')
    merge = await git(origin, 0, 'rev-parse', 'HEAD')
  })
  const shallow = async () => {
    const clone = join(tempFolder(), 'clone')
    await git(origin, 0, 'clone', '--quiet', '--depth=1', `file://${origin}`, clone)
    return clone
  }

  test('gives the time of its head, not of the merge that GitHub made', async () => {
    expect(await resolve({ context: origin, headSha: head })).toMatchObject({ seconds: 1650000000, commit: head })
  })

  test('asks the API for a head that a shallow clone has not', async () => {
    const commitTime = jest.fn(async (_sha: string) => 1650000000)
    expect(await resolve({ context: await shallow(), headSha: head, commitTime })).toEqual({
      ...{ seconds: 1650000000, from: `commit ${head.slice(0, 7)} of 2022-04-15`, commit: head },
    })
    expect(commitTime).toHaveBeenCalledWith(head)
  })

  test.each([
    ['no API', undefined],
    ['an API that fails', async () => Promise.reject(new Error('403'))],
    ['an API that does not know', async () => null],
    ['an API that talks nonsense', async () => Number.NaN],
  ])('with %s takes the merge, and says so', async (_, commitTime) => {
    const through = ports()
    const epoch = await resolveEpoch(through, { given: 'commit', context: await shallow(), headSha: head, commitTime })
    expect(epoch).toMatchObject({ seconds: 1700000000, commit: merge })
    expect(epoch.from).toMatch(/^merge commit .* is not in this clone/)
    expect(through.logged.join()).toMatch(/fetch-depth: 2/)
  })

  test('checked out at its head is that', async () => {
    await git(origin, 0, 'checkout', '--quiet', head)
    expect(await resolve({ context: origin, headSha: head })).toMatchObject({ commit: head })
    await git(origin, 0, 'checkout', '--quiet', 'main')
  })

  test('says nothing about another repository in the workspace', async () => {
    const other = await repository()
    const id = await commitIn(other, 1500000000)
    const commitTime = jest.fn(async () => 1)
    expect(await resolve({ context: other, headSha: head, commitTime })).toMatchObject({
      seconds: 1500000000,
      commit: id,
    })
    expect(commitTime).not.toHaveBeenCalled()
  })
})

describe('no commit', () => {
  test('outside of a repository', async () => {
    expect(await messageOf({ context: tempFolder() })).toMatch(
      /not in a git repository.*actions\/checkout.*source-date-epoch/,
    )
  })

  test('in a repository without any', async () => {
    expect(await messageOf({ context: await repository() })).toMatch(/has no commit yet.*source-date-epoch/)
  })

  test('without git', async () => {
    const gone = portsWith(scripted({ git: notFound() }))
    expect(await messageOf({}, gone)).toMatch(/no git command.*source-date-epoch/)
  })

  test('in a repository of another user', async () => {
    const folder = await repository()
    await commitIn(folder, 1700000000)
    const strangers = portsWith(createExec({ ...env, GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' }))
    expect(await messageOf({ context: folder }, strangers)).toMatch(
      /another user owns it.*git config --global --add safe\.directory \S*build-.*source-date-epoch/,
    )
  })

  test('a repository cannot make git run a program', async () => {
    const folder = await repository()
    await commitIn(folder, 1700000000)
    const trap = join(folder, 'trap')
    writeFileSync(trap, `#!/bin/sh\ntouch ${folder}/sprung\n`, { mode: 0o755 })
    for (const key of [
      'core.fsmonitor',
      'core.pager',
      'gpg.program',
      'core.sshCommand',
      'alias.cat-file',
      'diff.external',
    ])
      await git(folder, 0, 'config', key, key.startsWith('alias') ? `!${trap}` : trap)
    await git(folder, 0, 'config', 'log.showSignature', 'true')
    expect(await resolve({ context: folder })).toMatchObject({ seconds: 1700000000 })
    expect((await exec.capture('ls', [folder])).stdout).not.toContain('sprung')
  })
})

test('a time that has not come yet is refused: no file would be set back to it', async () => {
  const tomorrow = Math.floor(Date.now() / 1000) + 86400
  expect(await messageOf({ given: tomorrow })).toContain('lies in the future')
  const folder = await repository()
  await commitIn(folder, tomorrow)
  expect(await messageOf({ context: folder })).toContain('lies in the future')
})
