import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { causeIds, causes, recogniseCause } from '../../src/explain/causes.ts'
import { linkDerived } from '../../src/explain/derived.ts'
import { explainEntries } from '../../src/explain/entries.ts'
import {
  causeOf,
  causesOf,
  changed,
  changedHeader,
  clock,
  fixture,
  layerOf,
  only,
  opened,
  subjectOf,
} from './subject.ts'

const file = (path: string, name: string): ReturnType<typeof changed> => changed(path, fixture(name).a, fixture(name).b)
const evidenceOf = (own: ReturnType<typeof changed>) => recogniseCause(subjectOf(own)).recognition.evidence

const docs = new URL('../../docs/causes/', import.meta.url)
const pages = readdirSync(docs)
  .map(name => name.replace(/\.md$/, ''))
  .filter(name => name !== 'README')

describe('every cause', () => {
  test('has a page, and every page a cause', () => {
    // What the gate says when it could not read an image, or of an image from before, is no cause of a path.
    const others = ['base-tag-moved', 'drift', 'unread-difference', 'vanished-input']
    expect(pages.filter(id => !others.includes(id)).sort()).toEqual([...causeIds].sort())
  })

  test('stands once in the index, under the title of its page', () => {
    const index = readFileSync(new URL('README.md', docs), 'utf8')
    const rows = [...index.matchAll(/^\| \[(.+)\]\(([\w-]+)\.md\) \| .{10,250} \|$/gm)]
    const titles = rows.map(([, title, id]) => `${id}: ${title}`)
    const titleOf = (id: string) => /^# (.+)$/m.exec(readFileSync(new URL(`${id}.md`, docs), 'utf8'))?.[1]
    expect(titles.sort()).toEqual(pages.map(id => `${id}: ${titleOf(id)}`).sort())
  })

  test('has an id of its own', () => {
    expect(new Set(causeIds).size).toBe(causeIds.length)
  })

  test.each(causes.map(cause => [cause.id, cause] as const))('%s describes itself for any instruction', (_, cause) => {
    const subject = subjectOf(changed('etc/x', 'a1\n', 'b2\n'))
    const found = {
      subjects: [subject],
      recognitions: [{ confidence: 'certain' as const, evidence: [] }],
      instruction: null,
      keyword: '',
      fromContext: false,
    }
    const { title, message, remedy } = cause.describe(found)
    expect(title.length).toBeGreaterThan(10)
    expect(message.length).toBeGreaterThan(40)
    expect(remedy.text.length).toBeGreaterThan(10)
  })
})

