import { existsSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { causeIds } from '../../src/explain/causes.ts'
import { foreseenBy, unforeseeable, withCauses, withRules } from '../../src/explain/rules/foreseen.ts'
import { withOutcomes } from '../../src/explain/rules/outcome.ts'
import type { Finding } from '../../src/finding.ts'
import { type LintInput, lint } from '../../src/lint/lint.ts'
import { rules } from '../../src/lint/rules.ts'
import { defaultSettings } from '../../src/lint/settings.ts'

const at = (line: number, endLine = line) => ({ file: 'Dockerfile', line, endLine })
const finding = (id: string, line: number | null, more: Partial<Finding> = {}): Finding => ({
  ...{ id, source: /^RG\d/.test(id) ? ('lint' as const) : ('comparison' as const), level: 'error', class: 'now' },
  ...{ title: '', message: '', paths: [], count: 1, confidence: 'certain', evidence: [], docs: '' },
  ...(line === null ? {} : { location: at(line) }),
  ...more,
})
const cause = (id: string, line: number, endLine = line, more: Partial<Finding> = {}): Finding =>
  finding(id, null, { location: at(line, endLine), ...more })
const all = new Set(rules.map(({ id }) => id))
const rulesOf = (one: Finding, ...feared: Finding[]): string[] | undefined => withRules([one], feared, all)[0]?.related

describe('the table of rules and causes', () => {
  test('has every cause: with its rules, or with the reason why there is none', () => {
    const told = [...Object.keys(foreseenBy), ...Object.keys(unforeseeable)]
    expect(told.filter((id, index) => told.indexOf(id) !== index)).toEqual([])
    const all = [...causeIds, 'base-tag-moved', 'drift', 'unread-difference', 'vanished-input']
    expect(all.filter(id => !told.includes(id))).toEqual([])
    expect(told.filter(id => !all.includes(id))).toEqual([])
  })

  test('names rules that there are', () => {
    for (const rule of Object.values(foreseenBy).flat()) expect([...all]).toContain(rule)
    for (const list of Object.values(foreseenBy)) expect(list.length).toBeGreaterThan(0)
    for (const id of causeIds)
      expect([id, existsSync(new URL(`../../docs/causes/${id}.md`, import.meta.url))]).toEqual([id, true])
  })
})

describe('a cause', () => {
  test('names the rule that foresaw it on its instruction, and the rule the cause', () => {
    const log = cause('apt-log', 3, 5)
    const feared = [finding('RG206', 4), finding('RG206', 9), finding('RG201', 4)]
    expect(withRules([log], feared, all)[0]).toMatchObject({ related: ['RG206'] })
    expect(withCauses(feared, [log]).map(({ related }) => related)).toEqual([['apt-log'], undefined, undefined])
  })

  test('says when no rule foresaw it, and when none could', () => {
    const words = (id: string, asked = all) => withRules([cause(id, 3)], [], asked)[0]?.unforeseen
    expect(words('apt-log')).toBe('No lint rule foresaw this here.')
    expect(words('header-mode', new Set(['RG206', 'RG503']))).toBe(
      'The lint looks for this with `profile: strict` alone (RG505).',
    )
    expect(words('repackaged')).toBe('No lint rule can foresee this: it is about how the builders pack images.')
    expect(words('unknown-difference')).toBe('No lint rule foresaw this.')
    const near = withRules([cause('unknown-difference', 3)], [finding('RG503', 3), finding('RG501', 9)], all)
    expect(near[0]?.unforeseen).toBe('The lint warned of this instruction (RG503): that may be why.')
    expect(withRules([cause('apt-log', 3)], [finding('RG206', 3)], all)[0]).not.toHaveProperty('unforeseen')
  })

  test('of images without a Dockerfile is not said to be unforeseen', () => {
    expect(withRules([cause('apt-log', 3)], [], new Set())).toEqual([cause('apt-log', 3)])
  })

  test('is foreseen at an instruction that it came through, too', () => {
    const copied = cause('header-mode', 3, 3, { via: [at(9)] })
    expect(rulesOf(copied, finding('RG505', 9))).toEqual(['RG505'])
    expect(rulesOf(copied, finding('RG505', 8))).toBeUndefined()
  })

  test('in another file is another place', () => {
    const other = { ...finding('RG206', 3), location: { ...at(3), file: 'other/Dockerfile' } }
    expect(rulesOf(cause('apt-log', 3), other)).toBeUndefined()
  })
})

describe('what a rule is about decides', () => {
  const linted = (text: string, line: number, id: string): Finding => {
    const input: LintInput = {
      ...{ dockerfile: parseDockerfile(text, 'Dockerfile'), context: null, ignoreFile: null, git: null, workflows: [] },
      ...{ target: undefined, platforms: [], buildArgs: {}, buildContexts: [], settings: defaultSettings },
    } as unknown as LintInput
    const found = lint(input).findings.find(one => one.id === id && one.location?.line === line)
    if (!found) throw new Error(`no ${id} at line ${line}`)
    return found
  }

  test('a time does not confirm chance, nor chance a time', () => {
    const text = 'FROM debian:12\nRUN date > /etc/built\nRUN openssl rand -hex 16 > /etc/token\n'
    const [time, chance] = [linted(text, 2, 'RG503'), linted(text, 3, 'RG503')]
    expect(rulesOf(cause('build-time', 2), time)).toEqual(['RG503'])
    expect(rulesOf(cause('random-token', 2), time)).toBeUndefined()
    expect(rulesOf(cause('random-token', 3), chance)).toEqual(['RG503'])
    expect(rulesOf(cause('build-time', 3), chance)).toBeUndefined()
  })

  test('a day does not confirm a second', () => {
    const text = 'FROM debian:12\nRUN useradd -m app\nRUN pip install --no-cache-dir flask==3.0.0\n'
    const [day, second] = [linted(text, 2, 'RG501'), linted(text, 3, 'RG501')]
    expect(rulesOf(cause('shadow-day', 2), day)).toEqual(['RG501'])
    expect(rulesOf(cause('pyc-timestamp', 2), day)).toBeUndefined()
    expect(rulesOf(cause('pyc-timestamp', 3), second)).toEqual(['RG501'])
    expect(rulesOf(cause('shadow-day', 3), second)).toBeUndefined()
  })

  test('compiled Python does not confirm a macro of C, nor the other way round', () => {
    const text = [
      'FROM python:3.12',
      'RUN pip install --no-cache-dir flask==3.0.0 && gcc -o /usr/bin/app app.c',
      'RUN help2man ./app > /usr/share/man/man1/app.1',
    ].join('\n')
    const [python, manual] = [linted(text, 2, 'RG501'), linted(text, 3, 'RG501')]
    const macro = finding('RG501', 3, { message: '`main.c` uses `__DATE__` or `__TIME__`, so this compiles …' })
    expect(rulesOf(cause('elf-date-macro', 2), python)).toBeUndefined()
    expect(rulesOf(cause('pyc-timestamp', 2), python)).toEqual(['RG501'])
    expect(rulesOf(cause('elf-date-macro', 3), macro)).toEqual(['RG501'])
    expect(rulesOf(cause('pyc-timestamp', 3), macro)).toBeUndefined()
    expect(rulesOf(cause('build-time', 3), manual)).toEqual(['RG501'])
    expect(rulesOf(cause('pyc-timestamp', 3), manual)).toBeUndefined()
  })

  test('a clone without a commit is about .git only where it says so', () => {
    const text = [
      'FROM debian:12',
      'RUN git clone https://github.com/a/b.git /b',
      'RUN git clone https://github.com/a/c.git /c && rm -rf /c/.git',
    ].join('\n')
    expect(rulesOf(cause('git-index', 2), linted(text, 2, 'RG406'))).toEqual(['RG406'])
    expect(rulesOf(cause('git-index', 3), linted(text, 3, 'RG406'))).toBeUndefined()
  })

  test('of several labels only the one that the rule names is confirmed', () => {
    const text = 'FROM debian:12\nARG BUILD_DATE\nLABEL org.opencontainers.image.created=$BUILD_DATE number=$NUMBER\n'
    const created = linted(text, 3, 'RG504')
    const label = (name: string) =>
      cause('config-label', 3, 3, { evidence: [{ what: `label ${name}`, path: `/config/Labels/${name}` }] })
    expect(rulesOf(label('org.opencontainers.image.created'), created)).toEqual(['RG504'])
    expect(rulesOf(label('number'), created)).toBeUndefined()
  })

  test('a build argument is tied to its ARG by its name, wherever its value ends up', () => {
    const rule = finding('RG708', 2, { message: '`BUILD_ID` has no default, and a `RUN` works with it.' })
    const held = (name: string) => cause('build-argument', 7, 7, { message: `A path holds a value (${name}).` })
    expect(rulesOf(held('BUILD_ID'), rule)).toEqual(['RG708'])
    expect(rulesOf(held('BUILD_ID_2'), rule)).toBeUndefined()
    expect(rulesOf(cause('build-time', 7, 7, { message: 'BUILD_ID' }), rule)).toBeUndefined()
  })

  test.each([
    ['var/lib/dpkg/status', ['RG201', 'RG204']],
    ['lib/apk/db/installed', ['RG204', 'RG207']],
    ['var/lib/rpm/rpmdb.sqlite', ['RG204', 'RG209']],
    ['usr/lib/python3/site-packages/flask-3.0.0.dist-info/METADATA', ['RG301']],
    ['app/node_modules/left-pad/package.json', ['RG304']],
    ['opt/conda/conda-meta/numpy-1.json', ['RG307']],
    ['usr/share/unknown', undefined],
  ])('%s tells of the package manager: %p', (path, ids) => {
    const feared = ['RG201', 'RG204', 'RG207', 'RG209', 'RG301', 'RG304', 'RG307'].map(id => finding(id, 3))
    expect(rulesOf(cause('package-version', 3, 3, { paths: [path] }), ...feared)).toEqual(ids)
  })
})

describe('of a lint finding is said', () => {
  const run = { proven: [] as Finding[], decided: true, secondsApart: 38.2 }
  const outcome = (rule: Finding, more: Partial<typeof run> = {}) =>
    withOutcomes([rule], { ...run, ...more })[0]?.outcome

  test('that the bytes confirm it, and by which cause', () => {
    expect(
      outcome(finding('RG206', 4), { proven: [cause('apt-log', 3, 5), cause('ldconfig-aux-cache', 3, 5)] }),
    ).toEqual({
      seen: 'confirmed',
      why: 'The two builds show it: `apt-log`, `ldconfig-aux-cache`.',
    })
    expect(outcome(finding('RG206', 8), { proven: [cause('apt-log', 3, 5)] })?.seen).toBe('not-seen')
  })

  test('that this run did not show it, and why it may matter', () => {
    const drift = (id: string, secondsApart: number | null = 38.2) =>
      outcome(finding(id, 1, { class: 'drift' }), { secondsApart } as never)?.why
    expect(drift('RG101')).toBe('The two builds started 38 s apart; the tag can move tomorrow.')
    expect(drift('RG201', 200)).toBe(
      'The two builds started 3 min apart; the archive can have other packages tomorrow.',
    )
    expect(drift('RG301')).toContain('package index')
    expect(drift('RG401', null)).toMatch(/^The two builds started shortly after one another; what is downloaded/)
    expect(outcome(finding('RG602', 1, { class: 'machine' }))?.why).toBe(
      'Both builds ran on one machine, with the same files; another machine may give something else.',
    )
    expect(outcome(finding('RG503', 1))?.why).toMatch(/^This time both builds gave the same here: /)
  })

  test('never that all is the same where something else differs', () => {
    const other = outcome(finding('RG503', 3, { message: '`date` asks for the time' }), {
      proven: [cause('header-mode', 3)],
    })
    expect(other).toMatchObject({
      seen: 'not-seen',
      why: expect.stringMatching(/^What differs here has another cause \(`header-mode`\)\./),
    })
    expect(outcome(finding('RG504', 3))?.why).toMatch(/^Both builds were given the same build arguments/)
  })

  test('nothing where nothing can be said', () => {
    expect(outcome(finding('RG101', 1), { decided: false })).toBeUndefined()
    expect(outcome(finding('RG001', 1))).toBeUndefined()
    expect(outcome(finding('RG707', 1))).toBeUndefined()
    expect(outcome({ ...finding('RG101', 1), id: 'StageNameCasing', source: 'docker' })).toBeUndefined()
    const unread = finding('unread-difference', null)
    expect(outcome(finding('RG101', 1), { proven: [unread] })).toBeUndefined()
  })

  test('nothing beside a difference that nobody could explain', () => {
    const unknown = cause('unknown-difference', 3, 5)
    expect(outcome(finding('RG503', 4), { proven: [unknown] })).toBeUndefined()
    expect(outcome(finding('RG503', 9), { proven: [unknown] })?.seen).toBe('not-seen')
    expect(outcome(finding('RG503', 9), { proven: [finding('unknown-difference', null)] })).toBeUndefined()
  })

  test('what is confirmed stays so in a run that is undecided elsewhere', () => {
    expect(outcome(finding('RG206', 3), { decided: false, proven: [cause('apt-log', 3)] })?.seen).toBe('confirmed')
  })
})
