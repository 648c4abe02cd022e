// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Docker's variables

import { describe, expect, test } from '@jest/globals'
import { readInstructions } from '../../src/dockerfile/ast.ts'
import type { Instruction, Range } from '../../src/dockerfile/dockerfile.ts'
import { rangeOf } from '../../src/dockerfile/logical.ts'
import { maskDockerfile } from '../../src/dockerfile/mask.ts'
import { instructionAt, parseDockerfile } from '../../src/dockerfile/parse.ts'
import { locate, placeOf } from '../../src/dockerfile/position.ts'
import { scanDockerfile } from '../../src/dockerfile/scan.ts'
import { corpus } from './corpus.ts'

const parse = (text: string) => parseDockerfile(text, 'Dockerfile')
const keywords = (text: string): string[] => parse(text).instructions.map(({ keyword }) => keyword)
const first = (text: string): Instruction => parse(text).instructions[0] as Instruction
const slice = (text: string, range: Range): string => text.slice(range.start, range.end)
const raws = ({ words }: Instruction): string[] => words.map(({ raw }) => raw)

describe('the faults of dockerfile-ast do not reach us', () => {
  test('a. a blank between << and the name', () => {
    const text = "FROM x\nRUN cat << 'EOF' > /x\nRUN no\nEOF\nENV A=1\n"
    const { instructions } = parse(text)
    expect(instructions.map(({ keyword }) => keyword)).toEqual(['FROM', 'RUN', 'ENV'])
    const [heredoc] = instructions[1]?.heredocs ?? []
    expect(heredoc).toMatchObject({ name: 'EOF', quoted: true, stripsTabs: false })
    expect(slice(text, heredoc?.opener as Range)).toBe("<< 'EOF'")
    expect(slice(text, heredoc?.body as Range)).toBe('RUN no\n')
  })

  test.each([
    ['RUN cat 3<<EOF', 'EOF', false],
    ['RUN <<"E O"', 'E O', true],
    ["RUN <<eo'f'", 'eof', true],
    ["RUN <<'e'o\\'f", "eo'f", true],
    ['RUN <<\\EOF', 'EOF', false],
  ])('b. %s', (line, name, quoted) => {
    const { instructions } = parse(`FROM x\n${line}\nRUN no\n${name}\nENV A=1\n`)
    expect(instructions.map(({ keyword }) => keyword)).toEqual(['FROM', 'RUN', 'ENV'])
    expect(instructions[1]?.heredocs).toMatchObject([{ name, quoted }])
  })

  test('c. << in quotes is no heredoc', () => {
    expect(keywords('FROM x\nRUN bash -c "cat <<EOF\\nx"\nENV A=1\n')).toEqual(['FROM', 'RUN', 'ENV'])
  })

  test('d. a comment with a backslash inside a continuation', () => {
    const { instructions, comments } = parse('RUN \\\n# comment\\comment\n echo x\nENV A=1\n')
    expect(instructions.map(raws)).toEqual([['echo x'], ['A=1']])
    expect(comments).toMatchObject([{ text: 'comment\\comment', inside: instructions[0] }])
  })

  test('e. USER has no heredoc', () => {
    const { instructions } = parse('FROM x\nUSER <<X\nENV A=1\n')
    expect(instructions.map(({ heredocs }) => heredocs.length)).toEqual([0, 0, 0])
  })

  test('f. an escaped backslash at the end of a line goes on nowhere', () => {
    expect(parse('FROM x\nENV C trailing\\\\\nENV D=1\n').instructions.map(raws)).toEqual([
      ['x'],
      ['C', 'trailing\\\\'],
      ['D=1'],
    ])
  })

  test('g. the JSON form is JSON, or it is the shell form', () => {
    expect(first('RUN ["sh","-c","curl x | sh"]').json).toEqual(['sh', '-c', 'curl x | sh'])
    expect(first('RUN ["\\u0041"]').json).toEqual(['A'])
    expect(first('RUN ["a"] && echo b')).toMatchObject({ json: null, words: [{ raw: '["a"] && echo b' }] })
    expect(first('RUN [ "$A" = b ]').json).toBeNull()
    expect(first('CMD []')).toMatchObject({ json: [], words: [] })
    expect(first('CMD [ \\\n "a", \\\n # c\n "b" \\\n]').json).toEqual(['a', 'b'])
    expect(parse('FROM x\nRUN ["a", 1]\n').problems).toHaveLength(1)
  })

  test('it sees every instruction the scan sees, through the mask', () => {
    let all = 0
    for (const { text } of corpus) {
      const scan = scanDockerfile(text)
      const parsed = readInstructions(maskDockerfile(text, scan))
      const offsets = scan.instructions
        .map(({ logical, split }) => rangeOf(logical, split.keyword.start, split.keyword.end))
        .filter(({ start, end }) => end > start)
      all += offsets.length
      expect([...parsed.values()].map(({ keywordRange }) => keywordRange)).toEqual(offsets)
    }
    expect(all).toBeGreaterThan(500)
  })
})

