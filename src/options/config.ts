import type { FindingLevel, Location } from '../finding.ts'
import { rules as allRules } from '../lint/rules.ts'
import type { ConfigIgnore, LintSettings } from '../lint/settings.ts'
import { isDockerCheck } from './docker-checks.ts'
import { InputError } from './input-error.ts'
import type { Given } from './options.ts'
import { choices } from './table.ts'
import { isDay, shown } from './value.ts'
import { readYaml, type YamlPath } from './yaml-source.ts'

/** What `.repro-gate.yml` says. Its schema is docs/config.schema.json. */
export interface Config {
  /** As people name it, from where the run started. */
  file: string
  /** Options that an input or a flag may override. */
  given: Given
  lint: Pick<LintSettings, 'rules' | 'ignores'> &
    Partial<Pick<LintSettings, 'hadolintIgnores' | 'pathPrefix' | 'pathRoot'>>
  /** The Dockerfiles of the repository: paths and globs. */
  files: string[]
}

/** The keys that are options, too. */
export const optionKeys = ['profile', 'fail-on', 'level', 'docker-check'] as const
export const ruleStates = ['off', 'on', 'error', 'warning', 'notice'] as const

const keys = [...optionKeys, 'rules', 'ignores', 'files', 'hadolint-ignores'] as const
const ignoreKeys = ['rule', 'rules', 'path', 'stage', 'reason', 'until'] as const
const mostProblems = 50
/** Each is held against every finding of its rules. */
const mostIgnores = 1000

/** What is being read, with all that is wrong about it so far. */
interface Reading {
  problem: (path: YamlPath, text: string) => void
  at: (path: YamlPath) => Location
}

/**
 * Reads the text of a configuration file.
 * @param file how problems and findings name it
 * @throws InputError with everything that is wrong, each with its line
 */
export function parseConfig(text: string, file: string): Config {
  const { value, errors, at } = readYaml(text, file)
  const found = errors.map(({ line, message }) => ({ line, what: message }))
  const reading: Reading = { at, problem: (path, what) => found.push({ line: at(path).line, what }) }
  const config = configIn(reading, value ?? {}, file)
  const problems = found.sort((a, b) => a.line - b.line).map(({ line, what }) => `${file}:${line}: ${what}`)
  if (problems.length > mostProblems)
    problems.splice(mostProblems, problems.length, `${file}: and ${problems.length - mostProblems} more problems`)
  if (problems.length > 0) throw new InputError(problems)
  return config
}

function configIn(reading: Reading, value: unknown, file: string): Config {
  const map = mapIn(reading, [], value, 'the configuration', keys)
  const given: Given = {}
  for (const key of optionKeys) {
    if (!Object.hasOwn(map, key)) continue
    const word = choiceIn(reading, [key], map[key], choices[key])
    if (word !== null) given[key] = [word]
  }
  const hadolint = map['hadolint-ignores']
  if (hadolint !== undefined && typeof hadolint !== 'boolean')
    reading.problem(['hadolint-ignores'], `hadolint-ignores: ${told(hadolint)} is neither true nor false`)
  return {
    ...{ file, given },
    lint: {
      rules: Object.hasOwn(map, 'rules') ? rulesIn(reading, map.rules) : {},
      ignores: ignoresIn(reading, map.ignores),
      ...(typeof hadolint === 'boolean' ? { hadolintIgnores: hadolint } : {}),
    },
    files: Object.hasOwn(map, 'files') ? filesIn(reading, map.files) : [],
  }
}

/** Who may change the file may not send us all over the disk. */
function filesIn(reading: Reading, value: unknown): string[] {
  const names = textsIn(reading, ['files'], value)
  for (const [at, name] of names.entries())
    if (/^\/|(^|\/)\.\.(\/|$)/.test(name))
      reading.problem(['files', at], `files: '${shown(name)}' leads out of the repository`)
  return names
}

function rulesIn(reading: Reading, value: unknown): LintSettings['rules'] {
  const rules: Record<string, 'off' | 'on' | FindingLevel> = {}
  for (const [id, state] of Object.entries(mapIn(reading, ['rules'], value, 'rules'))) {
    if (!isRule(id) && !isDockerCheck(id)) reading.problem(['rules', id], noRule(id))
    const word = choiceIn(reading, ['rules', id], state, ruleStates)
    if (word !== null) rules[id] = word
  }
  return rules
}

