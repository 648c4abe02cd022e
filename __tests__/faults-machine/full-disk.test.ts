// A disk that is full at each write of a run, one after the other: nothing half is left, nothing that is missing passes for
// done, and every run says why. The writes of builds: __tests__/engine/faults.engine.test.ts and bench/faults.mjs.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { bundled } from './bundle.ts'

const { folder, cli, action } = bundled()
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const hook = join(import.meta.dirname, '../../bench/faults/full-disk.cjs')
const dockerfile = 'FROM debian:12\nRUN apt-get update && apt-get install -y curl\n'

interface Place {
  out: string
  tmp: string
}

interface Ended extends Place {
  code: number | null
  told: string
}

function run(
  program: string,
  args: readonly string[],
  env: Record<string, string>,
  prepare?: (place: Place) => void,
): Ended {
  const place = mkdtempSync(join(folder, 'run-'))
  const [out, tmp] = [join(place, 'out'), join(place, 'tmp')]
  for (const one of [out, tmp]) mkdirSync(one)
  writeFileSync(join(out, 'Dockerfile'), dockerfile)
  prepare?.({ out, tmp })
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--require', hook, program, ...args], {
    cwd: out,
    // No docker: its checks are not asked for.
    env: { PATH: '/nowhere', HOME: place, TMPDIR: tmp, ...withPlace(env, out) },
    encoding: 'utf8',
  })
  return { code: status, told: stdout + stderr, out, tmp }
}

const withPlace = (env: Record<string, string>, out: string): Record<string, string> =>
  Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.replace('OUT', out)]))

/** Each write of the run, as the hook names it. */
function writesOf(program: string, args: readonly string[], env: Record<string, string> = {}): string[] {
  const list = join(folder, 'list')
  rmSync(list, { force: true })
  const { code, told } = run(program, args, { ...env, REPRO_GATE_FULL_LIST: list })
  expect([code, told]).toEqual([0, expect.anything()])
  return readFileSync(list, 'utf8').trimEnd().split('\n')
}

function expectNothingHalf({ out, tmp, told }: Ended): void {
  expect(readdirSync(tmp)).toEqual([])
  expect(readdirSync(out).filter(name => name.startsWith('.repro-gate'))).toEqual([])
  for (const name of readdirSync(out)) {
    const text = readFileSync(join(out, name), 'utf8')
    if (/\.(json|sarif)$/.test(name)) expect(() => JSON.parse(text)).not.toThrow()
    if (name.endsWith('.html')) expect(text.trimEnd()).toMatch(/<\/html>$/)
  }
  expect(told).not.toMatch(/should not have happened|\n {4}at /)
}

