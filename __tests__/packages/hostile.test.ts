import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Entry } from '../../src/image/image.ts'
import { Databases } from '../../src/packages/databases.ts'
import { inventoryOf } from '../../src/packages/inventory.ts'
import { purlOf } from '../../src/packages/purl.ts'
import { packageReaders } from '../../src/packages/readers.ts'
import { read } from './installed.ts'

/** A path of each form that some reader reads. */
const paths = [
  ...['var/lib/dpkg/status', 'var/lib/dpkg/status-old', 'var/lib/dpkg/status.d/x', 'var/lib/dpkg/info/x.list'],
  ...['var/lib/dpkg/info/x:amd64.md5sums', 'lib/apk/db/installed', 'usr/lib/sysimage/rpm/rpmdb.sqlite'],
  ...['var/lib/rpm/Packages.db', 'var/lib/rpm/Packages', 'a/x-1.dist-info/METADATA', 'a/x-1.dist-info/RECORD'],
  ...['a/x-1.dist-info/direct_url.json', 'a/x.egg-info/PKG-INFO', 'a/x.egg-info/installed-files.txt', 'a/x.egg-info'],
  ...['node_modules/x/package.json', 'e/conda-meta/x.json', 'g/specifications/x.gemspec'],
]

const wordOf = fc.constantFrom(
  ...[
    'Package: x',
    'Version: 1',
    'Status: install ok installed',
    'P:x',
    'V:1',
    'F:usr',
    'R:x',
    'Z:Q1!!',
    'Name: x',
    ' /x',
  ],
  ...[
    '{"name":"x","version":"1"}',
    '{"name":{},"version":[]}',
    '[[[[',
    '{"paths_data":{"paths":[1,null,{}]}}',
    '\0',
    '\uD800',
  ],
  ...[
    '# stub: x 1 ruby lib',
    '../../../../etc/passwd,sha256=x,1',
    '"a""b",,',
    `${'0'.repeat(32)}  ../x`,
    'Conffiles:',
    '',
  ],
)

test('any bytes: every reader gives a value, and every package has a purl', () => {
  const text = fc.array(wordOf, { maxLength: 30 }).map(words => Buffer.from(words.join('\n')))
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 2_000 }).map(Buffer.from), text)
  fc.assert(
    fc.property(fc.constantFrom(...paths), bytes, (path, content) => {
      const inventory = inventoryOf(new Map([[path, read(path, content)]]), null)
      for (const own of inventory.packages) expect(purlOf(own, null)).toMatch(/^pkg:[a-z]+\/[\w.%:~/-]+@[\w.%:~-]+/)
      expect(inventory.ownersOf('usr/x').length).toBeLessThan(9)
    }),
    { numRuns: 2_000 },
  )
})

test('every reader is tried', () => {
  expect(packageReaders.filter(reader => !paths.some(path => reader.limitFor(path) > 0))).toEqual([])
})

describe('bounded work', () => {
  const timed = (work: () => void): number => {
    const start = process.cpuUsage()
    work()
    return process.cpuUsage(start).user / 1e6
  }

  test('a status of one line of 60 MB, and one of 200,000 paragraphs', () => {
    const long = Buffer.alloc(60 * 1024 * 1024, 'Package: x')
    expect(timed(() => read('var/lib/dpkg/status', long))).toBeLessThan(5)
    const many = Buffer.from('Package: x\nVersion: 1\n\n'.repeat(200_000))
    const file = read('var/lib/dpkg/status', many)
    expect(file.packages.length).toBeGreaterThan(10_000)
    expect(file.packages.length).toBeLessThan(30_000)
    expect(file.unread).toBe('it lists more than there is memory for')
  })

  test('a field of many lines', () => {
    const lines = `Package: x\nVersion: 1\nConffiles:\n${` /etc/${'a'.repeat(20)} ${'0'.repeat(32)}\n`.repeat(300_000)}`
    expect(timed(() => read('var/lib/dpkg/status', lines))).toBeLessThan(10)
  })

  test('JSON nested a million deep is no JSON of a package manager', () => {
    const deep = `{"name":"x","version":"1","a":${'['.repeat(1_000_000)}`
    expect(read('node_modules/x/package.json', deep).packages).toEqual([])
    expect(read('e/conda-meta/x.json', deep).packages).toEqual([])
  })

  test('a list of 200,000 files keeps the wanted ones', () => {
    const list = Buffer.from(Array.from({ length: 200_000 }, (_, index) => `/usr/share/x/${index}`).join('\n'))
    const { claims } = read('var/lib/dpkg/info/x.list', list, path => path === 'usr/share/x/77')
    expect(claims).toEqual([{ path: 'usr/share/x/77', owner: 'x' }])
  })

  test('names and versions are one short line', () => {
    const { packages } = read(
      'node_modules/x/package.json',
      JSON.stringify({ name: 'a\n\u0000b'.repeat(999), version: 'v\r1' }),
    )
    expect(packages).toMatchObject([{ name: expect.stringMatching(/^[^\n\0]{1,300}$/), version: 'v 1' }])
  })
})

test('packages a thousand folders deep: their folders are not what they cost', () => {
  const databases = new Databases(path => path === 'u7/a')
  const path = (at: number) => `u${at}/${'a/'.repeat(1_000)}node_modules/p/package.json`
  const file = (of: string): Entry => ({
    ...{ path: of, type: 'file', mode: 0o644, uid: 0, gid: 0, uname: '', gname: '', size: 26 },
    ...{ mtime: '0', linkTarget: '', device: '', pax: {} },
  })
  const before = process.memoryUsage().heapUsed
  for (const paths of [Array.from({ length: 2_000 }, (_, at) => path(at)), ['.wh.u5', 'u6/a', 'u8/aa']]) {
    const { visit, end } = databases.layer()
    for (const one of paths) {
      const receiver = visit(file(one))
      receiver?.write(Buffer.from('{"name":"p","version":"1"}'))
      receiver?.end()
    }
    end()
  }
  const { packages, ownersOf } = databases.inventory()
  // The whiteout hides one, a file in place of a folder another.
  expect(packages).toHaveLength(1_998)
  expect(packages.filter(({ database }) => /^u[56]\//.test(database))).toEqual([])
  expect(ownersOf(path(7))).toHaveLength(1)
  expect((process.memoryUsage().heapUsed - before) / 1024 ** 2).toBeLessThan(100)
})