function ignoresIn(reading: Reading, value: unknown): ConfigIgnore[] {
  const items = value === undefined ? [] : listIn(reading, ['ignores'], value)
  if (items.length > mostIgnores) {
    reading.problem(['ignores'], `ignores: ${items.length} are too many, ${mostIgnores} can be read`)
    return []
  }
  return items.flatMap((item, at) => ignoreIn(reading, at, item))
}

/** A missing reason is no problem of the file's: like that of a comment, it is a finding. */
function ignoreIn(reading: Reading, index: number, item: unknown): ConfigIgnore[] {
  const path = ['ignores', index]
  const map = mapIn(reading, path, item, `ignores, entry ${index + 1}`, ignoreKeys)
  if ((map.rule === undefined) === (map.rules === undefined))
    reading.problem(path, `ignores, entry ${index + 1}: it needs 'rule' or 'rules', one of the two`)
  const one = map.rule === undefined ? null : textIn(reading, [...path, 'rule'], map.rule)
  const rules = map.rules === undefined ? (one === null ? [] : [one]) : textsIn(reading, [...path, 'rules'], map.rules)
  for (const id of rules)
    if (!isRule(id)) reading.problem([...path, map.rule === undefined ? 'rules' : 'rule'], noRule(id))
  return [
    {
      ...{ rules, stage: stageIn(reading, [...path, 'stage'], map.stage) },
      path: map.path === undefined ? null : textIn(reading, [...path, 'path'], map.path),
      reason: reasonIn(reading, [...path, 'reason'], map.reason),
      until: untilIn(reading, [...path, 'until'], map.until),
      at: reading.at(path),
    },
  ]
}

/** An empty one is none. */
const reasonIn = (reading: Reading, path: YamlPath, value: unknown): string | null =>
  value === undefined || value === null || value === '' ? null : (textIn(reading, path, value)?.trim() ?? null) || null

function stageIn(reading: Reading, path: YamlPath, value: unknown): string | null {
  if (value === undefined) return null
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return String(value)
  if (typeof value === 'string' && value !== '') return value
  reading.problem(path, `stage: ${told(value)} is neither the name nor the number of a stage`)
  return null
}

function untilIn(reading: Reading, path: YamlPath, value: unknown): string | null {
  if (value === undefined) return null
  if (typeof value === 'string' && isDay(value)) return value
  reading.problem(path, `until: ${told(value)} is not a day such as 2026-12-31`)
  return null
}

/** Empty where it is no map; keys that nobody knows are told. */
function mapIn(
  reading: Reading,
  path: YamlPath,
  value: unknown,
  what: string,
  known: readonly string[] | null = null,
): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    reading.problem(path, `${what}: ${told(value)} is not a map of keys and values`)
    return {}
  }
  for (const key of Object.keys(value))
    if (known?.includes(key) === false)
      reading.problem([...path, key], `'${shown(key)}' is not a key here; there are ${known.join(', ')}`)
  return value as Record<string, unknown>
}

function listIn(reading: Reading, path: YamlPath, value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  reading.problem(path, `${path.at(-1)}: ${told(value)} is not a list`)
  return []
}

function textsIn(reading: Reading, path: YamlPath, value: unknown): string[] {
  const items = listIn(reading, path, value)
  if (Array.isArray(value) && items.length === 0) reading.problem(path, `${path.at(-1)}: the list is empty`)
  return items.flatMap((item, at) => textIn(reading, [...path, at], item) ?? [])
}

function textIn(reading: Reading, path: YamlPath, value: unknown): string | null {
  if (typeof value === 'string' && value !== '') return value
  const name = [...path].reverse().find(step => typeof step === 'string')
  reading.problem(path, `${name}: ${told(value)} is not a text`)
  return null
}

function choiceIn<T extends string>(reading: Reading, path: YamlPath, value: unknown, words: readonly T[]): T | null {
  const found = words.find(word => word === value)
  if (found === undefined) reading.problem(path, `${path.at(-1)}: ${told(value)} is not one of ${words.join(', ')}`)
  return found ?? null
}

const isRule = (id: string): boolean => allRules.some(rule => rule.id === id)
const noRule = (id: string): string => `there is no rule '${shown(id)}'; the ids are as in RG201`

/** A value in a message. */
function told(value: unknown): string {
  if (typeof value === 'string') return `'${shown(value)}'`
  if (value === null || value === undefined) return 'nothing'
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'a map' : `'${shown(String(value))}'`
}
