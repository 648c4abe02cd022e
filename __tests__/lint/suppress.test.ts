import { describe, expect, test } from '@jest/globals'
import { lint } from '../../src/lint/lint.ts'
import { inputOf } from './cases.ts'

const digest = `sha256:${'4f'.repeat(32)}`
const base = `FROM debian@${digest}\n`
const summary = (text: string, target?: string) => {
  const { findings, ignored } = lint(inputOf(text, target === undefined ? {} : { target }))
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
