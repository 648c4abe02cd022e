import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readCommandLine } from '../../src/options/flags.ts'
import { givenInputs } from '../../src/options/inputs.ts'
import { checkOptions, InputError } from '../../src/options/options.ts'

const problemsOf = (work: () => unknown): string[] => {
  try {
    work()
  } catch (error) {
    if (error instanceof InputError) return error.problems
    throw error
  }
  return []
}
const inputs = (given: Record<string, string>) => givenInputs(name => given[name] ?? '')

describe('defaults', () => {
  test('a gate of the folder it is in', () => {
    const options = checkOptions('gate', {})
    expect(options).toMatchObject({ context: '.', file: 'Dockerfile', failOn: 'difference', level: 'same-content' })
    expect(options.sourceDateEpoch).toBe('commit')
  })
  test('a lint fails on errors', () => expect(checkOptions('lint', {}).failOn).toBe('error'))
  test('the Dockerfile is in the context, unless it is named', () => {
    expect(checkOptions('gate', { context: ['app/'] }).file).toBe('app/Dockerfile')
    expect(checkOptions('gate', { context: ['/'] }).file).toBe('/Dockerfile')
    expect(checkOptions('gate', { context: ['app'], file: ['docker/Dockerfile.gpu'] }).file).toBe(
      'docker/Dockerfile.gpu',
    )
  })
  test("the environment's epoch counts where none is given", () => {
    expect(checkOptions('gate', {}, { SOURCE_DATE_EPOCH: '1700000000' }).sourceDateEpoch).toBe(1700000000)
    expect(checkOptions('gate', { 'source-date-epoch': ['7'] }, { SOURCE_DATE_EPOCH: '9' }).sourceDateEpoch).toBe(7)
  })
})

describe('checks', () => {
  test('every problem is told at once', () => {
    const given = {
      level: ['same'],
      'fail-on': ['x'],
      'source-date-epoch': ['soon'],
      platforms: ['amd64'],
      'allow-untrusted': ['yes'],
    }
    const problems = problemsOf(() => checkOptions('gate', given))
    expect(problems).toHaveLength(5)
    expect(problems.join('\n')).toContain("level (--level): 'same' is not one of identical, same-content, same-files")
  })
  test.each([['https://github.com/o/r.git#main'], ['git@github.com:o/r'], ['-']])('%s cannot be the context', context =>
    expect(problemsOf(() => checkOptions('gate', { context: [context] }))).toHaveLength(1),
  )
  test('milliseconds are not taken for seconds', () =>
    expect(problemsOf(() => checkOptions('gate', { 'source-date-epoch': ['1700000000000'] }))).toHaveLength(1))
  test('a bad secret is told by its place, never by its value', () => {
    const [problem] = problemsOf(() => checkOptions('gate', { secrets: ['token=hunter2', 'hunter3'] }))
    expect(problem).toContain('entry 2')
    expect(problem).not.toContain('hunter')
  })
  test('a build argument without a value takes the variable of its name, as docker does', () => {
    const { buildArgs } = checkOptions('gate', { 'build-args': ['A', 'B', 'C=1=2'] }, { A: 'from here' })
    expect(buildArgs).toEqual({ A: 'from here', C: '1=2' })
  })
  test('hostile values are shown on one line', () => {
    const [problem] = problemsOf(() => checkOptions('gate', { level: ['x\n::set-output name=a::b'] }))
    expect(problem).not.toContain('\n')
  })
})

describe('inputs of the action', () => {
  test('lists are on lines or between commas, with comments and quotes', () => {
    const given = inputs({
      platforms: 'linux/amd64, linux/arm64\n',
      'build-args': 'A=1,2\n# a comment\nB="x y"\nC=#5',
      secrets: '"key=line 1\nline 2"\ntoken=abc',
    })
    expect(given).toEqual({
      platforms: ['linux/amd64', 'linux/arm64'],
      'build-args': ['A=1,2', 'B="x y"', 'C=#5'],
      secrets: ['key=line 1\nline 2', 'token=abc'],
    })
  })
  test('an empty input is not given', () => expect(inputs({ target: '', platforms: ' \n' })).toEqual({}))
  test('a list that cannot be read does not show its text', () => {
    const problems = problemsOf(() => inputs({ secrets: '"token=hunter2\n' }))
    for (const problem of problems) expect(problem).not.toContain('hunter2')
  })
  test('no text makes it throw anything else', () => {
    fc.assert(
      fc.property(
        fc.string(),
        text => void problemsOf(() => inputs({ secrets: text, platforms: text, 'build-args': text })),
      ),
    )
  })
})

describe('command line', () => {
  test("docker's own flags", () => {
    const line = readCommandLine([
      'gate',
      'app',
      '-f',
      'D',
      '--build-arg',
      'A=1',
      '--build-arg=B=2',
      '--platform',
      'linux/amd64,linux/arm64',
      '--json',
    ])
    expect(line).toEqual({
      kind: 'run',
      command: 'gate',
      json: true,
      given: { context: ['app'], file: ['D'], 'build-args': ['A=1', 'B=2'], platforms: ['linux/amd64', 'linux/arm64'] },
    })
  })
  test("secrets in docker's own form, which has no values in it", () => {
    const flags = ['id=a,src=./token', 'id=b,env=TOKEN', 'type=file,id=c,source=/x', 'id=D']
    const line = readCommandLine(['gate', ...flags.flatMap(flag => ['--secret', flag])])
    expect(line).toMatchObject({ given: { 'secret-files': ['a=./token', 'c=/x'], 'secret-envs': ['b=TOKEN', 'D=D'] } })
    const [problem] = problemsOf(() => readCommandLine(['gate', '--secret', 'token=hunter2']))
    expect(problem).toContain('id=NAME')
    expect(problem).not.toContain('hunter2')
  })
  test('unknown flags, missing values and a second context are told together', () => {
    const problems = problemsOf(() => readCommandLine(['gate', 'a', 'b', '--frobnicate', '--target']))
    expect(problems).toHaveLength(3)
  })
  test('the lint has no flags of the build', () => {
    expect(problemsOf(() => readCommandLine(['lint', '--ssh', 'default']))).toHaveLength(1)
  })
  test('the action has flags that a terminal does not', () => {
    expect(problemsOf(() => readCommandLine(['gate', '--summary', 'never']))).toHaveLength(1)
  })
  test('help and version', () => {
    expect(readCommandLine([])).toEqual({ kind: 'help', command: undefined })
    expect(readCommandLine(['--help'])).toEqual({ kind: 'help', command: undefined })
    expect(readCommandLine(['gate', 'x', '-h'])).toEqual({ kind: 'help', command: 'gate' })
    expect(readCommandLine(['--version'])).toEqual({ kind: 'version' })
    expect(problemsOf(() => readCommandLine(['frob']))).toHaveLength(1)
  })
})
