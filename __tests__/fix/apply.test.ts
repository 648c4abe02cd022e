import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { placeOf } from '../../src/dockerfile/position.ts'
import type { Edit } from '../../src/finding.ts'
import { applyChanges, sortOut } from '../../src/fix/apply.ts'

/** An edit of a text by offsets, as the lint places it. */
function edit(text: string, start: number, end: number, inserted: string, file = 'f'): Edit {
  const [from, to] = [placeOf(text, { start, end: start }), placeOf(text, { start: end, end })]
  return { file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column, text: inserted }
}

const apply = (text: string, ...edits: Edit[]): string | undefined =>
  applyChanges(new Map([['f', text]]), [{ edits }]).get('f')

const sorted = (text: string, ...changes: Edit[][]) => {
  const { together, later, astray } = sortOut(
    new Map([['f', text]]),
    changes.map((edits, at) => ({ edits, at })),
  )
  return [together, later, astray].map(list => list.map(({ at }) => at))
}

describe('edits of a text', () => {
  test.each([
    ['at the start', 'abc\n', 0, 0, 'x', 'xabc\n'],
    ['after a byte order mark', '\ufeffFROM a\n', 1, 1, 'x', '\ufeffxFROM a\n'],
    ['of the second line behind a byte order mark', '\ufeffa\nb\n', 3, 4, 'c', '\ufeffa\nc\n'],
    ['over lines', 'ab\ncd\nef\n', 1, 7, 'X', 'aXf\n'],
    ['at the end', 'a\n', 2, 2, 'b\n', 'a\nb\n'],
    ['at the end of a file without a last line end', 'a', 1, 1, '\nb\n', 'a\nb'],
    ['of an empty file', '', 0, 0, '.git\n', '.git\n'],
    ['that takes away', 'abc\n', 1, 2, '', 'ac\n'],
    ['with CRLF', 'a\r\nb\r\n', 3, 3, 'x\ny\n', 'a\r\nx\r\ny\r\nb\r\n'],
    ['with CRLF of its own', 'a\r\nb\r\n', 3, 3, 'x\r\ny\r\n', 'a\r\nx\r\ny\r\nb\r\n'],
    ['with CRLF at the open end', 'a\r\nb', 4, 4, '\nx\n', 'a\r\nb\r\nx'],
    ['before the CR', 'ab\r\n', 2, 2, '!', 'ab!\r\n'],
    ['between letters of two units', '😀b\n', 2, 2, 'a', '😀ab\n'],
  ])('%s', (_, text, start, end, inserted, expected) => {
    expect(apply(text, edit(text, start, end, inserted))).toBe(expected)
  })

  test('put back what they took, wherever it was', () => {
    const texts = fc.array(fc.constantFrom('a', ' ', '\n', '\r\n', '\\\n', '😀', '#'), { maxLength: 30 })
    fc.assert(
      fc.property(
        texts,
        fc.boolean(),
        fc.nat(),
        fc.nat(),
        fc.constantFrom('', 'x'),
        (parts, marked, a, b, inserted) => {
          const text = (marked ? '\ufeff' : '') + parts.join('')
          const least = marked ? 1 : 0
          const [start, end] = [a, b].map(n => least + (n % (text.length - least + 1))).sort((x, y) => x - y) as [
            number,
            number,
          ]
          expect(apply(text, edit(text, start, end, inserted))).toBe(text.slice(0, start) + inserted + text.slice(end))
        },
      ),
    )
  })
})

describe('several changes', () => {
  const text = 'RUN a b c\nRUN d\n'
  test('are made in one go, wherever they stand', () => {
    expect(apply(text, edit(text, 14, 15, 'D'), edit(text, 4, 5, 'AAA'), edit(text, 8, 9, ''))).toBe(
      'RUN AAA b \nRUN D\n',
    )
  })

  test('the worse one wins where two overlap or touch, the other waits', () => {
    expect(sorted(text, [edit(text, 4, 7, 'x')], [edit(text, 6, 9, 'y')])).toEqual([[0], [1], []])
    expect(sorted(text, [edit(text, 6, 9, 'y')], [edit(text, 4, 7, 'x')])).toEqual([[0], [1], []])
    expect(sorted(text, [edit(text, 4, 5, 'x')], [edit(text, 5, 5, 'y')])).toEqual([[0], [1], []])
    expect(sorted(text, [edit(text, 0, 0, 'x\n')], [edit(text, 0, 0, 'y\n')])).toEqual([[0], [1], []])
    expect(sorted(text, [edit(text, 4, 5, 'x')], [edit(text, 6, 7, 'y')])).toEqual([[0, 1], [], []])
  })

  test('a big one is seen behind small ones in it', () => {
    expect(sorted(text, [edit(text, 4, 5, 'x')], [edit(text, 8, 9, 'y')], [edit(text, 0, 15, 'z')])).toEqual([
      [0, 1],
      [2],
      [],
    ])
  })

  test('the same insertion twice is made once', () => {
    const same = [edit(text, 10, 10, 'ARG SOURCE_DATE_EPOCH\n')]
    expect(sorted(text, same, same)).toEqual([[0, 1], [], []])
    expect(applyChanges(new Map([['f', text]]), [{ edits: same }, { edits: same }]).get('f')).toBe(
      'RUN a b c\nARG SOURCE_DATE_EPOCH\nRUN d\n',
    )
  })

  test('a new file takes the lines of all that fill it, each once', () => {
    const texts = new Map([['f', '']])
    const changes = ['.git\n', '.venv\n.git\n*.log\n', '.git\n'].map(lines => ({ edits: [edit('', 0, 0, lines)] }))
    expect(sortOut(texts, changes)).toEqual({ together: changes, later: [], astray: [] })
    expect(applyChanges(texts, changes).get('f')).toBe('.git\n.venv\n*.log\n')
  })

  test('a change is made as a whole: one clash holds all of its edits back', () => {
    expect(sorted(text, [edit(text, 4, 5, 'x')], [edit(text, 14, 15, 'y'), edit(text, 4, 5, 'z')])).toEqual([
      [0],
      [1],
      [],
    ])
  })

  test('of two files', () => {
    const texts = new Map([
      ['f', text],
      ['g', ''],
    ])
    const edits = [edit(text, 0, 3, 'ADD'), edit('', 0, 0, '.git\n', 'g')]
    expect(applyChanges(texts, [{ edits }])).toEqual(
      new Map([
        ['f', 'ADD a b c\nRUN d\n'],
        ['g', '.git\n'],
      ]),
    )
  })

  test.each([
    ['a line that is not there', { line: 9, endLine: 9 }],
    ['a column behind the line', { column: 99, endColumn: 99 }],
    ['an end before its start', { column: 5, endColumn: 2 }],
    ['a file nobody named', { file: '/etc/passwd' }],
    ['no column at all', { column: 0, endColumn: 0 }],
  ])('one that names %s is never made', (_, wrong) => {
    const bad = { ...edit(text, 0, 1, 'x'), ...wrong }
    expect(sorted(text, [bad])).toEqual([[], [], [0]])
    expect(apply(text, bad)).toBe(text)
  })

  test('many of one file take no time', () => {
    const many = 'RUN x\n'.repeat(20_000)
    const changes = Array.from({ length: 20_000 }, (_, at) => ({ edits: [edit(many, at * 6 + 4, at * 6 + 5, 'y')] }))
    const texts = new Map([['f', many]])
    const started = Date.now()
    const { together } = sortOut(texts, changes.reverse())
    expect(applyChanges(texts, together).get('f')).toBe('RUN y\n'.repeat(20_000))
    expect(Date.now() - started).toBeLessThan(2000)
  })
})
