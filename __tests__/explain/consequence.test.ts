// What of a later layer's difference is said by an earlier one already, and what is new: the line of the later one is named for that.
import { describe, expect, test } from '@jest/globals'
import { asNew, isWhiteout, ownHeader, repeats, withoutWhiteout } from '../../src/explain/consequence.ts'
import type { EntryDifference, EntryField } from '../../src/image/comparison.ts'
import { changed, changedHeader, changedLarge, only } from './subject.ts'

const file = (a: string, b: string) => changed('f', a, b)
const header = (...fields: EntryField[]) => changedHeader('f', fields, {}, {})
const and = (one: EntryDifference, ...fields: EntryField[]): EntryDifference => ({
  ...one,
  fields: [...one.fields, ...fields],
})
const binary = (a: string, b: string) => file(`\0\x01\x02${a}\0`, `\0\x01\x02${b}\0`)
const [idA, idB] = ['0b0b7b0e6d5c', 'f3a9c2d41e5b']
/** Too much to be here as a whole, and texts that nobody can hold against each other. */
const large = (mark: string) => {
  const side = (own: string) => Buffer.from(`${own}\n${'line\n'.repeat(300_000)}${mark}\n`)
  return changedLarge('f', side('one'), side('two'))
}

test.each<[string, EntryDifference, EntryDifference, boolean]>([
  ['a path that A alone has, again', only('a', 'f'), only('a', 'f'), true],
  ['a path that the other side has now', only('a', 'f'), only('b', 'f'), false],
  ['a path of one side that had other contents before', file('x', 'y'), only('a', 'f'), false],
  ['a header that differed already', header('mode', 'uid'), header('mode'), true],
  ['a header of which a part is new', header('mode'), header('mode', 'uid'), false],
  ['a header of what one side alone had', only('a', 'f'), header('mode'), false],
  ['a header, where the contents differed as well', and(file('x', 'y'), 'mode'), header('mode'), true],
  ['contents of what one side alone had', only('a', 'f'), file('x', 'y'), false],
  ['contents, where the header alone differed', header('mode'), file('x', 'y'), false],
  ['the same contents', file('a 1\n', 'a 2\n'), file('a 1\n', 'a 2\n'), true],
  ['the same bytes', binary('one', 'two'), binary('one', 'two'), true],
  ['what was no text and is one', binary('one', 'two'), file('a\n', 'b\n'), true],
  ['what was a text and is none', file('a\n', 'b\n'), binary('one', 'two'), true],
  ['a text with a line more on both sides', file('a 1\n', 'a 2\n'), file('a 1\nsame\n', 'a 2\nsame\n'), true],
  ['with a line more on A alone', file('a 1\n', 'a 2\n'), file('a 1\nmore\n', 'a 2\n'), false],
  ['with a line more on B alone', file('a 1\n', 'a 2\n'), file('a 1\n', 'a 2\nmore\n'), false],
  ['with another line on each side', file('a 1\n', 'a 2\n'), file('a 1\nxx one\n', 'a 2\nxx two\n'), false],
  ['with one line alike and one not', file('a 1\n', 'a 2\n'), file('a 1\nx\none\n', 'a 2\nx\ntwo\n'), false],
  ['alike, of lines that are not as many', file('more\n1\n', '2\n'), file('more\n1\nx\n', '2\nx\n'), true],
  ['with lines in another order', file('a 1\n', 'a 2\n'), file('a 1\nx\ny\n', 'a 2\ny\nx\n'), false],
  ['quoted', file(`id ${idA}\n`, `id ${idB}\n`), file(`[${idA}]\n`, `[${idB}]\n`), true],
  ['quoted twice in a line', file(`${idA}\n`, `${idB}\n`), file(`${idA} ${idA}\n`, `${idB} ${idB}\n`), true],
  ['quoted of a later line', file(`x\n${idA}\n`, `x\n${idB}\n`), file(`[${idA}]\n`, `[${idB}]\n`), true],
  ['quoted beside what is new', file(`${idA}\n`, `${idB}\n`), file(`${idA} pin\n`, `${idB} pot\n`), false],
  ['with the sides exchanged', file(`${idA}\n`, `${idB}\n`), file(`[${idB}]\n`, `[${idA}]\n`), false],
  ['quoted by its whole word', file('v=1111a\n', 'v=1112a\n'), file('as 1111a\n', 'as 1112a\n'), true],
  ['a part of its word that is met elsewhere', file('v=1111a\n', 'v=1112a\n'), file('zz11\n', 'zz12\n'), false],
  ['by the beginning of its word, too', file('v=ab1\n', 'v=ab2\n'), file('[ab1]\n', '[ab2]\n'), true],
  ['by the end of its word, too', file('v=1ab\n', 'v=2ab\n'), file('[1ab]\n', '[2ab]\n'), true],
  ['by what is no word', file('12 +4 56\n', '12 -8 56\n'), file('[+4]\n', '[-8]\n'), true],
  ['a value that ends as that of B', file('x.bar.foo\n', 'x.foo\n'), file('[bar.foo]\n', '[foo]\n'), true],
  ['a value that is that of B twice', file('k=.foo.foo\n', 'k=.foo\n'), file('[foo.foo]\n', '[foo]\n'), true],
  ['a word that stands alone', file('12 34 56\n', '12 78 56\n'), file('[34]\n', '[78]\n'), true],
  ['a word at the end', file('12 3456\n', '12 3478\n'), file('[3456]\n', '[3478]\n'), true],
  ['one character, which is met anywhere', file('v=1\n', 'v=2\n'), file('w 1\n', 'w 2\n'), false],
  ['one character of A', file('v=1\n', 'v=22\n'), file('w 1\n', 'w 22\n'), false],
  ['one character of B', file('v=11\n', 'v=2\n'), file('w 11\n', 'w 2\n'), false],
  ['nobody knows which line was which', file(`${idA}\n\n`, `${idB}\n`), file(`[${idA}]\n`, `[${idB}]\n`), false],
  ['the end of what is too large to be here', large('before'), large('after'), true],
])('a later layer repeats or not: %s', (_, earlier, later, expected) => {
  expect(repeats(earlier, later)).toBe(expected)
})

