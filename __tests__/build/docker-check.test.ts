import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type CheckRequest, dockerChecks, findingsIn } from '../../src/build/docker-check.ts'
import { notFound, portsWith, scripted } from './ports.ts'

const recorded = JSON.parse(readFileSync(new URL('./fixtures/docker-check.json', import.meta.url), 'utf8')) as Record<
  string,
  { dockerfile: string; code: number; answer: { warnings: unknown[] | null } }
>

const request = (text: string, more: Partial<CheckRequest> = {}): CheckRequest => ({
  ...{ context: 'app', file: 'app/Dockerfile', shown: { file: 'app/Dockerfile', text } },
  ...{ target: undefined, platform: undefined, buildArgs: {}, buildContexts: {}, builder: undefined },
  ...more,
})

describe('what Docker answered, as findings', () => {
  test.each([
    ['clean', []],
    [
      'habits',
      [
        'StageNameCasing:1',
        'MaintainerDeprecated:9',
        'ConsistentInstructionCasing:1',
        'ConsistentInstructionCasing:5',
        'ConsistentInstructionCasing:6',
        'FromPlatformFlagConstDisallowed:4',
        'WorkdirRelativePath:5',
        'SecretsUsedInArgOrEnv:7',
        'JSONArgsRecommended:8',
      ],
    ],
    ['undeclared argument', ['InvalidDefaultArgInFrom:1', 'UndefinedArgInFrom:1']],
    ['placeholder', ['StageNameCasing:1', 'InvalidDefaultArgInFrom:1']],
    ['ignored file', ['CopyIgnoredFile:2']],
    ['skipped check', ['LegacyKeyValueFormat:3']],
    ['another platform', ['FromPlatformFlagConstDisallowed:1', 'InvalidBaseImagePlatform:1']],
    ['broken file', []],
    ['base out of reach', ['StageNameCasing:1']],
  ])('%s', async (name, expected) => {
    const { dockerfile, code, answer } = recorded[name] ?? { dockerfile: '', code: 0, answer: {} }
    const exec = scripted({ 'docker buildx build': { code, stdout: JSON.stringify(answer) } })
    const found = await dockerChecks(portsWith(exec), request(dockerfile))
    expect(found.map(({ id, location }) => `${id}:${location?.line}`)).toEqual(expected)
    for (const finding of found) {
      expect(finding).toMatchObject({ source: 'docker', level: 'warning' })
      expect(finding.location?.file).toBe('app/Dockerfile')
      expect(finding.docs).toMatch(/^https:\/\/docs\.docker\.com\//)
    }
  })

  test('the words are Docker’s', () => {
    const { dockerfile, answer } = recorded['skipped check'] ?? { dockerfile: '', answer: {} }
    expect(findingsIn(JSON.stringify(answer), { file: 'Dockerfile', text: dockerfile })).toEqual([
      {
        ...{ id: 'LegacyKeyValueFormat', source: 'docker', level: 'warning', class: 'drift' },
        title: 'Legacy key/value format with whitespace separator should not be used',
        message: '"ENV key=value" should be used instead of legacy "ENV key value" format',
        location: { file: 'Dockerfile', line: 3, endLine: 3 },
        ...{ paths: [], count: 1, confidence: 'certain', evidence: [] },
        docs: 'https://docs.docker.com/go/dockerfile/rule/legacy-key-value-format/',
      },
    ])
  })
})

test('Docker is asked about the same build, value by value', async () => {
  const exec = scripted({ 'docker buildx build': { stdout: '{"warnings":null}' } })
  await dockerChecks(
    portsWith(exec),
    request('', {
      ...{ target: 'app', platform: 'linux/arm64', builder: 'mine' },
      ...{ buildArgs: { A: '1 2', B: '' }, buildContexts: { docs: './docs' } },
    }),
  )
  expect(exec.lines).toEqual([
    'docker buildx build --builder mine --progress quiet --call check,format=json --file app/Dockerfile --target app --platform linux/arm64 --build-arg A=1 2 --build-arg B= --build-context docs=./docs app',
  ])
})

describe('where nobody can say, there is nothing, and no error', () => {
  test.each([
    ['no docker', notFound()],
    ['no buildx', { code: 125, stderr: "unknown flag: --builder\ndocker: 'buildx' is not a docker command" }],
    ['no engine', { code: 1, stderr: 'ERROR: Cannot connect to the Docker daemon at unix:///nope.' }],
    ['an old buildx', { code: 125, stderr: 'unknown flag: --call' }],
    ['a frontend that cannot be had', { code: 1, stderr: 'failed to resolve source metadata for x:hunter22' }],
    ['half an answer', { code: 1, stdout: '{"warnings": [{"ruleName": "Stage' }],
    ['another answer', { code: 0, stdout: '[]' }],
  ])('%s', async (_name, answer) => {
    const ports = portsWith(scripted({ docker: answer }))
    expect(await dockerChecks(ports, request('FROM scratch\n', { buildArgs: { TOKEN: 'hunter22' } }))).toEqual([])
    expect(ports.logged).toHaveLength(1)
    expect(ports.logged.join()).not.toContain('hunter22')
  })

  test('without docker nobody asks a second time', async () => {
    const exec = scripted({ docker: notFound() })
    for (let index = 0; index < 3; index++) await dockerChecks(portsWith(exec), request(''))
    expect(exec.lines).toHaveLength(1)
  })
})

describe('the frontend that answers may be anybody’s', () => {
  const shown = { file: 'Dockerfile', text: 'FROM scratch\n' }
  const answer = (...warnings: unknown[]) => findingsIn(JSON.stringify({ warnings }), shown) ?? []

  test('a name that is none of Docker’s, or that passes for one of ours, is passed over', () => {
    const names = ['RG101', 'x', 'A b', 'A\u001b[0m', '', 7, null, 'a'.repeat(99)]
    expect(answer(...names.map(ruleName => ({ ruleName })), null, 'x', [])).toEqual([])
  })

  test('an address elsewhere is replaced, a line that is not there points nowhere', () => {
    const at = (line: unknown, end: unknown = line) => ({ ranges: [{ start: { line }, end: { line: end } }] })
    const all = [0, -1, 3, 1.5, '1', null, 2 ** 40].map(line => ({ ruleName: 'Foo', location: at(line) }))
    expect(answer(...all).map(({ location }) => location)).toEqual(all.map(() => undefined))
    const [first] = answer({ ruleName: 'Foo', url: 'https://evil.example/', location: at(2, 1) })
    expect(first).toMatchObject({ title: 'Foo', message: 'Foo', location: { line: 2, endLine: 2 } })
    expect(first?.docs).toBe('https://docs.docker.com/reference/build-checks/')
  })

  test('it is bounded', () => {
    const long = 'x'.repeat(1e5)
    const found = answer(...Array.from({ length: 1000 }, () => ({ ruleName: 'Foo', description: long, detail: long })))
    expect(found).toHaveLength(200)
    expect(JSON.stringify(found).length).toBeLessThan(500_000)
  })

  test('nothing in it makes it fail', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(Array.isArray(answer(value, { ruleName: 'Foo', location: value, url: value, detail: value }))).toBe(true)
        findingsIn(JSON.stringify(value), shown)
      }),
    )
  })
})
