import { expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { composeTargets } from '../../src/subjects/compose.ts'

const plain = { context: '.', dockerfile: 'Dockerfile', target: undefined, args: {}, contexts: {} }

test('every service that is built, short and long, with anchors and merges', () => {
  const text = `x-build: &build
  context: .
  args: &args
    A: 1
services:
  db:
    image: postgres:17
  short:
    build: ./short
  long:
    build:
      <<: *build
      dockerfile: docker/Dockerfile.long
      target: prod
      args:
        <<: *args
        B: yes
        FROM_ENV:
        MISSING:
  list:
    build:
      context: list
      args: [A=1=2, FROM_ENV, MISSING]
      additional_contexts: [base=docker-image://alpine]
  empty:
    build:
  inline:
    build:
      dockerfile_inline: |
        FROM scratch
  remote:
    build: https://github.com/o/r.git#main
`
  const { targets, remarks, problems } = composeTargets(text, { FROM_ENV: 'here' })
  expect(problems).toEqual([])
  expect(targets).toEqual([
    { ...plain, name: 'service short', context: './short' },
    {
      ...{ ...plain, name: 'service long', dockerfile: 'docker/Dockerfile.long', target: 'prod' },
      args: { A: '1', B: 'yes', FROM_ENV: 'here' },
    },
    {
      ...{ ...plain, name: 'service list', context: 'list', args: { A: '1=2', FROM_ENV: 'here' } },
      contexts: { base: 'docker-image://alpine' },
    },
  ])
  expect(remarks).toEqual([expect.stringContaining('service inline'), expect.stringContaining('service remote')])
})

test.each([
  ['https://me:hunter22@git.example/o/r.git', "'https://git.example/o/r.git'"],
  ['https://me:hunter@22@git.example/o/r.git', "'https://git.example/o/r.git'"],
  ['https://ghp_hunter22@git.example/o/r.git', "'https://git.example/o/r.git'"],
  ['git+ssh://me:${SECRET}@git.example/o/r.git', "'git+ssh://git.example/o/r.git'"],
  ['https://git.example/o/r.git#a@b', "'https://git.example/o/r.git#a@b'"],
])('of an address that is no folder the password is not told: %s', (address, shown) => {
  const { remarks } = composeTargets(`services: { a: { build: "${address}" } }`, { SECRET: 'hunter22' })
  expect(remarks).toEqual([expect.stringContaining(shown)])
  expect(remarks.join()).not.toContain('hunter')
})

test.each([
  ['$A/x', 'a/x'],
  ['${A}x', 'ax'],
  ['${B:-b}', 'b'],
  ['${B-}', ''],
  ['${EMPTY:-b}', 'b'],
  ['${EMPTY-b}', ''],
  ['${A:+set}', 'set'],
  ['$$A', '$A'],
  ['${A:?say so}', 'a'],
])('a variable in a path: %s', (written, context) => {
  const { targets } = composeTargets(`services: {s: {build: {context: '${written}'}}}`, { A: 'a', EMPTY: '' })
  expect(targets).toEqual([{ ...plain, name: 'service s', context }])
})

test.each(['$B', '${B}', '${B:?none}', '${EMPTY:?none}', '${A', '$', 'a $ b', '${A:-${B}}'])(
  'a path with %s is not known',
  written => {
    const { targets, remarks } = composeTargets(`services: {s: {build: {context: '${written}'}}}`, {
      A: 'a',
      EMPTY: '',
    })
    expect(targets).toEqual([])
    expect(remarks).toEqual(['the context of service s cannot be told'])
  },
)

test('what is no YAML is a problem with its line; odd shapes are nothing', () => {
  expect(composeTargets('services:\n  a: [').problems[0]).toMatch(/^line 2: /)
  for (const text of ['', '[]', '7', 'services: 1', 'services: [a]', 'services: {a: 1}', 'services: {a: {build: [1]}}'])
    expect(composeTargets(text).problems).toEqual([])
})

test('what stands in other files is said to be unread', () => {
  const text = `include: [other.yaml]
services:
  here: {extends: {service: base}}
  there: {extends: {file: base.yaml, service: base}}
  base: {build: ./base}
`
  const { targets, remarks, problems } = composeTargets(text)
  expect({ names: targets.map(({ name }) => name), problems }).toEqual({ names: ['service base'], problems: [] })
  expect(remarks).toEqual([
    expect.stringMatching(/^what it includes is not read/),
    expect.stringMatching(/^service there extends one of another file/),
  ])
})

test('no text stops it', () => {
  const words = fc.constantFrom(
    'services:',
    'build:',
    ' ',
    '\n',
    '  ',
    'a',
    '&a',
    '*a',
    '<<:',
    '[',
    ']',
    '{',
    '}',
    '- ',
    '${',
    ':',
    '"',
  )
  fc.assert(fc.property(fc.array(words, { maxLength: 50 }), parts => void composeTargets(parts.join(''))))
})

test('a key that is a map is read without a warning of the runtime on the terminal', () => {
  const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
  composeTargets('services:\n  a:\n    build:\n      ? {context: ./b}\n      : x\n', {})
  const told = warned.mock.calls.map(([text]) => String(text))
  warned.mockRestore()
  expect(told).toEqual([])
})
