import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'

const root = join(import.meta.dirname, '..', '..')
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'closing-line-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Runs Jest with our reporter on these suites, and all it writes, as a terminal would show it. */
function runJest(suites: Record<string, string>) {
  for (const [name, text] of Object.entries(suites)) writeFileSync(join(folder, `${name}.test.js`), text)
  const config = { rootDir: folder, reporters: ['default', join(root, 'scripts', 'jest-closing-line.mjs')] }
  const { PATH = '' } = process.env
  const jest = `'${process.execPath}' '${join(root, 'node_modules', 'jest', 'bin', 'jest.js')}' --config '${JSON.stringify(config)}' 2>&1`
  const { status, stdout } = spawnSync('sh', ['-c', jest], { encoding: 'utf8', env: { PATH } })
  return { status, lastLine: stdout.trimEnd().split('\n').at(-1), stdout }
}

describe("the run's last line", () => {
  test('counts tests that passed, and names no skips when there are none', () => {
    const run = runJest({ good: "test('a', () => {}); test('b', () => {})" })
    expect(run).toMatchObject({ status: 0, lastLine: '2 passed, 0 failed' })
  })

  test('counts failures, skips and todos', () => {
    const run = runJest({
      mixed: "test('a', () => { throw 1 }); test('b', () => {}); test.skip('c', () => {}); test.todo('d')",
    })
    expect(run).toMatchObject({ status: 1, lastLine: '1 passed, 1 failed, 2 skipped' })
    expect(run.stdout).toContain('Skipped: c\nSkipped: d\n')
  })

  test('names what passed at the second try only, and why the first one failed', () => {
    const again =
      "jest.retryTimes(1, { logErrorsBeforeRetry: true }); let tries = 0; test('a', () => { tries += 1; expect(tries).toBe(2) })"
    const run = runJest({
      again,
      never: "jest.retryTimes(1, { logErrorsBeforeRetry: true }); test('b', () => { throw new Error('never') })",
    })
    expect(run).toMatchObject({ status: 1, lastLine: '1 passed, 1 failed' })
    expect(run.stdout).toMatch(
      /Passed at the second try: a\n {2}Error: expect\(received\)\.toBe\(expected\).*\n {2}Expected: 2\n/,
    )
    expect(run.stdout).not.toContain('second try: b')
  })

  test('counts a suite that cannot run as a failure', () => {
    const run = runJest({ broken: "require('./nowhere')", good: "test('a', () => {})" })
    expect(run).toMatchObject({ status: 1, lastLine: '1 passed, 1 failed' })
  })
})