describe('files of formats, made with the real tools at two times', () => {
  test.each([
    ['srv/__pycache__/version.cpython-311.pyc', 'version.pyc', 'pyc-timestamp certain'],
    ['build/app.js.gz', 'app.js.gz', 'gzip-time certain'],
    ['srv/bundle.zip', 'bundle.zip', 'zip-time certain'],
    ['usr/lib/libf.a', 'libf.a', 'ar-time certain'],
    ['srv/src.tar', 'src.tar', 'tar-header certain'],
    ['srv/src.tgz', 'src.tgz', 'tar-header certain'],
    ['usr/lib/date.so', 'date.so', 'elf-date-macro certain'],
    ['srv/app.db', 'app.db', 'sqlite-time certain'],
    ['opt/lib/.git/index', 'git-index', 'git-index certain'],
  ])('%s', async (path, name, expected) => {
    expect(await causesOf(file(path, name))).toBe(expected)
  })

  test('evidence tells both values and the offset', async () => {
    expect(evidenceOf(file('v.pyc', 'version.pyc'))[0]).toMatchObject({
      offset: 8,
      a: '2026-11-21 03:00:05 UTC',
      b: '2026-11-21 03:01:15 UTC',
    })
    expect(evidenceOf(await opened(file('x.gz', 'app.js.gz')))[0]).toMatchObject({
      offset: 4,
      a: '2026-11-21 03:00:05 UTC',
    })
    expect(evidenceOf(await opened(file('x.zip', 'bundle.zip')))[0]).toMatchObject({
      a: '2026-11-21 03:00:05 UTC',
      b: '2026-11-21 03:01:15 UTC',
    })
    expect(evidenceOf(file('x.so', 'date.so'))[0]).toMatchObject({
      a: 'Nov 21 2026 03:00:05',
      b: 'Nov 21 2026 03:01:15',
    })
  })

  test('a pyc whose times are not of the builds came with the checkout', () => {
    const { a, b } = fixture('version.pyc')
    a.writeUInt32LE(1_600_000_000, 8)
    b.writeUInt32LE(1_600_003_600, 8)
    expect(recogniseCause(subjectOf(changed('v.pyc', a, b))).recognition.variant).toBe('context')
  })

  test('of a large pyc the listed runs tell that nothing but the time differs', () => {
    const { a, b } = fixture('version.pyc')
    const own = changed('v.pyc', a, b)
    const large = (bytes: Buffer) => ({
      size: 900_000,
      head: bytes.subarray(0, 64),
      whole: false,
      tail: Buffer.alloc(9),
    })
    const { runs = [] } = own.content ?? {}
    const seen = { ...own, content: { a: large(a), b: large(b), runs, complete: true } }
    expect(causeOf(seen)).toBe('pyc-timestamp certain')
    expect(causeOf({ ...seen, content: { ...seen.content, complete: false } })).toBe('pyc-timestamp likely')
  })

  test('a pyc with other code as well is not certain', () => {
    const { a, b } = fixture('version.pyc')
    b[60] = (b[60] ?? 0) ^ 0x3f
    expect(causeOf(changed('v.pyc', a, b))).toBe('pyc-timestamp likely')
  })

  test('a hash-based pyc is not called a timestamp pyc', () => {
    const { a, b } = fixture('version.pyc')
    a.writeUInt32LE(1, 4)
    b.writeUInt32LE(1, 4)
    expect(causeOf(changed('v.pyc', a, b))).not.toContain('pyc-timestamp')
  })

  test('a gzip file whose header agrees is not blamed on its header', async () => {
    const { a, b } = fixture('app.js.gz')
    a.writeUInt32LE(0, 4)
    b.writeUInt32LE(0, 4)
    b[20] = (b[20] ?? 0) ^ 1
    expect(await causesOf(changed('x.gz', a, b))).not.toContain('gzip-time')
  })

  test('a member of an archive that differs besides is told first', async () => {
    const { a, b } = fixture('libf.a')
    b[1200] = (b[1200] ?? 0) ^ 0x55
    expect(await causesOf(changed('libf.a', a, b))).toBe('unknown-difference likely, ar-time likely')
  })

  test('a tar file with another content of a member is not blamed on its headers alone', async () => {
    const { a, b } = fixture('src.tar')
    const at = b.indexOf('hello\n')
    b.write('jello\n', at)
    expect(await causesOf(changed('x.tar', a, b))).toBe('unknown-difference likely, tar-header likely')
  })

  test('a program whose text differs without a time is unknown', () => {
    const { a } = fixture('date.so')
    const b = Buffer.from(a)
    b[0x1000] = (b[0x1000] ?? 0) ^ 0xff
    expect(causeOf(changed('x.so', a, b))).toBe('unknown-difference likely')
  })
})

