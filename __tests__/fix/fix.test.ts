// The whole of fix on folders of a disk, with an exec that answers for docker.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { fix } from '../../src/commands/fix.ts'
import { lintAll } from '../../src/commands/lint.ts'
import { createMasking } from '../../src/host/masking.ts'
import type { Given } from '../../src/options/options.ts'
import { checkOptions, InputError } from '../../src/options/options.ts'
import type { Captured, Ports } from '../../src/ports.ts'
import { fixExitCode } from '../../src/report/fix-report.ts'
import { answered, digest, offline } from './registry-answers.ts'

let root: string
let home: string
let signal: AbortSignal
beforeEach(() => {
  home = process.cwd()
  root = mkdtempSync(join(tmpdir(), 'fix-'))
  process.chdir(root)
  signal = new AbortController().signal
})
afterEach(() => {
  process.chdir(home)
  rmSync(root, { recursive: true, force: true })
})

const write = (path: string, text: string | Buffer) => {
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), text)
}
const read = (path: string) => readFileSync(join(root, path), 'utf8')

function portsWith(docker: Captured): Ports {
  const log = {
    info() {},
    debug() {},
    warning() {},
    foreign() {},
    group: <T>(_: string, work: () => Promise<T>) => work(),
  }
  const exec: Ports['exec'] = {
    stream: async () => 1,
    capture: async command => (command === 'docker' ? docker : { code: 128, stdout: '', stderr: '' }),
  }
  const ports: Ports = { log, exec, env: {}, masking: createMasking(), now: Date.now, signal, tempDir: root }
  return ports
}

const run = (given: Given, docker: Captured = answered) =>
  fix(checkOptions('fix', given), portsWith(docker), { version: '0' })

const dockerfile = `# The service.
FROM python:3.12 AS app
RUN apt-get update \\
 && apt-get install -y \\
    # for the health check
    curl=7.88.1-10+deb12u8
COPY . /app
`

const mended = dockerfile
  .replace('python:3.12', `python:3.12@${digest}`)
  .replace('apt-get install -y', 'apt-get install --no-install-recommends -y')

