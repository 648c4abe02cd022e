import { describe, expect, test } from '@jest/globals'
import type { Finding } from '../../src/finding.ts'
import { withDockers } from '../../src/lint/docker-findings.ts'
import { lint } from '../../src/lint/lint.ts'
import { defaultSettings, type LintSettings } from '../../src/lint/settings.ts'
import { inputOf } from './cases.ts'

const docker = (id: string, line: number): Finding => ({
  ...{ id, source: 'docker', level: 'warning', class: 'drift', title: id, message: id, docs: '' },
  location: { file: 'Dockerfile', line, endLine: line },
  ...{ paths: [], count: 1, confidence: 'certain', evidence: [] },
})

function merged(text: string, found: Finding[], settings: Partial<LintSettings> = {}) {
  const input = inputOf(text, { settings })
  return withDockers(lint(input), found, input.dockerfile, { ...defaultSettings, ...settings })
}

const left = (...given: Parameters<typeof merged>): string[] =>
  merged(...given)
    .findings.filter(({ source }) => source === 'docker')
    .map(({ id, level, location }) => `${id}:${location?.line} ${level}`)

test('what our rules say at the same line is not said again', () => {
  const found = [docker('UndefinedArgInFrom', 1), docker('InvalidDefaultArgInFrom', 1), docker('StageNameCasing', 1)]
  expect(left('FROM python:${V} AS X\n', found)).toEqual(['StageNameCasing:1 warning'])
  expect(left('FROM python:1@sha256:TODO AS X\n', found.slice(1))).toEqual(['StageNameCasing:1 warning'])
})

test('at another line, and where our rule is off, it is', () => {
  expect(left('ARG V\nFROM python:${V}\nFROM scratch\n', [docker('UndefinedArgInFrom', 3)])).toHaveLength(1)
  const off = { rules: { RG103: 'off' as const } }
  expect(left('FROM python:${V}\n', [docker('UndefinedArgInFrom', 1)], off)).toHaveLength(1)
})

test('an ignore of our rule answers Docker’s too', () => {
  const text = '# repro-gate ignore=RG103 -- given by the release\nFROM python:${V}\n'
  expect(left(text, [docker('UndefinedArgInFrom', 2)])).toEqual([])
})

test('levels as the user wants them', () => {
  const found = [docker('StageNameCasing', 1), docker('JSONArgsRecommended', 1)]
  const rules = { StageNameCasing: 'off', JSONArgsRecommended: 'error' } as const
  expect(left('FROM scratch\n', found, { rules })).toEqual(['JSONArgsRecommended:1 error'])
  expect(left('FROM scratch\n', found, { profile: 'advisory' })).toEqual([
    'JSONArgsRecommended:1 notice',
    'StageNameCasing:1 notice',
  ])
  expect(left('FROM scratch\n', found, { profile: 'strict' })).toHaveLength(2)
})

describe('ignores of a check of Docker’s by its own id', () => {
  const found = [docker('StageNameCasing', 2), docker('StageNameCasing', 3)]

  test('above its instruction, with the reason kept, and no word about the ignore itself', () => {
    const text = '# repro-gate ignore=StageNameCasing -- a name of ours\nFROM scratch AS Base\nFROM base AS Other\n'
    const { findings, ignored } = merged(text, found)
    expect(findings.map(({ id, location }) => `${id}:${location?.line}`)).toEqual(['StageNameCasing:3'])
    expect(ignored).toMatchObject([{ finding: { id: 'StageNameCasing' }, reason: 'a name of ours', by: { line: 1 } }])
  })

  test('for the whole file; until a day', () => {
    const text = (more: string): string =>
      `# repro-gate ignore-file=StageNameCasing${more} -- ours\nFROM scratch AS Base\nFROM base AS Other\n`
    expect(left(text(''), found)).toEqual([])
    expect(left(text(' until=2026-01-01'), found, { today: '2026-11-21' })).toHaveLength(2)
  })

  test('where Docker is not asked, the ignore is not called idle', () => {
    expect(merged('# repro-gate ignore=StageNameCasing -- ours\nFROM scratch AS Base\n', []).findings).toEqual([])
  })
})
