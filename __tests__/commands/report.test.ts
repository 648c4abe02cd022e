import { execFileSync } from 'node:child_process'
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { failOnOf, readReport } from '../../src/commands/report.ts'
import { InputError } from '../../src/options/input-error.ts'
import { reportJson } from '../../src/report/json.ts'
import { reportLimit } from '../../src/report/read-report.ts'
import { lintOnly, notReproducible } from '../report/reports.ts'

const root = mkdtempSync(join(tmpdir(), 'read-report-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const fileWith = (name: string, text: string | Buffer): string => {
  writeFileSync(join(root, name), text)
  return join(root, name)
}
const unended = { signal: new AbortController().signal }
const problemsOf = async (path: string | undefined): Promise<string[]> =>
  readReport({ report: path }, unended).then(
    () => [],
    error => (error instanceof InputError ? error.problems : [`not an InputError: ${error}`]),
  )

describe('repro-gate report', () => {
  test('reads what was written, with a byte order mark or without', async () => {
    expect(await readReport({ report: fileWith('r.json', reportJson(notReproducible)) }, unended)).toEqual(
      JSON.parse(reportJson(notReproducible)),
    )
    expect(await readReport({ report: fileWith('bom.json', `\ufeff${reportJson(lintOnly)}`) }, unended)).toMatchObject({
      command: 'lint',
    })
  })

  test('says what is wrong with any other file, and never shows what is in it', async () => {
    mkdirSync(join(root, 'folder'))
    expect(await problemsOf(undefined)).toEqual([
      expect.stringMatching(/repro-gate report PATH.*input `report` of the action/),
    ])
    expect(await problemsOf(join(root, 'none.json'))).toEqual([
      expect.stringMatching(/^There is no file .*none\.json$/),
    ])
    expect(await problemsOf(join(root, 'folder'))).toEqual([expect.stringMatching(/folder is a folder/)])
    expect(await problemsOf('/proc/self/mem')).toEqual([expect.stringMatching(/cannot be/)])
    for (const text of [
      'hush-hush',
      '{"hush": 1}',
      '{"schemaVersion": 1, "tool": "hush"}',
      Buffer.from([0xff, 0xfe, 0]),
    ]) {
      const [problem, ...more] = await problemsOf(fileWith('bad.json', text))
      expect([problem, more]).toEqual([expect.stringMatching(/bad\.json cannot be shown: it is no/), []])
      expect(problem).not.toContain('hush"')
    }
  })

  test('reads what comes out of a pipe, in its own time; the run may end before it does', async () => {
    const [pipe, silent] = [join(root, 'pipe'), join(root, 'silent')]
    execFileSync('mkfifo', [pipe, silent])
    const reading = readReport({ report: pipe }, unended)
    const writer = createWriteStream(pipe)
    const text = reportJson(notReproducible)
    writer.write(text.slice(0, 500))
    setTimeout(() => writer.end(text.slice(500)), 300)
    expect(await reading).toEqual(JSON.parse(text))

    const controller = new AbortController()
    const waiting = readReport({ report: silent }, controller)
    setTimeout(() => controller.abort(new Error('ended by SIGTERM')), 100)
    await expect(waiting).rejects.toThrow(/silent was not read to its end: ended by SIGTERM$/)
  })

  test('reads no more than a report may have', async () => {
    const before = process.memoryUsage.rss()
    expect(await problemsOf('/dev/zero')).toEqual([expect.stringMatching(/larger than/)])
    expect(process.memoryUsage.rss() - before).toBeLessThan(6 * reportLimit)
  }, 120_000)

  test('fails as the command did that made the report', () => {
    expect(failOnOf(lintOnly, { failOn: 'difference' })).toBe('error')
    expect(failOnOf(lintOnly, { failOn: 'never' })).toBe('never')
    expect(failOnOf(notReproducible, { failOn: 'difference' })).toBe('difference')
    expect(failOnOf(notReproducible, { failOn: 'warning' })).toBe('warning')
  })
})