describe('fix', () => {
  test('makes the safe changes, says what is left, and a second run changes nothing', async () => {
    write('Dockerfile', dockerfile)
    write('.git/index', 'x')
    const only = { rule: ['RG101', 'RG205', 'RG602'] }
    const first = await run(only)
    expect(read('Dockerfile')).toBe(mended)
    expect(read('.dockerignore')).toContain('.git\n')
    expect(first.fixed).toEqual({ RG101: 1, RG205: 1, RG602: 1 })
    expect(first.changes.map(({ file, written, problem }) => [file, written, problem])).toEqual([
      ['Dockerfile', true, null],
      ['.dockerignore', true, null],
    ])
    expect(fixExitCode(first)).toBe(0)
    const second = await run(only)
    expect([second.changes, second.fixed, second.failed]).toEqual([[], {}, []])
    expect(read('Dockerfile')).toBe(mended)
    expect(readdirSync(root).sort()).toEqual(['.dockerignore', '.git', 'Dockerfile'])
  })

  test('a dry run gives the same diff, and writes nothing', async () => {
    write('Dockerfile', dockerfile)
    write('.git/index', 'x')
    const dry = await run({ 'dry-run': ['true'] })
    expect(read('Dockerfile')).toBe(dockerfile)
    expect(existsSync(join(root, '.dockerignore'))).toBe(false)
    expect(dry.changes.every(({ written }) => !written)).toBe(true)
    const real = await run({})
    expect(real.changes.map(({ diff }) => diff)).toEqual(dry.changes.map(({ diff }) => diff))
    expect(real.fixed).toEqual(dry.fixed)
  })

  test('only the rules that are named, on or off in the profile', async () => {
    write('Dockerfile', dockerfile)
    const { fixed, left } = await run({ rule: ['rg205'] })
    expect([fixed, left]).toEqual([{ RG205: 1 }, []])
    expect(read('Dockerfile')).toContain('FROM python:3.12 AS app\n')
  })

  test('a rule that does not exist is named before anything is done', async () => {
    write('Dockerfile', dockerfile)
    const wrong = run({ rule: ['RG205', 'RG999', 'DL3008'] })
    await expect(wrong).rejects.toThrow(InputError)
    await expect(wrong).rejects.toThrow(/no rule 'RG999'[\s\S]*no rule 'DL3008'/)
    expect(read('Dockerfile')).toBe(dockerfile)
  })

  test('without a network makes all other changes, says what could not be asked for, and is no success', async () => {
    write('Dockerfile', dockerfile)
    const report = await run({ rule: ['RG101', 'RG205'] }, offline)
    expect(read('Dockerfile')).toBe(mended.replace(`@${digest}`, ''))
    expect(report.failed).toEqual([
      {
        finding: expect.objectContaining({ id: 'RG101', location: expect.objectContaining({ line: 2 }) }),
        why: expect.stringMatching(/^the digest of python:3\.12 could not be asked for: there is no network/),
      },
    ])
    expect(fixExitCode(report)).toBe(1)
  })

  test.each([
    ['CRLF', dockerfile.replaceAll('\n', '\r\n'), mended.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\ufeff${dockerfile}`, `\ufeff${mended}`],
    ['no last line end', dockerfile.trimEnd(), mended.trimEnd()],
  ])('keeps %s', async (_, before, after) => {
    write('Dockerfile', before)
    write('.dockerignore', before.includes('\r') ? 'a\r\nb' : 'a\nb')
    write('.git/index', 'x')
    await run({ rule: ['RG101', 'RG205', 'RG602'] })
    expect(read('Dockerfile')).toBe(after)
    expect(read('.dockerignore')).toBe(before.includes('\r') ? 'a\r\nb\r\n.git' : 'a\nb\n.git')
  })

  test('an ignored finding is left alone', async () => {
    write('Dockerfile', 'FROM scratch\n# repro-gate ignore=RG404 -- it is signed\nADD https://a.example/x /x\n')
    const report = await run({})
    expect([report.changes, report.failed]).toEqual([[], []])
  })

  test('the lines told are those that people see: old ones in a dry run, new ones after it was written', async () => {
    const text =
      'FROM scratch AS a\nRUN pip install x==1\nFROM python:3.12\nRUN pip install x==1\nRUN curl -O https://a.example/x\n'
    write('Dockerfile', text)
    const lineOf = async (given: Given) => {
      const { left } = await run(given)
      return left.find(({ id }) => id === 'RG401')?.location?.line
    }
    const dry = await lineOf({ 'dry-run': ['true'] })
    expect(dry).toBe(5)
    const after = await lineOf({})
    expect(read('Dockerfile').split('\n')[(after ?? 0) - 1]).toContain('curl')
  })

  test('several Dockerfiles that share an ignore file', async () => {
    for (const name of ['a', 'b']) write(`${name}.Dockerfile`, 'FROM scratch\nCOPY . /app\n')
    write('.git/index', 'x')
    const report = await run({ context: ['.'], file: ['a.Dockerfile', 'b.Dockerfile'], rule: ['RG602'] })
    expect(read('.dockerignore').match(/^\.git$/gm)).toHaveLength(1)
    expect(report.changes.map(({ file }) => file)).toEqual(['.dockerignore'])
  })
})

test('a lint suggests what fix would do without asking anybody, and writes nothing', async () => {
  write('Dockerfile', dockerfile)
  write('.git/index', 'x')
  const { suggested } = await lintAll(checkOptions('lint', {}), portsWith(answered), { version: '0' })
  const { changes } = await run({ 'dry-run': ['true'] }, offline)
  expect(suggested).toEqual(changes.map(({ file, diff }) => ({ file, diff })))
  expect(suggested?.map(({ file }) => file)).toEqual(['Dockerfile', '.dockerignore'])
  expect(readdirSync(root).sort()).toEqual(['.git', 'Dockerfile'])
  write('Dockerfile', 'FROM scratch\n')
  expect(await lintAll(checkOptions('lint', {}), portsWith(answered), { version: '0' })).not.toHaveProperty('suggested')
})

describe('what is written', () => {
  test('keeps its mode, and leaves nothing beside', async () => {
    write('Dockerfile', dockerfile)
    chmodSync(join(root, 'Dockerfile'), 0o640)
    await run({ rule: ['RG205'] })
    expect(statSync(join(root, 'Dockerfile')).mode & 0o777).toBe(0o640)
    expect(readdirSync(root)).toEqual(['Dockerfile'])
  })

  test('behind a link is the real file, and the link stays', async () => {
    write('docker/real', dockerfile)
    symlinkSync('docker/real', join(root, 'Dockerfile'))
    await run({ rule: ['RG205'] })
    expect(read('docker/real')).toContain('--no-install-recommends')
    expect(
      readdirSync(root, { withFileTypes: true })
        .find(({ name }) => name === 'Dockerfile')
        ?.isSymbolicLink(),
    ).toBe(true)
  })

  test('is one file under two names once', async () => {
    write('docker/real', dockerfile)
    symlinkSync('docker/real', join(root, 'Dockerfile'))
    const report = await run({ rule: ['RG205'], file: ['Dockerfile', 'docker/real'] })
    expect(report.changes).toMatchObject([{ problem: null }, { problem: null }])
    expect(fixExitCode(report)).toBe(0)
    expect(read('docker/real').match(/--no-install-recommends/g)).toHaveLength(1)
  })

  test('is never a file outside, wherever a link points', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'outside-'))
    writeFileSync(join(outside, 'keys'), 'secret\n')
    write('Dockerfile', 'FROM scratch\nCOPY . /app\n')
    write('.git/index', 'x')
    symlinkSync(join(outside, 'keys'), join(root, '.dockerignore'))
    const report = await run({ rule: ['RG602'] })
    expect(readFileSync(join(outside, 'keys'), 'utf8')).toBe('secret\n')
    expect(report.changes).toEqual([
      expect.objectContaining({ file: '.dockerignore', written: false, problem: expect.stringContaining('a link to') }),
    ])
    expect(fixExitCode(report)).toBe(1)
    rmSync(outside, { recursive: true })
  })

  test('is never what could not be read: it is there, and nobody knows what is in it', async () => {
    write('Dockerfile', 'FROM scratch\nCOPY . /app\n')
    write('.dockerignore/kept', 'x')
    const report = await run({ rule: ['RG601'] })
    expect(report.changes).toEqual([
      expect.objectContaining({
        file: '.dockerignore',
        written: false,
        problem: expect.stringMatching(/cannot be read/),
      }),
    ])
    expect(read('.dockerignore/kept')).toBe('x')
  })

  test('is never a file that is not UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('# caf\xe9\n', 'latin1'), Buffer.from(dockerfile)])
    write('Dockerfile', bytes)
    const report = await run({ rule: ['RG205'] })
    expect(readFileSync(join(root, 'Dockerfile')).equals(bytes)).toBe(true)
    expect(report.changes[0]?.problem).toContain('not UTF-8')
    expect(fixExitCode(report)).toBe(1)
  })

  test('is nothing once the run was ended', async () => {
    write('Dockerfile', dockerfile)
    signal = AbortSignal.abort()
    await run({ rule: ['RG205'] })
    expect(read('Dockerfile')).toBe(dockerfile)
  })
})
