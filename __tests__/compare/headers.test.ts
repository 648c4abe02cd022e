import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type CraftedEntry, entryBytes, paxEntry, tarOf, withChecksum } from '../image/crafted.ts'
import { compareTars, onlyLayer } from './comparing.ts'

const file: CraftedEntry = { name: 'app/main.py', content: 'print("hello")\n' }
const link: CraftedEntry = { name: 'app/link', typeflag: '2', linkname: 'main.py', mode: 0o777 }
const folder: CraftedEntry = { name: 'app/', typeflag: '5', mode: 0o755 }
const tree = [folder, file, link]
const withGlobal = (pax: Record<string, string>): Buffer => Buffer.concat([paxEntry('g', pax), tarOf(tree)])
const withPax = (pax: Record<string, string>): Buffer => tarOf([folder, { ...file, pax }, link])
const withHeader = (entry: CraftedEntry, change: (block: Buffer) => void): Buffer => {
  const bytes = Buffer.from(entryBytes(entry))
  change(bytes.subarray(0, 512))
  withChecksum(bytes.subarray(0, 512))
  return Buffer.concat([bytes, Buffer.alloc(1024)])
}
const commit = '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d'

describe('what a header says and no engine unpacks: same files, and why', () => {
  const cases: [string, Buffer, Buffer, string[]][] = [
    ['a commit that git archive notes', tarOf(tree), withGlobal({ comment: commit }), ['PAX global header `comment`']],
    [
      'two commits',
      withGlobal({ comment: commit }),
      withGlobal({ comment: commit.replace('1', '2') }),
      ['PAX global header `comment`'],
    ],
    ['a global header of nothing', tarOf(tree), Buffer.concat([paxEntry('g', {}), tarOf(tree)]), []],
    ['a global charset', tarOf(tree), withGlobal({ hdrcharset: 'BINARY' }), ['PAX global header `hdrcharset`']],
    ['a comment of one file', tarOf(tree), withPax({ comment: 'x' }), ['PAX record `comment`']],
    ['a charset', tarOf(tree), withPax({ charset: 'ISO-IR 10646 2000 UTF-8' }), ['PAX record `charset`']],
    [
      'a time of creation',
      tarOf(tree),
      withPax({ 'LIBARCHIVE.creationtime': '17' }),
      ['PAX record `LIBARCHIVE.creationtime`'],
    ],
    [
      'inodes',
      withPax({ 'SCHILY.dev': '1', 'SCHILY.ino': '5' }),
      withPax({ 'SCHILY.dev': '1', 'SCHILY.ino': '6' }),
      ['PAX record `SCHILY.ino`'],
    ],
    ['a time of change', tarOf(tree), withPax({ ctime: '1700000000.5' }), ['PAX record `ctime`']],
    ['a volume of GNU', tarOf(tree), withPax({ 'GNU.volume.label': 'x' }), ['PAX record `GNU.volume.label`']],
    ['a keyword of a vendor', tarOf(tree), withPax({ 'ACME.build': '17' }), ['PAX record `ACME.build`']],
    ['records that are empty', tarOf(tree), withPax({ path: '', mtime: '' }), []],
    [
      'names that one side leaves out',
      tarOf(tree),
      tarOf([folder, { ...file, uname: 'root', gname: 'root' }, link]),
      ['names of owners'],
    ],
    [
      'a device number of a file',
      tarOf(tree),
      tarOf([folder, { ...file, device: [8, 1] }, link]),
      ['device numbers of what is no device'],
    ],
    [
      'a link target of a file',
      tarOf(tree),
      tarOf([folder, { ...file, linkname: 'x' }, link]),
      ['link targets of what is no link'],
    ],
    [
      'permissions of a symbolic link',
      tarOf(tree),
      tarOf([folder, file, { ...link, mode: 0o755 }]),
      ['permissions of symbolic links'],
    ],
    [
      './ and no slash behind a folder',
      tarOf(tree),
      tarOf([
        { ...folder, name: './app' },
        { ...file, name: './app/main.py' },
        { ...link, name: '/app/link' },
      ]),
      [],
    ],
    ["GNU's magic", tarOf(tree), tarOf(tree.map(entry => ({ ...entry, magic: 'ustar  \0' }))), []],
    ['no magic at all', tarOf(tree), tarOf(tree.map(entry => ({ ...entry, magic: '' }))), []],
    ['a checksum in other words', tarOf([file]), reworded(tarOf([file])), []],
    [
      'a time of change in an old GNU header',
      withHeader({ ...file, magic: 'ustar  \0' }, block => block.write('00000000001\x0000000000002\0', 345)),
      withHeader({ ...file, magic: 'ustar  \0' }, block => block.write('00000000001\x0000000000003\0', 345)),
      ['times in the tar'],
    ],
  ]
  test.each(cases)('%s', async (_, a, b, words) => {
    for (const [first, second] of [
      [a, b],
      [b, a],
    ] as const) {
      const comparison = await compareTars(first, second)
      expect(comparison.level).toBe('same-files')
      expect(onlyLayer(comparison)).toMatchObject({ total: 0, entries: [] })
      expect(onlyLayer(comparison).headers ?? []).toEqual(words)
    }
  })

  /** Blanks before the digits of the checksum, as some tars write them. */
  function reworded(tar: Buffer): Buffer {
    const sum = tar.toString('latin1', 148, 154).replace(/^0+/, '')
    const other = Buffer.from(tar)
    other.write(`${sum.padStart(7)} `, 148, 'latin1')
    return other
  }
})

