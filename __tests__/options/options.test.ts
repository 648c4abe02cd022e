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
  test.each([
    ...[['https://github.com/o/r.git#main'], ['git@github.com:o/r'], ['github.com/o/r#:sub'], ['-']],
    ...[['git://h/r?branch=main&subdir=a'], ['https://u:p@h/r.git']],
  ])('%s can be the context of a gate, not of a fix', context => {
    expect(problemsOf(() => checkOptions('gate', { context: [context] }))).toEqual([])
    expect(problemsOf(() => checkOptions('fix', { context: [context] }))).toHaveLength(1)
  })
  test.each([
    ['git://h/r.git#a..b', 'no branch'],
    ['https://h/r.git?keep-git-dir=1', 'its index holds'],
    ['https://h/r.git?frob=1', "'frob' is not known"],
    ['https://h/r.git#--upload-pack=x', 'no branch, tag or commit'],
    ['https://h/r.git#main:../x', 'leads out'],
    ['https://h/a b.git', 'a blank'],
  ])('%s cannot be the context', (context, why) => {
    const problems = problemsOf(() => checkOptions('gate', { context: [context] }))
    expect(problems).toEqual([expect.stringContaining(why)])
  })
  test('a .git folder in the context is refused, not hidden', () =>
    expect(
      problemsOf(() =>
        checkOptions('gate', { context: ['https://h/r.git'], 'build-args': ['BUILDKIT_CONTEXT_KEEP_GIT_DIR=1'] }),
      ),
    ).toEqual([expect.stringContaining('its index holds')]))
  test('standard input is one stream', () => {
    expect(problemsOf(() => checkOptions('gate', { context: ['-'], file: ['-'] }))).toHaveLength(1)
    expect(problemsOf(() => checkOptions('gate', { file: ['-'] }))).toEqual([])
    expect(problemsOf(() => inputs({ context: '-' }))).toHaveLength(1)
  })
  test("docker/build-push-action's name for this repository", () => {
    const run = { GITHUB_SERVER_URL: 'https://ghes', GITHUB_REPOSITORY: 'o/r', GITHUB_SHA: '1'.repeat(40) }
    const given = { context: ['{{defaultContext}}:app'], 'build-contexts': ['x={{ defaultContext }}'] }
    expect(checkOptions('gate', given, run)).toMatchObject({
      context: `https://ghes/o/r.git#${'1'.repeat(40)}:app`,
      buildContexts: { x: `https://ghes/o/r.git#${'1'.repeat(40)}` },
    })
  })
  test('the way to a cache on GitHub is taken only where it is asked for', () => {
    const environment = { ACTIONS_RUNTIME_TOKEN: 't', ACTIONS_RESULTS_URL: 'u', OTHER: 'x' }
    const of = (source: string) => checkOptions('gate', { 'cache-from': [source] }, environment).cacheEnv
    expect(of('type=gha,scope=main')).toEqual({ ACTIONS_RUNTIME_TOKEN: 't', ACTIONS_RESULTS_URL: 'u' })
    expect(of('type=registry,ref=o/gha')).toEqual({})
  })
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
      'build-args': 'A=1,2\n# a comment\nB="x y"\nC=#5\n"D=1\n2"\n"E=""q"", r"',
      annotations: 'manifest:a=b,c\nd=e',
      allow: 'network.host,device=x',
      'cache-from': 'type=registry,ref=o/app:cache\ntype=gha',
      secrets: '"key=line 1\nline 2"\ntoken=abc',
    })
    expect(given).toEqual({
      platforms: ['linux/amd64', 'linux/arm64'],
      'build-args': ['A=1,2', 'B="x y"', 'C=#5', 'D=1\n2', 'E="q", r'],
      annotations: ['manifest:a=b,c', 'd=e'],
      allow: ['network.host', 'device=x'],
      'cache-from': ['type=registry,ref=o/app:cache', 'type=gha'],
      secrets: ['key=line 1\nline 2', 'token=abc'],
    })
  })
  test.each([
    [' a=b \n', ['a=b']],
    ['\t"A=1" \r\n', ['A=1']],
    ['A=1\r\n\r\n  \r\nB=a,b,\r\n', ['A=1', 'B=a,b,']],
    ['"A=x\r\ny"', ['A=x\r\ny']],
    ['A==b\nB=\nC', ['A==b', 'B=', 'C']],
    ['A={"a":"b","c":1}\n"B={""a"":1}"', ['A={"a":"b","c":1}', 'B={"a":1}']],
    ["A='x'\nB=#1\nC=1 # no comment\n# one", ["A='x'", 'B=#1', 'C=1 # no comment']],
    ['A="a","b"', ['A="a",b']],
  ])('%j is read as docker/build-push-action reads it', (text, entries) => {
    expect(inputs({ 'build-args': text, secrets: text, labels: text })).toEqual({
      ...{ 'build-args': entries, secrets: entries, labels: entries },
    })
  })
  test.each([
    ['"linux/amd64,linux/arm64"', ['linux/amd64', 'linux/arm64']],
    ['a, b,\n,c,\r\n , \n', ['a', 'b', 'c']],
    ['"a,b",c', ['a,b', 'c']],
  ])('the list %j as well', (text, entries) => {
    expect(inputs({ 'add-hosts': text, allow: text })).toEqual({ 'add-hosts': entries, allow: entries })
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
    const flags = [
      'id=a,src=./token',
      'id=b,env=TOKEN',
      'type=file,id=c,source=/x',
      'id=D',
      'type=env,id=e,src=V',
      'id=f,"src=/a,b"',
    ]
    const line = readCommandLine(['gate', ...flags.flatMap(flag => ['--secret', flag])])
    expect(line).toMatchObject({
      given: { 'secret-files': ['a=./token', 'c=/x', 'f=/a,b'], 'secret-envs': ['b=TOKEN', 'D=D', 'e=V'] },
    })
    const [problem] = problemsOf(() => readCommandLine(['gate', '--secret', 'token=hunter2']))
    expect(problem).toContain('id=NAME')
    expect(problem).not.toContain('hunter2')
  })
  test('a comma belongs to the value where docker has it so', () =>
    expect(readCommandLine(['gate', '--ssh', 'id=/a,/b', '--add-host', 'a:1,b:2', '--allow', 'x'])).toMatchObject({
      given: { ssh: ['id=/a,/b'], 'add-hosts': ['a:1', 'b:2'], allow: ['x'] },
    }))
  test('unknown flags, missing values and a second context are told together', () => {
    const problems = problemsOf(() => readCommandLine(['gate', 'a', 'b', '--frobnicate', '--target']))
    expect(problems).toHaveLength(3)
  })
  test.each([
    [['gate', '--json=foo'], '--json takes no value'],
    [['gate', '--pull=false'], '--pull takes no value'],
    [['gate', '--push=true'], '--push takes no value'],
    [['fix', '--dry-run='], '--dry-run takes no value'],
    [['init', '--dry-run=no'], '--dry-run takes no value'],
    [['explain', '--json=x', 'RG201'], '--json takes no value'],
  ])('a value for a flag that takes none is an error: %j', (args, words) => {
    const problems = problemsOf(() => readCommandLine(args))
    expect(problems).toEqual([expect.stringContaining(words)])
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
