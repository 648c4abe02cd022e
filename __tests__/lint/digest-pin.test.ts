import { describe, expect, test } from '@jest/globals'
import type { Edit } from '../../src/finding.ts'
import { lint } from '../../src/lint/lint.ts'
import { type Given, inputOf } from './cases.ts'

const digest = `sha256:${'4f'.repeat(32)}`

/** The text with every looked-up digest written where its finding says, and what was asked for. */
function pinned(text: string, given: Given = {}): { text: string; asked: string[] } {
  const lookups = lint(inputOf(text, given)).findings.flatMap(({ fix }) => fix?.lookup ?? [])
  const images = lookups.filter(({ kind }) => kind === 'image-digest')
  const edits = images.map(({ edit }) => edit).sort((a, b) => b.line - a.line || b.column - a.column)
  return {
    text: edits.reduce(apply, text),
    asked: images.map(({ reference }) => reference).sort(),
  }
}

function apply(text: string, { line, column, endLine, endColumn, text: inserted }: Edit): string {
  const lines = text.split('\n')
  const offset = (at: number, col: number): number =>
    lines.slice(0, at - 1).join('\n').length + (at > 1 ? 1 : 0) + col - 1
  return text.slice(0, offset(line, column)) + inserted.replace('{}', digest) + text.slice(offset(endLine, endColumn))
}

describe('a digest is looked up, and written where the whole reference stands', () => {
  test.each([
    ['behind the tag', 'FROM python:3.12 AS x\n', `FROM python:3.12@${digest} AS x\n`, ['python:3.12']],
    ['behind a name without a tag', 'FROM debian\n', `FROM debian@${digest}\n`, ['debian']],
    ['inside quotes', 'FROM "debian:12"\n', `FROM "debian:12@${digest}"\n`, ['debian:12']],
    [
      'in the default of an ARG',
      'ARG BASE=python:3.12 # no comment\nFROM ${BASE}\n',
      `ARG BASE=python:3.12@${digest} # no comment\nFROM \${BASE}\n`,
      ['python:3.12'],
    ],
    [
      'in an ARG with quotes, among others',
      'ARG A=1 BASE="python:3.12"\nFROM $BASE\n',
      `ARG A=1 BASE="python:3.12@${digest}"\nFROM $BASE\n`,
      ['python:3.12'],
    ],
    [
      'in the ARG that another hands on',
      'ARG A=python:3.12\nARG B=$A\nFROM $B\n',
      `ARG A=python:3.12@${digest}\nARG B=$A\nFROM $B\n`,
      ['python:3.12'],
    ],
    [
      'once where two FROMs use one ARG',
      'ARG BASE=python:3.12\nFROM $BASE AS a\nFROM $BASE\nCOPY --from=a /x /x\n',
      `ARG BASE=python:3.12@${digest}\nFROM $BASE AS a\nFROM $BASE\nCOPY --from=a /x /x\n`,
      ['python:3.12'],
    ],
    [
      'in a default of the expansion',
      'FROM ${BASE:-debian:12}\n',
      `FROM \${BASE:-debian:12@${digest}}\n`,
      ['debian:12'],
    ],
    [
      'in COPY and in a mount',
      `FROM x@${digest}\nCOPY --from=a/b:1 /x /x\nRUN --mount=from=c/d:2,target=/d true\n`,
      `FROM x@${digest}\nCOPY --from=a/b:1@${digest} /x /x\nRUN --mount=from=c/d:2@${digest},target=/d true\n`,
      ['a/b:1', 'c/d:2'],
    ],
    [
      'in place of a placeholder',
      'FROM python:3.12@sha256:TODO AS x\n',
      `FROM python:3.12@${digest} AS x\n`,
      ['python:3.12'],
    ],
    [
      'in place of a placeholder in an ARG',
      "ARG BASE='python:3.12@sha256:TODO'\nFROM $BASE\n",
      `ARG BASE='python:3.12@${digest}'\nFROM $BASE\n`,
      ['python:3.12'],
    ],
    ['with a byte order mark', '\ufeffFROM debian:12\n', `\ufeffFROM debian:12@${digest}\n`, ['debian:12']],
    [
      'in the syntax line',
      `# syntax=docker/dockerfile:1\nFROM scratch\n`,
      `# syntax=docker/dockerfile:1@${digest}\nFROM scratch\n`,
      ['docker/dockerfile:1'],
    ],
  ])('%s', (_name, text, expected, asked) => {
    const settings = { rules: { RG105: 'on' as const } }
    const once = pinned(text, { settings })
    // The byte order mark is in no column.
    expect(text.startsWith('\ufeff') ? once.asked : once).toEqual(
      text.startsWith('\ufeff') ? asked : { text: expected, asked },
    )
    expect(lint(inputOf(expected, { settings })).findings.filter(({ id }) => /^RG10[1-5]/.test(id))).toEqual([])
    expect(pinned(expected, { settings }).asked).toEqual([])
  })
})

describe('no edit where it could mean another image, or change something else', () => {
  test.each([
    ['a version in a variable', 'ARG V=3.12\nFROM python:${V}\n'],
    ['a registry in a variable', 'ARG R=docker.io\nFROM ${R}/python:3.12\n'],
    [
      'an ARG that is a part of another name',
      'ARG BASE=python:3.12\nFROM $BASE AS a\nFROM ${BASE}-slim\nCOPY --from=a /x /x\n',
    ],
    ['an ARG that a stage declares again', 'ARG BASE=python:3.12\nFROM $BASE\nARG BASE\nLABEL base=$BASE\n'],
    ['an ARG put together', 'ARG V=3.12\nARG BASE=python:$V\nFROM $BASE\n'],
    ['a placeholder without a tag', 'FROM python@sha256:TODO\n'],
  ])('%s', (_name, text) => expect(pinned(text).asked).toEqual([]))

  test('a value from the command line', () => {
    expect(pinned('ARG BASE=python:3.12\nFROM $BASE\n', { args: { BASE: 'python:3.13' } }).asked).toEqual([])
  })
})
