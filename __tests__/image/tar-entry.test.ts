// What a header and the records before it say of one entry: each is applied or kept, none is lost, and where readers would differ it is refused.
import { describe, expect, test } from '@jest/globals'
import { LayerError } from '../../src/image/layer-error.ts'
import type { PaxRecords } from '../../src/image/pax.ts'
import { type Extensions, entryOf } from '../../src/image/tar-entry.ts'
import type { TarHeader } from '../../src/image/tar-header.ts'

const header: TarHeader = {
  ...{ typeflag: '0', name: 'f', linkname: '', mode: 0o644, uid: 1, gid: 2, size: 3, mtime: '4', uname: 'u' },
  ...{ gname: 'g', device: '', gnuTimes: '', sparse: null },
}
const plain = {
  ...{ path: 'f', type: 'file', mode: 0o644, uid: 1, gid: 2, uname: 'u', gname: 'g', size: 3, mtime: '4' },
  ...{ linkTarget: '', device: '', pax: {} },
}
const none: Extensions = { pax: null, longName: null, longLink: null, facts: null }
const entry = (
  change: Partial<TarHeader> = {},
  extensions: Partial<Extensions> = {},
  global: PaxRecords | null = null,
) => {
  const made = entryOf({ ...header, ...change }, { ...none, ...extensions }, global)
  return { ...made, pax: { ...made.pax } }
}
/** Of no size, as all that is no file has to be. */
const link = (typeflag: '1' | '2', change: Partial<TarHeader>, extensions: Partial<Extensions> = {}) =>
  entry({ typeflag, size: 0, ...change }, extensions)

test('a header alone says it all', () => expect(entry()).toEqual(plain))

