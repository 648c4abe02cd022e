import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import type { Finding, Lookup } from '../../src/finding.ts'
import type { Texts } from '../../src/fix/apply.ts'
import { type Answer, type Look, mend } from '../../src/fix/mend.ts'
import { outlineOf } from '../../src/fix/outline.ts'
import { lint } from '../../src/lint/lint.ts'
import { inputOf } from '../lint/cases.ts'
import { answers } from '../lint/fixing.ts'

const nobody = async () => new Map<Lookup, Answer>()
const everyone = async (asked: Lookup[]) =>
  new Map(asked.map(lookup => [lookup, { value: answers[lookup.kind] } satisfies Answer]))

/** A lint that finds every word `bad`, as rule RG9, with the edit given for each. */
function lookForBad(textFor: (count: number) => string, more: Partial<Finding> = {}): Look {
  return (texts: Texts) => {
    const text = texts.get('f') ?? ''
    const findings = text.split('\n').flatMap((line, row) => {
      const at = line.indexOf('bad')
      if (at < 0) return []
      const edit = { file: 'f', line: row + 1, column: at + 1, endLine: row + 1, endColumn: at + 4, text: textFor(row) }
      return [{ id: 'RG9', fix: { text: '', edits: [edit] }, ...more } as Finding]
    })
    return { findings, outline: outlineOf(parseDockerfile(text, 'f')) }
  }
}

const all = () => true
const file = (text: string): Texts => new Map([['f', text]])

describe('mend', () => {
  test('fixes all there is, and names what it fixed', async () => {
    const result = await mend(
      file('FROM a\nRUN bad\nRUN bad\n'),
      lookForBad(() => 'good'),
      all,
      nobody,
    )
    expect(result.texts.get('f')).toBe('FROM a\nRUN good\nRUN good\n')
    expect(result.fixed).toHaveLength(2)
    expect([...result.failed, ...result.left]).toEqual([])
  })

  test('drops the one change that does not answer its finding, and makes the others', async () => {
    const look = lookForBad(row => (row === 5 ? 'still bad' : 'good'))
    const result = await mend(file(`FROM a\n${'RUN bad\n'.repeat(9)}`), look, all, nobody)
    expect(result.texts.get('f')).toBe(`FROM a\n${'RUN good\n'.repeat(4)}RUN bad\n${'RUN good\n'.repeat(4)}`)
    expect(result.fixed).toHaveLength(8)
    expect(result.failed).toEqual([
      { finding: expect.anything(), why: expect.stringContaining('RG9 would still be found') },
    ])
  })

  test.each([
    ['takes the next instruction in', 'FROM a\nRUN bad\nRUN b\n', '\\'],
    ['opens a heredoc that nobody ends', 'FROM a\nRUN bad\nRUN b\n', 'x <<EOF'],
    ['writes what is no instruction', 'FROM a\nRUN bad\nRUN b\n', 'x\nNONSENSE y'],
    ['swallows a comment', 'FROM a\nCOPY bad /x\n# why\nEOF\n', '<<EOF'],
  ])('drops a change that %s', async (_, before, text) => {
    const result = await mend(
      file(before),
      lookForBad(() => text),
      all,
      nobody,
    )
    expect(result.texts.get('f')).toBe(before)
    expect(result.failed).toEqual([{ finding: expect.anything(), why: expect.stringContaining('same instructions') }])
  })

  test('drops a change that brings what another rule finds', async () => {
    const bad = lookForBad(() => 'worse')
    const look: Look = texts => {
      const seen = bad(texts)
      const worse = texts.get('f')?.includes('worse') ? [{ id: 'RG8' } as Finding] : []
      return { ...seen, findings: [...seen.findings, ...worse] }
    }
    const result = await mend(file('FROM a\nRUN bad\n'), look, all, nobody)
    expect(result.failed[0]?.why).toBe('the change would bring a new finding, RG8')
  })

  test('ends though every change asks for the next', async () => {
    let turn = 0
    const look: Look = () => ({
      findings: [
        {
          id: 'RG9',
          fix: { text: '', edits: [{ file: 'f', line: 1, column: 1, endLine: 1, endColumn: 1, text: `${turn++}` }] },
        } as Finding,
      ].slice(turn % 2),
      outline: { instructions: [], comments: [], problems: 0 },
    })
    await mend(file('#\n'), look, all, nobody)
    expect(turn).toBeLessThan(100)
  })

  test('leaves alone and unmentioned what was not asked for', async () => {
    const result = await mend(
      file('FROM a\nRUN bad\n'),
      lookForBad(() => 'good'),
      ({ id }) => id === 'RG1',
      nobody,
    )
    expect(result).toMatchObject({ fixed: [], failed: [], left: [] })
    expect(result.texts.get('f')).toContain('bad')
  })

  test('a lookup that failed keeps nothing else from being fixed, and is told', async () => {
    const dockerfile = 'FROM python:3.12\nADD https://example.com/a /a\n'
    const look: Look = texts => {
      const input = inputOf(texts.get('Dockerfile') ?? '')
      return { ...lint(input), outline: outlineOf(input.dockerfile) }
    }
    const ask = async (asked: Lookup[]) =>
      new Map(
        asked.map(lookup => [
          lookup,
          lookup.kind === 'image-digest' ? { problem: 'no network' } : { value: answers[lookup.kind] },
        ]),
      )
    const result = await mend(new Map([['Dockerfile', dockerfile]]), look, all, ask)
    expect(result.texts.get('Dockerfile')).toBe(
      `FROM python:3.12\nADD --checksum=${answers['url-checksum']} https://example.com/a /a\n`,
    )
    expect(result.failed.map(({ finding, why }) => [finding.id, why])).toEqual([['RG101', 'no network']])
    expect(result.fixed.map(({ id }) => id)).toEqual(['RG404'])
  })
})