describe('instructions', () => {
  test('lines and ranges take in continuations, comments inside and heredoc bodies', () => {
    const text = 'FROM x\nRUN a && \\\n  # c\n\n  cat <<E\nbody\nE\nENV A=1'
    const [, run, env] = parse(text).instructions
    expect(run).toMatchObject({ line: 2, endLine: 7, stage: 0 })
    expect(slice(text, run?.range as Range)).toBe('RUN a && \\\n  # c\n\n  cat <<E\nbody\nE')
    expect(slice(text, run?.argumentRange as Range)).toBe('a && \\\n  # c\n\n  cat <<E')
    expect(env).toMatchObject({ line: 8, endLine: 8 })
  })

  test('instructionAt knows whose a line is', () => {
    const dockerfile = parse('# c\nFROM x\nRUN <<E\nENV no\nE\n\nENV A=1\n')
    const at = (line: number) => instructionAt(dockerfile, line)?.keyword ?? null
    expect([1, 2, 3, 4, 5, 6, 7, 8, 0, -1].map(at)).toEqual([
      null,
      'FROM',
      'RUN',
      'RUN',
      'RUN',
      null,
      'ENV',
      null,
      null,
      null,
    ])
  })

  test('a keyword over several lines', () => {
    const text = 'Fr\\\nOM x'
    expect(first(text)).toMatchObject({ keyword: 'FROM', line: 1, endLine: 2 })
    expect(slice(text, first(text).keywordRange)).toBe('Fr\\\nOM')
  })

  test('flags, plain, quoted and continued', () => {
    const text = 'RUN --mount=type=cache,target=/x --mount="type=bind,source=a b" \\\n  --network=\\\nnone --link x --y'
    const run = first(text)
    expect(run.flags.map(({ name, value }) => [name, value])).toEqual([
      ['mount', 'type=cache,target=/x'],
      ['mount', 'type=bind,source=a b'],
      ['network', 'none'],
      ['link', null],
    ])
    expect(slice(text, run.flags[0]?.valueRange as Range)).toBe('type=cache,target=/x')
    expect(slice(text, run.flags[1]?.range as Range)).toBe('--mount="type=bind,source=a b"')
    expect(slice(text, run.flags[2]?.valueRange as Range)).toBe('\\\nnone'.slice(2))
    expect(raws(run)).toEqual(['x --y'])
  })

  test.each<[string, string[]]>([
    ['COPY a "b c" /d', ['a', '"b', 'c"', '/d']],
    ['ENV A="b c" D=\'e f\' G=h\\ i', ['A="b c"', "D='e f'", 'G=h\\ i']],
    ['ENV A b c  d', ['A', 'b c  d']],
    ['LABEL a="x \\\n y" b=c', ['a="x  y"', 'b=c']],
    ['ARG A B=1', ['A', 'B=1']],
    ['WORKDIR /a b', ['/a b']],
    ['HEALTHCHECK --interval=3s CMD a b', ['CMD', 'a b']],
    ['FROM x AS y', ['x', 'AS', 'y']],
    ['EXPOSE 80  81', ['80', '81']],
  ])('operands of %s', (text, words) => expect(raws(first(text))).toEqual(words))

  test('ONBUILD has its trigger with positions of its own', () => {
    const text = 'FROM x\nONBUILD RUN --network=none a \\\n b <<E\nRUN no\nE\nENV A=1'
    const [, onbuild, env] = parse(text).instructions
    const trigger = onbuild?.trigger as Instruction
    expect(trigger).toMatchObject({ keyword: 'RUN', line: 2, endLine: 5, stage: 0, flags: [{ name: 'network' }] })
    expect(slice(text, trigger.keywordRange)).toBe('RUN')
    expect(slice(text, trigger.words[0]?.range as Range)).toBe('a \\\n b <<E')
    expect(trigger.heredocs).toMatchObject([{ name: 'E' }])
    expect(env?.keyword).toBe('ENV')
  })

  test('several heredocs, in the order of their openers', () => {
    const text = 'COPY <<A <<-"B" /x/\none\nA\n\ttwo\n\tB\nENV A=1'
    const { heredocs } = first(text)
    expect(heredocs.map(({ name, body }) => [name, slice(text, body)])).toEqual([
      ['A', 'one\n'],
      ['B', '\ttwo\n'],
    ])
    expect(heredocs[1]).toMatchObject({ quoted: true, stripsTabs: true })
  })

  test('carriage returns and the byte order mark', () => {
    const text = '\uFEFF# escape=`\r\nFROM x\r\nENV A=1 `\r\n  B=2\r\nRUN <<E\r\nENV no\r\nE\r\n'
    const dockerfile = parse(text)
    expect(dockerfile.escape).toBe('`')
    expect(dockerfile.instructions.map(raws)).toEqual([['x'], ['A=1', 'B=2'], ['<<E']])
    expect(placeOf(text, dockerfile.directives[0]?.range as Range)).toMatchObject({ line: 1, column: 1 })
  })
})

