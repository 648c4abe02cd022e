import * as Enums from '@cyclonedx/cyclonedx-library/Enums'
import * as Models from '@cyclonedx/cyclonedx-library/Models'
import * as Serialize from '@cyclonedx/cyclonedx-library/Serialize'
import * as SPDX from '@cyclonedx/cyclonedx-library/SPDX'
import * as Spec from '@cyclonedx/cyclonedx-library/Spec'
import type { Image } from '../image/image.ts'
import type { Inventory } from '../packages/inventory.ts'
import { isVirtual, type Package } from '../packages/package.ts'
import { purlOf } from '../packages/purl.ts'
import { dependenciesOf } from './sbom-dependencies.ts'

/** What an SBOM is made of. The same values give the same bytes. */
export interface SbomInput {
  inventory: Inventory
  image: Image
  /** As people named the image; null for one that has no name yet. */
  name: string | null
  platform: string
  tool: { name: string; version: string }
  /** SOURCE_DATE_EPOCH in seconds; null where it is not known: then the document has no time. */
  epoch: number | null
}

/**
 * The software bill of materials of an image: CycloneDX 1.6 as JSON. Nothing in it depends on when, where or by whom it is
 * made: components are sorted by code units, the serial number is made of the manifest's digest, the time is the epoch.
 */
export function sbomJson(input: SbomInput): string {
  const { inventory, image, epoch } = input
  const components = componentsOf(inventory)
  const own = imageComponent(input)
  for (const { component } of components.values()) own.dependencies.add(component.bomRef)
  const metadata = new Models.Metadata({ component: own })
  if (epoch !== null && Number.isFinite(epoch)) metadata.timestamp = new Date(epoch * 1000)
  metadata.tools.components.add(
    new Models.Component(Enums.ComponentType.Application, input.tool.name, { version: input.tool.version }),
  )
  const bom = new Models.Bom({ metadata, serialNumber: serialNumber(image.digest) })
  const system = systemComponent(inventory)
  if (system !== null) bom.components.add(system)
  for (const { component } of components.values()) bom.components.add(component)
  const factory = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6)
  // Its own sorting goes by the locale.
  return `${new Serialize.JsonSerializer(factory).serialize(bom, { sortLists: false, space: 2 })}\n`
}

interface Listed {
  component: Models.Component
  packages: Package[]
}

/** One component for each package URL; npm has a package in many places. */
function componentsOf({ packages, distribution }: Inventory): Map<string, Listed> {
  const byPurl = new Map<string, Listed>()
  for (const own of packages.filter(one => !isVirtual(one))) {
    const purl = purlOf(own, distribution)
    const known = byPurl.get(purl)
    if (known) known.packages.push(own)
    else byPurl.set(purl, { component: componentOf(own, purl), packages: [own] })
  }
  const sorted = new Map([...byPurl].sort(([a], [b]) => (a < b ? -1 : 1)))
  const purlOfPackage = new Map([...sorted].flatMap(([purl, listed]) => listed.packages.map(own => [own, purl])))
  for (const { component, packages: same } of sorted.values()) {
    for (const own of same.slice(0, placeLimit))
      component.properties.add(new Models.Property('repro-gate:listed-in', `/${own.database}`))
  }
  for (const [own, wanted] of dependenciesOf(packages)) {
    const purls = [...new Set(wanted.flatMap(other => purlOfPackage.get(other) ?? []))].sort()
    const from = sorted.get(purlOfPackage.get(own) ?? '')
    for (const purl of purls) {
      const to = sorted.get(purl)?.component
      if (to !== undefined && to !== from?.component) from?.component.dependencies.add(to.bomRef)
    }
  }
  return sorted
}

const placeLimit = 10

function componentOf(own: Package, purl: string): Models.Component {
  const slash = own.kind === 'npm' && own.name.startsWith('@') ? own.name.indexOf('/') : -1
  return new Models.Component(Enums.ComponentType.Library, slash < 0 ? own.name : own.name.slice(slash + 1), {
    ...{ bomRef: purl, purl, version: own.version, licenses: licencesOf(own.licences) },
    ...(slash < 0 ? {} : { group: own.name.slice(0, slash) }),
  })
}

/** CycloneDX has either one expression, or a list of licences. */
function licencesOf(texts: readonly string[]): Models.LicenseRepository {
  const [only] = texts
  if (texts.length === 1 && only !== undefined && isExpression(only))
    return new Models.LicenseRepository([new Models.LicenseExpression(only)])
  const ids = [...new Set(texts)].map(spdxId)
  return new Models.LicenseRepository(
    [...new Set(ids)]
      .sort()
      .map(id => (SPDX.isSupportedSpdxId(id) ? new Models.SpdxLicense(id) : new Models.NamedLicense(id))),
  )
}

/** SPDX's spelling of an id it lists. The library looks in a plain object, which has a `constructor`, too. */
function spdxId(text: string): string {
  const id: unknown = SPDX.fixupSpdxId(text)
  return typeof id === 'string' ? id : text
}

/** Licences of SPDX's list, joined; anything freer is a name. */
function isExpression(text: string): boolean {
  if (!/ (?:AND|OR) /.test(text) || /[()]/.test(text)) return false
  return text.split(/ (?:AND|OR) /).every(id => SPDX.isSupportedSpdxId(id.replace(/\+$/, '')))
}

function imageComponent({ image, name, platform, inventory }: SbomInput): Models.Component {
  const own = new Models.Component(Enums.ComponentType.Container, name ?? 'image', {
    bomRef: image.digest,
    version: image.digest,
    hashes: new Models.HashDictionary(hashOf(image.digest)),
  })
  const add = (key: string, value: string) => own.properties.add(new Models.Property(`repro-gate:${key}`, value))
  add('platform', platform)
  add('config-digest', image.configDigest)
  for (const text of inventory.unread) add('not-read', text)
  return own
}

function hashOf(digest: string): [Enums.HashAlgorithm, string][] {
  const [algorithm, hex = ''] = digest.split(':')
  return algorithm === 'sha256' ? [[Enums.HashAlgorithm['SHA-256'], hex]] : [[Enums.HashAlgorithm['SHA-512'], hex]]
}

function systemComponent({ distribution }: Inventory): Models.Component | null {
  if (distribution === null || distribution.id === '') return null
  return new Models.Component(Enums.ComponentType.OperatingSystem, distribution.id, {
    bomRef: `os:${distribution.id}@${distribution.version}`,
    ...(distribution.version === '' ? {} : { version: distribution.version }),
    ...(distribution.name === '' ? {} : { description: distribution.name }),
  })
}

/** The digest's first bytes as a UUID of version 8, which is anybody's own (RFC 9562). */
function serialNumber(digest: string): string {
  const hex = digest.replace(/^[^:]*:/, '').padEnd(32, '0')
  const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) % 4]
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
