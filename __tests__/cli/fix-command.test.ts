// The bundled `repro-gate fix` as far as it needs no engine.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { cli, runCli } from './run-cli.ts'

const root = mkdtempSync(join(tmpdir(), 'fix-command-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const bare = { PATH: join(root, 'nothing-here') }

const dockerfile = `# The tool
FROM debian:12
RUN apt-get update \\
 && apt-get install -y \\
    # in the build only
    curl=7.88.1-10+deb12u8
`
const fixed = dockerfile.replace('install -y', 'install --no-install-recommends -y')

function context(text = dockerfile): string {
  const folder = mkdtempSync(join(root, 'context-'))
  writeFileSync(join(folder, 'Dockerfile'), text)
  return folder
}
const fix = (folder: string, ...args: string[]) => runCli(['fix', ...args], { cwd: folder, env: bare })
const read = (folder: string) => readFileSync(join(folder, 'Dockerfile'), 'utf8')

describe('repro-gate fix', () => {
  test('changes the file, shows the diff, and has nothing to do the second time', async () => {
    const folder = context()
    const first = await fix(folder, '--rule', 'RG205')
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout).toMatch(/^--- a\/Dockerfile\n\+\+\+ b\/Dockerfile\n@@ /)
    expect(first.stdout).toMatch(/\nFixed 1 finding \(RG205\) in Dockerfile\n$/)
    expect(read(folder)).toBe(fixed)
    expect(await fix(folder, '--rule', 'RG205')).toMatchObject({ code: 0, stdout: 'Nothing to fix\n' })
    expect(read(folder)).toBe(fixed)
  })

  test('--dry-run writes nothing, and prints what git can apply', async () => {
    const folder = context()
    const { code, stdout } = await fix(folder, '--dry-run', '--rule', 'RG205')
    expect(code).toBe(0)
    expect(stdout).toContain('Dry run: nothing was written')
    expect(read(folder)).toBe(dockerfile)
    execFileSync('git', ['apply', '-'], { cwd: folder, input: stdout, stdio: 'pipe' })
    expect(read(folder)).toBe(fixed)
  })

  test('--dry-run prints what git can apply to CRLF and a byte order mark, too', async () => {
    const whole = (text: string) => `\ufeff${text.replaceAll('\n', '\r\n')}`
    const short = (text: string) => whole(text.replace('# The tool\n', ''))
    const folder = context(short(dockerfile))
    const { stdout } = await fix(folder, '--dry-run', '--rule', 'RG205')
    execFileSync('git', ['apply', '-'], { cwd: folder, input: stdout, stdio: 'pipe' })
    expect(read(folder)).toBe(short(fixed))
  })

  test('keeps CRLF', async () => {
    const folder = context(dockerfile.replaceAll('\n', '\r\n'))
    await fix(folder, '--rule', 'RG205')
    expect(read(folder)).toBe(fixed.replaceAll('\n', '\r\n'))
  })

  test('says what could not be asked for, one line each, and ends with 1', async () => {
    const folder = context(`${dockerfile}RUN curl -o /x https://a.example/x\n`)
    const { code, stdout, stderr } = await fix(folder)
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /\nDockerfile:2:6 {2}RG101 {2}not fixed {2}the digest of debian:12 could not be asked for: there is no docker here to ask with\. .*\n/,
    )
    expect(stdout).toMatch(/\nFor you to fix, `repro-gate lint` says how:\nDockerfile:\d+:5 {2}RG401 {2}/)
    expect(stderr).toBe('Asking for the digest of debian:12\n')
    expect(read(folder)).toContain('--no-install-recommends')
  })

  test('--json prints what was done, and nothing else', async () => {
    const { code, stdout } = await fix(context(), '--json', '--dry-run', '--rule', 'RG101,RG205,RG206')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ schemaVersion: 1, command: 'fix', dryRun: true, subject: { files: ['Dockerfile'] } },
      changes: [
        { file: 'Dockerfile', diff: expect.stringContaining('+++ b/Dockerfile'), written: false, problem: null },
      ],
      fixed: { RG205: 1, RG206: 1 },
      failed: [{ finding: { id: 'RG101' }, why: expect.stringContaining('debian:12') }],
    })
  })

  test.each([
    ['a rule that is not there', ['--rule', 'RG205,RG998'], "no rule 'RG998'"],
    ['a Dockerfile that is not there', ['-f', 'no-such'], 'no-such'],
    ['a flag of another command', ['--level', 'identical'], '--level'],
  ])('wrong input is 2 and changes nothing: %s', async (_, args, named) => {
    const folder = context()
    const { code, stdout, stderr } = await fix(folder, ...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(named)
    expect(stderr).not.toMatch(/ {4}at /)
    expect(read(folder)).toBe(dockerfile)
  })

  test('Ctrl-C while it asks writes nothing', async () => {
    const folder = context()
    const bin = join(folder, 'bin')
    mkdirSync(bin)
    writeFileSync(join(bin, 'docker'), '#!/bin/sh\nexec sleep 30\n', { mode: 0o755 })
    const { code, seconds } = await runCli(['fix'], {
      cwd: folder,
      env: { PATH: `${bin}:/usr/bin:/bin` },
      onStderr: (soFar, child) => void (soFar.includes('Asking for') && child.kill('SIGINT')),
    })
    expect(code).toBe(130)
    expect(seconds).toBeLessThan(10)
    expect(read(folder)).toBe(dockerfile)
  })

  test('has colours on a terminal only', () => {
    const shown = execFileSync(
      'script',
      ['-qec', `'${process.execPath}' '${cli}' fix --dry-run --rule RG205`, '/dev/null'],
      {
        ...{ cwd: context(), encoding: 'utf8', env: { PATH: process.env.PATH, TERM: 'xterm' } },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    expect(shown).toContain('\u001b[32m+')
  })
})
