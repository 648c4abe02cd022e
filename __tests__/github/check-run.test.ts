import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { conclusion } from '../../src/github/check-run-of.ts'
import { eventFrom } from '../../src/github/event.ts'
import type { LogCommands } from '../../src/github/log-annotations.ts'
import { type Publication, type Publishing, publish } from '../../src/github/publish.ts'
import { checkOptions, type Given } from '../../src/options/options.ts'
import type { Report } from '../../src/report/report.ts'
import { type GitHubDouble, type GitHubOptions, startGitHubDouble } from '../doubles/github/github-double.ts'
import { hostileEverywhere } from '../report/extreme-reports.ts'
import { threeImages } from '../report/image-reports.ts'
import { at, finding, notReproducible, reproducible, undecided } from '../report/reports.ts'

const headSha = 'ab'.repeat(20)
const mergeSha = 'cd'.repeat(20)
const payload = {
  pull_request: {
    number: 7,
    head: { sha: headSha, repo: { full_name: 'o/r' } },
    base: { sha: 'ef'.repeat(20), repo: { full_name: 'o/r' } },
  },
}

/** So many lint findings at so many lines. */
const reportOf = (count: number): Report => ({
  ...notReproducible,
  findings: Array.from({ length: count }, (_, index) =>
    finding('RG201', { location: at(index + 1), title: `Finding ${index}` }),
  ),
})