const corpora = ['../dockerfile/corpus', '../lint/quiet', '../cases'].map(path => join(import.meta.dirname, path))
const dockerfiles = corpora.flatMap(folder =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => /Dockerfile$/.test(name))
    .map(name => ({ name, text: readFileSync(join(folder, name), 'utf8') })),
)

/** All rules there are, as the strict profile runs them. */
const lookAtAll = (files?: Record<string, string>): Look => {
  return texts => {
    const given = { settings: { profile: 'strict' as const }, ...(files === undefined ? {} : { files }) }
    const input = inputOf(texts.get('Dockerfile') ?? '', given)
    return { ...lint(input), outline: outlineOf(input.dockerfile) }
  }
}

describe('every Dockerfile of the corpora', () => {
  test.each(dockerfiles)(
    '$name: nothing fixable is left, nothing else is changed, and once is enough',
    async ({ text }) => {
      const before = new Map([['Dockerfile', text]])
      const result = await mend(before, lookAtAll(), all, everyone)
      expect(result.failed.map(({ finding, why }) => [finding.id, finding.location, why])).toEqual([])
      const again = await mend(result.texts, lookAtAll(), all, everyone)
      expect(again.texts).toEqual(result.texts)
      expect(again.fixed).toEqual([])
      const [was, is] = [text, result.texts.get('Dockerfile') ?? ''].map(one => outlineOf(parseDockerfile(one, 'f')))
      expect(is?.problems).toBe(was?.problems)
      expect(is?.instructions.filter(keyword => !/^(ARG|ENV)$/.test(keyword))).toEqual(
        was?.instructions.filter(keyword => !/^(ARG|ENV)$/.test(keyword)),
      )
      expect(is?.comments).toEqual(was?.comments)
      expect(result.left.filter(({ fix }) => fix?.edits !== undefined || fix?.lookup !== undefined)).toEqual([])
    },
  )

  test('in any order, with any line ends, with and without a last one', async () => {
    const some = fc.subarray(dockerfiles, { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(some, fc.constantFrom('\n', '\r\n'), fc.boolean(), async (chosen, end, open) => {
        const joined = chosen.map(({ text }) => text.replace(/^\ufeff/, '')).join('\n')
        const whole = joined.replace(/\r?\n/g, end)
        const text = open ? whole.trimEnd() : whole
        const result = await mend(new Map([['Dockerfile', text]]), lookAtAll(), all, everyone)
        const again = await mend(result.texts, lookAtAll(), all, everyone)
        expect(again.texts).toEqual(result.texts)
        const fixed = result.texts.get('Dockerfile') ?? ''
        if (end === '\r\n') expect(fixed.match(/(?<!\r)\n/g) ?? []).toEqual([])
        else expect(fixed.split('\r').length).toBe(text.split('\r').length)
        if (open && text !== '') expect(fixed.endsWith('\n')).toBe(false)
      }),
      { numRuns: 40 },
    )
  })
})
