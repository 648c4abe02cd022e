import { describe, expect, test } from '@jest/globals'
import { seenFrom } from '../../src/lint/config-ignores.ts'
import { configFindings } from '../../src/lint/ignore-findings.ts'
import { lint } from '../../src/lint/lint.ts'
import type { ConfigIgnore, LintSettings } from '../../src/lint/settings.ts'
import { inputOf } from './cases.ts'

const digest = `sha256:${'4f'.repeat(32)}`
const base = `FROM debian@${digest}\n`
const summary = (text: string, target?: string, settings: Partial<LintSettings> = {}) => {
  const given = target === undefined ? {} : { target }
  const { findings, ignored } = lint(inputOf(text, { ...given, settings: { today: '2026-11-21', ...settings } }))
  return {
    findings: findings.map(({ id, location }) => `${id} ${location?.line}`),
    ignored: ignored.map(
      ({ finding, reason, by }) => `${finding.id} ${finding.location?.line} by ${by.line}: ${reason}`,
    ),
  }
}

describe('ignores', () => {
  test('above the instruction, with a reason', () => {
    expect(summary(`# repro-gate ignore=RG101 -- the registry never moves tags\nFROM debian:12\n`)).toEqual({
      findings: [],
      ignored: ['RG101 2 by 1: the registry never moves tags'],
    })
  })

  test('several ids, other comments in between', () => {
    expect(summary(`# repro-gate ignore=RG101,RG104 -- internal\n# hadolint ignore=DL3006\nFROM ubuntu\n`)).toEqual({
      findings: [],
      ignored: ['RG104 3 by 1: internal', 'RG101 3 by 1: internal'].sort(),
    })
  })

  test('inside a continued RUN, for that RUN alone', () => {
    const run = (comment: string) => `RUN mkdir -p /x && \\\n${comment}    curl -o /x/a https://example.com/a\n`
    const { findings, ignored } = summary(
      `${base}${run('    # repro-gate ignore=RG401 -- checked by the mirror\n')}${run('')}`,
    )
    expect(findings).toEqual(['RG401 6'])
    expect(ignored).toEqual(['RG401 4 by 3: checked by the mirror'])
  })

  test('inside a heredoc', () => {
    expect(
      summary(`${base}RUN <<EOF\n# repro-gate ignore=RG401 -- mirror\ncurl -o /a https://example.com/a\nEOF\n`),
    ).toEqual({
      findings: [],
      ignored: ['RG401 4 by 3: mirror'],
    })
  })

  test('for the whole file, anywhere', () => {
    const { findings, ignored } = summary(
      'FROM debian:12 AS a\nFROM debian:13\nCOPY --from=a /x /x\n# repro-gate ignore-file=RG101 -- mirror of ours\n',
    )
    expect(findings).toEqual([])
    expect(ignored).toEqual(['RG101 1 by 4: mirror of ours', 'RG101 2 by 4: mirror of ours'])
  })

  test('without a reason: it hides, and a notice asks', () => {
    expect(summary('# repro-gate ignore=RG101\nFROM debian:12\n')).toEqual({
      findings: ['RG001 1'],
      ignored: ['RG101 2 by 1: null'],
    })
    expect(summary('# repro-gate ignore=RG101 --\nFROM debian:12\n').findings).toEqual(['RG001 1'])
  })

  test('that matches nothing: a notice', () => {
    expect(summary(`# repro-gate ignore=RG101 -- x\n${base}`).findings).toEqual(['RG002 1'])
    expect(summary(`# repro-gate ignore-file=RG404 -- x\n${base}`).findings).toEqual(['RG002 1'])
    expect(summary('# repro-gate ignore=RG101 -- x\n\nFROM debian:12\n').findings).toEqual(['RG101 3', 'RG002 1'])
    expect(summary(`# repro-gate ignore= -- x\n${base}`).findings).toEqual(['RG002 1'])
  })

  test('of a rule that does not exist: a notice', () => {
    expect(summary('# repro-gate ignore=RG999,RG101 -- x\nFROM debian:12\n')).toEqual({
      findings: ['RG003 1'],
      ignored: ['RG101 2 by 1: x'],
    })
  })

  test('in a stage that the target does not need nothing is said about it', () => {
    expect(
      summary(
        `# repro-gate ignore=RG101 -- x\nFROM debian:12 AS old\n# repro-gate ignore=RG401 -- y\nRUN curl -o a https://e.com/a\n${base}`,
      ).findings,
    ).toEqual([])
  })

  test('of a rule that needs the context, when that is not at hand: nothing is said', () => {
    expect(summary(`${base}# repro-gate ignore=RG601 -- x\nCOPY . /app\n`).findings).toEqual([])
  })

  test('other instructions are not hidden', () => {
    expect(
      summary('# repro-gate ignore=RG101 -- x\nFROM debian:12 AS a\nFROM debian:13\nCOPY --from=a /x /x\n').findings,
    ).toEqual(['RG101 3'])
  })

  test('words that only look alike', () => {
    expect(
      summary('# repro-gate ignores RG101\n# see repro-gate ignore=RG101 -- x\nFROM debian:12\n').findings,
    ).toEqual(['RG101 3'])
  })
})

