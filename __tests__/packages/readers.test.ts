import { describe, expect, test } from '@jest/globals'
import { inventoryOf } from '../../src/packages/inventory.ts'
import { distributionIn } from '../../src/packages/os-release.ts'
import { purlOf } from '../../src/packages/purl.ts'
import { readerOf } from '../../src/packages/readers.ts'
import { bytesOf, filesIn, read, readAll } from './installed.ts'

const debian = { id: 'debian', version: '12', name: '' }

describe('dpkg', () => {
  const files = readAll(filesIn('dpkg', 'var/lib/dpkg'))
  const inventory = inventoryOf(files, debian)

  test('lists what dpkg installed', () => {
    expect(inventory.packages.map(own => purlOf(own, debian))).toEqual([
      'pkg:deb/debian/libfoo1@1:2.0-1%2Bb1?arch=amd64&distro=debian-12',
      'pkg:deb/debian/tool@1.0~rc1?arch=all&distro=debian-12',
    ])
    expect(inventory.packages).toMatchObject([
      { source: 'foo', depends: [] },
      { provides: ['tools'], depends: ['libfoo1', 'base-files'] },
    ])
  })

  test('knows whose a file is, also where /lib is a link to usr/lib, and with which digest it came', () => {
    const lib = inventory.ownersOf('usr/lib/x86_64-linux-gnu/libfoo.so.1')
    expect(lib).toMatchObject([{ package: { name: 'libfoo1' }, digest: 'md5:5bbf5a52328e7439ae6e719dfe712200' }])
    for (const path of ['lib/foo/data', 'usr/lib/foo/data'])
      expect(inventory.ownersOf(path)).toMatchObject([
        { package: { name: 'libfoo1' }, digest: 'md5:c193497a1a06b2c72230e6146ff47080' },
      ])
    expect(inventory.ownersOf('etc/foo.conf')).toMatchObject([{ digest: 'md5:b9a771b420047cfaa3543e66c78f44f6' }])
    expect(inventory.ownersOf('usr/bin/tool')).toMatchObject([{ package: { name: 'tool' } }])
    expect(inventory.ownersOf('usr/bin/other')).toEqual([])
  })

  test('keeps claims of wanted paths alone', () => {
    const [, list] = [...readAll(filesIn('dpkg', 'var/lib/dpkg'), path => path === 'usr/bin/tool')].filter(([path]) =>
      path.endsWith('tool.list'),
    )[0] as [string, { claims: unknown[] }]
    expect(list.claims).toEqual([{ path: 'usr/bin/tool', owner: 'tool' }])
  })

  test.each([
    ['install ok installed', 1],
    ['hold ok installed', 1],
    ['install ok triggers-pending', 1],
    ['install reinstreq half-configured', 1],
    ['deinstall ok config-files', 0],
    ['install reinstreq not-installed', 0],
  ])('%s: %i installed', (status, count) => {
    const bytes = `Package: x\nStatus: ${status}\nVersion: 1\n`
    expect(read('var/lib/dpkg/status', bytes).packages).toHaveLength(count)
  })

  test('distroless images have a file for each package, without a status', () => {
    const bytes = 'Package: tzdata\nVersion: 2024a-0+deb12u1\nArchitecture: all\n'
    expect(read('var/lib/dpkg/status.d/tzdata', bytes).packages).toMatchObject([{ name: 'tzdata' }])
    const sums = read('var/lib/dpkg/status.d/tzdata.md5sums', `${'a'.repeat(32)}  usr/share/zoneinfo/UTC\n`)
    expect(sums).toMatchObject({ packages: [], claims: [{ owner: 'tzdata', path: 'usr/share/zoneinfo/UTC' }] })
  })
})

test('apk: a file as apk writes it', () => {
  // Made by hand after apk-tools' format of `installed`.
  const bytes = `C:Q1p78yvTLG094tHE1+dToJGbmYzQE=
P:musl
V:1.2.5-r0
A:x86_64
o:musl
L:MIT
p:so:libc.musl-x86_64.so.1=1
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755
Z:Q1${Buffer.alloc(20, 1).toString('base64')}

P:curl
V:8.9.0-r0
A:x86_64
o:curl-src
L:curl
D:so:libc.musl-x86_64.so.1 !bad ca-certificates>=1
F:usr/bin
R:curl
Z:Q2${Buffer.alloc(32, 2).toString('base64')}
`
  const files = new Map([['lib/apk/db/installed', read('lib/apk/db/installed', bytes)]])
  const alpine = { id: 'alpine', version: '3.20.1', name: '' }
  const inventory = inventoryOf(files, alpine)
  expect(inventory.packages.map(own => purlOf(own, alpine))).toEqual([
    'pkg:apk/alpine/curl@8.9.0-r0?arch=x86_64&distro=alpine-3.20.1',
    'pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.20.1',
  ])
  expect(inventory.packages[0]).toMatchObject({
    depends: ['so:libc.musl-x86_64.so.1', 'ca-certificates'],
    source: 'curl-src',
    licences: ['curl'],
  })
  expect(inventory.ownersOf('usr/bin/curl')).toMatchObject([{ digest: `sha256:${'02'.repeat(32)}` }])
  expect(inventory.ownersOf('lib/ld-musl-x86_64.so.1')).toMatchObject([{ digest: `sha1:${'01'.repeat(20)}` }])
})