describe('the check run', () => {
  let github: GitHubDouble
  let logged: { level: string; message: string; properties: unknown }[]
  let attempt = 0

  const start = async (options: GitHubOptions = {}) => {
    github = await startGitHubDouble({ seed: { commits: { [headSha]: {} } }, ...options })
  }

  const commands = Object.fromEntries(
    ['error', 'warning', 'notice', 'info'].map(level => [
      level,
      (message: string, properties: unknown) => void logged.push({ level, message, properties }),
    ]),
  ) as unknown as LogCommands

  const deliver = async (
    report: Report,
    { env: environment = {}, ...more }: Partial<Publishing> & { env?: Record<string, string> } = {},
  ): Promise<Publication['findings']> => {
    const env = {
      ...{
        GITHUB_EVENT_NAME: 'pull_request',
        GITHUB_REPOSITORY: 'o/r',
        GITHUB_SHA: mergeSha,
        GITHUB_API_URL: github.url,
      },
      ...{ GITHUB_RUN_ID: '11', GITHUB_RUN_ATTEMPT: String(++attempt), GITHUB_JOB: 'gate', ...environment },
    }
    const { findings } = await publish({
      report,
      event: eventFrom(env, payload),
      token: 'ghs_dummy',
      options: checkOptions('gate', { annotate: ['all'] }),
      failed: true,
      commands,
      second: 5,
      ...more,
    })
    return findings
  }

  const runs = () => Object.values(github.state.checkRuns)
  const operations = () => github.requests.map(({ operation }) => operation)

  beforeEach(async () => {
    logged = []
    attempt = 0
    await start()
  })
  afterEach(() => github.close())

  test('has 120 annotations in three requests, on the head commit, and ends completed', async () => {
    expect(await deliver(reportOf(120))).toMatchObject({ kind: 'check-run', annotations: 120 })
    expect(operations()).toEqual([
      ...['checks/list-for-ref', 'checks/create', 'checks/update', 'checks/update'],
      'checks/list-for-ref',
    ])
    const sent = github.requests.map(({ body }) => body?.output?.annotations?.length)
    expect(sent).toEqual([undefined, 50, 50, 20])
    expect(github.requests.map(({ body }) => body?.status)).toEqual([undefined, 'in_progress', undefined, 'completed'])
    expect(runs()).toMatchObject([
      { head_sha: headSha, status: 'completed', conclusion: 'failure', name: 'repro-gate / Dockerfile' },
    ])
    expect(runs()[0].annotations.map(({ start_line }: { start_line: number }) => start_line)).toEqual(
      Array.from({ length: 120 }, (_, index) => index + 1),
    )
    expect(github.problems()).toEqual([])
    expect(logged).toEqual([])
  })

  test.each([0, 1, 50, 51, 100])('takes %i annotations without losing or repeating one', async count => {
    await deliver(reportOf(count))
    expect(runs()).toHaveLength(1)
    expect(runs()[0]).toMatchObject({ status: 'completed', annotations: { length: count } })
    expect(github.problems()).toEqual([])
  })

  test('of thousands has the worst thousand, in twenty requests, and the log says how many more there are', async () => {
    const report = reportOf(1_130)
    const [last] = report.findings.slice(-1)
    const findings = report.findings.map(one => ({ ...one, level: one === last ? 'error' : 'warning' }) as const)
    expect(await deliver({ ...report, findings })).toMatchObject({ kind: 'check-run', annotations: 1_000 })
    expect(runs()).toMatchObject([{ status: 'completed', annotations: { length: 1_000 } }])
    expect(runs()[0].annotations[0].start_line).toBe(1_130)
    expect(operations().filter(one => /create|update/.test(one))).toHaveLength(20)
    expect(logged.map(({ message }) => message)).toEqual([
      'The check run has the 1,000 worst annotations; what 130 more would say is in report.json.',
    ])
    expect(github.problems()).toEqual([])
  })

  const lines = (index: number) => runs()[index].annotations.map(({ start_line }: { start_line: number }) => start_line)

  test('is made once, and updated by a re-run that blames the same lines', async () => {
    await deliver(reportOf(60))
    const again = reportOf(60)
    const changed = again.findings.map(one => ({ ...one, message: 'Other values were seen this time.' }))
    await deliver({ ...again, verdict: 'undecided', findings: changed })
    expect(runs()).toMatchObject([
      { annotations: { length: 60 }, output: { title: expect.stringMatching(/^Undecided/) }, status: 'completed' },
    ])
    expect(runs()[0].details_url).toMatch(/runs\/11\/attempts\/2$/)
    expect(github.problems()).toEqual([])
  })

  test('does not say that nothing was proven where some images are', async () => {
    const results = (threeImages.results ?? []).filter(({ verdict }) => verdict !== 'not-reproducible')
    await deliver({ ...threeImages, verdict: 'undecided', results })
    expect(runs()[0].output.title).toMatch(/^Undecided: 1 of 2 images proven, 1 undecided \(jobs\)/)
    await deliver({ ...undecided })
    expect(runs().at(-1)?.output.title).toMatch(/^Undecided: nothing was proven, so this is not a pass. Build B took/)
  })

  test('is updated by a re-run, and by a later run, that blame more lines: only what is new is added', async () => {
    await deliver(reportOf(60))
    await deliver(reportOf(61))
    await deliver(reportOf(180), { env: { GITHUB_RUN_ID: '12', GITHUB_RUN_ATTEMPT: '1' } })
    expect(runs()).toHaveLength(1)
    expect(lines(0)).toEqual(Array.from({ length: 180 }, (_, index) => index + 1))
    expect(runs()[0]).toMatchObject({ status: 'completed', conclusion: 'failure' })
    expect(github.problems()).toEqual([])
  })

  test('counts for nothing, and says so, once a newer one that blames fewer or other lines has its place', async () => {
    await deliver(reportOf(60))
    await deliver(reproducible, { failed: false })
    await deliver(reportOf(2))
    await deliver(reportOf(2))
    const superseded = ['neutral', 'Superseded by a newer run of this gate']
    expect(runs().map(({ conclusion, output }) => [conclusion, output.title])).toEqual([
      superseded,
      superseded,
      ['failure', expect.stringMatching(/^Not reproducible/)],
    ])
    expect(runs()[0].output.summary).toContain(`(https://github.com/o/r/runs/${runs()[1].id})`)
    expect(runs()[0].output.summary).toContain('It said: Not reproducible')
    expect(runs().map(run => run.annotations.length)).toEqual([60, reproducible.findings.length, 2])
    expect(logged).toEqual([])
    expect(github.problems()).toEqual([])
  })

  const stopHalfWay = (run: Record<string, unknown> & { annotations: unknown[] }) => {
    run.annotations.splice(50)
    Object.assign(run, { status: 'in_progress', conclusion: null })
  }

  test('that was left half-way by an attempt before this one is carried on', async () => {
    await deliver(reportOf(60))
    stopHalfWay(runs()[0])
    await deliver(reportOf(60))
    expect(runs()).toMatchObject([{ status: 'completed', annotations: { length: 60 } }])
    expect(new Set(lines(0)).size).toBe(60)
  })

  test('that another run still writes, or another job of this attempt wrote, is left to it', async () => {
    await deliver(reportOf(60))
    stopHalfWay(runs()[0])
    const elsewhere = { GITHUB_RUN_ID: '12', GITHUB_RUN_ATTEMPT: '1' }
    await deliver(reportOf(60), { env: elsewhere })
    await deliver(reportOf(3), { env: elsewhere })
    expect(runs()).toMatchObject([
      { status: 'in_progress', annotations: { length: 50 } },
      { status: 'completed', annotations: { length: 60 }, conclusion: 'failure' },
      { status: 'completed', annotations: { length: 3 }, conclusion: 'failure' },
    ])
    expect(github.problems()).toEqual([])
  })

  test('is one that counts where runs begin at the same moment', async () => {
    const env = (id: string) => ({ env: { GITHUB_RUN_ID: id, GITHUB_RUN_ATTEMPT: '1' } })
    await Promise.all(['21', '22', '23'].map(id => deliver(reportOf(3), env(id))))
    expect(runs()).toHaveLength(3)
    const standing = runs().filter(({ output }) => !/^Superseded/.test(output.title))
    expect(standing).toEqual([runs().sort((a, b) => b.id - a.id)[0]])
    expect(standing).toMatchObject([{ conclusion: 'failure', status: 'completed' }])
    for (const one of runs().filter(one => one !== standing[0]))
      expect(one).toMatchObject({ conclusion: 'neutral', output: { summary: expect.stringContaining('It said: Not') } })
    await deliver(reportOf(3), env('24'))
    expect(runs()).toHaveLength(3)
    expect(github.problems()).toEqual([])
  })

  test.each(['a cancelled job', 'the end of the time'])('is not left open by %s', async what => {
    github.fault({ operation: 'checks/update', kind: 'hang' })
    const cancelled = new AbortController()
    const ending = what === 'a cancelled job' ? { signal: cancelled.signal } : { deadline: 1500 }
    setTimeout(() => cancelled.abort(), 1500).unref()
    expect(await deliver(reportOf(60), ending)).toMatchObject({ kind: 'log' })
    expect(runs()).toMatchObject([{ status: 'completed', conclusion: 'failure', annotations: { length: 50 } }])
    await deliver(reportOf(60))
    expect(runs()).toMatchObject([{ status: 'completed', annotations: { length: 60 } }])
    expect(github.problems()).toEqual([])
  })

  test('is made anew where nobody can say what the earlier one has; an earlier one that cannot be marked costs a word', async () => {
    await deliver(reportOf(3))
    github.fault({ operation: 'checks/list-annotations', kind: 'forbidden' })
    github.fault({ operation: 'checks/update', kind: 'forbidden' })
    expect(await deliver(reportOf(3))).toMatchObject({ kind: 'check-run', annotations: 3 })
    expect(runs().map(({ conclusion }) => conclusion)).toEqual(['failure', 'failure'])
    expect(logged.map(({ level, message }) => `${level}: ${message}`)).toEqual(
      Array(2).fill(
        expect.stringMatching(/^info: The check run of an earlier run .* stays as it was: .*checks: write/),
      ),
    )
  })

  test('is one for each job of a matrix, and for each thing that is gated', async () => {
    const asked = (given: Given) => ({ options: checkOptions('gate', { ...given, annotate: ['all'] }) })
    await deliver(reportOf(1))
    await deliver(reportOf(1), { env: { GITHUB_JOB: 'other' } })
    await deliver(reportOf(1), asked({ platforms: ['linux/arm64'] }))
    await deliver(reportOf(1), asked({ 'build-args': ['PYTHON=3.11'] }))
    await deliver(reportOf(1), asked({ 'build-args': ['PYTHON=3.12'] }))
    await deliver({ ...reportOf(1), subject: { ...notReproducible.subject, target: 'test' } })
    expect(runs()).toHaveLength(6)
    const names = runs().map(({ name }) => name)
    expect(new Set(names).size).toBe(5)
    expect(names).toContain('repro-gate / Dockerfile (linux/arm64)')
    expect(names.filter(name => /\(1 build argument [0-9a-f]{4}\)$/.test(name))).toHaveLength(2)
  })

  test('stays the same one where a build argument names the commit or the time', async () => {
    const asked = (value: string) => ({ options: checkOptions('gate', { 'build-args': [`REVISION=${value}`] }) })
    await deliver(reportOf(1), asked(`1.2-${headSha}`))
    await deliver(reportOf(1), asked(`1.2-${mergeSha}`))
    await deliver(reportOf(1), asked('1.2-2026-11-21T10:00:00Z'))
    expect(runs()).toHaveLength(1)
  })

  test('is left alone by a token that may not write; the log gets the worst ten of a level instead', async () => {
    await github.close()
    await start({ permissions: { checks: 'read' } })
    const report = reportOf(30)
    const publication = await deliver(report)
    expect(publication).toMatchObject({ kind: 'log', shown: 10, left: 20 })
    expect(logged[0]).toMatchObject({ level: 'info', message: expect.stringContaining('"checks: write"') })
    expect(logged.filter(({ level }) => level === 'warning')).toHaveLength(10)
    expect(logged.find(({ level }) => level === 'warning')).toMatchObject({
      properties: { file: 'Dockerfile', startLine: 1, endLine: 1 },
    })
    expect(logged.at(-1)?.message).toContain('20 more findings')
    expect(operations().filter(operation => operation === 'checks/create')).toHaveLength(1)
    expect(github.problems()).toEqual([])
  })

  test('asks for the right to write at once, where the token may not even look', async () => {
    await github.close()
    await start({ permissions: { contents: 'read' } })
    expect(await deliver(reportOf(1))).toMatchObject({ kind: 'log', shown: 1 })
    expect(operations()).toEqual(['checks/list-for-ref'])
    expect(logged[0]?.message).toContain('Give the job the permission "checks: write"')
  })

  test.each(['applied-then-500', 'truncate'] as const)('is one and whole when its making ends in %s', async kind => {
    github.fault({ operation: 'checks/create', kind })
    expect(await deliver(reportOf(120))).toMatchObject({ kind: 'check-run', annotations: 120 })
    expect(runs()).toHaveLength(1)
    expect(runs()[0]).toMatchObject({ status: 'completed', annotations: { length: 120 } })
    expect(operations().filter(operation => operation === 'checks/create')).toHaveLength(1)
    expect(github.problems()).toEqual([])
  })

  test.each(['applied-then-500', 'truncate', 500, 502, 'reset', 'secondary-rate-limit', 429] as const)(
    'has every annotation once when a request that adds some ends in %s',
    async kind => {
      for (const skip of [0, 1]) github.fault({ operation: 'checks/update', kind, skip })
      expect(await deliver(reportOf(130))).toMatchObject({ kind: 'check-run', annotations: 130 })
      const lines = runs()[0].annotations.map(({ start_line }: { start_line: number }) => start_line)
      expect(lines).toEqual(Array.from({ length: 130 }, (_, index) => index + 1))
      expect(runs()[0].status).toBe('completed')
      expect(github.problems()).toEqual([])
    },
  )

  test.each([500, 502, 503, 'reset', 'secondary-rate-limit'] as const)(
    'survives %s at the first requests',
    async kind => {
      github.fault({ operation: 'checks/list-for-ref', kind })
      github.fault({ operation: 'checks/create', kind })
      expect(await deliver(reportOf(3))).toMatchObject({ kind: 'check-run', annotations: 3 })
      expect(runs()).toHaveLength(1)
      expect(github.problems()).toEqual([])
    },
  )

  test('gives up on a server that never answers, within its deadlines', async () => {
    github.fault({ kind: 'hang', times: 99 })
    const begun = Date.now()
    const publication = await deliver(reportOf(3), { requestDeadline: 200, deadline: 1000 })
    expect(Date.now() - begun).toBeLessThan(2500)
    expect(publication).toMatchObject({ kind: 'log', shown: 3 })
  })

  test('does not send again what it cannot know to be missing', async () => {
    github.fault({ operation: 'checks/update', kind: 'applied-then-500' })
    github.fault({ operation: 'checks/get', kind: 'not-found', times: 9 })
    expect(await deliver(reportOf(100))).toMatchObject({ kind: 'log' })
    expect(runs()[0].annotations).toHaveLength(100)
    expect(runs()[0].status).toBe('completed')
  })

  test.each(['unauthorized', 'forbidden', 'not-found', 422] as const)('is not tried again after %s', async kind => {
    github.fault({ operation: 'checks/create', kind, times: 9 })
    expect(await deliver(reportOf(3))).toMatchObject({ kind: 'log', shown: 3 })
    expect(operations()).toEqual(['checks/list-for-ref', 'checks/create'])
  })

  test('reaches an own server under its prefix', async () => {
    await github.close()
    await start({ description: 'ghes-3.17', prefix: '/api/v3' })
    expect(await deliver(reportOf(60))).toMatchObject({ kind: 'check-run', annotations: 60 })
    expect(github.requests.every(({ url }) => url.startsWith('/api/v3/repos/o/r/'))).toBe(true)
    expect(github.problems()).toEqual([])
  })

  test('keeps within what GitHub takes, whatever the sources hold', async () => {
    const long = 'ä'.repeat(40_000)
    const report = reportOf(2)
    const findings = [
      finding('a', { location: at(3, 9, 4, 8), title: long, message: long, fix: { text: long, snippet: long } }),
      finding('b', { location: { file: '../Dockerfile', line: 1, endLine: 1 } }),
      finding('c', { location: { file: '/etc/passwd', line: 0, endLine: -1 } }),
      finding('d', { location: { file: './sub/Dockerfile', line: 7, endLine: 3, column: 4, endColumn: 2 } }),
      finding('e'),
    ]
    await deliver({ ...report, findings })
    expect(runs()[0].annotations.map(({ path }: { path: string }) => path)).toEqual(['sub/Dockerfile', 'Dockerfile'])
    await deliver({ ...hostileEverywhere, subject: { ...hostileEverywhere.subject, file: long } })
    expect(runs()).toHaveLength(2)
    expect(github.problems()).toEqual([])
  })

  test('without a token or a repository the log is used, and GitHub is not asked', async () => {
    expect(await deliver(reportOf(1), { token: '' })).toMatchObject({ kind: 'log', shown: 1 })
    expect(logged[0]?.message).toBe('Findings are shown in the log: there is no github-token to report with.')
    logged = []
    await deliver(reportOf(1), { token: '', env: { GITHUB_REPOSITORY: '' } })
    expect(logged[0]?.message).toMatch(/there is no repository, no github-token to report with\.$/)
    expect(github.requests).toEqual([])
  })
})

describe('the conclusion', () => {
  test('is success only for what was proven', () => {
    expect(conclusion(reproducible, false)).toBe('success')
    expect(conclusion(reproducible, true)).toBe('failure')
    const lint = { ...reproducible, command: 'lint' as const, verdict: null }
    const [finding] = notReproducible.findings
    expect(conclusion({ ...lint, findings: finding ? [{ ...finding, level: 'error' }] : [] }, false)).toBe('neutral')
    expect(conclusion({ ...lint, findings: finding ? [{ ...finding, level: 'notice' }] : [] }, false)).toBe('success')
    expect(conclusion(undecided, false)).toBe('failure')
    expect(conclusion({ ...reproducible, verdict: null }, false)).toBe('failure')
    expect(conclusion(notReproducible, true)).toBe('failure')
    expect(conclusion(notReproducible, false)).toBe('neutral')
  })
})
