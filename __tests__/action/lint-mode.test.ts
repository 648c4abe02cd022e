// The action that builds nothing: the bundle as a runner runs it.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { forget, type GateResult, gateAction, installAction, pathWithGit } from './gate-action.ts'
import { type PullRequest, pullRequest } from './pull-request.ts'

describe('the action with mode: lint', () => {
  let actionDir: string
  let pull: PullRequest
  let onlyGit: string
  const roots: string[] = []
  beforeAll(() => {
    actionDir = installAction()
    onlyGit = pathWithGit()
    pull = pullRequest({
      'a/Dockerfile': 'FROM debian:bookworm\nRUN curl -sSL https://a.example/x | sh\n',
      'b/Dockerfile': 'FROM debian:bookworm AS x\n# hadolint ignore=DL3006\nFROM debian\nCOPY --from=x /a /a\n',
      'clean/Dockerfile': 'FROM scratch\nCOPY Dockerfile /\n',
      'strict.yml': 'profile: strict\nfiles: ["{b,clean}/Dockerfile"]\n',
    })
  })
  afterAll(() => forget(actionDir, onlyGit, pull.root, ...roots))

  const lint = async (inputs: Record<string, string>): Promise<GateResult> => {
    const result = await gateAction({ actionDir, pull, env: { PATH: onlyGit }, inputs: { mode: 'lint', ...inputs } })
    roots.push(result.root)
    expect(result).toMatchObject({ problems: [], undeclaredOutputs: [], deprecated: [] })
    return result
  }
  const titles = ({ annotations }: GateResult) =>
    annotations.filter(({ level, file }) => level === 'error' && !file).map(({ message }) => message)

  test('lints a list of Dockerfiles and globs, in one check run, and fails on errors', async () => {
    const result = await lint({ file: 'a/Dockerfile\n{b,clean}/Dockerfile*\n' })
    expect(result.outcome).toBe('failure')
    expect(titles(result)).toEqual([
      expect.stringMatching(/^The lint found (1 error|(?!1 )\d+ errors) and (1 warning|(?!1 )\d+ warnings)\./),
    ])
    expect(result.outputs).toMatchObject({ verdict: '', reproducible: 'unknown', level: '', digest: '' })
    expect(result.outputs.findings).toBe(String(result.report?.findings.length))
    const files = ['a/Dockerfile', 'b/Dockerfile', 'clean/Dockerfile']
    expect(result.report).toMatchObject({ command: 'lint', verdict: null, builds: [], subject: { files } })
    expect(result.checkRuns).toMatchObject([{ name: 'repro-gate lint / 3 Dockerfiles', conclusion: 'failure' }])
    expect(new Set(result.checkRuns[0]?.annotations.map(({ path }) => path))).toEqual(new Set(files.slice(0, 2)))
    expect(result.summary).toMatch(/a\/Dockerfile.*b\/Dockerfile.*were read, not built/)
  })

  test('passes where nothing fails', async () => {
    const result = await lint({ file: 'clean/Dockerfile\n' })
    expect(result.outcome).toBe('success')
    expect(result.checkRuns).toMatchObject([{ conclusion: 'success' }])
    expect(await lint({ file: 'a/Dockerfile', 'fail-on': 'never' })).toMatchObject({ outcome: 'success' })
  })

  test('takes its Dockerfiles and its profile from the configuration file; an input goes before it', async () => {
    const result = await lint({ config: 'strict.yml' })
    expect(result.report?.subject.files).toEqual(['b/Dockerfile', 'clean/Dockerfile'])
    expect(result.outcome).toBe('failure')
    expect(await lint({ config: 'strict.yml', profile: 'advisory' })).toMatchObject({ outcome: 'success' })
  })

  test('names all that is wrong at once, and is never a pass by accident', async () => {
    expect(titles(await lint({ file: 'none/**', profile: 'loud' }))).toEqual([expect.stringMatching(/^profile/)])
    expect(titles(await lint({ file: 'none/**' }))).toEqual([expect.stringMatching(/no file matches 'none/)])
    expect(titles(await lint({ config: 'no.yml' }))).toEqual([expect.stringMatching(/no file 'no.yml'/)])
    expect(titles(await lint({ mode: 'check' }))).toEqual([
      expect.stringMatching(/^mode.*'check' is not one of gate, lint/),
    ])
  })
})
