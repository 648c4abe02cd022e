// Settings of the repository that we stand in may name programs: asking a server for a commit runs none of them.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { commitOf } from '../../src/fix/git-commit.ts'
import { createExec } from '../../src/host/exec.ts'
import { checkOut } from '../../src/subjects/checkout.ts'
import { portsWith, tempFolder } from '../build/ports.ts'

const folder = tempFolder()
const [program, proof] = [join(folder, 'program'), join(folder, 'it-ran')]
const repository = join(folder, 'repository')
/** As git finds it when it is started there. */
const env = { PATH: String(process.env.PATH), GIT_DIR: join(repository, '.git'), LC_ALL: 'C' }
const git = (...args: string[]): string => execFileSync('git', args, { env, encoding: 'utf8', stdio: 'pipe' })
const ran = (): boolean => existsSync(proof)

beforeAll(() => {
  writeFileSync(program, `#!/bin/sh\necho "$@" > '${proof}'\n`)
  chmodSync(program, 0o755)
  git('init', '--quiet', repository)
  for (const name of ['core.gitProxy', 'core.sshCommand', 'core.askPass', 'core.fsmonitor'])
    git('config', name, program)
  git('config', 'credential.helper', `!${program}`)
})
afterEach(() => rmSync(proof, { force: true }))

describe('a repository whose settings name programs', () => {
  test('has them run by who asks in it', () => {
    expect(() => git('ls-remote', 'git://127.0.0.1/x.git')).toThrow()
    expect(ran()).toBe(true)
  })

  test.each(['git://127.0.0.1/x.git', 'ssh://127.0.0.1:1/x.git', 'https://127.0.0.1:1/x.git'])(
    'has none run by what asks for the commit of %s',
    async remote => {
      const { exec } = portsWith(createExec(env))
      expect(await commitOf(`${remote}#main`, { exec, signal: AbortSignal.timeout(20_000) })).toHaveProperty('problem')
      expect(ran()).toBe(false)
    },
  )

  test('has none run by what fetches a context', async () => {
    const url = { remote: 'git://127.0.0.1/x.git', ref: 'main', commit: null, folder: '', submodules: false }
    const fetched = checkOut(portsWith(createExec(env)), url, { credentials: [], agent: undefined })
    await expect(fetched).rejects.toThrow('asking git://127.0.0.1/x.git failed')
    expect(ran()).toBe(false)
  })
})