describe('a full disk', () => {
  const named = { '--report': 'report.json', '--sarif': 'a.sarif', '--html': 'report.html', '--badge': 'badge.json' }
  const lint = ['lint', '.', '--config', 'none', ...Object.entries(named).flat()]

  test('at each write of a lint: a file that is missing is no pass, and none of an earlier run is in its place', () => {
    const writes = writesOf(cli, lint)
    expect(writes.length).toBeGreaterThanOrEqual(9)
    for (const at of writes)
      for (const on of ['', '1']) {
        const ended = run(cli, lint, { REPRO_GATE_FULL_AT: at, REPRO_GATE_FULL_ON: on }, ({ out }) => {
          for (const name of Object.values(named)) writeFileSync(join(out, name), '')
        })
        // Of a run that could not even begin nothing is known: not what it was to write.
        const began = !at.endsWith(' T-')
        const missing = Object.values(named).filter(name => began && !existsSync(join(ended.out, name)))
        expect([at, on, ended.code, missing.length > 0]).toEqual([at, on, 2, began])
        expect(ended.told).toMatch(/the disk is full/)
        for (const name of Object.values(named).filter(name => began && !missing.includes(name)))
          expect(readFileSync(join(ended.out, name), 'utf8')).not.toBe('')
        if (began) expectNothingHalf(ended)
      }
  }, 120_000)

  test('at each write of a fix leaves the Dockerfile as it was, or changed as a whole', () => {
    const fix = ['fix', '.', '--config', 'none', '--rule', 'RG205', '--rule', 'RG206']
    const writes = writesOf(cli, fix)
    const fixed = readFileSync(join(run(cli, fix, {}).out, 'Dockerfile'), 'utf8')
    expect(fixed).not.toBe(dockerfile)
    for (const at of writes)
      for (const on of ['', '1']) {
        const ended = run(cli, fix, { REPRO_GATE_FULL_AT: at, REPRO_GATE_FULL_ON: on })
        const text = readFileSync(join(ended.out, 'Dockerfile'), 'utf8')
        expect([at, on, [dockerfile, fixed].includes(text)]).toEqual([at, on, true])
        expect([at, on, ended.code === 0]).toEqual([at, on, text === fixed])
        if (text !== fixed) expect(ended.told).toMatch(/the disk is full|no space left/)
        expectNothingHalf(ended)
      }
  }, 120_000)

  test('at each write of the action fails the step, and says so', () => {
    const env = {
      ...{
        INPUT_MODE: 'lint',
        INPUT_CONTEXT: '.',
        INPUT_CONFIG: 'none',
        INPUT_REPORT: 'report.json',
        INPUT_SUMMARY: 'never',
      },
      ...{ GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'o/r', GITHUB_EVENT_NAME: 'push', GITHUB_WORKSPACE: 'OUT' },
      ...{ GITHUB_OUTPUT: 'OUT/outputs', INPUT_CHECK: 'never', RUNNER_TEMP: '' },
    }
    const withOutputs = ({ out }: Place) => writeFileSync(join(out, 'outputs'), '')
    const list = join(folder, 'list-of-action')
    const whole = run(action, [], { ...env, REPRO_GATE_FULL_LIST: list }, withOutputs)
    expect([whole.code, whole.told]).toEqual([0, expect.not.stringContaining('::error')])
    const writes = readFileSync(list, 'utf8').trimEnd().split('\n')
    expect(writes.length).toBeGreaterThan(10)
    // Of the many outputs the first, one in the middle and the last.
    for (const at of writes.filter((_, index) => [0, 1, 2, writes.length >> 1, writes.length - 1].includes(index))) {
      const ended = run(action, [], { ...env, REPRO_GATE_FULL_AT: at, REPRO_GATE_FULL_ON: '1' }, withOutputs)
      expect([at, ended.code === 0, ended.told]).toEqual([
        at,
        false,
        expect.stringMatching(/::error.*(?:disk is full|ENOSPC|could not be written)/),
      ])
      expect(ended.told).not.toMatch(/should not have happened/)
    }
  }, 120_000)

  test('of the job summary: none is there in half, and the log warns', () => {
    const env = {
      ...{
        INPUT_MODE: 'lint',
        INPUT_CONTEXT: '.',
        INPUT_CONFIG: 'none',
        INPUT_SUMMARY: 'always',
        INPUT_CHECK: 'never',
      },
      ...{ GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'o/r', GITHUB_EVENT_NAME: 'push', GITHUB_WORKSPACE: 'OUT' },
      ...{ GITHUB_OUTPUT: 'OUT/outputs', GITHUB_STEP_SUMMARY: 'OUT/summary', RUNNER_TEMP: '' },
    }
    const earlier = '# Of an earlier step\n'
    const withFiles = ({ out }: Place) => {
      writeFileSync(join(out, 'outputs'), '')
      writeFileSync(join(out, 'summary'), earlier)
    }
    const list = join(folder, 'list-of-summary')
    const whole = run(action, [], { ...env, REPRO_GATE_FULL_LIST: list }, withFiles)
    expect(readFileSync(join(whole.out, 'summary'), 'utf8').length).toBeGreaterThan(earlier.length)
    expect(readFileSync(list, 'utf8')).toContain('1 summary\n')
    const ended = run(action, [], { ...env, REPRO_GATE_FULL_AT: '1 summary' }, withFiles)
    expect(ended.told).toMatch(/::warning::No job summary: it could not be written: the disk is full/)
    expect(readFileSync(join(ended.out, 'summary'), 'utf8')).toBe(earlier)
  })
})