describe('PAX records', () => {
  test.each<[string, string, object]>([
    ['path', './a/b', { path: 'a/b' }],
    ['size', '9', { size: 9 }],
    ['size', '0', { size: 0 }],
    ['mtime', '8.5', { mtime: '8.5' }],
    ['linkpath', 'x', { linkTarget: 'x' }],
    ['uid', '7', { uid: 7 }],
    ['uid', '-7', { uid: -7 }],
    ['gid', '6', { gid: 6 }],
    ['gid', '0', { gid: 0 }],
    ['uname', 'me', { uname: 'me' }],
    ['gname', 'us', { gname: 'us' }],
  ])('%s of %j is applied, and is no fact beside', (keyword, value, told) =>
    expect(entry({}, { pax: { [keyword]: value } })).toEqual({ ...plain, ...told }),
  )

  const map = '0,1,4,1'
  test.each<[string, PaxRecords]>([
    ['of version 1.0', { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0' }],
    ['of version 0.1', { 'GNU.sparse.major': '0', 'GNU.sparse.minor': '1', 'GNU.sparse.map': map }],
    ['of version 0.0', { 'GNU.sparse.major': '0', 'GNU.sparse.minor': '0' }],
    ['with a map alone', { 'GNU.sparse.map': map }],
    ['with pairs alone', { 'GNU.sparse.offset': '0,4', 'GNU.sparse.numbytes': '1,1' }],
    ['with an offset alone', { 'GNU.sparse.offset': '0' }],
    ['with a length alone', { 'GNU.sparse.numbytes': '1' }],
  ])('GNU.sparse.name names a sparse file %s', (_, sparse) => {
    const { path, pax } = entry({}, { pax: { ...sparse, 'GNU.sparse.name': 'big', path: 'x' } })
    expect([path, pax]).toEqual(['big', sparse])
  })

  test.each<[string, Partial<TarHeader>, PaxRecords]>([
    ['a plain file', {}, {}],
    ['a version that nobody knows', {}, { 'GNU.sparse.major': '2', 'GNU.sparse.minor': '0', 'GNU.sparse.map': map }],
    ['half a version', {}, { 'GNU.sparse.major': '1' }],
    ['the other half', {}, { 'GNU.sparse.minor': '0', 'GNU.sparse.map': map }],
    ['a map of nothing', {}, { 'GNU.sparse.map': '' }],
    ['a link', { typeflag: '2', size: 0 }, {}],
    ['a sparse file of the old kind', { typeflag: 'S' }, { 'GNU.sparse.map': map }],
  ])('GNU.sparse.name of %s is refused: Go takes another name than others do', (_, change, sparse) =>
    expect(() => entry(change, { pax: { ...sparse, 'GNU.sparse.name': 'big', path: 'big' } })).toThrow(
      'GNU.sparse.name',
    ),
  )

  test('the others are facts, with those of the reader and those for all entries', () => {
    const made = entry({}, { pax: { atime: '1', path: 'a' }, facts: { map: '2' } }, { path: 'g', comment: 'c' })
    expect(made).toEqual({
      ...plain,
      path: 'a',
      pax: { atime: '1', map: '2', 'global path': 'g', 'global comment': 'c' },
    })
    expect(entry({}, { facts: { map: '2' } }).pax).toEqual({ map: '2' })
    expect(entry({}, {}, { comment: 'c' }).pax).toEqual({ 'global comment': 'c' })
    expect(entry({ gnuTimes: '1,2' }).pax).toEqual({ 'GNU.times': '1,2' })
  })

  test('that are empty say nothing', () => {
    const pax = { path: '', size: '', mtime: '', linkpath: '', uid: '', gid: '', uname: '', gname: '' }
    expect(entry({}, { pax })).toEqual(plain)
  })

  test.each([
    ['0012.340', '12.34'],
    ['5.', '5'],
    ['5.000', '5'],
    ['-0.5', '-0.5'],
    ['-0.0', '0'],
    ['000', '0'],
    ['00000000000000000000', '0'],
    [`${'0'.repeat(63)}7`, '7'],
  ])('a time of %s is %s', (mtime, told) => expect(entry({}, { pax: { mtime } }).mtime).toBe(told))

  test.each([
    ['mtime', '+5'],
    ['mtime', '5,5'],
    ['mtime', '.5'],
    ['mtime', '0'.repeat(65)],
    ['mtime', `${'9'.repeat(21)}`],
    ['size', '-1'],
    ['size', '9007199254740992'],
    ['uid', '1.0'],
    ['gid', '99999999999999999'],
  ])('%s of %s is refused', (keyword, value) =>
    expect(() => entry({}, { pax: { [keyword]: value } })).toThrow(LayerError),
  )
})

describe('names', () => {
  const long = 'x'.repeat(4096)

  test.each([
    ['a', 'a'],
    ['a.b/.c/..d/e..', 'a.b/.c/..d/e..'],
    ['//a', 'a'],
    ['/./a', 'a'],
    ['a//b', 'a/b'],
    ['a/./b', 'a/b'],
    ['.', '.'],
    ['./.', '.'],
    ['//', '.'],
    ['a/.', 'a'],
    [long, long],
  ])('%s is %s', (name, path) => expect(entry({ typeflag: '5', size: 0, name }).path).toBe(path))

  test.each(['..', '../a', 'a/..', 'a/../b', '/..', './..', `${long}x`, ''])('%s is refused', name =>
    expect(() => entry({ typeflag: '5', size: 0, name })).toThrow(LayerError),
  )

  test('long ones of GNU and of PAX are one, and must agree', () => {
    expect(entry({}, { longName: 'long' }).path).toBe('long')
    expect(entry({}, { longName: 'long', pax: { path: 'long' } }).path).toBe('long')
    expect(entry({}, { longName: '', pax: { path: '' } }).path).toBe('f')
    expect(() => entry({}, { longName: 'long', pax: { path: 'longer' } })).toThrow(LayerError)
    expect(entry({}, { longName: 'x', pax: { 'GNU.sparse.name': 'y', 'GNU.sparse.map': '0,1', path: 'z' } }).path).toBe(
      'y',
    )
    expect(link('2', { linkname: 'h' }, { longLink: 'to' }).linkTarget).toBe('to')
    expect(link('2', {}, { longLink: 'to', pax: { linkpath: 'to' } }).linkTarget).toBe('to')
    expect(() => link('2', {}, { longLink: 'to', pax: { linkpath: 'other' } })).toThrow(LayerError)
  })

  test('a hard link leads to an entry, a symbolic one to what it says', () => {
    expect(link('1', { linkname: './a//b' }).linkTarget).toBe('a/b')
    expect(link('1', { linkname: '../a' }).linkTarget).toBe('../a')
    expect(link('2', { linkname: './a//b/' }).linkTarget).toBe('./a//b/')
    expect(link('2', { linkname: long }).linkTarget).toBe(long)
    expect(() => link('2', { linkname: `${long}x` })).toThrow(LayerError)
  })
})

describe('kinds', () => {
  test.each<[string, string, string]>([
    ['0', 'f', 'file'],
    ['\0', 'f', 'file'],
    ['7', 'f', 'file'],
    ['S', 'f', 'file'],
    ['\0', 'f/', 'directory'],
    ['5', 'f/', 'directory'],
    ['5', 'f', 'directory'],
    ['1', 'f', 'hardlink'],
    ['2', 'f', 'symlink'],
    ['3', 'f', 'char-device'],
    ['4', 'f', 'block-device'],
    ['6', 'f', 'fifo'],
  ])('%j of %s is a %s', (typeflag, name, type) =>
    expect(entry({ typeflag, name, size: 0, linkname: 'l' })).toMatchObject({ type, path: 'f', pax: {} }),
  )

  test.each(['f', 'f/'])('one that nobody knows is kept with its letter, whatever it holds: %s', name =>
    expect(entry({ typeflag: 'Z', name })).toEqual({ ...plain, type: 'other', pax: { typeflag: 'Z' } }),
  )

  test.each(['0', '7', 'S'])('a file %s whose name is that of a folder is refused', typeflag =>
    expect(() => entry({ typeflag, name: 'f/' })).toThrow(LayerError),
  )

  test.each(['1', '2', '3', '4', '5', '6'])('what is no file holds nothing: %s', typeflag => {
    expect(() => entry({ typeflag, linkname: 'l' })).toThrow(LayerError)
    expect(() => entry({ typeflag, linkname: 'l', size: 0 }, { pax: { size: '1' } })).toThrow(LayerError)
  })

  test('the kind of file that some repeat in the mode does not count', () =>
    expect(entry({ mode: 0o104755 }).mode).toBe(0o4755))
})
