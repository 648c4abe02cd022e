import { eventFrom, type GitHubEvent } from '../../src/github/event.ts'
import type { LogCommands } from '../../src/github/log-annotations.ts'
import { type Publication, type Publishing, publish } from '../../src/github/publish.ts'
import { checkOptions, type Given } from '../../src/options/options.ts'
import type { Report } from '../../src/report/report.ts'
import { type GitHubDouble, type GitHubOptions, startGitHubDouble } from '../doubles/github/github-double.ts'
import { at, finding, notReproducible } from '../report/reports.ts'

export const headSha = 'ab'.repeat(20)
export const mergeSha = 'cd'.repeat(20)

/** The Dockerfile of the pull request: 70 lines, all of them new. */
export const dockerfile = Array.from({ length: 70 }, (_, index) => `RUN step ${index + 1}`)
export const patch = ['@@ -0,0 +1,70 @@', ...dockerfile.map(line => `+${line}`)].join('\n')

const suggestion = (line: number) =>
  `@@ -${line} +${line} @@\n-RUN step ${line}\n+RUN step ${line} --no-install-recommends\n`

/** A report with 60 findings of the lint, a cause, and two changes that are safe to make. */
export const manyFindings: Report = {
  ...notReproducible,
  findings: [
    finding('apt-logs', { location: at(3, 5) }),
    ...Array.from({ length: 60 }, (_, index) =>
      finding('RG201', { location: at(index + 1), title: `Finding ${index}` }),
    ),
  ],
  suggested: [{ file: 'Dockerfile', diff: `--- a/Dockerfile\n+++ b/Dockerfile\n${suggestion(3)}${suggestion(9)}` }],
}

const repo = { full_name: 'o/r', owner: { login: 'o' } }

/** The pull request as GitHub keeps it. */
export const seed = {
  commits: { [headSha]: { committer: { name: 'a', email: 'a@b.example', date: '2026-11-21T10:00:00Z' } } },
  pulls: { 7: { head: { sha: headSha, ref: 'feature', repo }, base: { ref: 'main', repo } } },
  files: { 7: [{ filename: 'Dockerfile', sha: 'f'.repeat(40), status: 'added', additions: 70, changes: 70, patch }] },
}

/** The payloads of the two ways in which a report comes to a pull request. */
export const payloads = {
  pull_request: { pull_request: { number: 7, head: { sha: headSha, repo }, base: { repo } } },
  workflow_run: {
    workflow_run: {
      ...{ event: 'pull_request', head_sha: headSha, head_branch: 'feature' },
      ...{ head_repository: repo, repository: repo, pull_requests: [] },
    },
  },
}

export interface Told {
  level: string
  message: string
  properties: unknown
}

export interface Scene {
  github: GitHubDouble
  logged: Told[]
  event(name?: keyof typeof payloads, env?: Record<string, string>): GitHubEvent
  /** Publishes with everything on, at a pace for tests. */
  publish(
    more?: Partial<Publishing> & { given?: Given; name?: keyof typeof payloads; attempt?: number },
  ): Promise<Publication>
  /** What the log says in words, without the annotations. */
  words(): string
}

export async function pullRequestScene(options: GitHubOptions = {}): Promise<Scene> {
  const github = await startGitHubDouble({ ...options, seed: { ...seed, ...options.seed } })
  const logged: Told[] = []
  const say = (level: string) => (message: string | Error, properties: unknown) =>
    void logged.push({ level, message: String(message), properties })
  const commands: LogCommands = {
    ...{ error: say('error'), warning: say('warning'), notice: say('notice') },
    info: message => void logged.push({ level: 'info', message, properties: undefined }),
  }
  const event: Scene['event'] = (name = 'pull_request', env = {}) =>
    eventFrom(
      {
        ...{ GITHUB_EVENT_NAME: name, GITHUB_REPOSITORY: 'o/r', GITHUB_SHA: mergeSha, GITHUB_API_URL: github.url },
        ...{ GITHUB_RUN_ID: '11', GITHUB_RUN_ATTEMPT: '1', GITHUB_JOB: 'gate', GITHUB_WORKFLOW: 'CI', ...env },
      },
      payloads[name],
    )
  return {
    ...{ github, logged, event },
    publish: ({ given = {}, name, attempt = 1, ...more } = {}) =>
      publish({
        ...{
          report: manyFindings,
          event: event(name, { GITHUB_RUN_ATTEMPT: `${attempt}` }),
          token: 'ghs_dummy',
          failed: true,
          commands,
        },
        options: checkOptions('gate', { comment: ['always'], suggestions: ['true'], ...given }),
        ...{ second: 2, requestDeadline: 10_000, deadline: 30_000 },
        ...more,
      }),
    words: () =>
      logged
        .filter(({ properties }) => properties === undefined)
        .map(({ message }) => message)
        .join('\n'),
  }
}