describe('the header alone, where the contents are those of before', () => {
  const contents = file('a 1\n', 'a 2\n')
  test.each<[string, EntryDifference, EntryDifference, EntryField[] | null]>([
    ['of each kind', contents, and(contents, 'mode', 'uid', 'gid'), ['mode', 'uid', 'gid']],
    ['no times: a file that is stored again has new ones', contents, and(contents, 'mtime'), null],
    ['beside a time', contents, and(contents, 'mtime', 'uid'), ['uid']],
    ['what differed before is not new', and(contents, 'mode'), and(contents, 'mode', 'gid'), ['gid']],
    ['nothing, where all of it differed before', and(contents, 'mode'), and(contents, 'mode'), null],
    ['nothing, where the contents are new, too', contents, and(file('b 3\n', 'b 4\n'), 'mode'), null],
    ['nothing, where the contents do not differ any more', and(contents, 'uid'), header('mode'), null],
    ['nothing of what one side alone had', only('a', 'f'), and(contents, 'mode'), null],
    ['nothing of what one side alone has now', contents, only('a', 'f'), null],
  ])('%s', (_, earlier, later, fields) => {
    const told = ownHeader(earlier, later)
    expect(told?.fields ?? null).toEqual(fields)
    if (told) expect(told).toEqual({ ...later, fields, content: null, digestA: null, digestB: null })
  })
})

describe('a text without the lines of before', () => {
  const texts = (one: EntryDifference | null) =>
    one?.content ? [one.content.a, one.content.b].map(({ head }) => Buffer.from(head).toString('latin1')) : null
  test.each<[string, EntryDifference, EntryDifference, string[] | null]>([
    ['has what is new at its place', file('1\n', '2\n'), file('1\nx\n', '2\ny\n'), ['\nx\n', '\ny\n']],
    ['knows what each side had', file('1\n', '2\n'), file('2\nx\n', '1\ny\n'), null],
    ['is nothing, where what is left is alike', file('1\n', '2\n'), file('1\nx\n', '2\nx\n'), null],
    ['is nothing, where nothing of it was there before', file('1\n', '2\n'), file('x', 'y'), null],
    ['is something, where A alone had some of it', file('1\n', '2\n'), file('1\nx', '3\ny'), ['\nx', '3\ny']],
    ['is something, where B alone had some of it', file('1\n', '2\n'), file('3\nx', '2\ny'), ['3\nx', '\ny']],
    ['is nothing, where it was none', binary('1', '2'), file('1\nx\n', '2\ny\n'), null],
    ['is nothing, where it is none', file('1\n', '2\n'), binary('1', '2'), null],
    ['is nothing of one side', file('1\n', '2\n'), only('a', 'f'), null],
  ])('%s', (_, earlier, later, expected) => {
    expect(texts(asNew(earlier, later))).toEqual(expected)
  })

  test('is whole, and has no digest of what it was taken from', () => {
    const later = { ...file('1\nx\n', '2\ny\n'), digestA: 'a', digestB: 'b' }
    expect(asNew(file('1\n', '2\n'), later)).toMatchObject({
      ...{ path: 'f', kind: 'changed', fields: ['content'], digestA: null, digestB: null },
      content: { a: { size: 3, whole: true }, b: { size: 3, whole: true }, complete: false },
    })
  })
})

test.each([
  ['a/.wh.b', true, 'a/b'],
  ['.wh.b', true, 'b'],
  ['a/.wh..wh..opq', false, 'a/.wh..wh..opq'],
  ['a/b.wh.c', false, 'a/b.wh.c'],
  ['.wh.a/b', false, '.wh.a/b'],
  ['a/b', false, 'a/b'],
])('%s takes something away: %s', (path, expected, name) => {
  expect([isWhiteout(path), withoutWhiteout(path)]).toEqual([expected, name])
})
