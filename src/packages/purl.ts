import type { Distribution } from './os-release.ts'
import type { Package } from './package.ts'

/**
 * The package URL of a package, in canonical form (package-url/purl-spec, ECMA-427).
 * @param distribution whose package it is: for packages of the operating system
 */
export function purlOf(own: Package, distribution: Distribution | null): string {
  const distro =
    distribution && (distribution.version === '' ? distribution.id : `${distribution.id}-${distribution.version}`)
  const system = (type: string, fallback: string, name: string, version = own.version, more: Qualifiers = {}): string =>
    joined(type, distribution?.id || fallback, name, version, { arch: own.arch, distro: distro ?? undefined, ...more })
  switch (own.kind) {
    case 'dpkg':
      return system('deb', 'debian', own.name.toLowerCase())
    case 'apk':
      return system('apk', 'alpine', own.name.toLowerCase())
    case 'rpm': {
      const [, epoch, version = own.version] = /^(?:(\d+):)?(.*)$/s.exec(own.version) ?? []
      return system('rpm', 'redhat', own.name, version, { epoch })
    }
    case 'python':
      return joined('pypi', '', own.name.toLowerCase().replaceAll('_', '-'), own.version)
    case 'npm': {
      const slash = own.name.startsWith('@') ? own.name.indexOf('/') : -1
      return slash < 0
        ? joined('npm', '', own.name, own.version)
        : joined('npm', own.name.slice(0, slash), own.name.slice(slash + 1), own.version)
    }
    case 'conda':
      return joined('conda', '', own.name, own.version, own.qualifiers)
    case 'gem':
      return joined('gem', '', own.name, own.version, own.qualifiers)
  }
}

type Qualifiers = Readonly<Record<string, string | undefined>>

function joined(type: string, namespace: string, name: string, version: string, qualifiers: Qualifiers = {}): string {
  const path = [type, ...namespace.split('/').filter(part => part !== ''), name].map(encoded).join('/')
  const pairs = Object.keys(qualifiers)
    .sort()
    .flatMap(key => (qualifiers[key] ? [`${key}=${encoded(qualifiers[key] as string)}`] : []))
  return `pkg:${path}@${encoded(version)}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`
}

/** All but letters, digits and `.-_~:` is encoded, in UTF-8; half a surrogate pair cannot be. */
const encoded = (text: string): string =>
  encodeURIComponent(text.replace(/\p{Surrogate}/gu, ''))
    .replace(/[!'()*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%3A', ':')
