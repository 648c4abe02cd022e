// What is said in action.yml, docs/inputs.md, the README and --help must be what the options table says. UPDATE_README=1 writes the tables.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { flagsOf } from '../src/options/flags-of.ts'
import { groups } from '../src/options/groups.ts'
import { helpText } from '../src/options/help.ts'
import { checkOptions } from '../src/options/options.ts'
import { commands, type OptionEntry, optionNames, optionTable } from '../src/options/table.ts'

const root = join(import.meta.dirname, '..')
const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as {
  inputs: Record<string, { description: string; default?: string; required?: boolean }>
  outputs: Record<string, { description: string }>
  runs: { using: string; main: string }
}
const entryOf = (name: (typeof optionNames)[number]): OptionEntry => optionTable[name]

test('action.yml declares every option, in the same words, and nothing else but the token', () => {
  expect(Object.keys(action.inputs)).toEqual([
    ...optionNames.filter(name => entryOf(name).on !== 'cli'),
    'github-token',
  ])
  for (const name of optionNames)
    if (entryOf(name).on !== 'cli') expect(action.inputs[name]?.description).toBe(entryOf(name).description)
})

test('action.yml has no defaults, the token aside', () => {
  const withDefault = Object.entries(action.inputs).filter(([, input]) => input.default !== undefined || input.required)
  expect(withDefault.map(([name]) => name)).toEqual(['github-token'])
})

test('what the table says of leaving an option out is what the options do', () => {
  const options = checkOptions('gate', {})
  expect(optionTable.context.fallback).toBe(options.context)
  expect(optionTable.level.fallback).toBe(options.level)
  expect(optionTable['fail-on'].fallback).toBe(`${options.failOn} (${checkOptions('lint', {}).failOn} for lint)`)
  expect(optionTable.summary.fallback).toBe(options.summary)
  expect(optionTable.annotate.fallback).toBe(options.annotate)
  expect(optionTable.comment.fallback).toBe(options.comment)
  expect(optionTable['check-run'].fallback).toMatch(new RegExp(`^${options.checkRun} `))
  expect(optionTable['allow-untrusted'].fallback).toBe(String(options.allowUntrusted))
})

test.each(commands)('--help of %s names every flag that it takes', command => {
  for (const name of optionNames)
    if (
      entryOf(name).on !== 'action' &&
      (name !== 'context' || command === 'compare') &&
      (name !== 'report' || command !== 'report') &&
      entryOf(name).commands.includes(command)
    )
      expect(helpText(command)).toContain(`--${entryOf(name).flag}`)
})

test('each flag stands under one heading of --help, and no command has more than seven', () => {
  const flags = commands.flatMap(command => flagsOf(command).map(([name]) => name))
  const grouped = groups.flatMap(({ options }) => options)
  expect([...grouped].sort()).toEqual([...new Set(grouped)].sort())
  expect([...new Set(flags)].filter(name => !grouped.includes(name))).toEqual([])
  expect(grouped.filter(name => !flags.includes(name))).toEqual([])
  for (const command of commands) {
    const lines = helpText(command).split('\n')
    for (const [, { flag }] of flagsOf(command))
      expect(lines.filter(line => new RegExp(`^ +(?:-\\w, )?--${flag}(?: |$)`).test(line))).toHaveLength(1)
    expect(lines.filter(line => /^What .*:$|^How .*:$/.test(line)).length).toBeLessThanOrEqual(7)
  }
  expect(helpText('gate').split('\n')).toEqual(expect.arrayContaining(groups.slice(0, 4).map(one => `${one.title}:`)))
})

test('the action sets exactly the outputs it declares', () => {
  const source = readFileSync(join(root, 'src/github/outputs.ts'), 'utf8')
  const set = [...source.matchAll(/setOutput\(\s*'([^']+)'/g)].map(([, name]) => name)
  expect([...new Set(set)].sort()).toEqual(Object.keys(action.outputs).sort())
})

/** What most workflows need: the README shows these alone. */
const main = {
  inputs: ['context', 'file', 'mode', 'target', 'platforms', 'build-args', 'level', 'fail-on', 'variations', 'comment'],
  outputs: ['verdict', 'reproducible', 'level', 'digest', 'report'],
}
const cell = (text: string) => text.replaceAll('|', '\\|')

const inputRows = (names: readonly string[]): string[] => [
  '| Input | Flag | What it is | Left out |',
  '|---|---|---|---|',
  ...optionNames
    .filter(name => names.includes(name))
    .map(name => {
      const { flag, on, description, fallback = '' } = entryOf(name)
      const flagCell = name === 'context' ? 'CONTEXT' : on === 'action' ? '' : `\`--${flag}\``
      return `| ${on === 'cli' ? '' : `\`${name}\``} | ${flagCell} | ${cell(description)} | ${cell(fallback)} |`
    }),
]
const outputRows = (names: readonly string[]): string[] => [
  '| Output | What it is |',
  '|---|---|',
  ...Object.entries(action.outputs)
    .filter(([name]) => names.includes(name))
    .map(([name, { description }]) => `| \`${name}\` | ${cell(description)} |`),
]

test.each([
  ['docs/inputs.md', optionNames, Object.keys(action.outputs)],
  ['README.md', main.inputs, main.outputs],
])('%s tells the same', (path, inputs, outputs) => {
  expect([...main.inputs, ...main.outputs].filter(name => !(name in action.inputs || name in action.outputs))).toEqual(
    [],
  )
  const rest = '| `github-token` |  | Token for the check run; needs checks write | the token of the job |'
  const all = [...inputRows(inputs), ...(inputs === optionNames ? [rest] : [])]
  const before = readFileSync(join(root, path), 'utf8')
  const after = between(between(before, 'inputs', all), 'outputs', outputRows(outputs))
  if (process.env.UPDATE_README === '1') writeFileSync(join(root, path), after)
  expect(process.env.UPDATE_README === '1' || before === after).toBe(true)
})

const between = (text: string, name: string, lines: string[]): string => {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [start, end] = [text.indexOf(open), text.indexOf(close)]
  expect(start).toBeGreaterThan(-1)
  expect(end).toBeGreaterThan(start)
  return `${text.slice(0, start)}${open}\n${lines.join('\n')}\n${text.slice(end)}`
}
