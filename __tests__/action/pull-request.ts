import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Committer's times, seconds since 1970. */
export const times = { base: 1_700_000_000, head: 1_710_000_000, merge: 1_720_000_000 }

export interface PullRequest {
  root: string
  /** A checkout of the merge commit that GitHub makes, as actions/checkout leaves it. */
  workspace: string
  headSha: string
  mergeSha: string
}

/**
 * A repository with a pull request, and its merge commit checked out from a bare clone.
 * @param files of the head commit, by path
 * @param depth as actions/checkout's fetch-depth: 1 has the merge commit alone
 */
export function pullRequest(files: Record<string, string | Uint8Array>, depth = 1): PullRequest {
  const root = mkdtempSync(join(tmpdir(), 'pull-request-'))
  const [origin, workspace] = [join(root, 'origin'), join(root, 'workspace')]
  const at = (folder: string, time = times.base) => {
    const date = `${time} +0000`
    const who = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b.example', GIT_COMMITTER_NAME: 'a' }
    const env = {
      ...{ PATH: process.env.PATH, HOME: root, GIT_CONFIG_NOSYSTEM: '1', ...who, GIT_COMMITTER_EMAIL: 'a@b.example' },
      ...{ GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
    }
    return (...args: string[]) =>
      execFileSync('git', args, { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' }).trim()
  }
  const commit = (time: number) => {
    at(origin, time)('add', '--all')
    at(origin, time)('commit', '--quiet', '--message', String(time))
    return at(origin)('rev-parse', 'HEAD')
  }

  mkdirSync(origin)
  at(origin)('init', '--quiet', '--initial-branch', 'main')
  writeFileSync(join(origin, 'README'), 'base\n')
  commit(times.base)
  at(origin)('checkout', '--quiet', '-b', 'feature')
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(origin, path)), { recursive: true })
    writeFileSync(join(origin, path), text)
  }
  const headSha = commit(times.head)
  at(origin)('checkout', '--quiet', 'main')
  at(origin, times.merge)('merge', '--quiet', '--no-ff', '--message', 'merge', 'feature')
  const mergeSha = at(origin)('rev-parse', 'HEAD')
  at(origin)('update-ref', 'refs/pull/7/merge', mergeSha)

  mkdirSync(workspace)
  at(workspace)('init', '--quiet')
  at(workspace)(
    'fetch',
    '--quiet',
    `--depth=${depth}`,
    `file://${origin}`,
    '+refs/pull/7/merge:refs/remotes/pull/7/merge',
  )
  at(workspace)('checkout', '--quiet', '--force', 'refs/remotes/pull/7/merge')
  return { root, workspace, headSha, mergeSha }
}

/** The payload of a `pull_request` event, as far as it is read. */
export const pullRequestEvent = ({ headSha }: PullRequest, headRepository = 'o/r') => ({
  action: 'synchronize',
  number: 7,
  pull_request: {
    number: 7,
    head: { sha: headSha, ref: 'feature', repo: { full_name: headRepository } },
    base: { ref: 'main', repo: { full_name: 'o/r' } },
  },
  repository: { full_name: 'o/r' },
})

/** The `github` context of a run for it. */
export const pullRequestContext = ({ mergeSha }: PullRequest) => ({
  ...{ event_name: 'pull_request', sha: mergeSha, ref: 'refs/pull/7/merge', head_ref: 'feature', base_ref: 'main' },
})