describe('ignores with a last day', () => {
  const until = (day: string) => summary(`# repro-gate ignore=RG101 until=${day} -- soon\nFROM debian:12\n`)
  test('count to its end', () => {
    expect(until('2026-11-21')).toEqual({ findings: [], ignored: ['RG101 2 by 1: soon'] })
    expect(until('2026-11-20')).toEqual({ findings: ['RG101 2', 'RG005 1'], ignored: [] })
  })
  test('whose day is none do not count', () => {
    for (const day of ['soon', '', '2026-13', '20261231'])
      expect(until(day)).toEqual({ findings: ['RG101 2', 'RG005 1'], ignored: [] })
  })
  test('that have expired are not called idle, too', () =>
    expect(summary(`# repro-gate ignore=RG404 until=2020-01-01 -- x\n${base}`).findings).toEqual(['RG005 1']))
})

test('an ignore of a rule that is switched off is not called idle', () => {
  expect(summary(`# repro-gate ignore=RG101 -- x\n${base}`, undefined, { rules: { RG101: 'off' } }).findings).toEqual(
    [],
  )
})

describe('ignores of hadolint', () => {
  const apt =
    'RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/log/* /var/lib/apt /var/cache\n'
  test('answer what they say of the instruction below, with hadolint as the reason', () => {
    const { findings, ignored } = summary(`${base}# hadolint ignore=SC2086,DL3008\n${apt}${apt}`)
    expect(ignored).toEqual(['RG201 3 by 2: hadolint ignore=DL3008'])
    expect(findings.filter(id => id.startsWith('RG201'))).toEqual(['RG201 4'])
  })
  test('of the whole file', () => {
    const { ignored } = summary(`# hadolint global ignore = DL3006 , DL3008\nFROM debian\n${apt}`)
    expect(ignored).toEqual([
      'RG101 2 by 1: hadolint global ignore=DL3006',
      'RG104 2 by 1: hadolint global ignore=DL3006',
      'RG201 3 by 1: hadolint global ignore=DL3008',
    ])
  })
  test('answer nothing that they do not speak of', () => {
    expect(summary('# hadolint ignore=DL3008,DL3009,DL3022,DL9999\nFROM debian:12\n').findings).toEqual(['RG101 2'])
    expect(summary('# see hadolint ignore=DL3006\nFROM debian:12\n').findings).toEqual(['RG101 2'])
    expect(summary('# hadolint shell=/bin/bash ignore=DL3006\nFROM debian:12\n').findings).toEqual(['RG101 2'])
  })
  test('are never without a reason, and never idle', () =>
    expect(summary(`# hadolint ignore=DL3006,DL3008\n${base}`).findings).toEqual([]))
  test('give way to a reason of ours', () => {
    const text = '# hadolint ignore=DL3006\n# repro-gate ignore=RG101 -- a mirror\nFROM debian:12\n'
    expect(summary(text).ignored).toEqual(['RG101 3 by 2: a mirror'])
  })
  test('can be switched off', () => {
    const text = '# hadolint ignore=DL3006\nFROM debian:12\n'
    expect(summary(text, undefined, { hadolintIgnores: false })).toEqual({ findings: ['RG101 2'], ignored: [] })
  })
})

