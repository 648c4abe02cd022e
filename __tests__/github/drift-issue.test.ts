// The one issue on drift: opened, found again, changed, closed, opened again; and what keeps it from being any of that.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { eventFrom } from '../../src/github/event.ts'
import { tellDrift } from '../../src/github/tell-drift.ts'
import { checkOptions, type Given } from '../../src/options/options.ts'
import type { ReportDrift } from '../../src/report/drift-report.ts'
import type { Report } from '../../src/report/report.ts'
import { faultKinds } from '../doubles/github/faults.ts'
import { type GitHubDouble, type GitHubOptions, startGitHubDouble } from '../doubles/github/github-double.ts'
import { newIssue } from '../doubles/github/operations/issues.ts'
import { at, finding, notReproducible, reproducible } from '../report/reports.ts'

const headSha = 'ab'.repeat(20)
const [then, now, later] = ['1', '2', '3'].map(digit => `sha256:${digit.repeat(64)}`) as [string, string, string]

const drift = (kind: ReportDrift['kind'], more: Partial<ReportDrift> = {}): ReportDrift => ({
  ...{ kind, since: '2026-11-09T10:00:00.000Z', commit: 'cd'.repeat(20), bases: [], vanished: null, packages: [] },
  ...more,
})
const same: Report = { ...reproducible, command: 'compare', drift: drift('same') }
const differs: Report = {
  ...notReproducible,
  command: 'compare',
  drift: drift('differs', { packages: [{ name: 'curl', from: '8.5', to: '8.6' }] }),
}
const moved = (to: string): Report => ({
  ...same,
  drift: drift('base-moved', { bases: [{ reference: 'debian:12', from: then, to }] }),
  findings: [finding('base-tag-moved', { location: at(1), level: 'warning' })],
})
const gone: Report = {
  ...{ ...notReproducible, command: 'compare', verdict: 'undecided', level: null, layers: [], builds: [] },
  drift: drift('cannot-build', {
    vanished: { kind: 'package', name: 'curl 8.5', says: "E: Version '8.5' for 'curl' was not found" },
  }),
  findings: [finding('vanished-input', { location: at(3) })],
  failure: { side: 'A', step: 'RUN x', message: 'exit code: 100', location: at(3), logTail: ['@everyone see #1'] },
}
const undecided: Report = { ...gone, drift: drift('undecided') }

interface Scene {
  github: GitHubDouble
  logged: { level: string; message: string }[]
  tell(
    report: Report,
    more?: { given?: Given; payload?: unknown; env?: Record<string, string>; requestDeadline?: number },
  ): Promise<string>
}

async function sceneWith(options: GitHubOptions = {}): Promise<Scene> {
  const github = await startGitHubDouble(options)
  const logged: Scene['logged'] = []
  const say = (level: string) => (message: string | Error) => void logged.push({ level, message: String(message) })
  return {
    ...{ github, logged },
    async tell(report, { given = {}, payload = {}, env = {}, requestDeadline = 10_000 } = {}) {
      const from = logged.length
      await tellDrift({
        ...{ report, token: 'ghs_dummy', second: 2, requestDeadline, deadline: 30_000 },
        event: eventFrom(
          {
            ...{
              GITHUB_EVENT_NAME: 'schedule',
              GITHUB_REPOSITORY: 'o/r',
              GITHUB_SHA: headSha,
              GITHUB_API_URL: github.url,
            },
            ...{ GITHUB_RUN_ID: '11', GITHUB_RUN_ATTEMPT: '1', GITHUB_JOB: 'drift', GITHUB_WORKFLOW: 'Drift', ...env },
          },
          payload,
        ),
        options: checkOptions('drift', { 'drift-issue': ['true'], ...given }),
        commands: { info: say('info'), warning: say('warning') },
      })
      return logged
        .slice(from)
        .map(({ level, message }) => `${level}: ${message}`)
        .join('\n')
    },
  }
}

