// The bundle as a runner runs it, as far as it needs no engine: what it refuses, and what it says where there is none.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { node24 } from '../doubles/runner/node24.ts'
import { forget, type GateResult, gateAction, installAction, pathWithGit } from './gate-action.ts'
import { type PullRequest, pullRequest } from './pull-request.ts'

describe('the action', () => {
  let actionDir: string
  let pull: PullRequest
  /** A PATH with git and nothing else. */
  let onlyGit: string
  const roots: string[] = []
  beforeAll(() => {
    actionDir = installAction()
    onlyGit = pathWithGit()
    pull = pullRequest({ Dockerfile: 'FROM debian:bookworm\nRUN curl -sSL https://a.example/x | sh\n' })
  })
  afterAll(() => forget(actionDir, onlyGit, pull.root, ...roots))

  const run = async (more: Partial<Parameters<typeof gateAction>[0]> = {}): Promise<GateResult> => {
    const result = await gateAction({ actionDir, pull, env: { PATH: onlyGit }, ...more })
    roots.push(result.root)
    return result
  }
  const errors = ({ annotations }: GateResult) =>
    annotations.filter(({ level, file }) => level === 'error' && !file).map(({ message }) => message)
  const released = { release: '', 'subject-name': '', 'subject-digest': '', subjects: '' }
  const nothingWritten = { report: '', logs: '', predicate: '', 'predicate-type': '', drift: '', ...released }
  const undecided = {
    ...{ verdict: 'undecided', reproducible: 'unknown', level: '', digest: '', 'config-digest': '' },
  }

  test('names all that is wrong with its inputs at once', async () => {
    const result = await run({
      inputs: { 'fail-on': 'sometimes', level: 'same', platforms: 'linux', 'source-date-epoch': 'soon', secrets: 'x' },
    })
    expect(result.outcome).toBe('failure')
    for (const name of ['fail-on', 'level', 'platforms', 'source-date-epoch', 'secrets'])
      expect(errors(result).filter(message => message.startsWith(name))).toHaveLength(1)
    expect(result.outputs).toEqual({ ...undecided, ...nothingWritten, findings: '0' })
    expect(result).toMatchObject({ checkRuns: [], problems: [], left: [], undeclaredOutputs: [] })
  })

  test('names a context and a Dockerfile that are not there', async () => {
    const result = await run({ inputs: { context: 'app', file: 'app/Containerfile' } })
    expect(errors(result)).toEqual([
      expect.stringContaining("there is no folder 'app'"),
      expect.stringContaining("there is no Dockerfile 'app/Containerfile'"),
    ])
    expect(result.outputs).toMatchObject(undecided)
  })

  test.each(['pull_request_target', 'workflow_run'])(
    'refuses %s, which builds strange code with secrets',
    async name => {
      const event =
        name === 'workflow_run'
          ? { workflow_run: { event: 'pull_request', head_sha: pull.headSha } }
          : { pull_request: { number: 7, head: { sha: pull.headSha } } }
      const result = await run({ github: { event_name: name }, event })
      expect(result.outcome).toBe('failure')
      expect(errors(result)).toEqual([expect.stringMatching(new RegExp(`${name}.*allow-untrusted`))])
      expect(result.outputs).toMatchObject(undecided)
      expect(result.operations).toEqual([])
    },
  )

  test('goes on with it where the user says that the code is theirs', async () => {
    const result = await run({ github: { event_name: 'pull_request_target' }, inputs: { 'allow-untrusted': 'true' } })
    expect(errors(result)).toEqual([expect.stringMatching(/^Undecided: .*no docker command/)])
  })

  test('without docker ends undecided, says what to install, and still tells what the lint found', async () => {
    const result = await run()
    expect(result.outcome).toBe('failure')
    expect(errors(result)).toEqual([expect.stringMatching(/no docker command on the PATH.*ubuntu-latest/)])
    expect(result.outputs).toMatchObject({ ...undecided, findings: expect.stringMatching(/^[1-9]/) })
    expect(result.report).toMatchObject({ verdict: 'undecided', findings: expect.any(Array), builds: [] })
    expect(result.checkRuns).toMatchObject([{ head_sha: pull.headSha, conclusion: 'failure', status: 'completed' }])
    expect(result.checkRuns[0]?.annotations.map(({ start_line }) => start_line)).toContain(2)
    expect(result.summary).toMatch(/Undecided/)
    expect(result.problems).toEqual([])
    expect(result.deprecated).toEqual([])
  })

  test('with annotate: never and summary: never tells its findings to nobody but the report', async () => {
    const result = await run({
      inputs: { annotate: 'never', summary: 'never', 'fail-on': 'never', 'source-date-epoch': '1700000000' },
    })
    expect(result.outcome).toBe('success')
    expect(result).toMatchObject({ operations: [], annotations: [], summary: '' })
    expect(result.outputs).toMatchObject({ ...undecided, findings: String(result.report?.findings.length) })
  })

  test('is no pass where the runner takes no outputs', () => {
    const env = { PATH: onlyGit, RUNNER_TEMP: pull.root, GITHUB_OUTPUT: '/no/such/file', 'INPUT_FAIL-ON': 'never' }
    const { status, stdout } = spawnSync(node24() ?? '', [join(actionDir, 'dist/action/index.cjs')], {
      ...{ cwd: pull.workspace, encoding: 'utf8', env },
    })
    expect(status).toBe(2)
    expect(stdout).toMatch(/^::error::The outputs could not be written for later steps: .*no\/such\/file/m)
  })

  test('masks secrets before it says anything', async () => {
    const secrets = 'token=hunter2-hunter2\n"key=-----BEGIN\nline-of-the-key\n-----END"'
    const result = await run({ inputs: { secrets, context: 'missing' } })
    for (const text of ['ghs_dummy', 'hunter2-hunter2', 'line-of-the-key']) expect(result.masks).toContain(text)
    const firstSaid = result.log.findIndex(({ command }) => command !== 'add-mask')
    const lastMask = result.log.findLastIndex(({ command }) => command === 'add-mask')
    expect(lastMask).toBeLessThan(firstSaid)
  })
})
