// A commit that somebody else names is taken out of the repository here only where it is on a ref of its own.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { createExec } from '../../src/host/exec.ts'
import { checkOptions } from '../../src/options/options.ts'
import { atCommit } from '../../src/subjects/proven-commit.ts'
import { portsWith } from '../build/ports.ts'

const root = mkdtempSync(join(tmpdir(), 'proven-commit-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const identity = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b' }
const env = { PATH: process.env.PATH ?? '', HOME: root, GIT_CONFIG_NOSYSTEM: '1', ...identity }

/** A checkout of one commit, and a newer one that a ref of this name alone has. */
function repositoryWith(ref: string): { folder: string; commit: string } {
  const folder = mkdtempSync(join(root, 'repository-'))
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', folder, ...args], { env, encoding: 'utf8' }).trim()
  git('init', '--quiet', '--initial-branch=main')
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\n')
  git('add', '.')
  git('commit', '--quiet', '-m', 'one')
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nLABEL of=another\n')
  git('commit', '--quiet', '-am', 'two')
  const commit = git('rev-parse', 'HEAD')
  git('update-ref', ref, commit)
  git('reset', '--quiet', '--hard', 'HEAD~1')
  return { folder, commit }
}

const built = async (ref: string): Promise<string> => {
  const { folder, commit } = repositoryWith(ref)
  const tempDir = mkdtempSync(join(root, 'temp-'))
  const options = checkOptions('drift', { config: ['none'], context: [folder], record: ['r.json.gz'] })
  const ports = { ...portsWith(createExec(env), { env }), tempDir }
  const { file } = await atCommit(options, commit, ports, {})
  expect(readFileSync(join(folder, 'Dockerfile'), 'utf8')).toBe('FROM scratch\n')
  return readFileSync(file, 'utf8')
}

test.each(['refs/remotes/origin/main', 'refs/remotes/origin/print', 'refs/tags/v1', 'refs/heads/release'])(
  'of %s it is',
  async ref => expect(await built(ref)).toContain('of=another'),
)

test.each(['refs/remotes/pull/1/merge', 'refs/remotes/origin/pr/1', 'refs/pull/1/head', 'refs/notes/x'])(
  'of %s it is not: anybody may have opened that',
  ref => expect(built(ref)).rejects.toThrow(/on no branch or tag of the repository here/),
)