describe('Python', () => {
  const files = readAll(filesIn('python', 'opt/venv/lib/python3.11/site-packages'))
  const inventory = inventoryOf(files, null)

  test('lists wheels and eggs', () => {
    expect(inventory.packages.map(own => purlOf(own, null))).toEqual([
      'pkg:pypi/foo.bar-baz@1.0%2Blocal',
      'pkg:pypi/old@0.1',
    ])
    expect(inventory.packages[0]).toMatchObject({ licences: ['MIT'], depends: ['six'], local: true })
  })

  test('knows whose a file is', () => {
    expect(inventory.ownersOf('opt/venv/bin/foo')).toMatchObject([{ package: { name: 'Foo.Bar-baz' } }])
    const [own] = inventory.ownersOf('opt/venv/lib/python3.11/site-packages/foo_bar/__init__.py')
    expect(own?.digest).toMatch(/^sha256:[0-9a-f]{64}$/)
    const folder = 'opt/venv/lib/python3.11/site-packages/Foo.Bar_baz-1.0+local.dist-info'
    expect(inventory.ownersOf(folder)).toMatchObject([{ package: { name: 'Foo.Bar-baz' }, inferred: true }])
  })

  test('a licence in the classifiers counts where the field holds a text', () => {
    const bytes = `Name: a\nVersion: 1\nLicense: Permission is hereby\n  granted\nClassifier: License :: OSI Approved :: MIT License\n\nName: not this\n`
    expect(read('x/a-1.dist-info/METADATA', bytes).packages).toMatchObject([{ name: 'a', licences: ['MIT License'] }])
  })
})

test('npm: every folder of node_modules, scopes too, and nothing else', () => {
  const inventory = inventoryOf(readAll(filesIn('npm', 'app')), null)
  expect(inventory.packages.map(own => purlOf(own, null))).toEqual([
    'pkg:npm/%40types/estree@1.0.5',
    'pkg:npm/is-number@6.0.0',
    'pkg:npm/is-odd@3.0.1',
  ])
  expect(inventory.ownersOf('app/node_modules/is-odd/index.js')).toMatchObject([{ package: { name: 'is-odd' } }])
  expect(inventory.ownersOf('app/index.js')).toEqual([])
  for (const path of ['app/package.json', 'app/node_modules/x/test/package.json', 'app/node_modules/.bin/package.json'])
    expect(readerOf(path)).toBeNull()
})

test('gems: installed ones and default ones', () => {
  const files = readAll(filesIn('gem', 'var/lib/gems/3.1.0/specifications'))
  const inventory = inventoryOf(files, null)
  expect(inventory.packages).toMatchObject([
    { name: 'json', version: '2.6.1', licences: ['Ruby'], depends: [] },
    { name: 'own-gem', version: '1.2.3', licences: ['MIT', 'Apache-2.0'], depends: ['rake'] },
  ])
  const path = 'var/lib/gems/3.1.0/gems/own-gem-1.2.3/a.rb'
  expect(inventory.ownersOf(path)).toMatchObject([{ package: { name: 'own-gem' } }])
  const java = read('g/specifications/x-1-java.gemspec', '# stub: x 1 java lib\n')
  expect(java.packages.map(own => purlOf(own, null))).toEqual(['pkg:gem/x@1?platform=java'])
})

test('conda: a file as conda writes it', () => {
  // Made by hand after conda's PrefixRecord.
  const path = 'opt/conda/conda-meta/absl-py-0.4.1-py36h06a4308_0.json'
  const json = {
    ...{ name: 'absl-py', version: '0.4.1', build: 'py36h06a4308_0', build_number: 0, license: 'Apache-2.0' },
    ...{ channel: 'https://repo.anaconda.com/pkgs/main/linux-64', subdir: 'linux-64' },
    ...{ fn: 'absl-py-0.4.1-py36h06a4308_0.tar.bz2', depends: ['python >=3.6,<3.7.0a0', 'six'] },
    paths_data: {
      paths: [{ _path: 'bin/absl', sha256: 'a'.repeat(64), sha256_in_prefix: 'b'.repeat(64) }, { _path: 7 }, null],
    },
  }
  const inventory = inventoryOf(new Map([[path, read(path, JSON.stringify(json))]]), null)
  expect(inventory.packages.map(own => purlOf(own, null))).toEqual([
    'pkg:conda/absl-py@0.4.1?build=py36h06a4308_0&channel=pkgs%2Fmain&subdir=linux-64&type=tar.bz2',
  ])
  expect(inventory.packages[0]?.depends).toEqual(['python', 'six'])
  expect(inventory.ownersOf('opt/conda/bin/absl')).toMatchObject([{ digest: `sha256:${'b'.repeat(64)}` }])
})

test('os-release is read without a shell', () => {
  const text = 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME=\'Debian GNU/Linux 12 (bookworm)\'\nX=`id`\nrubbish\n'
  expect(distributionIn(Buffer.from(text))).toEqual({
    ...{ id: 'debian', version: '12', name: 'Debian GNU/Linux 12 (bookworm)' },
  })
  expect(distributionIn(Buffer.from('ID="../x y"\n')).id).toBe('')
})

test('what is no database has no reader', () => {
  for (const path of ['var/lib/dpkg/available', 'etc/passwd', 'x/METADATA', 'specifications', 'var/lib/rpm/Name'])
    expect(readerOf(path)).toBeNull()
  expect(bytesOf('rpm/rpmdb.sqlite.gz').length).toBeGreaterThan(100_000)
})
