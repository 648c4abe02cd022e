// The bundled command line as far as it needs no engine.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, test } from '@jest/globals'
import { cli, runCli } from './run-cli.ts'

const root = mkdtempSync(join(tmpdir(), 'lint-command-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** A context with this Dockerfile. */
function context(name: string, dockerfile: string): string {
  mkdirSync(join(root, name), { recursive: true })
  writeFileSync(join(root, name, 'Dockerfile'), dockerfile)
  return name
}
const clean = context('clean', `FROM scratch\nCOPY Dockerfile /\n`)
const dirty = context('dirty', 'FROM debian:bookworm\nRUN curl -sSL https://a.example/x | sh\n')
/** Nothing worse than a warning. */
const warned = context('warned', 'FROM debian:bookworm\n')
writeFileSync(join(root, 'wrong.yml'), 'profile: loud\nrules:\n  RG999: off\n')
/** A PATH without anything on it. */
const bare = { PATH: join(root, 'nothing-here') }
const esc = String.fromCharCode(27)

describe('repro-gate lint', () => {
  test('needs nothing but Node, and prints exactly report.json', async () => {
    const { code, stdout, stderr } = await runCli(['lint', clean, '--json', '--report', 'report.json'], {
      cwd: root,
      env: bare,
    })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, command: 'lint', verdict: null, builds: [] })
    expect(readFileSync(join(root, 'report.json'), 'utf8')).toBe(stdout)
  })

  test('ends as fail-on says', async () => {
    const of = async (...args: string[]) => (await runCli(['lint', ...args], { cwd: root, env: bare })).code
    expect(await of(dirty)).toBe(1)
    expect(await of(dirty, '--fail-on', 'never')).toBe(0)
    expect(await of(warned)).toBe(0)
    expect(await of(warned, '--fail-on', 'warning')).toBe(1)
  })

  test.each([
    ['a folder and a Dockerfile that are not there', ['lint', 'no-such', '-f', 'no-file'], ['no-such', 'no-file']],
    ['flags that are not known', ['lint', '.', '--colour', '--fast=1'], ['--colour', '--fast']],
    ['values that are not known', ['gate', '.', '--level', 'x', '--platform', 'y'], ["'x'", "'y'"]],
    ['a flag without its value', ['lint', '--file'], ['--file needs a value']],
    ['nothing to do', [], ['say what to do', 'repro-gate lint']],
    ['names that are neither', ['lint', 'no-folder', 'no-file', '::x'], ["no file 'no-folder'", "'no-file'"]],
    ['a device', ['lint', '/dev/null'], ["'/dev/null' is not a file"]],
    ['a folder without a Dockerfile', ['lint', '.'], ["there is no Dockerfile 'Dockerfile'"]],
    ['a name that a runner would obey', ['lint', '-f', 'x\n::error::y'], ['\n\u200b::error::y']],
    ['a command that is not known', ['prove'], ["'prove' is not a command"]],
    ['a file as context of the gate', ['gate', 'clean/Dockerfile'], ['is not a folder']],
    ['globs that match nothing', ['lint', 'x/*', '-f', 'y/**'], ["'x/*'", "'y/**'"]],
    ['a configuration file', ['lint', clean, '--config', 'wrong.yml'], ['wrong.yml:1: ', 'wrong.yml:3: ']],
    ['an id that nobody knows', ['explain', 'RG2001'], ['did you mean RG']],
  ])('names all at once: %s', async (_, args, named) => {
    const { code, stdout, stderr } = await runCli(args, { cwd: root, env: bare })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    for (const name of named) expect(stderr).toContain(name)
    expect(stderr).not.toMatch(/ {4}at |should not have happened/)
  })

  test('takes Dockerfiles as a hook hands them over, and the nearest configuration file', async () => {
    mkdirSync(join(root, 'several/.git'), { recursive: true })
    for (const name of ['a', 'b']) context(`several/${name}`, 'FROM debian:bookworm\n')
    writeFileSync(
      join(root, 'several/.repro-gate.yml'),
      'profile: strict\nignores: [{rule: RG101, path: a, reason: x}]\n',
    )
    const run = (cwd: string, ...args: string[]) =>
      runCli(['lint', ...args, '--json'], { cwd: join(root, cwd), env: bare })
    const whole = await run('several', 'a/Dockerfile', 'b/Dockerfile')
    expect(whole.code).toBe(1)
    const { subject, findings, ignored } = JSON.parse(whole.stdout)
    expect(subject.files).toEqual(['a/Dockerfile', 'b/Dockerfile'])
    const errors = findings.filter(({ level }: { level: string }) => level === 'error')
    expect(errors).toMatchObject([{ id: 'RG101', location: { file: 'b/Dockerfile' } }])
    expect(ignored).toMatchObject([{ by: { file: '.repro-gate.yml', line: 2 } }])
    expect(await run('several/a')).toMatchObject({ code: 0 })
    expect(await run('several/b')).toMatchObject({ code: 1 })
    expect(await run('several/b', '--config', 'none')).toMatchObject({ code: 0 })
  })

  test('explains from the package alone', async () => {
    const { code, stdout } = await runCli(['explain', 'rg101'], { cwd: root, env: bare })
    expect({ code, first: stdout.split('\n')[0] }).toEqual({ code: 0, first: 'RG101: Base image without a digest' })
    expect((await runCli(['explain'], { cwd: root, env: bare })).stdout).toMatch(/^RG101 .*\n(.*\n)*pyc-timestamp /m)
  })

  test('reads nothing where the report cannot be written, and says why', async () => {
    const { code, stdout, stderr } = await runCli(['lint', clean, '--report', '/proc/no/r.json'])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('/proc/no')
  })

  test('says that there is no place for temporary files', async () => {
    const { code, stderr } = await runCli(['lint', clean], { cwd: root, env: { TMPDIR: '/no/such/place' } })
    expect(code).toBe(2)
    expect(stderr).toMatch(/temporary files.*\/no\/such\/place.*TMPDIR/)
    expect(stderr).not.toMatch(/ {4}at /)
  })

  test('a reader that has seen enough is no error, on either stream', () => {
    const many = context('many', `FROM debian\n${'RUN curl -o /x https://a.example/x\n'.repeat(3000)}`)
    const shell = (line: string) =>
      execFileSync('bash', ['-c', `${line}; echo "\${PIPESTATUS[0]}"`], { cwd: root, encoding: 'utf8', stdio: 'pipe' })
    const node = `'${process.execPath}' '${cli}'`
    expect(shell(`${node} lint ${many} --fail-on never --json 2>err | head -c 1`)).toBe('{0\n')
    expect(readFileSync(join(root, 'err'), 'utf8')).toBe('')
    expect(shell(`${node} lint no-such 2>&1 >/dev/null | true`)).toBe('2\n')
  })

  test('a report that could not be printed is no pass', () => {
    const print = `'${process.execPath}' '${cli}' lint ${clean} --json > /dev/full`
    const { status, stderr } = spawnSync('bash', ['-c', print], { cwd: root, encoding: 'utf8' })
    expect(status).toBe(2)
    expect(stderr).toMatch(/^repro-gate: Standard output could not be written: the disk is full/m)
    expect(stderr.match(/disk is full/g)).toHaveLength(1)
    expect(stderr).not.toMatch(/ {4}at /)
  })

  test('has colours on a terminal only, and never against NO_COLOR', async () => {
    const onTerminal = (env: Record<string, string>) =>
      execFileSync('script', ['-qec', `'${process.execPath}' '${cli}' lint ${dirty} --fail-on never`, '/dev/null'], {
        ...{ cwd: root, encoding: 'utf8', env: { PATH: process.env.PATH, TERM: 'xterm', ...env } },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
    expect(onTerminal({})).toContain(`${esc}[`)
    expect(onTerminal({ NO_COLOR: '1' })).not.toContain(esc)
    expect(onTerminal({ TERM: 'dumb' })).not.toContain(esc)
    expect((await runCli(['lint', dirty], { cwd: root })).stdout).not.toContain(esc)
    expect((await runCli(['lint', dirty], { cwd: root, env: { FORCE_COLOR: '1' } })).stdout).toContain(`${esc}[`)
  })

  test('gate without docker is undecided, says what to install, and keeps what the lint found', async () => {
    const { code, stdout, stderr } = await runCli(['gate', dirty, '--source-date-epoch', '1', '--json'], {
      cwd: root,
      env: bare,
    })
    expect(code).toBe(2)
    const report = JSON.parse(stdout)
    expect(report).toMatchObject({ verdict: 'undecided', doubts: [expect.stringMatching(/no docker.*Install Docker/)] })
    expect(report.findings.length).toBeGreaterThan(0)
    expect(stderr).not.toMatch(/ {4}at /)
  })

  test('leaves no temporary folder behind, whatever happened', async () => {
    const temp = join(root, 'temp')
    mkdirSync(temp)
    for (const args of [
      ['lint', dirty],
      ['lint', 'no-such'],
      ['gate', dirty],
    ])
      await runCli(args, { cwd: root, env: { ...bare, TMPDIR: temp } })
    expect(execFileSync('ls', ['-A', temp], { encoding: 'utf8' })).toBe('')
  })

  test('a signal while standard input is read ends it as any other: 130, in words', async () => {
    const temp = mkdtempSync(join(root, 'signal-'))
    const child = spawn(process.execPath, [cli, 'lint', '--file', '-'], { env: { ...process.env, TMPDIR: temp } })
    let told = ''
    child.stderr.setEncoding('utf8').on('data', piece => {
      told += piece
    })
    const closed = once(child, 'close')
    while (readdirSync(temp).length === 0) await sleep(20)
    child.kill('SIGTERM')
    expect(await closed).toEqual([130, null])
    expect(told).toBe('repro-gate: stopped while standard input was read\n')
    expect(readdirSync(temp)).toEqual([])
  })

  test('--version and --help end well', async () => {
    expect(await runCli(['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^repro-gate \d+\.\d+/),
    })
    for (const args of [['--help'], ['gate', '--help'], ['help']])
      expect(await runCli(args)).toMatchObject({ code: 0, stdout: expect.stringContaining('repro-gate'), stderr: '' })
  })
})