describe('ignores of the configuration file', () => {
  const ignore = (more: Partial<ConfigIgnore>): ConfigIgnore => ({
    ...{ rules: ['RG101'], path: null, stage: null, reason: 'ours', until: null },
    at: { file: '.repro-gate.yml', line: 3, endLine: 3 },
    ...more,
  })
  const text = 'FROM debian:12 AS Build\nFROM debian:13\nCOPY --from=build /x /x\n'
  const left = (more: Partial<ConfigIgnore>, pathPrefix = '') =>
    summary(text, undefined, { ignores: [ignore(more)], pathPrefix }).findings

  test('by rule', () => {
    expect(left({})).toEqual([])
    expect(left({ rules: ['RG201'] })).toEqual(['RG101 1', 'RG101 2'])
  })
  test('are told with their place and reason', () => {
    expect(summary(text, undefined, { ignores: [ignore({ stage: '1' })] }).ignored).toEqual(['RG101 2 by 3: ours'])
  })
  test.each([
    ['Dockerfile', '', []],
    ['Docker*', '', []],
    ['services/**', '', ['RG101 1', 'RG101 2']],
    ['services/**', 'services/web', []],
    ['services', 'services/web', []],
    ['services/*/Dockerfile', 'services/web', []],
    ['**/Dockerfile', 'services/web', []],
    ['Dockerfile', 'services/web', ['RG101 1', 'RG101 2']],
    ['Dockerfile', 'services/..', []],
    ['[', '', ['RG101 1', 'RG101 2']],
  ])('by path: %s from %s', (path, prefix, expected) => expect(left({ path }, prefix)).toEqual(expected))
  test('by path: a file named by its whole path is seen from the folder of the configuration, not from the current one', () => {
    const seen = (file: string, pathRoot = '/r') => seenFrom({ pathPrefix: 'services/web', pathRoot }, file)
    expect([seen('/r/b/Dockerfile'), seen('/r/services/web/x'), seen('/rr/x'), seen('/r/x', '')]).toEqual([
      ...['b/Dockerfile', 'services/web/x', 'rr/x', 'r/x'],
    ])
    expect(seen('../Dockerfile')).toBe('services/Dockerfile')
  })
  test('by the name or number of the stage', () => {
    expect(left({ stage: 'build' })).toEqual(['RG101 2'])
    expect(left({ stage: '1' })).toEqual(['RG101 1'])
    expect(left({ stage: 'debian' })).toEqual(['RG101 1', 'RG101 2'])
  })
  test('until their last day', () => {
    expect(left({ until: '2026-11-21' })).toEqual([])
    expect(left({ until: '2026-11-20' })).toEqual(['RG101 1', 'RG101 2'])
  })
  test('a comment goes before them, and they count as used all the same', () => {
    const one = ignore({})
    const { ignored, byConfig } = lint(
      inputOf('# repro-gate ignore=RG101 -- here\nFROM debian:12\n', { settings: { ignores: [one] } }),
    )
    expect(ignored.map(({ reason }) => reason)).toEqual(['here'])
    expect([...(byConfig.get(one) ?? [])]).toEqual(['RG101'])
  })
  test('what is wrong about them is told once for all Dockerfiles', () => {
    const ignores = [
      ignore({ reason: null }),
      ignore({ until: '2026-01-01' }),
      ignore({ rules: ['RG101', 'RG201'] }),
      ignore({ rules: ['RG601'] }),
      ignore({ path: 'elsewhere' }),
    ]
    const [first] = ignores
    const found = configFindings(ignores, {
      answered: one => new Set(one === first || one === ignores[2] ? ['RG101'] : []),
      ...{ asked: new Set(['RG101', 'RG201', 'RG601']), withContext: false, today: '2026-11-21' },
      isComplete: ({ path }) => path === null,
    })
    expect(found.map(({ id, message }) => `${id} ${/`RG\d+`/.exec(message)?.[0] ?? ''}`)).toEqual([
      'RG001 ',
      'RG005 ',
      'RG002 `RG201`',
    ])
    expect(found[0]?.location).toEqual({ file: '.repro-gate.yml', line: 3, endLine: 3 })
  })
})

test('as many ignores as findings take no time', () => {
  const many = '# repro-gate ignore-file=RG101 -- x\n# repro-gate ignore=RG401 -- x\nFROM debian:12\n'.repeat(5000)
  const start = process.cpuUsage()
  lint(inputOf(many))
  expect(process.cpuUsage(start).user).toBeLessThan(5_000_000)
})