describe('build time', () => {
  test.each([
    ['ISO', 'built 2026-11-21T03:00:05Z\n', 'built 2026-11-21T03:01:15Z\n'],
    ['nanoseconds', '+ start 1795230005123456789\n', '+ start 1795230075123456789\n'],
    ['ctime', 'Sat Nov 21 03:00:05 UTC 2026', 'Sat Nov 21 03:01:15 UTC 2026'],
    ['RFC 2822', 'Sat, 21 Nov 2026 03:00:05 +0000', 'Sat, 21 Nov 2026 03:01:15 +0000'],
    ['another zone', '2026-11-21 04:00:05 +0100', '2026-11-21 04:01:15 +0100'],
    ['compact', 'tag-20261121030005', 'tag-20261121030115'],
    ['epoch in JSON', '{"t": 1795230005.25, "v": 1}', '{"t": 1795230075.5, "v": 1}'],
    ['milliseconds', '{"time":1795230005123}', '{"time":1795230075123}'],
    ['time of day', 'done at 03:00:05', 'done at 03:01:15'],
    ['hexadecimal', 'id 6b010935', 'id 6b01097b'],
  ])('%s', (_, a, b) => {
    expect(causeOf(changed('etc/stamp', a, b))).toBe('build-time certain')
  })

  test.each([
    ['32-bit little-endian', (buffer: Buffer, s: number) => buffer.writeUInt32LE(s, 40)],
    ['32-bit big-endian', (buffer: Buffer, s: number) => buffer.writeUInt32BE(s, 41)],
    ['64-bit ms', (buffer: Buffer, s: number) => buffer.writeBigUInt64BE(BigInt(s) * 1000n + 77n, 43)],
    [
      '64-bit ns',
      (buffer: Buffer, s: number) => buffer.writeBigUInt64LE(BigInt(s) * 1_000_000_000n + 123_456_789n, 40),
    ],
    ['float', (buffer: Buffer, s: number) => buffer.writeDoubleLE(s + 0.123, 48)],
  ])('in a binary: %s', (_, write) => {
    const [a, b] = [Buffer.alloc(100, 7), Buffer.alloc(100, 7)]
    write(a, 1_795_230_005)
    write(b, 1_795_230_075)
    expect(causeOf(changed('opt/x.bin', a, b))).toBe('build-time certain')
  })

  test.each([
    ['two differing digits', 'count 41 of 99\n', 'count 42 of 99\n'],
    ['a time that is in no build', '2024-01-02T03:04:05Z', '2024-01-02T03:05:06Z'],
    ['times of the wrong side', '2026-11-21T03:01:15Z', '2026-11-21T03:00:05Z'],
    ['a time on one side', '2026-11-21T03:00:05Z', '2019-11-21T03:01:15Z'],
    ['seconds since 1970 of another day', '1700000001', '1700000071'],
    ['versions', 'version 1.2.3', 'version 1.2.4'],
    ['words', 'alpha', 'bravo'],
  ])('not claimed: %s', (_, a, b) => {
    expect(causeOf(changed('etc/x', a, b))).toBe('unknown-difference likely')
  })

  test('with other differences beside it is only likely, and says so', () => {
    const own = changed('etc/x', 'at 2026-11-21T03:00:05Z\ncolour red\n', 'at 2026-11-21T03:01:15Z\ncolour blue\n')
    expect(causeOf(own)).toBe('build-time likely')
    expect(evidenceOf(own)[1]?.what).toContain('1 more line')
  })
})

test('a table of mail aliases: the identity of the file, and the record that says when it was made', () => {
  const { a, b } = fixture('aliases.db')
  const made = (bytes: Buffer): number => Number(/1795\d{6}/.exec(bytes.toString('latin1'))?.[0]) * 1000
  const window = (at: number) => ({ startedAt: at - 500, endedAt: at + 1500 })
  const own = { ...clock, a: window(made(a)), b: window(made(b)) }
  const found = recogniseCause({ ...subjectOf(changed('etc/aliases.db', a, b)), clock: own })
  expect([found.cause.id, found.recognition.confidence]).toEqual(['berkeley-db', 'certain'])
  expect(found.recognition.evidence.at(-1)?.what).toMatch(/^build time in a record/)
  // The same bytes of builds at another time.
  expect(causeOf(changed('etc/aliases.db', a, b))).toBe('berkeley-db likely')
})

