import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import { parse } from 'yaml'
import { rules } from '../../src/lint/rules.ts'
import { parseConfig } from '../../src/options/config.ts'
import { readConfig } from '../../src/options/config-file.ts'
import { checkOptions, InputError } from '../../src/options/options.ts'

const schemaFile = new URL('../../docs/config.schema.json', import.meta.url)
const schema = JSON.parse(readFileSync(schemaFile, 'utf8'))
// UPDATE_README=1 writes the ids of the rules into it, as it writes the tables of the README.
const ids = rules.map(({ id }) => id)
if (process.env.UPDATE_README === '1') {
  const text = readFileSync(schemaFile, 'utf8')
  const list = `"enum": [\n        ${ids.map(id => `"${id}"`).join(', ')}\n      ]`
  writeFileSync(schemaFile, text.replace(/("rule": \{\s*)"enum": \[[^\]]*\]/, `$1${list}`))
  schema.definitions.rule.enum = ids
}
const ajv = new Ajv({ allErrors: true, strict: false })
addFormats.default(ajv)
const fits = ajv.compile(schema)

const problemsOf = (text: string): string[] => {
  try {
    parseConfig(text, '.repro-gate.yml')
  } catch (error) {
    if (error instanceof InputError) return error.problems
    throw error
  }
  return []
}

test('the published schema knows every rule', () => expect(schema.definitions.rule.enum).toEqual(ids))

const whole = `# everything
profile: strict
fail-on: warning
level: identical
docker-check: never
hadolint-ignores: false
files:
  - Dockerfile
  - services/*/Dockerfile
rules:
  RG201: off
  RG205: on
  RG101: error
ignores:
  - rule: RG201
    path: services/**
    stage: build
    reason: the proxy pins them
    until: 2026-12-31
  - rules: [RG401, RG402]
    stage: 0
`

