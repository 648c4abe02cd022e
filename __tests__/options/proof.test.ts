import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { readCommandLine } from '../../src/options/flags.ts'
import { helpText } from '../../src/options/help.ts'
import { checkOptions, type Given, InputError, modeIn } from '../../src/options/options.ts'
import { checkOutputPaths } from '../../src/options/output-paths.ts'
import { newFolder } from '../ledger/recorded.ts'

const problems = (command: Parameters<typeof checkOptions>[0], given: Given): readonly string[] => {
  try {
    checkOptions(command, given)
    return []
  } catch (error) {
    if (error instanceof InputError) return error.problems
    throw error
  }
}
const digest = `sha256:${'a'.repeat(64)}`

test('what each command needs', () => {
  expect(problems('record', {})).toEqual([expect.stringMatching(/^record .*say where/)])
  expect(problems('record', { record: ['r.json.gz'] })).toEqual([])
  expect(problems('verify', {})).toEqual([expect.stringMatching(/none is given$/)])
  expect(problems('verify', { record: ['r'], against: ['image'] })).toEqual([expect.stringMatching(/2 are given$/)])
  for (const given of [{ record: ['r'] }, { against: ['image'] }, { 'expected-digest': [digest] }])
    expect(problems('verify', given)).toEqual([])
  for (const none of ['sha256:abc', `sha512:${'a'.repeat(128)}`])
    expect(problems('verify', { 'expected-digest': [none] })).toEqual([expect.stringMatching(/is no digest/)])
  expect(problems('gate', { record: ['r'] })).toEqual([
    expect.stringMatching(/for the modes record, verify, drift and replay/),
  ])
})

test('drift takes a record, an image, or the ledger; the issue is its own', () => {
  for (const given of [{}, { record: ['r'] }, { against: ['image'] }, { 'drift-issue': ['true'] }])
    expect(problems('drift', given)).toEqual([])
  expect(problems('drift', { record: ['r'], against: ['image'] })).toEqual([expect.stringMatching(/two are given$/)])
  expect(problems('drift', { 'expected-digest': [digest] })).toEqual([
    expect.stringMatching(/cannot say what changed$/),
  ])
  expect(problems('verify', { record: ['r'], 'drift-issue': ['true'] })).toEqual([expect.stringMatching(/mode drift$/)])
  expect(problems('drift', { 'drift-issue': ['maybe'] })).toEqual([expect.stringMatching(/neither true nor false/)])
})

test('what is for two builds is refused, not left out', () => {
  for (const name of ['builders', 'variations', 'cache-from', 'keep'] as const)
    expect(problems('verify', { against: ['image'], [name]: name === 'builders' ? ['a', 'b'] : ['none'] })).toEqual([
      expect.stringMatching(new RegExp(`^${name} .*builds once`)),
    ])
})

test('flags say how the one build is made, and none is of the gate alone', () => {
  const line = readCommandLine([
    'verify',
    '.',
    '--record',
    'r',
    '--build-arg',
    'A=1',
    '--target',
    'x',
    '--level',
    'identical',
  ])
  expect(line).toMatchObject({
    ...{ kind: 'run', command: 'verify' },
    given: { context: ['.'], record: ['r'], 'build-args': ['A=1'], target: ['x'], level: ['identical'] },
  })
  expect(() => readCommandLine(['record', '--record', 'r', '--builders', 'a,b'])).toThrow(/not a flag of record/)
  expect(() => readCommandLine(['record', '--record', 'r', '--level', 'identical'])).toThrow(/not a flag of record/)
  expect(helpText('record')).toContain('--record PATH')
  expect(helpText('verify')).toContain('--expected-digest DIGEST')
  expect(helpText(undefined)).toMatch(/repro-gate record .*\n +repro-gate verify/)
})

test('the modes of the action', () => {
  expect(['record', 'verify', 'lint', 'gate', 'nonsense'].map(mode => modeIn({ mode: [mode] }))).toEqual([
    ...['record', 'verify', 'lint', 'gate', 'gate'],
  ])
})

test('a record is written over a record, and over nothing else', async () => {
  const folder = await newFolder()
  const path = join(folder, 'r.json.gz')
  const check = (command: 'record' | 'verify', given: Given) =>
    checkOutputPaths(checkOptions(command, { context: [folder], ...given }))
  await check('record', { record: [path] })
  writeFileSync(path, gzipSync('{"kind":"repro-gate-record"'))
  await check('record', { record: [path] })
  await check('verify', { record: [path] })
  await expect(check('verify', { record: [path], report: [path] })).rejects.toThrow(/is the record that is read/)
  writeFileSync(path, 'mine')
  await expect(check('record', { record: [path] })).rejects.toThrow(/holds something else/)
  await expect(check('record', { record: [join(folder, 'Dockerfile')] })).rejects.toThrow(/a file to build or lint/)
})