describe('coverage files of gcc', () => {
  const windows = JSON.parse(readFileSync(new URL('fixtures/gcov.json', import.meta.url), 'utf8'))
  const own = { ...clock, ...windows }
  const causeAt = (path: string, name: string, at = own): string => {
    const { a, b } = fixture(name)
    const { cause, recognition } = recogniseCause({ ...subjectOf(changed(path, a, b)), clock: at })
    return `${cause.id} ${recognition.confidence}`
  }

  test.each([
    ['src/main.gcno', 'gcov.gcno'],
    ['src/main.gcda', 'gcov.gcda'],
    ['src/main.o', 'gcov.o'],
  ])('%s has the time of compilation for a stamp', (path, name) => {
    expect(causeAt(path, name)).toBe('gcov-stamp certain')
    // Stamps of builds at another time, and of another compiler, say nothing.
    expect(causeAt(path, name, clock)).toBe('unknown-difference likely')
  })

  test('what differs beside the stamp leaves it likely; another file with such a number is another thing', () => {
    const { a, b } = fixture('gcov.gcno')
    const more = Buffer.from(b)
    more.writeUInt8((more[40] ?? 0) ^ 1, 40)
    const other = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from('xxxx'), bytes.subarray(4)])
    const found = (p: Buffer, q: Buffer): string => {
      const { cause, recognition } = recogniseCause({ ...subjectOf(changed('src/x', p, q)), clock: own })
      return `${cause.id} ${recognition.confidence}`
    }
    expect(found(a, more)).toBe('gcov-stamp likely')
    expect(found(other(a), other(b))).toBe('unknown-difference likely')
  })

  test('the counts of a run follow from the notes of the compiler', () => {
    const of = (name: string, path: string) => changed(path, fixture(name).a, fixture(name).b)
    const layers = [layerOf([of('gcov.gcno', 'src/main.gcno')]), layerOf([of('gcov.gcda', 'src/main.gcda')])]
    const entries = explainEntries(
      layers.map((layer, index) => ({ ...layer, index })),
      own,
    )
    linkDerived(
      entries.map((one, start) => ({ entry: one, start, text: 'RUN x' })),
      own,
    )
    expect(entries.map(({ root }) => root?.subject.entry.path)).toEqual([undefined, 'src/main.gcno'])
  })
})

test('tables of MariaDB are part of its data folder by its control file alone; without that they are not', () => {
  const uuid = (first: string): Buffer => Buffer.from(`fe0b0000${first}e5ad11f18cc202fc00000001`, 'hex')
  const table = changed('var/lib/mysql/mysql/db.frm', uuid('06d05db2'), uuid('8da97c46'))
  const control = changed('var/lib/mysql/aria_log_control', uuid('06684bec'), uuid('8ccb69af'))
  const found = recogniseCause(subjectOf(table, [control]))
  expect([found.cause.id, found.recognition.confidence]).toEqual(['database-files', 'certain'])
  expect(causeOf(table)).toBe('unknown-difference likely')
})

describe('random tokens', () => {
  test.each([
    ['UUID', 'id=3f1b8a52-7d0e-4b6f-9c11-1a2b3c4d5e6f\n', 'id=a0c4de91-02bb-4e1d-8f70-99aabbccddee\n'],
    ['base64', 'x=q83vEjRWeJCrze8SNFZ4kKvN7xI0Vni=\n', 'x=9pT2mXw1uQeZ+c7RbK0sLhYd4vGfJ8oA=\n'],
    [
      'hexadecimal',
      'nonce 8f3a2b1c9d0e4f5a6b7c03e9d1745a2286bf10ce97d53a64',
      'nonce 1e2d3c4b5a69788796a5f0127c83be4d95a0617f3cd2e8b9',
    ],
  ])('%s', (_, a, b) => {
    expect(causeOf(changed('etc/x', a, b))).toBe('random-token certain')
  })

  test('a secret is never quoted', () => {
    const [a, b] = ['q83vEjRWeJCrze8SNFZ4kKvN7xI0Vni=', 'ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk=']
    const evidence = JSON.stringify(evidenceOf(changed('etc/x', `secret_key=${a}\n`, `secret_key=${b}\n`)))
    expect(evidence).not.toContain(a.slice(0, 8))
    expect(evidence).not.toContain(b.slice(0, 8))
    expect(evidence).toContain('secret, not shown')
  })

  test.each([
    ['a counter', 'build 100041', 'build 100042'],
    ['two words', 'configuration', 'communication'],
    ['a version', 'libfoo-1.2.3-r0', 'libfoo-1.2.4-r0'],
    ['a date in no build', 'on 20240102', 'on 20250607'],
  ])('not claimed: %s', (_, a, b) => {
    expect(causeOf(changed('etc/x', a, b))).toBe('unknown-difference likely')
  })

  test('random bytes', () => {
    const a = Buffer.from('5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8', 'hex')
    const b = Buffer.from('9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', 'hex')
    expect(causeOf(changed('etc/app/key.bin', a, b))).toBe('random-token likely')
    expect(evidenceOf(changed('etc/app/key.bin', a, b))[0]?.what).toMatch(/may be the digest/)
  })
})

