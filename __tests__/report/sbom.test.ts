import { Validation } from '@cyclonedx/cyclonedx-library'
import * as Spec from '@cyclonedx/cyclonedx-library/Spec'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Inventory } from '../../src/packages/inventory.ts'
import { inventoryOf } from '../../src/packages/inventory.ts'
import { type Package, packageKinds } from '../../src/packages/package.ts'
import { type SbomInput, sbomJson } from '../../src/report/sbom.ts'
import { imageOf } from '../image/crafted.ts'
import { bytesOf, filesIn, read, readAll } from '../packages/installed.ts'

const rpmPath = 'usr/lib/sysimage/rpm/rpmdb.sqlite'
/** One image with packages of every kind that a package manager wrote for us. */
const files = new Map([
  ...readAll(filesIn('dpkg', 'var/lib/dpkg')),
  ...readAll(filesIn('python', 'usr/lib/python3/dist-packages')),
  ...readAll(filesIn('npm', 'app')),
  ...readAll(filesIn('gem', 'var/lib/gems/3.1.0/specifications')),
  [rpmPath, read(rpmPath, bytesOf('rpm/rpmdb.sqlite.gz'))] as const,
])
const distribution = { id: 'debian', version: '12', name: 'Debian GNU/Linux 12 (bookworm)' }
const { image } = imageOf([Buffer.from('layer')])

const input = (more: Partial<SbomInput> = {}): SbomInput => ({
  ...{ inventory: inventoryOf(files, distribution), image, name: null, platform: 'linux/amd64' },
  ...{ tool: { name: 'repro-gate', version: '1.0.0' }, epoch: 1_700_000_000 },
  ...more,
})

const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6)
const validate = async (text: string) => await validator.validate(text)

interface Listed {
  name: string
  group?: string
  purl?: string
  version?: string
  'bom-ref': string
  licenses?: unknown
}
const parsed = (text: string) =>
  JSON.parse(text) as {
    serialNumber: string
    components: Listed[]
    dependencies: { ref: string; dependsOn?: string[] }[]
    metadata: { timestamp?: string; component: Listed & { properties: { name: string; value: string }[] } }
  }

