import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { SqliteFile } from '../../src/image/sqlite.ts'
import { inventoryOf } from '../../src/packages/inventory.ts'
import { purlOf } from '../../src/packages/purl.ts'
import { bytesOf, read } from './installed.ts'

const fedora = { id: 'fedora', version: '40', name: '' }
const sqlite = bytesOf('rpm/rpmdb.sqlite.gz')
const path = 'usr/lib/sysimage/rpm/rpmdb.sqlite'

/** rpm's own format with these headers, made by hand after rpm's rpmpkg.c. */
function ndbOf(headers: readonly Buffer[]): Buffer {
  const page = Buffer.alloc(4096)
  page.write('RpmP')
  page.writeUInt32LE(1, 12)
  const blobs: Buffer[] = []
  let block = 4096 / 16
  headers.forEach((header, index) => {
    const blob = Buffer.alloc(Math.ceil((16 + header.length + 12) / 16) * 16)
    blob.write('BlbS')
    blob.writeUInt32LE(index + 1, 4)
    blob.writeUInt32LE(header.length, 12)
    header.copy(blob, 16)
    page.write('Slot', 32 + index * 16)
    page.writeUInt32LE(index + 1, 36 + index * 16)
    page.writeUInt32LE(block, 40 + index * 16)
    page.writeUInt32LE(blob.length / 16, 44 + index * 16)
    block += blob.length / 16
    blobs.push(blob)
  })
  return Buffer.concat([page, ...blobs])
}

const headers = (): Buffer[] =>
  [...(SqliteFile.open(sqlite)?.rowsOfTableNamed('Packages') ?? [])].map(({ values }) => values[1] as Buffer)

describe.each([
  ['SQLite', path, sqlite],
  ['ndb', 'usr/lib/sysimage/rpm/Packages.db', ndbOf(headers())],
])('rpm in %s', (_, file, bytes) => {
  const inventory = inventoryOf(new Map([[file, read(file, bytes)]]), fedora)

  test('lists what rpm lists', () => {
    const listed = inventory.packages.map(({ name, version, arch, licences, source }) =>
      [name, version, arch, licences.join(), source ?? name].join(' '),
    )
    // `rpm -qa` says epoch and version apart, and the source package's file.
    const told = bytesOf('rpm/rpm-qa.txt').toString().trim().split('\n')
    expect(listed).toEqual(
      told.map(line => {
        const [name, epoch, version, arch, ...rest] = line.split(' ')
        const source = rest.pop()?.replace(/-[^-]*-[^-]*\.src\.rpm$/, '')
        return [name, epoch === '0' ? version : `${epoch}:${version}`, arch, rest.join(' '), source].join(' ')
      }),
    )
    expect(inventory.packages.map(own => purlOf(own, fedora))).toEqual([
      'pkg:rpm/fedora/bar@1.5-3.el9?arch=noarch&distro=fedora-40',
      'pkg:rpm/fedora/foo@1.5-3.el9?arch=noarch&distro=fedora-40&epoch=2',
    ])
  })

  test('knows whose a file is', () => {
    const [own] = inventory.ownersOf('usr/lib/foo/data')
    // SHA-256 of "one\n", which the spec file writes there.
    expect(own).toMatchObject({
      package: { name: 'foo' },
      digest: 'sha256:2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806',
    })
    expect(inventory.ownersOf('usr/bin/bar')).toMatchObject([{ package: { name: 'bar', depends: expect.anything() } }])
  })
})

test('ndb as rpm itself writes it', () => {
  const written = new URL('../explain/fixtures/system/dnf5,ndb,Packages.db.a.gz', import.meta.url)
  const { packages } = read('usr/lib/sysimage/rpm/Packages.db', gunzipSync(readFileSync(written)))
  expect(packages).toMatchObject([{ name: 'tiny', version: '1-1', arch: 'noarch' }])
})

test('what is not read is said', () => {
  expect(read('var/lib/rpm/Packages', Buffer.alloc(4096)).unread).toMatch(/Berkeley DB/)
  expect(read('var/lib/rpm/rpmdb.sqlite-wal', Buffer.alloc(4096)).unread).toMatch(/-wal/)
  expect(read('var/lib/rpm/rpmdb.sqlite-wal', '').unread).toBeUndefined()
  expect(read('var/lib/rpm/Packages.db', 'rubbish').unread).toMatch(/no rpm database/)
})

test('a damaged database gives less, and never throws or hangs', () => {
  const ndb = ndbOf(headers())
  const change = fc.tuple(fc.nat(), fc.nat(255))
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), fc.nat(), fc.boolean(), (changes, cut, small) => {
      const bytes = Buffer.from(small ? ndb : sqlite)
      for (const [at, value] of changes) bytes[at % (small ? bytes.length : 16_384)] = value
      const file = small ? 'usr/lib/sysimage/rpm/Packages.db' : path
      const { packages } = read(file, bytes.subarray(0, bytes.length - (cut % bytes.length)))
      expect(packages.length).toBeLessThan(1_000)
    }),
    { numRuns: 300 },
  )
})