describe('order', () => {
  test('the same lines in another order', () => {
    expect(causeOf(changed('m.txt', 'a\nb\nc\n', 'b\na\nc\n'))).toBe('line-order certain')
  })
  test('the same elements in another order', () => {
    expect(causeOf(changed('m.json', '["alpha", "beta", "gamma"]', '["gamma", "alpha", "beta"]'))).toBe(
      'line-order certain',
    )
  })
  test('not when a line differs', () => {
    expect(causeOf(changed('m.txt', 'a\nb\nc\n', 'b\na\nd\n'))).toBe('unknown-difference likely')
  })
})

describe('two names', () => {
  const pair = [
    only('a', 'opt/build.JABkuU', { type: 'directory', mode: 0o700 }),
    only('a', 'opt/build.JABkuU/conf.json', { size: 8 }, 'd1'),
    only('b', 'opt/build.uOsQVZ', { type: 'directory', mode: 0o700 }),
    only('b', 'opt/build.uOsQVZ/conf.json', { size: 8 }, 'd1'),
  ] as const

  test('a folder with equal content under a random name, and the link to it', () => {
    const link = changedHeader(
      'opt/current',
      ['link'],
      { type: 'symlink', linkTarget: '/opt/build.JABkuU' },
      { type: 'symlink', linkTarget: '/opt/build.uOsQVZ' },
    )
    for (const own of pair)
      expect(causeOf(own, [...pair.filter(other => other !== own), link])).toBe('renamed-file certain')
    expect(causeOf(link, [...pair])).toBe('renamed-file certain')
  })

  test('not when the content differs', () => {
    const [a] = pair
    const other = only('b', 'opt/other', { size: 8 }, 'd2')
    expect(causeOf(only('a', 'opt/one.txt', { size: 8 }, 'd1'), [other, a])).toBe('unknown-difference likely')
  })

  test('not across folders', () => {
    expect(causeOf(only('a', 'etc/x', { size: 8 }, 'd1'), [only('b', 'opt/y', { size: 8 }, 'd1')])).toBe(
      'unknown-difference likely',
    )
  })
})

describe('files of known programs', () => {
  const line = (s: string): string => `2026-11-21 03:${s} startup archives unpack\n`
  const hsts = (seen: number): string => `# HSTS 1.0 Known Hosts database for GNU Wget.\na\t0\t0\t${seen}\t9\n`
  test.each([
    ['var/log/dpkg.log', line('00:05'), line('01:15'), 'apt-log'],
    [
      'var/log/apt/history.log',
      '\nStart-Date: 2026-11-21  03:00:05\n',
      '\nStart-Date: 2026-11-21  03:01:15\n',
      'apt-log',
    ],
    ['var/cache/apt/pkgcache.bin', 'ab\0c', 'ab\0d', 'apt-cache'],
    ['var/lib/apt/lists/deb.debian.org_InRelease', 'x1', 'x2', 'apt-lists'],
    ['var/cache/debconf/config.dat-old', 'x1', 'x2', 'debconf-old'],
    ['etc/machine-id', `${'0123456789abcdef'.repeat(2)}\n`, `${'fedcba9876543210'.repeat(2)}\n`, 'machine-id'],
    ['etc/ssh/ssh_host_rsa_key.pub', 'ssh-rsa AAAA1', 'ssh-rsa AAAA2', 'ssh-host-key'],
    ['root/.wget-hsts', hsts(1_795_230_005), hsts(1_795_230_075), 'wget-hsts'],
    ['opt/x/.git/logs/HEAD', '0 1 u <u> 1795230005 +0000', '0 1 u <u> 1795230075 +0000', 'git-index'],
    ['etc/ssl/own.pem', '-----BEGIN CERTIFICATE-----\nAAAA', '-----BEGIN CERTIFICATE-----\nBBBB', 'generated-key'],
  ])('%s', (path, a, b, id) => {
    expect(causeOf(changed(path, a, b))).toBe(`${id} certain`)
  })

  test('the same bytes elsewhere are not', () => {
    expect(causeOf(changed('opt/pkgcache.bin', 'ab\0c', 'ab\0d'))).toBe('unknown-difference likely')
    expect(causeOf(changed('etc/machine-id', 'one\n', 'two\n'))).toBe('unknown-difference likely')
  })

  test('the ldconfig cache tells change time and inode of the first library that differs', () => {
    const cache = (inode: number, seconds: number): Buffer => {
      const bytes = Buffer.alloc(32 + 48)
      bytes.write('glibc-ld.so.auxcache-1.0')
      bytes.writeUInt32LE(1, 24)
      bytes.writeBigUInt64LE(BigInt(inode), 32)
      bytes.writeBigUInt64LE(BigInt(seconds), 40)
      return bytes
    }
    const own = changed('var/cache/ldconfig/aux-cache', cache(101, 1_795_230_005), cache(202, 1_795_230_075))
    expect(causeOf(own)).toBe('ldconfig-aux-cache certain')
    expect(evidenceOf(own)).toMatchObject([{ a: '2026-11-21 03:00:05 UTC' }, { a: '101', b: '202' }])
  })

  test('another password day is one, another password is not', () => {
    const shadow = (password: string, day: number): string => `root:*:19000:0:::::\napp:${password}:${day}:0:::::\n`
    expect(causeOf(changed('etc/shadow', shadow('!', 20_778), shadow('!', 20_779)))).toBe('shadow-day likely')
    expect(causeOf(changed('etc/shadow', shadow('!', 20_778), shadow('x', 20_779)))).toBe('unknown-difference likely')
  })

  test('other package versions', () => {
    const status = (version: string): string => `Package: curl\nStatus: install ok\nVersion: ${version}\n\n`
    expect(causeOf(changed('var/lib/dpkg/status', status('7.88.1-10'), status('7.88.1-11')))).toBe(
      'package-version certain',
    )
    expect(causeOf(changed('var/lib/dpkg/status', `${status('1')}A: x\n`, `${status('1')}A: y\n`))).toBe(
      'unknown-difference likely',
    )
  })
})

