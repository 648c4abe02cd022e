// The Dockerfiles that ask how a path is right after an instruction: they hold what was before it, whole, and nothing behind it.
import { describe, expect, test } from '@jest/globals'
import type { Dockerfile, Instruction } from '../../src/dockerfile/dockerfile.ts'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { bytesText, prefixText } from '../../src/explain/blame/prefix.ts'

const parsed = (...lines: string[]) => parseDockerfile(lines.join('\n'), 'Dockerfile')
const at = ({ instructions }: Dockerfile, line: number) => instructions.find(one => one.line === line) as Instruction
const two = parsed('ARG X=1', 'FROM a AS one', 'RUN one', 'FROM b', 'RUN two \\', '  more', 'RUN three', '')
const cut = (line: number, paths: string[], asWritten = false, of = two) =>
  prefixText(of, at(of, line), { paths, asWritten })
const copies = (text: string | null) => text?.split('FROM scratch\n')[1]

describe('the text', () => {
  test('ends right behind the instruction, and copies from its stage', () => {
    expect(cut(5, ['/p'])).toBe(
      'ARG X=1\nFROM a AS one\nRUN one\nFROM b\nRUN two \\\n  more\n\nFROM scratch\nCOPY --from=1 ["/p","/p/"]\n',
    )
    expect(cut(3, ['/p'])).toBe('ARG X=1\nFROM a AS one\nRUN one\n\nFROM scratch\nCOPY --from=0 ["/p","/p/"]\n')
    expect(cut(4, ['/p'])).toBe('ARG X=1\nFROM a AS one\nRUN one\nFROM b\n\nFROM scratch\nCOPY --from=1 ["/p","/p/"]\n')
  })

  test('is none before the first stage, without paths, and where the file ends in the middle of an instruction', () => {
    expect(cut(1, ['/p'])).toBeNull()
    expect(cut(5, [])).toBeNull()
    expect(cut(2, ['/p'], false, parsed('FROM a', 'RUN x \\'))).toBeNull()
    expect(cut(2, ['/p'], false, parsed('FROM a', 'RUN x \\  ', ''))).toBeNull()
    expect(cut(3, ['/p'], false, parsed('# escape=`', 'FROM a', 'RUN x \\'))).toContain('RUN x \\\n\nFROM scratch')
    const open = parsed('# escape=`', 'FROM a', 'RUN x `')
    expect(cut(3, ['/p'], false, open)).toBeNull()
    expect(bytesText(open, at(open, 3), ['/p'])).toBeNull()
    expect(bytesText(two, at(two, 1), ['/p'])).toBeNull()
  })

  test('of a file whose lines end as on Windows has no half of such an end', () => {
    const windows = parseDockerfile('FROM a\r\nRUN <<EOF\r\nx\r\nEOF\r\nRUN y\r\n', 'Dockerfile')
    for (const line of [1, 2, 5]) expect(cut(line, ['/p'], false, windows)).toMatch(/[^\r\n]\n\nFROM scratch\n/)
  })
})

describe('a path', () => {
  test('alone is asked for as it is, and fails where it is not there', () => {
    expect(copies(cut(5, ['/a/b c']))).toBe('COPY --from=1 ["/a/b c","/p/"]\n')
  })

  test('among others may be missing, and has a folder of its own', () => {
    expect(copies(cut(5, ['/a/b', '/c', '/.d/e']))).toBe(
      'COPY --from=1 ["/[a]/b","/p/0/"]\nCOPY --from=1 ["/[c]","/p/1/"]\nCOPY --from=1 ["/?d/e","/p/2/"]\n',
    )
  })

  test.each([...'[]*?\\$"\'`\u0007'])('has any character in place of %j', odd => {
    // A question mark already is one.
    const folder = odd === '?' ? 'a' : '[a]'
    expect(copies(cut(5, [`/a/x${odd}y`]))).toBe(`COPY --from=1 ["/${folder}/x?y","/p/"]\n`)
    const asked = bytesText(two, at(two, 5), [`/a/x${odd}y`])
    expect(copies(asked)).toContain('COPY --from=1 --chmod=0644 ["/a/x?y","/x"]\n')
  })

  test('as it is written stays so', () => {
    expect(copies(cut(5, ['/a/*', '/b/[x]'], true))).toBe(
      'COPY --from=1 ["/a/*","/p/0/"]\nCOPY --from=1 ["/b/[x]","/p/1/"]\n',
    )
    expect(copies(cut(5, ['/a/*'], true))).toBe('COPY --from=1 ["/a/*","/p/"]\n')
  })

  test('of which the bytes alone count has another name and other permissions', () => {
    expect(bytesText(two, at(two, 3), ['/a/b'])).toBe(
      'ARG X=1\nFROM a AS one\nRUN one\n\nFROM scratch\nCOPY --from=0 --chmod=0644 ["/a/b","/x"]\n\nFROM scratch\nCOPY --from=1 ["/x", "/p/"]\n',
    )
    expect(copies(bytesText(two, at(two, 3), ['/a/b', '/c']))).toBe(
      'COPY --from=0 --chmod=0644 ["/a/b","/x/0"]\nCOPY --from=0 --chmod=0644 ["/c","/x/1"]\n\n',
    )
    // The COPY that is taken for another is the last one, not one of the file.
    const copying = parsed('FROM a AS one', 'FROM b', 'COPY --from=one /x /y', '')
    expect(bytesText(copying, at(copying, 3), ['/y'])).toContain(
      'COPY --from=one /x /y\n\nFROM scratch\nCOPY --from=1 --chmod',
    )
  })
})

test('triggers that are left out become blanks, those and no others, and every line keeps its number', () => {
  const text = parsed(
    'FROM a AS b',
    'ONBUILD RUN one \\',
    '  more',
    'ONBUILD RUN two',
    'ONBUILD RUN three',
    'RUN x',
    'FROM b',
    'RUN y',
    '',
  )
  const triggers = text.stages.flatMap(({ instructions }) => instructions.flatMap(({ trigger }) => trigger ?? []))
  const lines = (without: Instruction[]) =>
    prefixText(text, at(text, 7), { paths: ['/p'], asWritten: false }, without)
      ?.split('\n')
      .slice(0, 7)
  const whole = text.text.split('\n').slice(0, 7)
  expect(lines([])).toEqual(whole)
  const [one, , three] = triggers as [Instruction, Instruction, Instruction]
  expect(lines([one, three])?.map(line => line.trimEnd())).toEqual([
    'FROM a AS b',
    '',
    '',
    'ONBUILD RUN two',
    '',
    'RUN x',
    'FROM b',
  ])
  expect(lines([one, three])?.map(line => line.length)).toEqual(whole.map(line => line.length))
})
