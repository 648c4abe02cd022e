// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Docker's variables

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Dockerfile, Instruction, Range } from '../../src/dockerfile/dockerfile.ts'
import { rangeOf } from '../../src/dockerfile/logical.ts'
import { maskDockerfile } from '../../src/dockerfile/mask.ts'
import { instructionAt, parseDockerfile } from '../../src/dockerfile/parse.ts'
import { placeOf } from '../../src/dockerfile/position.ts'
import { reachableStages } from '../../src/dockerfile/reachable.ts'
import { scanDockerfile } from '../../src/dockerfile/scan.ts'
import { expand, scopeBefore } from '../../src/dockerfile/scope.ts'
import { commandsOf } from '../../src/dockerfile/shell.ts'
import { stageEdges } from '../../src/dockerfile/stage.ts'
import { corpus } from './corpus.ts'

const words = [
  'FROM scratch',
  'FROM a AS b',
  'RUN',
  'run',
  'COPY',
  'ADD',
  'ENV A=1',
  'ARG X=${A:-b}',
  'ONBUILD RUN',
  'HEALTHCHECK CMD',
  'CMD ["a", "b\\u0041"]',
  'SHELL ["sh", "-c"]',
  'LABEL a="b',
  '--mount=type=cache,target=/x',
  '--from=b',
  '--x="y z"',
  '<<EOF',
  "<< 'E O'",
  '<<-EOF',
  '3<<"a"b',
  'EOF',
  '\tEOF',
  'E O',
  '# comment',
  '# escape=`',
  '#syntax=x',
  '\\',
  '`',
  '"',
  "'",
  '$A',
  '${A',
  '${A:-',
  '}',
  '$(',
  ')',
  '&&',
  '||',
  '|',
  ';',
  'if',
  'then',
  'fi',
  'for x in',
  'do',
  'done',
  'sh -c "',
  'apt-get install',
  'curl https://x/$A',
  '> /x',
  'case',
  'esac',
  '[[',
  ']]',
  '((',
  '{',
  'é',
  '🚀',
  '\ud800',
  '\uFEFF',
  '\u00a0',
  '\u2028',
  '\u0085',
  '\0',
  'x',
  'bash -c',
  'eval',
  'sudo',
  'xargs',
  '[',
  ']',
  ',',
  '=',
  '\\n',
  '<(',
  '`x`',
]
const joints = [' ', ' ', '\n', '\n', '\r\n', '\\\n', ' \\\n', '\\ \r\n', '`\n', '\t', '\r', '', '\n\n']

/** Text that looks like a Dockerfile, with everything in the wrong places. */
const dockerfileLike = fc
  .array(fc.tuple(fc.constantFrom(...words), fc.constantFrom(...joints)), { maxLength: 60 })
  .map(parts => parts.flat().join(''))
const anyText = fc.oneof(
  { weight: 5, arbitrary: dockerfileLike },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...corpus.map(({ text }) => text.slice(0, 4000))), dockerfileLike)
      .map(([a, b]) => a + b),
  },
)

const inside = (inner: Range, outer: Range): boolean =>
  outer.start <= inner.start && inner.start <= inner.end && inner.end <= outer.end

/** What a range covers, as the joined line has it: without marks, comments, breaks. */
function joined({ logical }: Instruction, range: Range): string {
  let text = ''
  for (let at = 0; at < logical.text.length; at++) {
    const place = rangeOf(logical, at, at + 1)
    if (inside(place, range)) text += logical.text[at]
  }
  return text
}

function checkInstruction(dockerfile: Dockerfile, instruction: Instruction): void {
  const { text } = dockerfile
  const { range, keywordRange, argumentRange } = instruction
  expect(inside(range, { start: 0, end: text.length })).toBe(true)
  expect(inside(keywordRange, range)).toBe(true)
  expect(inside(argumentRange, range)).toBe(true)
  expect(joined(instruction, keywordRange).toUpperCase()).toBe(instruction.keyword)
  const lines = [...text.slice(0, range.end)].filter(char => char === '\n').length + 1
  expect(instruction.endLine).toBe(lines)
  expect(placeOf(text, { start: range.start, end: range.start }).line).toBeGreaterThanOrEqual(instruction.line)
  for (let at = 0; at < instruction.logical.text.length; at++) {
    const place = rangeOf(instruction.logical, at, at + 1)
    expect(text.slice(place.start, place.end)).toBe(instruction.logical.text[at])
  }
  let last = keywordRange.end
  for (const flag of instruction.flags) {
    expect(flag.range.start).toBeGreaterThanOrEqual(last)
    expect(inside(flag.range, range)).toBe(true)
    expect(text.slice(flag.range.start, flag.range.start + 1)).toBe('-')
    if (flag.valueRange !== null) expect(inside(flag.valueRange, flag.range)).toBe(true)
    last = flag.range.end
  }
  for (const word of instruction.words) {
    expect(word.range.start).toBeGreaterThanOrEqual(last)
    expect(inside(word.range, argumentRange)).toBe(true)
    expect(joined(instruction, word.range)).toBe(word.raw)
    last = word.range.end
  }
  for (const heredoc of instruction.heredocs) {
    expect(inside(heredoc.opener, range)).toBe(true)
    expect(inside(heredoc.body, { start: range.start, end: text.length })).toBe(true)
    expect(heredoc.body.start).toBeGreaterThanOrEqual(heredoc.opener.end)
  }
}

