// The bundle as a runner runs it, under Node 24, with GitHub's double on one side and the real engine on the other.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { everythingSaid, forget, type GateResult, gateAction, installAction } from '../action/gate-action.ts'
import { type PullRequest, pullRequest, times } from '../action/pull-request.ts'
import { startDockerProxy } from './docker-proxy.ts'
import { baseImage, describeWithEngine, engineEnvironment } from './engine.ts'

/** The outputs of a release, where there was none. */
const nothingReleased = {
  predicate: '',
  'predicate-type': '',
  drift: '',
  release: '',
  'subject-name': '',
  'subject-digest': '',
  subjects: '',
}
const schema = JSON.parse(readFileSync(new URL('../../docs/report.schema.json', import.meta.url), 'utf8'))
const schemaErrors = (value: unknown) => {
  const valid = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema)
  return valid(value) ? [] : valid.errors
}

/** What a build can print to command a runner, as shell words for `printf '%s\n'`. */
const commands = [
  '::set-output name=verdict::reproducible',
  '  ::set-output name=reproducible::true',
  'x ##[set-output name=digest]sha256:0000',
  '::stop-commands::mine',
  '::mine::',
  '::add-mask::reproducible',
  '::error file=Dockerfile,line=1::forged',
  '::save-state name=x::y',
  '::set-env name=PATH::/evil',
  '\u001b[2K\u001b]0;title\u0007::endgroup::\u001b[0m',
  '\r::warning::behind a return',
]
const shout = `printf '%s\\n' ${commands.map(line => `'${line}'`).join(' ')}`
const random = 'RUN head -c 12 /dev/urandom | base64 > /token'

