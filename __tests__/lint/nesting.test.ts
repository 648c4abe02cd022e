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