function checkShell(dockerfile: Dockerfile, instruction: Instruction): void {
  const { text } = dockerfile
  const script = commandsOf(dockerfile, instruction, scopeBefore(dockerfile, instruction, {}))
  for (const command of script.commands) {
    expect(inside(command.range, instruction.range)).toBe(true)
    // What follows the `<<` of a heredoc is its text, not a word.
    const redirects = command.redirects.filter(({ operator }) => !/<<-?$/.test(operator))
    const targets = [...command.assignments.map(({ value }) => value), ...redirects.map(({ target }) => target)]
    for (const word of [...command.words, ...targets]) {
      expect(inside(word.range, instruction.range)).toBe(true)
      if (word.raw === '' || text.slice(word.range.start, word.range.end) === word.raw) continue
      // Otherwise it spans joined lines, or stands in a script inside quotes: its letters come in order all the same.
      const written = text.slice(word.range.start, word.range.end)
      // The shell is given the last line of a heredoc even where the file ends without it: that stands nowhere.
      if (written === '' && instruction.heredocs.length > 0) continue
      const nested = command.wrappers.length > 0 || command.substitutionIn !== null || instruction.json !== null
      const spans = /[\n\r]/.test(written) || /[\n\r]/.test(word.raw)
      expect(nested || spans || written.includes('`')).toBe(true)
    }
  }
}

describe('any text', () => {
  test('is read without a throw, and every position maps back', () => {
    fc.assert(
      fc.property(anyText, text => {
        const dockerfile = parseDockerfile(text, 'Dockerfile')
        let last = 0
        for (const instruction of dockerfile.instructions) {
          expect(instruction.range.start).toBeGreaterThanOrEqual(last)
          last = instruction.range.end
          checkInstruction(dockerfile, instruction)
          if (instruction.trigger !== null) checkInstruction(dockerfile, instruction.trigger)
          for (let line = instruction.line; line <= instruction.endLine; line++) {
            expect(instructionAt(dockerfile, line)).toBe(instruction)
          }
        }
        for (const comment of dockerfile.comments) {
          expect(text[comment.range.start]).toBe('#')
          expect(text.slice(comment.range.start + 1, comment.range.end).trim()).toBe(comment.text)
          if (comment.inside !== null) expect(inside(comment.range, comment.inside.range)).toBe(true)
        }
        for (const { range, valueRange, value } of dockerfile.directives) {
          expect(inside(valueRange, range)).toBe(true)
          expect(text.slice(valueRange.start, valueRange.end)).toBe(value)
        }
      }),
      { numRuns: 600 },
    )
  })

  test('every line is an instruction, a comment, a directive or blank', () => {
    fc.assert(
      fc.property(anyText, text => {
        const dockerfile = parseDockerfile(text, 'Dockerfile')
        const accounted = new Set<number>()
        for (const { line, endLine } of dockerfile.instructions)
          for (let at = line; at <= endLine; at++) accounted.add(at)
        for (const { range } of [...dockerfile.comments, ...dockerfile.directives, ...dockerfile.problems]) {
          accounted.add(placeOf(text, range).line)
        }
        text.split('\n').forEach((line, index) => {
          if (!accounted.has(index + 1)) expect(line.replace(/[\s\u0085\uFEFF]/g, '')).toBe('')
        })
      }),
      { numRuns: 500 },
    )
  })

  test('has stages, variables and shell commands without a throw, with positions inside their instruction', () => {
    fc.assert(
      fc.property(anyText, text => {
        const dockerfile = parseDockerfile(text, 'Dockerfile')
        for (const stage of dockerfile.stages) stageEdges(dockerfile, stage, { A: 'x' })
        for (const index of reachableStages(dockerfile, undefined, {})) expect(dockerfile.stages[index]).toBeDefined()
        for (const instruction of dockerfile.instructions) {
          const scope = scopeBefore(dockerfile, instruction, {})
          for (const word of instruction.words)
            expect(typeof expand(word.raw, scope, dockerfile.escape).value).toBe('string')
          checkShell(dockerfile, instruction)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('is masked to the same length, with the same line breaks', () => {
    fc.assert(
      fc.property(anyText, text => {
        const masked = maskDockerfile(text, scanDockerfile(text))
        expect(masked.length).toBe(text.length)
        expect(masked.replace(/[^\n]/g, '')).toBe(text.replace(/[^\n]/g, ''))
      }),
      { numRuns: 500 },
    )
  })
})
