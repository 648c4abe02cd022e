// Every row of docs/threat-model.md has tests that keep it, and no test keeps a row that is not there.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { threats } from './threats.ts'

const tests = join(import.meta.dirname, '..')
const page = readFileSync(join(tests, '../docs/threat-model.md'), 'utf8')

/** The first cell of each row, without Markdown. */
const rows = page
  .split('\n')
  .filter(line => line.startsWith('| ') && !/^\| (?:What \||---)/.test(line))
  .map(line =>
    (line.split('|')[1] ?? '')
      .trim()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replaceAll('`', ''),
  )

test('each row names what keeps it, and nothing else is named', () => {
  expect(rows.length).toBeGreaterThan(20)
  expect(new Set(rows).size).toBe(rows.length)
  expect(Object.keys(threats).sort()).toEqual([...rows].sort())
})

test.each(Object.entries(threats))('%s: its tests are there, and run', (_, kept) => {
  expect(kept.length).toBeGreaterThan(1)
  for (const [file, name] of kept) {
    const path = join(tests, file)
    expect({ file, isThere: existsSync(path) }).toEqual({ file, isThere: true })
    expect(file).toMatch(/\.test\.ts$/)
    expect({ file, name, calls: callsOf(readFileSync(path, 'utf8'), name) }).toEqual({ file, name, calls: ['runs'] })
  }
})

/** How a test of that name is called: `runs`, or what keeps it from running. */
function callsOf(text: string, name: string): string[] {
  const quoted = ["'", '`', '"'].map(quote => text.indexOf(`${quote}${name}${quote}`)).filter(at => at >= 0)
  return quoted.slice(0, 1).map(at => {
    // Of `test.each([…])('name'` all that the table holds stands in between.
    const [, call = 'none', how = ''] =
      /(?:^|\n)\s*(test|describe|it|testAll)((?:\.\w+)*)[^;]*$/.exec(text.slice(0, at)) ?? []
    return call !== 'none' && call !== 'testAll' && !/skip|todo|failing|only/.test(how) ? 'runs' : `${call}${how}`
  })
}

test('a test that is skipped, renamed or gone is found out', () => {
  expect(callsOf("test('a b', () => {})", 'a b')).toEqual(['runs'])
  expect(callsOf("  test.each([\n [1, 'x']\n])('a %s', () => {})", 'a %s')).toEqual(['runs'])
  expect(callsOf("test.skip('a b', () => {})", 'a b')).toEqual(['test.skip'])
  expect(callsOf("test('a c', () => {})", 'a b')).toEqual([])
  expect(callsOf("const a = 'a b'", 'a b')).toEqual(['none'])
})
