// A machine on which something is missing or too small: what the command line says, and that it never passes by accident.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { buildSync } from 'esbuild'
import { bundled } from './bundle.ts'

const { folder, cli } = bundled()
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const root = join(import.meta.dirname, '../..')

/** Runs the command line by way of a shell, in which `"$@"` stands for it. */
function byShell(script: string, args: readonly string[]) {
  const place = mkdtempSync(join(folder, 'run-'))
  for (const name of ['tmp', 'bin', 'context', 'gone']) mkdirSync(join(place, name))
  writeFileSync(join(place, 'context/Dockerfile'), 'FROM debian:12\nRUN true\n')
  // It is there, and cannot do anything.
  writeFileSync(join(place, 'bin/docker'), '#!/bin/sh\nexit 1\n')
  chmodSync(join(place, 'bin/docker'), 0o755)
  const { status, signal, stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', process.execPath, cli, ...args], {
    cwd: join(place, script.includes('rmdir') ? 'gone' : 'context'),
    env: { PATH: `${join(place, 'bin')}:/usr/bin:/bin`, HOME: place, TMPDIR: join(place, 'tmp') },
    encoding: 'utf8',
  })
  expect(readdirSync(join(place, 'tmp'))).toEqual([])
  return { code: status, signal, stdout, stderr, told: stdout + stderr }
}

const lint = ['lint', '.', '--config', 'none']
const gate = ['gate', '.', '--config', 'none', '--source-date-epoch', '1']

describe('a machine', () => {
  test('on which too few files may be open: it is said, and what is undecided is no pass', () => {
    const ends = [22, 24, 28, 32, 40].map(most => byShell(`ulimit -n ${most}; exec "$@"`, gate))
    for (const { code, signal, told } of ends) {
      // Node itself gives up below some number.
      expect(code === 2 || signal !== null).toBe(true)
      expect(told).not.toMatch(/Cannot read properties|should not have happened/)
    }
    expect(ends.map(({ told }) => told).join('')).toMatch(/too many files are open.*ulimit -n/)
  })

  test('whose working folder is gone: it is said', () => {
    for (const args of [lint, gate]) {
      const { code, told } = byShell('rmdir "$PWD"; exec "$@"', args)
      expect([code, told]).toEqual([2, expect.stringMatching(/folder that this was started in is no longer there/)])
      expect(told).not.toContain('    at ')
    }
  })

  test('that takes nothing of what is printed: a full disk is a fault, a reader that has seen enough is none', () => {
    expect(byShell('exec "$@" > /dev/full', lint)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/disk is full/),
    })
    expect(byShell('exec "$@" 2> /dev/full', lint)).toMatchObject({ code: 0, stdout: expect.stringMatching(/Lint: /) })
    expect(byShell('set -o pipefail; "$@" | true', lint)).toMatchObject({ code: 0, stderr: '' })
    expect(byShell('set -o pipefail; "$@" 2>&1 | head -1', lint)).toMatchObject({ code: 0 })
    for (const closed of ['<&-', '>&-', '2>&-', '<&- >&- 2>&-'])
      expect([closed, byShell(`exec "$@" ${closed}`, lint)]).toMatchObject([closed, { code: 0 }])
  })
})

test('the log of a build that the disk had no room for says that it is not whole', () => {
  const program = join(folder, 'logs.cjs')
  const contents = `
    import { buildLogs } from './src/prove/build-logs.ts'
    const log = { warning: console.log, foreign() {} }
    const logs = buildLogs({ tempDir: process.argv[2], signal: new AbortController().signal, masking: { text: text => text }, log })
    logs.into('build-A', log).then(async ({ foreign }) => {
      for (const line of ['one', 'two', 'three']) { foreign(line); await new Promise(done => setTimeout(done, 50)) }
      console.log(JSON.stringify(await logs.keep(process.argv[2] + '/kept')))
    })`
  buildSync({
    stdin: { contents, resolveDir: root },
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  })
  const hook = join(root, 'bench/faults/full-disk.cjs')
  const kept = (at: string) => {
    const place = mkdtempSync(join(folder, 'logs-'))
    const env = { ...process.env, REPRO_GATE_FULL_AT: at }
    const { stdout } = spawnSync(process.execPath, ['--require', hook, program, place], {
      cwd: place,
      env,
      encoding: 'utf8',
    })
    return { stdout, text: readFileSync(join(place, 'kept/build-A.log'), 'utf8') }
  }
  expect(kept('')).toMatchObject({ text: 'one\ntwo\nthree\n', stdout: expect.not.stringContaining('whole') })
  const { stdout, text } = kept('2 logs/build-A.log')
  expect(stdout).toMatch(/build-A\.log is not whole: .*no space left/)
  expect(text).toMatch(/^one\n\n… the rest of this log could not be written \(ENOSPC.*…\n$/)
})