describe('what an engine, or root with another tool, makes something of', () => {
  const cases: [string, Buffer, Buffer][] = [
    ['a global owner', tarOf(tree), withGlobal({ uid: '5' })],
    ['a global time', tarOf(tree), withGlobal({ mtime: '5' })],
    ['a global attribute', tarOf(tree), withGlobal({ 'SCHILY.xattr.user.a': '5' })],
    ['an attribute that is empty', tarOf(tree), withPax({ 'SCHILY.xattr.user.a': '' })],
    ...['\n', '\r', '\u2028'].map((end): [string, Buffer, Buffer] => [
      `an attribute whose name has ${JSON.stringify(end)}`,
      withPax({ [`SCHILY.xattr.user.a${end}b`]: '1' }),
      withPax({ [`SCHILY.xattr.user.a${end}b`]: '2' }),
    ]),
    ['an access list', tarOf(tree), withPax({ 'SCHILY.acl.access': 'user::rw-' })],
    ['a label', tarOf(tree), withPax({ 'RHT.security.selinux': 'system_u' })],
    ['a time of the last access', tarOf(tree), withPax({ atime: '5' })],
    ['two names of one number', tarOf([{ ...file, uname: 'joe' }]), tarOf([{ ...file, uname: 'eve' }])],
    [
      'permissions of a hard link',
      tarOf([file, { ...link, typeflag: '1' }]),
      tarOf([file, { ...link, typeflag: '1', mode: 0 }]),
    ],
    [
      'a device',
      tarOf([{ ...file, content: '', typeflag: '3' }]),
      tarOf([{ ...file, content: '', typeflag: '3', device: [1, 3] }]),
    ],
  ]
  test.each(cases)('%s', async (_, a, b) => {
    for (const [first, second] of [
      [a, b],
      [b, a],
    ] as const)
      expect((await compareTars(first, second)).level).toBe('different')
  })
})

test('what is silent hides nothing that is not', async () => {
  const a = withPax({ comment: 'one', ctime: '1' })
  const b = tarOf([folder, { ...file, content: 'print("hallo")\n', uname: 'root', pax: { comment: 'two' } }, link])
  const layer = onlyLayer(await compareTars(a, b))
  expect(layer.entries).toMatchObject([{ path: 'app/main.py', fields: ['content'] }])
})

test('any tree, with whatever of this on either side: same files', async () => {
  const silent = fc.record({
    global: fc.dictionary(
      fc.constantFrom('comment', 'hdrcharset', 'ACME.x', 'ctime'),
      fc.string({ unit: 'grapheme-ascii', maxLength: 9 }),
    ),
    pax: fc.dictionary(
      fc.constantFrom(
        'comment',
        'charset',
        'SCHILY.ino',
        'SCHILY.dev',
        'LIBARCHIVE.creationtime',
        'GNU.volume.label',
        '__proto__',
      ),
      fc.string({ unit: 'grapheme-ascii', maxLength: 9 }),
    ),
    device: fc.tuple(fc.nat(9), fc.nat(9)),
    names: fc.boolean(),
    dots: fc.boolean(),
    magic: fc.constantFrom('ustar\x0000', 'ustar  \0'),
  })
  const names = fc.uniqueArray(fc.constantFrom('a', 'b/c', 'b/d', 'e/f/g', 'h'), { minLength: 1 })
  await fc.assert(
    fc.asyncProperty(names, silent, silent, async (paths, left, right) => {
      const [a, b] = [left, right].map(how => {
        const entries = paths.map((name): CraftedEntry => {
          const owner = how.names ? { uname: 'root', gname: 'wheel' } : {}
          return {
            name: how.dots ? `./${name}` : name,
            content: name,
            ...owner,
            pax: Object.entries(how.pax),
            device: how.device,
            magic: how.magic,
          }
        })
        return Buffer.concat([paxEntry('g', Object.entries(how.global)), tarOf(entries)])
      }) as [Buffer, Buffer]
      expect((await compareTars(a, b)).level).toBe('same-files')
      const changed = tarOf(paths.map((name, at) => ({ name, content: at === 0 ? `${name}!` : name })))
      expect(onlyLayer(await compareTars(a, changed))).toMatchObject({ total: 1, entries: [{ fields: ['content'] }] })
    }),
    { numRuns: 150 },
  )
})

test('of an archive in the image nothing is silent: the commit in it is its difference', async () => {
  const [a, b] = [commit, commit.replace('1', '2')].map(comment =>
    tarOf([{ name: 'src.tar', content: withGlobal({ comment }) }]),
  ) as [Buffer, Buffer]
  const [entry] = onlyLayer(await compareTars(a, b)).entries
  expect(entry?.nested).toMatchObject({
    format: 'tar',
    total: 3,
    members: [{ fields: ['pax'] }, { fields: ['pax'] }, { fields: ['pax'] }],
  })
})
