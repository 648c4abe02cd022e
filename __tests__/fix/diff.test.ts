import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { lineBefore, unifiedDiff } from '../../src/fix/diff.ts'

describe('a unified diff', () => {
  test('names the file and shows three lines around each change', () => {
    const before = Array.from({ length: 9 }, (_, at) => `line ${at + 1}\n`).join('')
    expect(unifiedDiff('app/Dockerfile', before, before.replace('line 5', 'LINE 5'))).toBe(
      [
        ...['--- a/app/Dockerfile', '+++ b/app/Dockerfile', '@@ -2,7 +2,7 @@'],
        ...[' line 2', ' line 3', ' line 4', '-line 5', '+LINE 5', ' line 6', ' line 7', ' line 8', ''],
      ].join('\n'),
    )
  })

  test('of a file that was not there, and of nothing', () => {
    expect(unifiedDiff('.dockerignore', null, '.git\n')).toBe(
      '--- /dev/null\n+++ b/.dockerignore\n@@ -0,0 +1,1 @@\n+.git\n',
    )
    expect(unifiedDiff('f', 'a\n', 'a\n')).toBe('')
  })

  test('of a file elsewhere keeps its path', () => {
    expect(unifiedDiff('/srv/Dockerfile', 'a\n', 'b\n')).toMatch(/^--- \/srv\/Dockerfile\n\+\+\+ \/srv\/Dockerfile\n/)
  })

  test('is what git apply takes, whatever the line ends', () => {
    const folder = mkdtempSync(join(tmpdir(), 'diff-'))
    const line = fc.constantFrom('FROM a', 'RUN b', '', '# c', '+d', '--- e', '@@ f')
    const text = fc
      .tuple(fc.array(line, { maxLength: 8 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
      .map(([lines, end, open]) => lines.join(end) + (open || lines.length === 0 ? '' : end))
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = unifiedDiff('f', before, after)
        fc.pre(diff !== '' && before !== '')
        writeFileSync(join(folder, 'f'), before)
        execFileSync('git', ['apply', '--whitespace=nowarn', '--unidiff-zero', '-'], {
          cwd: folder,
          input: diff,
          stdio: 'pipe',
        })
        expect(readFileSync(join(folder, 'f'), 'utf8')).toBe(after)
      }),
      { numRuns: 60 },
    )
    rmSync(folder, { recursive: true, force: true })
  })

  test('of a file in which everything changed stays short, and is no wait', () => {
    const lines = (from: number) => Array.from({ length: 20_000 }, (_, at) => `${at + from}\n`).join('')
    const started = Date.now()
    expect(unifiedDiff('f', lines(0), lines(50_000))).toMatch(/more than 2000 lines/)
    expect(Date.now() - started).toBeLessThan(10_000)
  })
})

describe('the line that a line was before', () => {
  test.each([
    ['a\nb\nc\n', 'a\nx\nb\nc\n', [1, 2, 2, 3]],
    ['a\nb\nc\n', 'a\nB\nc\n', [1, 2, 3]],
    ['a\nb\nc\n', 'c\n', [3]],
    ['a\nb\n', 'a\nx\ny\n', [1, 2, 3]],
    ['', 'x\ny\n', [1, 1]],
  ])('of %j made %j', (before, after, expected) => {
    const of = lineBefore(before, after)
    expect(expected.map((_, at) => of(at + 1))).toEqual(expected)
  })
})
