// action-types.yml says what the options table says. UPDATE_README=1 writes it.
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parse, stringify } from 'yaml'
import { checkOptions } from '../src/options/options.ts'
import { choices, type OptionEntry, type OptionName, optionNames, optionTable } from '../src/options/table.ts'

interface Typing {
  type: 'string' | 'boolean' | 'integer' | 'enum' | 'list'
  'allowed-values'?: readonly string[]
  separator?: string
  'list-item'?: { type: 'string' }
}
const action = parse(readFileSync('action.yml', 'utf8')) as Record<'inputs' | 'outputs', Record<string, unknown>>
const text: Typing = { type: 'string' }
const oneOf = (...words: readonly string[]): Typing => ({ type: 'enum', 'allowed-values': words })
const listOf = (separator: string): Typing => ({ type: 'list', separator, 'list-item': { type: 'string' } })

const words: Partial<Record<OptionName, readonly string[]>> = { ...choices, 'predicate-type': ['scai', 'svr', 'vsa'] }
const typeOf = (name: OptionName): Typing => {
  const { kind }: OptionEntry = optionTable[name]
  const allowed = words[name]
  if (allowed !== undefined) return oneOf(...allowed)
  return { text, switch: { type: 'boolean' } as const, lines: listOf('\n'), list: listOf(',') }[kind]
}

const outputs: Record<string, Typing> = {
  verdict: oneOf('reproducible', 'not-reproducible', 'undecided'),
  reproducible: oneOf('true', 'false', 'unknown'),
  level: oneOf('identical', 'same-content', 'same-files', 'different'),
  drift: oneOf('same', 'base-moved', 'differs', 'cannot-build', 'undecided'),
  release: oneOf('published', 'withheld', 'failed'),
  findings: { type: 'integer' },
  ...Object.fromEntries(['digest', 'config-digest', 'subjects', 'logs'].map(name => [name, listOf('\n')])),
}

const expected = {
  inputs: Object.fromEntries(
    Object.keys(action.inputs).map(name => [name, name === 'github-token' ? text : typeOf(name as OptionName)]),
  ),
  outputs: Object.fromEntries(Object.keys(action.outputs).map(name => [name, outputs[name] ?? text])),
}
const header = `# Types of the inputs and outputs of action.yml, for editors and code generators
# (https://github.com/typesafegithub/github-actions-typing). An input that is left out and an output that is not known are empty.
# Written from the options table by: UPDATE_README=1 npm test -- __tests__/contract

`

test('action-types.yml gives every input and output the type that the options table has', () => {
  const written = header + stringify(expected, { aliasDuplicateObjects: false, blockQuote: false, lineWidth: 120 })
  if (process.env.UPDATE_README === '1') writeFileSync('action-types.yml', written)
  expect(readFileSync('action-types.yml', 'utf8')).toBe(written)
  expect(parse(written)).toEqual(expected)
})

test('every output that has a type of its own is one', () => {
  expect(Object.keys(outputs).filter(name => !(name in action.outputs))).toEqual([])
})

test.each(Object.entries(words))('%s takes each of its words and no other', (name, allowed) => {
  const problem = (value: string): string => {
    try {
      checkOptions('gate', { [name]: [value] }, { GITHUB_ACTIONS: 'true' })
      return ''
    } catch (error) {
      return String(error)
    }
  }
  const about = new RegExp(`\\b${name}\\b.* is not one of `)
  for (const word of allowed) expect(problem(word)).not.toMatch(about)
  expect(problem('another-word')).toMatch(about)
})

test.each(optionNames.filter(name => (optionTable[name] as OptionEntry).kind === 'switch' && name in action.inputs))(
  '%s takes no word but true and false',
  name => {
    expect(() => checkOptions('gate', { [name]: ['perhaps'] }, {})).toThrow(/neither true nor false/)
  },
)
