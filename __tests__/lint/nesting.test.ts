import { spawnSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { isDeeplyNested } from '../../src/lint/nesting.ts'
import { readYaml } from '../../src/options/yaml-source.ts'

test.each([
  '['.repeat(600),
  '{"a":'.repeat(600),
  `${'- '.repeat(600)}x`,
  `${Array.from({ length: 600 }, (_, at) => `${' '.repeat(at)}a:\n`).join('')}`,
])('too deep: %#', text => {
  expect(isDeeplyNested(text)).toBe(true)
  expect(readYaml(text, 'f').errors).toEqual([{ line: 1, message: 'this is nested too deep' }])
})

test.each(['', 'a: [b, {c: d}]\n'.repeat(5000), `a: ${']'.repeat(1000)}`, `${'# '.padEnd(2000, '-')}\n`])(
  'as people write: %#',
  text => expect(isDeeplyNested(text)).toBe(false),
)

test.each([
  `${'['.repeat(100)}${']'.repeat(100)}`,
  `${'- '.repeat(149)}x`,
  `${Array.from({ length: 299 }, (_, at) => `${' '.repeat(at)}a:\n`).join('')}`,
])('the parser has room for what is let through, with half of the usual stack: %#', text => {
  expect(isDeeplyNested(text)).toBe(false)
  const program = `require('yaml').parse(${JSON.stringify(text)})`
  const ran = spawnSync(process.execPath, ['--stack-size=500', '-e', program], { encoding: 'utf8' })
  expect([ran.status, ran.stderr]).toEqual([0, ''])
})

test('what is wrong with a text is told in words that do not grow with it', () => {
  const [{ message = '' } = {}] = readYaml('|'.repeat(50_000), 'f').errors
  expect(message).toMatch(/^Block scalar header includes extra characters: \|+$/)
  expect(message.length).toBe(200)
})

test('a key twice, one of many parts, and more keys than anybody writes: the line is told, and nothing takes long', () => {
  const errorsOf = (text: string) => readYaml(text, 'f').errors
  expect(errorsOf('a: 1\nb: {c: 1, c: 2}')).toEqual([{ line: 2, message: 'Map keys must be unique' }])
  expect(errorsOf('a: 1\n? [b]\n: 2')).toEqual([{ line: 2, message: 'a key is a list or a map, and has to be a text' }])
  expect(errorsOf('1: a\n"1": b')).toEqual([])
  const many = Array.from({ length: 80_000 }, (_, at) => `k${at}: 1\n`).join('')
  const start = process.cpuUsage()
  expect(errorsOf(many)).toEqual([{ line: 5001, message: 'a map has more than 5000 keys; no more are read' }])
  // Each key against each took minutes.
  expect(process.cpuUsage(start).user / 1e6).toBeLessThan(30)
})
