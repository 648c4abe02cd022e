import { linesOf, paragraphsOf } from './lines.ts'
import {
  bounded,
  boundedAll,
  type Claim,
  claimsOf,
  type DatabaseFile,
  type Package,
  type PackageReader,
  packageLimit,
  type Wanted,
} from './package.ts'
import { noRoom, roomOf } from './room.ts'

/** Debian's and Ubuntu's packages: `status`, distroless images' `status.d`, and the lists of files in `info`. */
export const dpkg: PackageReader = {
  kind: 'dpkg',
  limitFor: path => {
    if (status.test(path)) return 64 * 1024 * 1024
    return list.test(path) || sums.test(path) ? 32 * 1024 * 1024 : 0
  },
  read: (path, bytes, wanted) => {
    const inDistroless = /^var\/lib\/dpkg\/status\.d\/(.+)\.md5sums$/.exec(path)?.[1]
    const owner = inDistroless ?? list.exec(path)?.[1] ?? sums.exec(path)?.[1]
    if (path.endsWith('-old')) {
      const { packages, ...rest } = readStatus(path, bytes, () => false)
      return { ...rest, packages: [], backup: packages }
    }
    if (owner === undefined) return readStatus(path, bytes, wanted)
    const claims = path.endsWith('.md5sums') ? summed(bytes, owner, wanted) : listed(bytes, owner, wanted)
    return { kind: 'dpkg', packages: [], claims }
  },
}

const status = /^var\/lib\/dpkg\/status(?:-old|\.d\/[^/]+)?$/
const list = /^var\/lib\/dpkg\/info\/([^/]+)\.list$/
const sums = /^var\/lib\/dpkg\/info\/([^/]+)\.md5sums$/
const fields = new Set([
  ...['package', 'version', 'architecture', 'status', 'source', 'depends', 'pre-depends', 'provides', 'conffiles'],
])

function readStatus(path: string, bytes: Buffer, wanted: Wanted): DatabaseFile {
  const packages: Package[] = []
  const claims: Claim[] = []
  const fits = roomOf()
  for (const { fields: paragraph, digest: record } of paragraphsOf(bytes, fields)) {
    const name = bounded(paragraph.get('package'))
    const version = bounded(paragraph.get('version'))
    if (name === null || version === null || !isInstalled(paragraph.get('status'))) continue
    if (packages.length >= packageLimit)
      return { kind: 'dpkg', packages, claims, unread: `it lists more than ${packageLimit} packages` }
    const arch = bounded(paragraph.get('architecture'))
    const source = bounded(paragraph.get('source')?.replace(/\s.*$/s, ''))
    const own: Package = {
      ...{ kind: 'dpkg', name, version, licences: [], database: path, record },
      depends: [...new Set([...named(paragraph.get('pre-depends')), ...named(paragraph.get('depends'))])],
      provides: named(paragraph.get('provides')),
      ...(arch === null ? {} : { arch }),
      ...(source === null || source === name ? {} : { source }),
    }
    const owner = arch === null ? name : `${name}:${arch}`
    const conffiles: Claim[] = []
    for (const line of (paragraph.get('conffiles') ?? '').split('\n')) {
      const [, file, digest] = /^(\/\S+) ([0-9a-f]{32})(?: |$)/.exec(line) ?? []
      if (file !== undefined) conffiles.push(...claimsOf(file, owner, wanted, `md5:${digest}`))
    }
    if (!fits(own, conffiles)) return { kind: 'dpkg', packages, claims, unread: noRoom }
    packages.push(own)
    claims.push(...conffiles)
  }
  return { kind: 'dpkg', packages, claims }
}

/** Distroless images have no status: what they list is there. */
const isInstalled = (text: string | undefined): boolean =>
  text === undefined || /\s(?:installed|unpacked|half-configured|triggers-\S+)$/.test(text)

/** The first name of each alternative, without versions and architectures. */
const named = (text: string | undefined): string[] =>
  text === undefined ? [] : boundedAll(text.split(',').map(one => /^\s*([A-Za-z0-9][A-Za-z0-9+.-]*)/.exec(one)?.[1]))

function listed(bytes: Buffer, owner: string, wanted: Wanted): Claim[] {
  const claims: Claim[] = []
  const fits = roomOf()
  for (const line of linesOf(bytes)) {
    const found = line.startsWith('/') ? claimsOf(line, owner, wanted) : []
    if (!fits(null, found)) break
    claims.push(...found)
  }
  return claims
}

function summed(bytes: Buffer, owner: string, wanted: Wanted): Claim[] {
  const claims: Claim[] = []
  const fits = roomOf()
  for (const line of linesOf(bytes)) {
    const [, digest, file] = /^([0-9a-f]{32}) [ *](.+)$/.exec(line) ?? []
    const found = file === undefined ? [] : claimsOf(file, owner, wanted, `md5:${digest}`)
    if (!fits(null, found)) break
    claims.push(...found)
  }
  return claims
}