describe('directives and comments', () => {
  test('directives only at the head, each once', () => {
    expect(parse('# Syntax = a/b:1 \n#check=skip=X\n# escape=`\nFROM x\n').directives).toMatchObject([
      { name: 'syntax', value: 'a/b:1' },
      { name: 'check', value: 'skip=X' },
      { name: 'escape', value: '`' },
    ])
    expect(parse('\n# escape=`\nFROM x\n')).toMatchObject({
      escape: '\\',
      directives: [],
      comments: [{ text: 'escape=`' }],
    })
    expect(parse('# escape=`\n# escape=`\nFROM x\n').problems).toHaveLength(1)
    expect(parse('#!/bin/x\n# syntax=y\nFROM x\n').directives).toMatchObject([{ name: 'syntax', value: 'y' }])
  })

  test('comments between and inside instructions, none in heredocs', () => {
    const { comments, instructions } = parse('# a\nFROM x # no\nRUN <<E \\\n  # b\n  && x\n# no\nE\n  # c')
    expect(comments.map(({ text }) => text)).toEqual(['a', 'b', 'c'])
    expect(comments.map(({ inside }) => inside)).toEqual([null, instructions[1], null])
  })
})

describe('stages', () => {
  test('names, bases, platforms and what belongs to them', () => {
    const { stages, instructions } = parse('ARG A\nFROM --platform=$P a:1 As Build\nENV B=1\nFROM build\n')
    expect(stages).toMatchObject([
      { index: 0, name: 'build', platform: '$P', base: { raw: 'a:1' }, instructions: [{ keyword: 'ENV' }] },
      { index: 1, name: null, platform: null, base: { raw: 'build' }, instructions: [] },
    ])
    expect(instructions.map(({ stage }) => stage)).toEqual([null, 0, 0, 1])
  })
})

describe('places', () => {
  test('columns within a line, none across lines', () => {
    const dockerfile = parse('FROM x\nRUN a \\\n  b\n')
    const [from, run] = dockerfile.instructions
    expect(locate(dockerfile, from?.words[0]?.range as Range)).toEqual({
      file: 'Dockerfile',
      line: 1,
      endLine: 1,
      column: 6,
      endColumn: 7,
    })
    expect(locate(dockerfile, run?.range as Range)).toEqual({ file: 'Dockerfile', line: 2, endLine: 3 })
    expect(placeOf('a\nb\n', { start: 0, end: 2 })).toEqual({ line: 1, endLine: 1, column: 1, endColumn: 3 })
  })
})

describe('problems', () => {
  test.each([
    ['', 'file with no instructions'],
    ['ARG A\n', 'no FROM: no stage to build'],
    ['RUN x\nFROM y\n', 'RUN before the first FROM'],
    ['FROM x\nFOO y\n', 'unknown instruction: FOO'],
    ['FROM x\nRUN <<E\nx\n', 'unterminated heredoc E'],
    ['FROM x\nENV A\n', 'ENV must have two arguments'],
    ['FROM x\nCOPY a\n', 'COPY requires at least two arguments'],
    ['FROM x\nRUN --nope=1 y\n', 'unknown flag: --nope'],
    ['FROM x\nCOPY --from a b c\n', 'missing a value on flag: --from'],
    ['FROM x y\n', 'FROM requires either one or three arguments'],
    ['FROM x\nONBUILD ONBUILD RUN x\n', "ONBUILD isn't allowed as an ONBUILD trigger"],
  ])('%j', (text, message) => expect(parse(text).problems.map(problem => problem.message)).toEqual([message]))

  test('a broken instruction hides no other', () => {
    expect(keywords('FROM x\nFOO y\nRUN ["a", 1]\nENV A\nRUN z\n')).toEqual(['FROM', 'FOO', 'RUN', 'ENV', 'RUN'])
  })
})

test.each([
  `RUN << ${' '.repeat(60_000)}<`,
  `RUN ${'<<'.repeat(30_000)}`,
  `RUN ${'\\ '.repeat(30_000)}`,
  `RUN ${'--mount='.repeat(8000)}`,
  `CMD ${'['.repeat(60_000)}`,
  `CMD ["${'a","'.repeat(15_000)}"]`,
  'ONBUILD '.repeat(8000),
  '\\\n'.repeat(30_000),
  'RUN <<E\n'.repeat(10_000),
  `RUN ${'<<E '.repeat(10_000)}\n${'E\n'.repeat(10_000)}`,
  `ENV A="${'\\"'.repeat(30_000)}`,
  '# escape=`\n'.repeat(10_000),
])('hostile text costs little: %.20j…', text => {
  const start = process.cpuUsage()
  parse(`FROM x\n${text}\n`)
  expect(process.cpuUsage(start).user).toBeLessThan(3_000_000)
})

test('two thousand lines are read in a moment', () => {
  const block =
    'RUN --mount=type=cache,target=/x a && \\\n  # c\n  b\nCOPY <<E /x\nRUN no\nE\nENV A=$A\nLABEL a="b c"\n'
  const text = `FROM x\n${block.repeat(250)}`
  const start = process.cpuUsage()
  expect(parse(text).instructions).toHaveLength(1001)
  expect(process.cpuUsage(start).user).toBeLessThan(2_000_000)
})
