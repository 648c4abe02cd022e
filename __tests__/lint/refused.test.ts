import { expect, test } from '@jest/globals'
import { lint } from '../../src/lint/lint.ts'
import { inputOf } from './cases.ts'

const refused = (text: string) =>
  lint(inputOf(text))
    .findings.filter(({ id }) => id === 'RG004')
    .map(({ location }) => location?.line)

test.each([
  ['', 1],
  ['RUN true\n', 1],
  ['FROM scratch\n\nRUNN true\n', 3],
  ['FROM scratch\nCOPY --frm=x a b\n', 2],
  ['# syntax=docker/dockerfile:1\nFROM scratch\nRUNN true\n', 3],
])('%j is refused at line %i', (text, line) => expect(refused(text)).toContain(line))

test.each([
  'FROM scratch\n',
  'FROM scratch\nCOPY --link a b\n',
  '# syntax=docker/dockerfile:1-labs\nFROM scratch\nRUNN true\n',
  '# syntax=example.com/mine\nFROM scratch\nRUNN true\n',
])('%j is not', text => expect(refused(text)).toEqual([]))

test('a template is refused once', () => {
  expect(refused('FROM scratch\n{{ if x }}\n{{ a }}\n{{ b }}\n{{ end }}\n')).toEqual([2])
})