describe('a configuration file', () => {
  test('is read with the places of its ignores', () => {
    expect(parseConfig(whole, 'a/.repro-gate.yml')).toEqual({
      file: 'a/.repro-gate.yml',
      given: { profile: ['strict'], 'fail-on': ['warning'], level: ['identical'], 'docker-check': ['never'] },
      files: ['Dockerfile', 'services/*/Dockerfile'],
      lint: {
        hadolintIgnores: false,
        rules: { RG201: 'off', RG205: 'on', RG101: 'error' },
        ignores: [
          {
            ...{ rules: ['RG201'], path: 'services/**', stage: 'build', reason: 'the proxy pins them' },
            ...{ until: '2026-12-31', at: { file: 'a/.repro-gate.yml', line: 15, endLine: 15 } },
          },
          {
            ...{ rules: ['RG401', 'RG402'], path: null, stage: '0', reason: null, until: null },
            at: { file: 'a/.repro-gate.yml', line: 20, endLine: 20 },
          },
        ],
      },
    })
  })

  test('tells everything that is wrong with it, each with its line', () => {
    const text = `profile: loud
colour: blue
rules:
  RG999: off
  RG201: never
ignores:
  - rule: RG201
    reason: 7
    until: 2026-02-30
    untill: x
  - path: a
files: Dockerfile
`
    expect(problemsOf(text)).toEqual([
      ".repro-gate.yml:1: profile: 'loud' is not one of default, strict, advisory",
      ".repro-gate.yml:2: 'colour' is not a key here; there are profile, fail-on, level, docker-check, rules, ignores, files, hadolint-ignores",
      ".repro-gate.yml:4: there is no rule 'RG999'; the ids are as in RG201",
      ".repro-gate.yml:5: RG201: 'never' is not one of off, on, error, warning, notice",
      ".repro-gate.yml:8: reason: '7' is not a text",
      ".repro-gate.yml:9: until: '2026-02-30' is not a day such as 2026-12-31",
      ".repro-gate.yml:10: 'untill' is not a key here; there are rule, rules, path, stage, reason, until",
      ".repro-gate.yml:11: ignores, entry 2: it needs 'rule' or 'rules', one of the two",
      ".repro-gate.yml:12: files: 'Dockerfile' is not a list",
    ])
  })

  test('a mistake of YAML is told with its line', () => {
    expect(problemsOf('profile: strict\nrules: [\n')).toEqual([expect.stringMatching(/^\.repro-gate\.yml:3: /)])
    expect(problemsOf('profile: strict\nprofile: default\n')).toEqual([expect.stringMatching(/:2: .*unique/)])
  })

  test('neither a bomb of aliases nor a tower of brackets takes it down', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x,x]\n${[...'bcdefgh'].map((name, at) => `${name}: &${name} [${Array(10).fill(`*${'abcdefgh'[at]}`).join(',')}]`).join('\n')}\n`
    const start = process.cpuUsage()
    expect(problemsOf(bomb).length).toBeGreaterThan(0)
    expect(problemsOf('['.repeat(200_000)).length).toBeGreaterThan(0)
    expect(problemsOf(`profile: strict\n? ${'{'.repeat(90)}a${'}'.repeat(90)}\n: x\n`)).toEqual([
      expect.stringMatching(/:2: a key is a list or a map/),
    ])
    expect(problemsOf(`ignores:\n${'  - x\n'.repeat(900)}`).length).toBeLessThan(60)
    expect(process.cpuUsage(start).user).toBeLessThan(10_000_000)
  })

  test('several documents are refused in words', () => {
    expect(problemsOf('profile: strict\n---\nprofile: advisory\n')).toEqual([
      '.repro-gate.yml:2: a second document starts here (after --- or ...); only one can be read',
    ])
  })

  test('no text makes it throw anything but its problems', () => {
    fc.assert(fc.property(fc.string(), text => void problemsOf(text)))
    const words = fc.constantFrom(
      'rules',
      'ignores',
      'RG201',
      ':',
      '\n',
      '  ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '&a ',
      '*a',
      '"',
      'off',
    )
    fc.assert(fc.property(fc.array(words, { maxLength: 40 }), parts => void problemsOf(parts.join(''))))
  })
})

describe('schema and reader say the same', () => {
  const good = [
    'files: [a..b/c, "**/*.Dockerfile"]',
    ...[
      '',
      '{}',
      '# nothing\n',
      whole,
      'profile: advisory',
      'rules: {}',
      'rules: {JSONArgsRecommended: off}',
      'ignores: []',
      'hadolint-ignores: true',
    ],
    ...['ignores: [{rule: RG201}]', 'ignores: [{rule: RG201, reason: ""}]', 'ignores:\n  - rule: RG201\n    reason:\n'],
    ...['ignores: [{rules: [RG201], stage: 3}]', 'ignores: [{rule: RG201, until: "2028-02-29"}]'],
    'ignores:\n  - &one {rule: RG201, reason: &why w}\n  - {rule: RG101, reason: *why}\n',
  ]
  const bad = [
    ...['[]', 'text', '7', 'profile: Strict', 'profile: [strict]', 'profile:', 'Profile: strict', 'x: 1'],
    ...['rules: []', 'rules:', 'rules: [RG201]', 'rules: {RG201: 0}', 'rules: {RG201: true}', 'rules: {RG2: off}'],
    ...[
      'rules: {rg201: off}',
      'rules: {RGeneral: off}',
      'rules: {Other: off}',
      'rules: {RG001: off}',
      'rules: {RG201: }',
      'rules: {__proto__: off}',
    ],
    ...[
      'ignores:',
      `ignores: [${'{rule: RG201},'.repeat(1001)}]`,
      'ignores: {}',
      'ignores: [RG201]',
      'ignores: [{}]',
      'ignores: [{reason: x}]',
      'ignores: [{rule: RG1}]',
    ],
    ...['ignores: [{rule: RG201, rules: [RG101]}]', 'ignores: [{rules: []}]', 'ignores: [{rules: RG201}]'],
    ...['ignores: [{rule: [RG201]}]', 'ignores: [{rule: RG201, path: ""}]', 'ignores: [{rule: RG201, path: 1}]'],
    ...[
      'ignores: [{rule: RG201, stage: ""}]',
      'ignores: [{rule: RG201, stage: -1}]',
      'ignores: [{rule: RG201, stage: 1.5}]',
    ],
    ...[
      'ignores: [{rule: RG201, stage: [a]}]',
      'ignores: [{rule: RG201, reason: 1}]',
      'ignores: [{rule: RG201, reason: [a]}]',
    ],
    ...[
      'ignores: [{rule: RG201, until: 2026}]',
      'ignores: [{rule: RG201, until: 2026-2-3}]',
      'ignores: [{rule: RG201, until: 2026-02-30}]',
    ],
    ...['ignores: [{rule: RG201, until: soon}]', 'ignores: [{rule: RG201, until: }]', 'ignores: [{rule: RG201, x: 1}]'],
    ...[
      'files: []',
      'files: Dockerfile',
      'files: [""]',
      'files: [/etc/Dockerfile]',
      'files: [a/../../b]',
      'files: [1]',
      'files: {}',
      'files:',
      'hadolint-ignores: yes',
    ],
    ...[
      'hadolint-ignores: 1',
      'hadolint-ignores:',
      'fail-on: errors',
      'fail-on: [error]',
      'level: different',
      'docker-check: always',
    ],
  ]
  test.each(good)('good: %j', text => expect([fits(parse(text)), problemsOf(text)]).toEqual([true, []]))
  test.each(bad)('bad: %j', text => {
    expect(fits(parse(text))).toBe(false)
    expect(problemsOf(text)[0]).toMatch(/^\.repro-gate\.yml:\d+: /)
  })
})

describe('where it is', () => {
  const root = mkdtempSync(join(tmpdir(), 'config-file-'))
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  const put = (path: string, text = ''): string => {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), text)
    return join(root, path)
  }
  const rejected = async (work: Promise<unknown>): Promise<string[]> =>
    work.then(
      () => [],
      error => (error instanceof InputError ? error.problems : [String(error)]),
    )

  test('the current folder, then those above it, to the root of the repository and no further', async () => {
    put('.repro-gate.yml', 'profile: advisory\n')
    put('repo/.git/HEAD')
    put('repo/services/web/Dockerfile')
    const at = (folder: string) => readConfig(undefined, join(root, folder))
    expect(await at('repo/services/web')).toBeNull()
    put('repo/.repro-gate.yaml', 'files: [services/*/Dockerfile]\n')
    expect(await at('repo/services/web')).toMatchObject({
      file: '../../.repro-gate.yaml',
      files: ['../../services/*/Dockerfile'],
      lint: { pathPrefix: 'services/web', pathRoot: join(root, 'repo') },
    })
    expect(await at('repo')).toMatchObject({
      file: '.repro-gate.yaml',
      files: ['services/*/Dockerfile'],
      lint: { pathPrefix: '' },
    })
    put('repo/services/.repro-gate.yml', 'profile: strict\n')
    expect((await at('repo/services/web'))?.given).toEqual({ profile: ['strict'] })
  })

  test('a link that leads nowhere is no reason to go without', async () => {
    put('linked/Dockerfile')
    symlinkSync('nowhere', join(root, 'linked/.repro-gate.yml'))
    expect(await rejected(readConfig(undefined, join(root, 'linked')))).toEqual([
      expect.stringContaining("there is no file '.repro-gate.yml'"),
    ])
  })

  test('without a repository the current folder alone', async () => {
    put('loose/.repro-gate.yml', 'profile: strict\n')
    mkdirSync(join(root, 'loose/sub'))
    expect(await readConfig(undefined, join(root, 'loose/sub'))).toBeNull()
    expect(await readConfig(undefined, join(root, 'loose'))).not.toBeNull()
  })

  test('the one that is named, whose paths are those of the current folder; none is none', async () => {
    put('named/ci/gate.yml', 'files: [Dockerfile]\n')
    put('named/.repro-gate.yml', 'profile: strict\n')
    const named = await readConfig('ci/gate.yml', join(root, 'named'))
    expect(named).toMatchObject({ file: 'ci/gate.yml', given: {}, files: ['Dockerfile'] })
    expect(await readConfig('none', join(root, 'named'))).toBeNull()
  })

  test('what is not there, is a folder, is huge or stands twice is told', async () => {
    expect(await rejected(readConfig('no.yml', root))).toEqual([expect.stringContaining("there is no file 'no.yml'")])
    expect(await rejected(readConfig('.', root))).toEqual([expect.stringContaining('is not a file')])
    put('huge.yml', '#'.repeat((1 << 20) + 1))
    expect(await rejected(readConfig('huge.yml', root))).toEqual([expect.stringContaining('bigger than 1 MiB')])
    put('twice/.repro-gate.yml')
    put('twice/.repro-gate.yaml')
    expect(await rejected(readConfig(undefined, join(root, 'twice')))).toEqual([expect.stringContaining('keep one')])
  })
})

describe('options', () => {
  const config = parseConfig(whole, '.repro-gate.yml')
  test('inputs and flags go before the file, the file before the defaults', () => {
    expect(checkOptions('lint', {}, {}, config)).toMatchObject({
      failOn: 'warning',
      level: 'identical',
      dockerCheck: 'never',
    })
    expect(checkOptions('lint', {}, {}, config).lint).toMatchObject({ profile: 'strict', hadolintIgnores: false })
    const given = { profile: ['advisory'], 'fail-on': ['never'] }
    expect(checkOptions('lint', given, {}, config)).toMatchObject({ failOn: 'never', lint: { profile: 'advisory' } })
  })
  test('its Dockerfiles are those of a lint that is given none', () => {
    const named = (command: 'gate' | 'lint', given = {}) =>
      checkOptions(command, given, {}, config).files.map(({ name }) => name)
    expect(named('lint')).toEqual(['Dockerfile', 'services/*/Dockerfile'])
    expect(named('lint', { file: ['x'] })).toEqual(['x'])
    expect(named('lint', { paths: ['y'] })).toEqual(['y'])
    expect(named('lint', { context: ['.'] })).toEqual([])
    expect(named('gate')).toEqual([])
  })
})