describeWithEngine('the action', () => {
  let actionDir: string
  const folders: string[] = []
  beforeAll(() => {
    actionDir = installAction()
    folders.push(actionDir)
  })
  afterAll(() => forget(...folders))

  function pull(dockerfile: string, depth = 1): PullRequest {
    const made = pullRequest({ 'app/Dockerfile': dockerfile, 'app/page.html': 'hello\n' }, depth)
    folders.push(made.root)
    return made
  }
  /** The base image as the Dockerfile's first line; a RUN makes a layer of it in well under a second. */
  const from = (...lines: string[]) => `${[`FROM ${baseImage}`, ...lines].join('\n')}\n`
  const network = process.env.REPRO_GATE_RUN_NETWORK
  const run = async (more: Omit<Parameters<typeof gateAction>[0], 'actionDir'>): Promise<GateResult> => {
    const result = await gateAction({
      actionDir,
      ...more,
      env: { ...engineEnvironment(), ...more.env },
      inputs: { context: 'app', ...(network ? { network } : {}), ...more.inputs },
    })
    folders.push(result.root)
    return result
  }
  /** A folder for the PATH, with programs that write their arguments and environment down and run the real ones. */
  function spyOn(...names: string[]): string {
    const folder = mkdtempSync(join(tmpdir(), 'spies-'))
    folders.push(folder)
    for (const name of names) {
      const real = execFileSync('which', [name], { encoding: 'utf8', env: engineEnvironment() }).trim()
      const note = `{ echo "## ${name} $*"; env; } >> '${folder}/environments'`
      writeFileSync(join(folder, name), `#!/bin/sh\n${note}\nexec '${real}' "$@"\n`, { mode: 0o755 })
    }
    return folder
  }
  const failures = ({ annotations }: GateResult) =>
    annotations.filter(({ level, file }) => level === 'error' && !file).map(({ message }) => message)
  const digest = expect.stringMatching(/^sha256:[0-9a-f]{64}$/)

  describe('of a pull request that is not reproducible, from a shallow checkout', () => {
    let opened: PullRequest
    let result: GateResult
    beforeAll(async () => {
      opened = pull(from(`RUN ${shout}`, random, 'COPY page.html /'))
      result = await run({ pull: opened })
    })

    test('fails, under the right title', () => {
      expect(result.outcome).toBe('failure')
      expect(failures(result)).toEqual([expect.stringMatching(/^Not reproducible: /)])
      expect(result.errors).toEqual([])
    })

    test('sets every output, and no digest, because none is proven', () => {
      expect(result.outputs).toEqual({
        ...{ verdict: 'not-reproducible', reproducible: 'false', level: 'different', digest: '', 'config-digest': '' },
        ...{ report: expect.stringMatching(/report\.json$/), findings: String(result.report?.findings.length) },
        logs: expect.stringMatching(/build-A\.log\n.*build-B\.log$/),
        ...nothingReleased,
      })
      expect(result.undeclaredOutputs).toEqual([])
    })

    test('puts the finding at its line, in a check run on the head commit', () => {
      expect(result.checkRuns).toHaveLength(1)
      const [check] = result.checkRuns
      expect(check).toMatchObject({ head_sha: opened.headSha, status: 'completed', conclusion: 'failure' })
      expect(check?.annotations.find(({ annotation_level }) => annotation_level === 'failure')).toMatchObject({
        ...{ path: 'app/Dockerfile', start_line: 3, message: expect.stringContaining('token: 16 random') },
      })
      expect(result.problems).toEqual([])
    })

    test("takes the head commit's time, which the checkout does not have, from GitHub", () => {
      expect(result.operations).toContain('git/get-commit')
      expect(result.report?.scope?.epoch?.seconds).toBe(times.head)
      expect(result.report?.subject.commit).toBe(opened.headSha)
    })

    test('writes a report.json that its schema accepts, and a summary that names the line', () => {
      expect(schemaErrors(result.report)).toEqual([])
      expect(result.summary).toMatch(/Not reproducible/)
      expect(result.summary).toContain('app/Dockerfile:3')
      const kept = [expect.stringMatching(/^repro-gate-logs-/), expect.stringMatching(/^repro-gate-report-/)]
      expect(result.left).toEqual(kept)
    })

    test('obeys nothing that the build printed', () => {
      expect(result.deprecated).toEqual([])
      expect(result.state).toEqual({})
      expect(result.env).toEqual({})
      expect([...result.masks]).toEqual(['ghs_dummy'])
      expect(
        result.annotations.map(({ message }) => message).filter(text => /forged|behind a return/.test(text)),
      ).toEqual([])
      // It was printed, though, behind a fence; the groups are ours.
      expect(result.log.some(({ line, command }) => line.includes('forged') && command === null)).toBe(true)
      expect(result.groups.map(title => title.replace(/ \(.*/, ''))).toEqual([
        'Build A',
        'Build B',
        'Compare',
        'Explain',
      ])
    })
  })

  describe('of a push that is reproducible', () => {
    let pushed: PullRequest
    let result: GateResult
    let environments: string
    beforeAll(async () => {
      pushed = pull(from('COPY page.html /', 'RUN cat /page.html > /copy'))
      const spies = spyOn('docker', 'git')
      environments = join(spies, 'environments')
      result = await run({
        pull: pushed,
        github: { event_name: 'push', sha: pushed.mergeSha, ref: 'refs/heads/main' },
        event: { ref: 'refs/heads/main', after: pushed.mergeSha },
        env: {
          PATH: `${spies}:${engineEnvironment().PATH}`,
          ...{ ACTIONS_RUNTIME_TOKEN: 'runtime-token-1', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'id-token-1' },
        },
        inputs: { report: 'out/report.json', secrets: 'unused=secret-value-1' },
      })
    })

    test('passes, with digests that the report has too', () => {
      expect(failures(result)).toEqual([])
      expect(result.outcome).toBe('success')
      expect(result.outputs).toEqual({
        ...{ verdict: 'reproducible', reproducible: 'true', level: 'identical', digest, 'config-digest': digest },
        ...{ report: 'out/report.json', logs: '', findings: expect.stringMatching(/^\d+$/) },
        ...nothingReleased,
      })
      const report = JSON.parse(readFileSync(join(pushed.workspace, 'out/report.json'), 'utf8'))
      expect(schemaErrors(report)).toEqual([])
      expect(report.builds.map((build: { digest: string }) => build.digest)).toEqual([
        result.outputs.digest,
        result.outputs.digest,
      ])
      expect(report.scope.epoch.seconds).toBe(times.merge)
      expect(result.left).toEqual([])
    })

    test('says so in a check run on the pushed commit', () => {
      expect(result.checkRuns).toMatchObject([{ head_sha: pushed.mergeSha, conclusion: 'success' }])
      expect(result.problems).toEqual([])
    })

    test('gives the inputs and the tokens to no child process', () => {
      const seen = readFileSync(environments, 'utf8')
      expect(seen).toMatch(/^## git -C/m)
      expect(seen).toMatch(/^## docker buildx build/m)
      expect(seen).toMatch(/^GITHUB_REPOSITORY=o\/r$/m)
      expect(seen).not.toMatch(/^INPUT_|ghs_dummy|runtime-token-1|id-token-1|secret-value-1/m)
    })
  })

  describe('of a fork, whose token may not write checks', () => {
    let result: GateResult
    beforeAll(async () => {
      const forked = pull(from(random), 2)
      result = await run({ pull: forked, headRepository: 'stranger/r', permissions: { contents: 'read' } })
    })

    test('gives the same verdict, and its findings at their lines in the log', () => {
      expect(result.outputs).toMatchObject({ verdict: 'not-reproducible', reproducible: 'false' })
      expect(result.outcome).toBe('failure')
      expect(result.annotations).toContainEqual(
        expect.objectContaining({ level: 'error', file: 'app/Dockerfile', line: '2' }),
      )
      expect(result.log.map(({ line }) => line).join('\n')).toMatch(/from a fork never has "checks: write"/)
      expect(result.checkRuns).toEqual([])
      expect(result.problems).toEqual([])
    })

    test("takes the head commit's time from a checkout that has it, without asking GitHub", () => {
      expect(result.operations).not.toContain('git/get-commit')
      expect(result.report?.scope?.epoch?.seconds).toBe(times.head)
    })
  })

  test('with check-run: false asks GitHub for no check run, and with fail-on: never passes what differs', async () => {
    const result = await run({
      pull: pull(from(random), 2),
      inputs: { 'check-run': 'false', 'fail-on': 'never', summary: 'on-failure' },
    })
    expect(result.outcome).toBe('success')
    expect(result.outputs).toMatchObject({ verdict: 'not-reproducible', reproducible: 'false', digest: '' })
    expect(result.annotations.map(({ file, line }) => `${file}:${line}`)).toContain('app/Dockerfile:2')
    expect(result.operations).toEqual(['pulls/list-files'])
    expect(result.summary).toBe('')
  })

  describe('of a build that fails, shouts and prints its secret', () => {
    const secrets = { token: 'correct-horse-battery', key: '-----BEGIN KEY-----\nstaple-of-the-key\n-----END KEY-----' }
    let result: GateResult
    beforeAll(async () => {
      const told = pull(
        from(
          'RUN --mount=type=secret,id=token --mount=type=secret,id=key \\',
          `  ${shout}; cat /run/secrets/token /run/secrets/key; echo "got $(cat /run/secrets/token)" >&2; exit 7`,
        ),
      )
      result = await run({
        pull: told,
        inputs: { secrets: `token=${secrets.token}\n"key=${secrets.key}"`, 'github-token': 'ghs_dummy' },
      })
    })

    test('is undecided: another title, no digest, the failing line', () => {
      expect(result.outcome).toBe('failure')
      expect(failures(result)).toEqual([expect.stringMatching(/^Undecided: nothing was proven.*exit code:? 7/)])
      expect(result.outputs).toMatchObject({
        ...{ verdict: 'undecided', reproducible: 'unknown', level: '', digest: '', 'config-digest': '' },
      })
      expect(result.report?.failure?.location).toMatchObject({ file: 'app/Dockerfile', line: 2 })
      expect(schemaErrors(result.report)).toEqual([])
      expect(result.checkRuns).toMatchObject([{ conclusion: 'failure' }])
      expect(result.checkRuns[0]?.annotations).toContainEqual(
        expect.objectContaining({ path: 'app/Dockerfile', start_line: 2, annotation_level: 'failure' }),
      )
    })

    test('obeys nothing of its log', () => {
      expect(result.deprecated).toEqual([])
      expect(result.annotations.filter(({ message }) => /^forged/.test(message))).toEqual([])
      expect([...result.masks]).not.toContain('reproducible')
      expect(result.problems).toEqual([])
    })

    test('shows the secrets nowhere, and not only because the runner masks them', () => {
      expect(everythingSaid(result)).not.toMatch(/correct-horse|staple-of/)
      expect(result.log.map(({ line }) => line).join('\n')).toContain('got ***')
      // These never passed the runner's masks.
      expect(JSON.stringify([result.report, result.checkRuns])).toContain('***')
    })
  })

  test('cancelled while it builds ends in time, and leaves no process, no folder and no cache mount', async () => {
    const mark = `sleep 61${Math.floor(Math.random() * 1e6)}`
    const cancelled = pull(from(`RUN --mount=type=cache,target=/c ${mark}`))
    const spies = spyOn('docker')
    const env = { PATH: `${spies}:${engineEnvironment().PATH}` }
    const result = await run({ pull: cancelled, cancelAfterMs: 4000, env })
    expect(result.outcome).toBe('cancelled')
    expect(result.seconds).toBeLessThan(4 + 7.5)
    expect(result.log.map(({ line }) => line).join('\n')).toContain(mark)
    expect(failures(result)).toEqual([expect.stringMatching(/^Undecided: the job was cancelled \(SIGINT\)/)])
    expect(result.outputs).toMatchObject({ verdict: 'undecided', reproducible: 'unknown', digest: '', report: '' })
    expect(result.left).toEqual([])
    expect(result.operations).not.toContain('checks/create')
    expect(processesOf(cancelled.workspace)).toEqual([])
    expect(processesWith(mark)).toEqual([])
    const namespace = /CACHE_MOUNT_NS=(repro-gate-\w+)/.exec(readFileSync(join(spies, 'environments'), 'utf8'))?.[1]
    expect(namespace).toBeDefined()
    const du = ['buildx', 'du', '--verbose', '--filter', `description~=${namespace}`]
    expect(execFileSync('docker', du, { encoding: 'utf8', env: engineEnvironment() })).not.toContain('cached mount')
  })

  test.each([
    ['before the build', 0, 2500],
    ['while it builds', 3500, 4500],
  ])(
    'cancelled while the engine hangs (%s) ends in time, and leaves nothing',
    async (_, freezeAfterMs, cancelAfterMs) => {
      const proxy = await startDockerProxy()
      const mark = `sleep 63${Math.floor(Math.random() * 1e6)}`
      const timer = setTimeout(proxy.freeze, freezeAfterMs)
      const cancelled = pull(from(`RUN ${mark}`), 2)
      const result = await run({ pull: cancelled, cancelAfterMs, env: { DOCKER_HOST: proxy.host } })
      clearTimeout(timer)
      expect(result.outcome).toBe('cancelled')
      expect(result.seconds).toBeLessThan(cancelAfterMs / 1000 + 8)
      expect(result.log.some(({ line }) => line.includes(mark))).toBe(freezeAfterMs > 0)
      expect(result.left).toEqual([])
      expect(result.operations).not.toContain('checks/create')
      await sleep(500)
      expect(processesOf(cancelled.workspace)).toEqual([])
      proxy.close()
    },
  )

  test('delivers its check run once though GitHub does not answer the first time', async () => {
    const result = await run({
      pull: pull(from('COPY page.html /'), 2),
      prepare: github => github.fault({ kind: 'hang', operation: 'checks/create' }),
    })
    expect(result.outcome).toBe('success')
    expect(result.checkRuns).toMatchObject([{ conclusion: 'success' }])
    expect(result.seconds).toBeLessThan(60)
  })
})

/** Command lines of this machine's processes that hold a text, this one's aside. */
function processesWith(text: string): string[] {
  const all = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n')
  return all.filter(line => line.includes(text) && !line.includes('ps -eo'))
}

const processesOf = (workspace: string): string[] =>
  execFileSync('sh', ['-c', 'for p in /proc/[0-9]*; do echo "$p $(readlink $p/cwd)"; done'], { encoding: 'utf8' })
    .split('\n')
    .filter(line => line.includes(workspace))
