// What reaches people of a run of each event, through the action as a runner runs it.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { blobName } from '../../src/github/pull-request.ts'
import { reportJson } from '../../src/report/json.ts'
import type { Report } from '../../src/report/report.ts'
import { notReproducible } from '../report/reports.ts'
import { bundleAction, forget, type GateResult, type GateRun, gateAction, pathWithGit } from './gate-action.ts'
import { type PullRequest, pullRequest } from './pull-request.ts'

const dockerfile =
  'FROM debian:bookworm\nRUN curl -sSL https://a.example/x | sh\nRUN apt-get update && apt-get install -y curl\n'

describe('the action', () => {
  let actionDir: string
  let pull: PullRequest
  let onlyGit: string
  const roots: string[] = []
  beforeAll(() => {
    actionDir = bundleAction()
    onlyGit = pathWithGit()
    pull = pullRequest({ Dockerfile: dockerfile })
  })
  afterAll(() => forget(actionDir, onlyGit, pull.root, ...roots))

  const repo = { full_name: 'o/r', owner: { login: 'o' } }
  const seed = () => {
    const lines = dockerfile.trimEnd().split('\n')
    const patch = [`@@ -0,0 +1,${lines.length} @@`, ...lines.map(line => `+${line}`)].join('\n')
    return {
      pulls: { 7: { head: { sha: pull.headSha, ref: 'feature', repo }, base: { ref: 'main', repo } } },
      files: {
        7: [
          {
            filename: 'Dockerfile',
            sha: blobName(Buffer.from(dockerfile), 'sha1'),
            status: 'added',
            additions: 3,
            changes: 3,
            patch,
          },
        ],
      },
    }
  }
  const run = async ({ inputs, ...more }: Partial<GateRun> = {}): Promise<GateResult> => {
    const result = await gateAction({
      ...{ actionDir, pull, seed: seed(), env: { PATH: onlyGit } },
      inputs: { mode: 'lint', ...inputs },
      ...more,
    })
    roots.push(result.root)
    expect(result).toMatchObject({ problems: [], undeclaredOutputs: [], deprecated: [] })
    return result
  }
  const said = ({ log }: GateResult) => log.map(({ line }) => line).join('\n')
  const wholeResult = /RG\d+[\s\S]*Dockerfile/
  const atLines = ({ annotations }: GateResult) => annotations.filter(({ file }) => file === 'Dockerfile')

  test('tells a pull request of the own repository: check run, comment, suggestions, and all of it in the log', async () => {
    const result = await run({ inputs: { comment: 'always', suggestions: 'true' } })
    expect(result.checkRuns).toMatchObject([{ head_sha: pull.headSha, status: 'completed', conclusion: 'failure' }])
    expect(result.comments).toMatchObject([{ body: expect.stringMatching(/^<!-- repro-gate [0-9a-f]{16} failed /) }])
    expect(result.reviews).toHaveLength(1)
    expect(atLines(result)).toEqual([])
    expect(said(result)).toMatch(wholeResult)
  })

  test.each<[string, Partial<GateRun>]>([
    ['a fork', { headRepository: 'mallory/r' }],
    ['Dependabot', { github: { actor: 'dependabot[bot]' } }],
  ])('tells a pull request of %s by the log, and ends as it would have', async (_, more) => {
    const permissions = { checks: 'read', pull_requests: 'read', contents: 'read' } as const
    const result = await run({ ...more, permissions, inputs: { comment: 'always', suggestions: 'true' } })
    expect(result).toMatchObject({ outcome: 'failure', checkRuns: [], comments: [], reviews: [] })
    expect(result.outputs.findings).toBe(String(result.report?.findings.length))
    expect(atLines(result).length).toBeGreaterThan(0)
    expect(said(result)).toMatch(/never has "checks: write".*docs\/github\.md/)
    expect(said(result)).toMatch(wholeResult)
    // What nobody can mend is no warning.
    expect(result.annotations.filter(({ level, file }) => level === 'warning' && !file)).toEqual([])
  })

  const sha = 'cd'.repeat(20)
  test.each<[string, unknown, Record<string, string>]>([
    ['push', { after: sha }, { ref: 'refs/heads/main' }],
    ['push of a tag', { after: sha }, { event_name: 'push', ref: 'refs/tags/v1' }],
    ['release', { action: 'published', release: { tag_name: 'v1' } }, { ref: 'refs/tags/v1' }],
    ['schedule', { schedule: '0 0 * * *' }, {}],
    ['workflow_dispatch', { inputs: {} }, {}],
    ['merge_group', { merge_group: { head_sha: sha } }, { ref: 'refs/heads/gh-readonly-queue/main/pr-7' }],
  ])('tells %s at its commit, on all lines, and asks for no pull request', async (event_name, event, github) => {
    const result = await run({
      event,
      github: { event_name, sha, ref: 'refs/heads/main', ...github },
      seed: { commits: {} },
    })
    expect(result.checkRuns).toMatchObject([{ head_sha: sha, conclusion: 'failure' }])
    expect(result.checkRuns[0]?.annotations.length).toBeGreaterThan(1)
    expect(new Set(result.operations)).toEqual(new Set(['checks/list-for-ref', 'checks/create']))
  })

  test('ends as it would have where GitHub refuses everything, and the log has all', async () => {
    const result = await run({ prepare: github => github.fault({ kind: 'unauthorized', times: 99 }) })
    expect(result).toMatchObject({ outcome: 'failure', checkRuns: [] })
    expect(said(result)).toMatch(/does not know the token/)
    expect(said(result)).toMatch(wholeResult)
    expect(
      await run({ inputs: { 'fail-on': 'never' }, prepare: github => github.fault({ kind: 422, times: 99 }) }),
    ).toMatchObject({ outcome: 'success' })
  })

  test.each(['', '[]', '{"pull_request":'])(
    'tells nothing on GitHub where the event file is %j, says so, and ends as it would have',
    async eventText => {
      const result = await run({ eventText, inputs: { comment: 'always', suggestions: 'true' } })
      expect(result).toMatchObject({ outcome: 'failure', checkRuns: [], comments: [], operations: [] })
      expect(atLines(result).length).toBeGreaterThan(0)
      expect(said(result)).toMatch(wholeResult)
      expect(said(result)).not.toMatch(/ {4}at |should not have happened/)
      expect(result.annotations.filter(({ level, file }) => level === 'warning' && !file)).toMatchObject([
        { message: expect.stringMatching(/^Nothing is told on GitHub.*event file/) },
      ])
    },
  )

  test('refuses to write a report over what it lints, and names an input as an input', async () => {
    const inputs = { badge: 'Dockerfile', html: '.', comment: 'sometimes' }
    const asked = await run({ inputs })
    expect(asked.annotations).toMatchObject([{ message: expect.stringMatching(/^comment: 'sometimes' is not one of/) }])
    const result = await run({ inputs: { ...inputs, comment: 'never' } })
    expect(result).toMatchObject({ outcome: 'failure', operations: [], outputs: { verdict: 'undecided' } })
    expect(result.annotations.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^html .*'\.' is a folder/),
      expect.stringMatching(/^badge .*'Dockerfile' is a file to build or lint, and would be overwritten/),
    ])
    expect(readFileSync(join(pull.workspace, 'Dockerfile'), 'utf8')).toBe(dockerfile)
  })

  test('reaches an own server', async () => {
    const result = await run({
      server: { description: 'ghes-3.17', prefix: '/api/v3' },
      inputs: { comment: 'on-failure' },
    })
    expect(result.checkRuns).toHaveLength(1)
    expect(result.comments).toHaveLength(1)
  })

  describe('with mode: report', () => {
    const afterRun = () => ({
      workflow_run: {
        ...{ event: 'pull_request', head_sha: pull.headSha, head_branch: 'feature', pull_requests: [] },
        ...{ head_repository: { full_name: 'mallory/r', owner: { login: 'o' } }, repository: repo },
      },
    })
    const report = (more: Partial<Report> = {}): Report => ({
      ...notReproducible,
      ...more,
      subject: { ...notReproducible.subject, commit: pull.headSha, ...more.subject },
    })
    const publish = (given: Report | string, inputs: Record<string, string> = {}) => {
      writeFileSync(join(pull.workspace, 'report.json'), typeof given === 'string' ? given : reportJson(given))
      return run({
        ...{ event: afterRun(), github: { event_name: 'workflow_run', sha } },
        inputs: { mode: 'report', report: 'report.json', comment: 'always', ...inputs },
      })
    }

    test('publishes the report of another run, of a fork too, and builds nothing', async () => {
      const before = reportJson(report())
      const result = await publish(report())
      expect(result.checkRuns).toMatchObject([
        { head_sha: pull.headSha, name: 'repro-gate report / Dockerfile (linux/amd64)' },
      ])
      expect(result.comments).toHaveLength(1)
      expect(result.summary).toMatch(/Not reproducible/)
      expect(result.outputs).toMatchObject({ verdict: 'not-reproducible', digest: '', report: 'report.json' })
      expect(readFileSync(join(pull.workspace, 'report.json'), 'utf8')).toBe(before)
    })

    test('takes neither repository nor commit from it: of another commit it is refused', async () => {
      const result = await publish(report({ subject: { ...notReproducible.subject, commit: 'ef'.repeat(20) } }))
      expect(result).toMatchObject({ outcome: 'failure', checkRuns: [], comments: [], operations: [] })
      expect(result.annotations).toMatchObject([
        { level: 'error', message: expect.stringMatching(/about commit efefefefefef.*run-id/) },
      ])
      expect(result.outputs).toMatchObject({ verdict: 'undecided', reproducible: 'unknown' })
    })

    test.each(['{"schemaVersion":1', '[]', '{"schemaVersion":1,"findings":"all"}'])(
      'refuses what is no report: %s',
      async text => {
        expect(await publish(text)).toMatchObject({ outcome: 'failure', checkRuns: [], operations: [] })
      },
    )
  })
})