describe('headers', () => {
  test.each([
    ['uid', { uid: 20_164 }, { uid: 65_661 }, 'header-owner'],
    ['mode', { mode: 0o644 }, { mode: 0o664 }, 'header-mode'],
    ['mtime', { mtime: '1000000000' }, { mtime: '1000000003.5' }, 'header-mtime'],
    ['pax', { pax: { 'SCHILY.xattr.user.x': '1' } }, { pax: {} }, 'header-xattr'],
    ['type', { type: 'file' }, { type: 'hardlink' }, 'header-type'],
  ] as const)('%s', (field, a, b, id) => {
    expect(causeOf(changedHeader('srv/x', [field], a, b))).toBe(`${id} certain`)
  })

  test('content comes first', () => {
    const own = { ...changed('srv/x', 'a\n', 'b\n'), fields: ['content', 'mode'] as const }
    expect(causeOf({ ...own, fields: [...own.fields] })).toBe('unknown-difference likely')
  })
})

test('odd bytes never stop the recognisers', () => {
  for (const magic of [
    'PK\x05\x06',
    '\x1f\x8b\x08',
    '!<arch>\n',
    '\x7fELF',
    'SQLite format 3\0',
    '\xfe\xed\xfe\xed',
    'DIRC',
    '0\x82',
  ]) {
    for (const length of [0, 1, 7, 60, 700]) {
      const tail = 'x'.repeat(length)
      const own = changed('srv/x.pyc', `${magic}${tail}1`, `${magic}${tail}2`)
      expect(recogniseCause(subjectOf(own)).cause.id).toBeDefined()
    }
  }
  expect(clock.a.endedAt).toBeLessThan(clock.b.startedAt)
})

test('a file that one side stores with holes is said to be so', () => {
  const plain = changed('srv/disk', Buffer.alloc(2048), Buffer.from('1\n0\n512\n'))
  const pax = { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.realsize': '2048' }
  const holed = { ...plain, b: { ...(plain.b as NonNullable<typeof plain.b>), pax } }
  const told = (own: typeof plain) =>
    recogniseCause(subjectOf(own))
      .recognition.evidence.map(({ what }) => what)
      .join('\n')
  expect(told(holed)).toMatch(/image B stores it with holes .* the other in full/)
  expect(told(plain)).not.toMatch(/holes/)
})