describe('the SBOM of an image', () => {
  const text = sbomJson(input())
  const sbom = parsed(text)

  test('is CycloneDX 1.6, by its own strict validator', async () => {
    expect(await validate(text)).toBeNull()
    // And the validator sees what is wrong.
    expect(await validate(text.replace('"components"', '"komponents"'))).not.toBeNull()
  })

  test('lists every package with its URL, its licence and its place', () => {
    expect(sbom.components.map(({ purl, name }) => purl ?? name)).toEqual([
      'debian',
      'pkg:deb/debian/libfoo1@1:2.0-1%2Bb1?arch=amd64&distro=debian-12',
      'pkg:deb/debian/tool@1.0~rc1?arch=all&distro=debian-12',
      'pkg:gem/json@2.6.1',
      'pkg:gem/own-gem@1.2.3',
      'pkg:npm/%40types/estree@1.0.5',
      'pkg:npm/is-number@6.0.0',
      'pkg:npm/is-odd@3.0.1',
      'pkg:pypi/foo.bar-baz@1.0%2Blocal',
      'pkg:pypi/old@0.1',
      'pkg:rpm/debian/bar@1.5-3.el9?arch=noarch&distro=debian-12',
      'pkg:rpm/debian/foo@1.5-3.el9?arch=noarch&distro=debian-12&epoch=2',
    ])
    const of = (purl: string) => sbom.components.find(one => one.purl?.startsWith(purl))
    expect(of('pkg:npm/%40types/estree')).toMatchObject({
      ...{ group: '@types', name: 'estree', licenses: [{ license: { id: 'MIT' } }] },
      properties: [{ name: 'repro-gate:listed-in', value: '/app/node_modules/@types/estree/package.json' }],
    })
    expect(of('pkg:rpm/debian/foo')?.licenses).toEqual([{ expression: 'MIT AND BSD-3-Clause' }])
    expect(of('pkg:gem/own-gem')?.licenses).toEqual([{ license: { id: 'Apache-2.0' } }, { license: { id: 'MIT' } }])
  })

  test('names the image by its digest, and no clock', () => {
    const { component, timestamp } = sbom.metadata
    expect(component).toMatchObject({ type: 'container', name: 'image', version: image.digest })
    expect(component.properties).toContainEqual({ name: 'repro-gate:config-digest', value: image.configDigest })
    expect(timestamp).toBe('2023-11-14T22:13:20.000Z')
    expect(sbom.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(parsed(sbomJson(input({ epoch: null }))).metadata.timestamp).toBeUndefined()
  })

  test('says what depends on what, where both are there', () => {
    const wanted = (start: string) => sbom.dependencies.find(({ ref }) => ref.startsWith(start))?.dependsOn
    expect(wanted('pkg:deb/debian/tool')).toEqual(['pkg:deb/debian/libfoo1@1:2.0-1%2Bb1?arch=amd64&distro=debian-12'])
    expect(wanted('pkg:npm/is-odd')).toEqual(['pkg:npm/is-number@6.0.0'])
    expect(wanted('pkg:rpm/debian/foo')).toEqual(['pkg:rpm/debian/bar@1.5-3.el9?arch=noarch&distro=debian-12'])
    expect(wanted(image.digest)).toHaveLength(11)
  })

  test('is the same text whatever order the files came in, and in every locale', () => {
    const reversed = inventoryOf(new Map([...files].reverse()), distribution)
    const compare = String.prototype.localeCompare
    try {
      String.prototype.localeCompare = function (other: string) {
        return -compare.call(this, other)
      }
      expect(sbomJson(input({ inventory: reversed }))).toBe(text)
    } finally {
      String.prototype.localeCompare = compare
    }
  })

  test('says what was not read', () => {
    const path = 'var/lib/rpm/Packages'
    const inventory = inventoryOf(new Map([[path, read(path, Buffer.alloc(9))]]), null)
    const { properties } = parsed(sbomJson(input({ inventory }))).metadata.component
    expect(properties).toContainEqual({ name: 'repro-gate:not-read', value: expect.stringContaining('Berkeley DB') })
  })
})

test('one package in two places is one component; an empty image has none', async () => {
  const npm = (folder: string): [string, ReturnType<typeof read>] => {
    const path = `${folder}/node_modules/x/package.json`
    return [path, read(path, '{"name":"x","version":"1.0.0"}')]
  }
  const twice = sbomJson(input({ inventory: inventoryOf(new Map([npm('a'), npm('b')]), null) }))
  expect(parsed(twice).components).toHaveLength(1)
  const nothing = sbomJson(input({ inventory: inventoryOf(new Map(), null) }))
  expect(parsed(nothing).components).toEqual([])
  expect(await validate(nothing)).toBeNull()
})

test('packages of any text give a valid document', async () => {
  const word = fc.string({ minLength: 1, maxLength: 20, unit: 'binary' })
  const some = fc.record({
    ...{ kind: fc.constantFrom(...packageKinds), name: word, version: word, database: word },
    ...{
      licences: fc.array(
        fc.oneof(word, fc.constantFrom('mit', 'MIT OR Apache-2.0', 'GPL-2.0+', 'MIT AND x', 'toString', '__proto__')),
      ),
    },
    ...{ depends: fc.array(word), provides: fc.array(word) },
  }) as fc.Arbitrary<Package>
  // All in one document: the validator takes half a second for each.
  const packages = fc.sample(some, 400)
  const inventory: Inventory = { distribution, packages, unread: [], backups: new Map(), ownersOf: () => [] }
  expect(await validate(sbomJson(input({ inventory })))).toBeNull()
})