describe('the issue on drift', () => {
  let scene: Scene
  beforeEach(async () => {
    scene = await sceneWith()
  })
  afterEach(async () => {
    expect(scene.github.problems()).toEqual([])
    await scene.github.close()
  })
  const issues = () => Object.values(scene.github.state.issues).map(({ state, title }) => [state, title])
  const again = async (options: GitHubOptions) => {
    await scene.github.close()
    scene = await sceneWith(options)
  }
  const writes = () =>
    scene.github.requests.filter(({ method, operation }) => method !== 'GET' && operation !== 'graphql').length

  test('is opened once, changed in place, closed with a comment, and opened again', async () => {
    expect(await scene.tell(same)).toMatch(/no drift, and no open issue/)
    expect(issues()).toEqual([])
    expect(await scene.tell(differs)).toMatch(/was opened: /)
    expect(issues()).toEqual([['open', 'Drift: Dockerfile builds another image now']])
    expect(scene.github.state.issues[1].body).toMatch(/^<!-- repro-gate-drift [0-9a-f]{16} drifts [0-9a-f]{16} -->\n/)
    expect(scene.github.state.issues[1].body).toContain('curl 8.5 → 8.6')
    const before = writes()
    expect(await scene.tell(differs)).toMatch(/says so already/)
    expect(writes()).toBe(before)
    expect(await scene.tell(gone)).toMatch(/was changed: /)
    expect(issues()).toEqual([['open', 'Drift: Dockerfile cannot be built any more']])
    expect(await scene.tell(same)).toMatch(/was closed: /)
    expect(issues()).toEqual([['closed', 'Drift: Dockerfile cannot be built any more']])
    expect(scene.github.state.comments[1]).toMatchObject([{ body: expect.stringContaining('same image again') }])
    expect(await scene.tell(same)).toMatch(/no drift, and no open issue/)
    expect(await scene.tell(moved(now))).toMatch(/was opened again: /)
    expect(issues()).toEqual([['open', 'Drift: Dockerfile is built on a base that its tag has left']])
    expect(scene.github.state.comments[1]).toHaveLength(1)
  })

  test('tells nothing of what was not decided, and nothing of pull requests, and where it is not asked for', async () => {
    await scene.tell(differs)
    expect(await scene.tell(undecided)).toMatch(/Nothing was decided/)
    expect(issues()).toEqual([['open', 'Drift: Dockerfile builds another image now']])
    const count = scene.github.requests.length
    expect(await scene.tell(gone, { payload: { pull_request: { number: 7, head: { sha: headSha } } } })).toMatch(
      /pull request/,
    )
    expect(await scene.tell(gone, { env: { GITHUB_REPOSITORY: '' } })).toMatch(/no repository/)
    expect(await scene.tell(gone, { given: { 'drift-issue': ['false'] } })).toBe('')
    expect(await scene.tell({ ...reproducible })).toBe('')
    expect(scene.github.requests).toHaveLength(count)
  })

  test('that a person closed stays closed for the same drift, and another drift has another issue', async () => {
    await scene.tell(moved(now))
    Object.assign(scene.github.state.issues[1], { state: 'closed', state_reason: 'not_planned' })
    expect(await scene.tell(moved(now))).toMatch(/closed the issue on this drift by hand/)
    expect(issues()).toHaveLength(1)
    expect(await scene.tell(moved(later))).toMatch(/was opened: /)
    expect(issues().map(([state]) => state)).toEqual(['closed', 'open'])
    expect(await scene.tell(same)).toMatch(/was closed: /)
    expect(issues().map(([state]) => state)).toEqual(['closed', 'closed'])
  })

  test('is found among its own author’s alone, on any page, and is no pull request', async () => {
    await scene.tell(differs)
    const own = scene.github.state.issues[1]
    const other = (number: number, login: string, given = {}) =>
      newIssue(own, number, login, { title: 'x', body: own.body, ...given })
    const many = Object.fromEntries(
      Array.from({ length: 230 }, (_, index) => [
        index + 2,
        other(index + 2, 'github-actions[bot]', { body: `no marker ${index}` }),
      ]),
    )
    await again({
      seed: {
        issues: {
          1: own,
          ...many,
          300: other(300, 'mallory'),
          301: other(301, 'github-actions[bot]', {
            pull_request: { url: 'https://x', html_url: null, diff_url: null, patch_url: null },
          }),
        },
      },
    })
    expect(await scene.tell(gone)).toMatch(/was changed: /)
    expect(scene.github.state.issues[1].title).toMatch(/cannot be built/)
    expect(scene.github.state.issues[300].title).toBe('x')
    expect(scene.github.state.issues[301].title).toBe('x')
    expect(Object.keys(scene.github.state.issues)).toHaveLength(233)
  })

  test('of thousands that are closed is looked for among them only where something drifts and none is open', async () => {
    await scene.tell(differs)
    const own = scene.github.state.issues[1]
    const old = Array.from({ length: 3_200 }, (_, at) => [
      at + 2,
      newIssue(own, at + 2, 'github-actions[bot]', { body: `no marker ${at}`, state: 'closed' }),
    ])
    await again({ seed: { issues: { 1: own, ...Object.fromEntries(old) } } })
    const lists = () => scene.github.requests.filter(({ operation }) => operation === 'issues/list-for-repo').length
    expect(await scene.tell(gone)).toMatch(/was changed: /)
    expect(await scene.tell(same)).toMatch(/was closed: /)
    expect(await scene.tell(same)).toMatch(/no drift, and no open issue/)
    expect(lists()).toBe(3)
  })

  test('of two open ones the older is kept, and both are closed when all is well', async () => {
    await scene.tell(differs)
    const own = scene.github.state.issues[1]
    const second = newIssue(own, 2, 'github-actions[bot]', { title: own.title, body: own.body })
    await again({ seed: { issues: { 1: own, 2: second } } })
    expect(await scene.tell(gone)).toMatch(/was changed: /)
    expect(issues().map(([state]) => state)).toEqual(['open', 'closed'])
    await again({ seed: { issues: { 1: own, 2: second } } })
    expect(await scene.tell(same)).toMatch(/was closed: /)
    expect(issues().map(([state]) => state)).toEqual(['closed', 'closed'])
  })

  test('of another job or another Dockerfile is another one', async () => {
    await scene.tell(differs)
    await scene.tell(differs, { given: { file: ['other/Dockerfile'] } })
    await scene.tell(differs, { env: { GITHUB_JOB: 'arm' } })
    expect(issues()).toHaveLength(3)
    await scene.tell(same, { given: { file: ['other/Dockerfile'] } })
    expect(issues().map(([state]) => state)).toEqual(['open', 'closed', 'open'])
  })

  test('pings nobody, and names lines of the commit that was built', async () => {
    const hostile = {
      ...gone,
      findings: gone.findings.map(one => ({
        ...one,
        title: '@octocat closes #1',
        location: { ...at(3), file: `${'cd'.repeat(6)}:Dockerfile` },
      })),
    }
    await scene.tell(hostile)
    const { body } = scene.github.state.issues[1]
    // GitHub reads nothing in a fence.
    expect(body.replace(/```[^`]*```/g, '')).not.toMatch(/@octocat|@everyone|closes #1/)
    expect(body).toContain(`/blob/${'cd'.repeat(6)}/Dockerfile#L3`)
  })

  test('a token that may not, and a repository without issues, cost a warning that says what to do', async () => {
    await again({ permissions: { contents: 'read' } })
    expect(await scene.tell(differs)).toMatch(/^warning: The issue on drift was not written: .*"issues: write"/)
    await again({ permissions: { issues: 'read' } })
    expect(await scene.tell(differs)).toMatch(/^warning: .*may not open an issue.*"issues: write"/)
    await again({ seed: { issuesDisabled: true } })
    expect(await scene.tell(differs)).toMatch(/^warning: .*410.*Turn issues on/)
  })

  describe.each(['graphql', 'issues/list-for-repo', 'issues/create', 'issues/update', 'issues/create-comment'])(
    'where %s fails once',
    operation => {
      const isClosing = /update|comment/.test(operation)
      test('that is made up for, or told; nothing stands there twice', async () => {
        const each = faultKinds.map(async kind => {
          const own = await sceneWith()
          if (isClosing) await own.tell(differs)
          own.github.fault({ operation, kind, milliseconds: 20 })
          await own.tell(isClosing ? same : differs, kind === 'hang' ? { requestDeadline: 1000 } : {})
          await own.tell(isClosing ? same : differs)
          const states = Object.values(own.github.state.issues).map(({ state }) => state)
          expect([kind, states]).toEqual([kind, [isClosing ? 'closed' : 'open']])
          expect([kind, (own.github.state.comments[1] ?? []).length <= 1]).toEqual([kind, true])
          expect([kind, own.github.problems()]).toEqual([kind, []])
          await own.github.close()
        })
        await Promise.all(each)
      })
    },
  )
})
