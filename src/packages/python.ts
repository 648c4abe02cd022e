import { posix } from 'node:path'
import { linesOf, paragraphsOf } from './lines.ts'
import {
  bounded,
  boundedAll,
  type Claim,
  claimsOf,
  type DatabaseFile,
  nothingIn,
  type Package,
  type PackageReader,
  type Wanted,
} from './package.ts'

/** Python's packages: `*.dist-info` of wheels with their RECORD, `*.egg-info` of old installers. */
export const python: PackageReader = {
  kind: 'python',
  limitFor: path => (pattern.test(path) ? 32 * 1024 * 1024 : 0),
  read,
}

const pattern =
  /(?:^|\/)[^/]+\.(?:dist-info\/(?:METADATA|RECORD|direct_url\.json)|egg-info\/(?:PKG-INFO|installed-files\.txt)|egg-info)$/
const fields = new Set(['name', 'version', 'license', 'license-expression', 'classifier', 'requires-dist'])

function read(path: string, bytes: Buffer, wanted: Wanted): DatabaseFile {
  const folder = posix.dirname(path)
  const owner = folder.endsWith('-info') ? folder : path
  if (path.endsWith('/RECORD')) return { kind: 'python', packages: [], claims: recorded(bytes, owner, wanted) }
  if (path.endsWith('/installed-files.txt'))
    return { kind: 'python', packages: [], claims: installed(bytes, owner, wanted) }
  if (path.endsWith('/direct_url.json')) return direct(owner, bytes)
  // The description behind the first empty line may be long, and look like fields.
  const first = paragraphsOf(bytes, fields).next().value?.fields
  const name = bounded(first?.get('name'))
  const version = bounded(first?.get('version'))
  if (first === undefined || name === null || version === null) return nothingIn('python')
  const own: Package = {
    ...{ kind: 'python', name, version, database: path, provides: [] },
    licences: licencesOf(first),
    depends: boundedAll((first.get('requires-dist') ?? '').split('\n').map(requiredName)),
  }
  return { kind: 'python', packages: [own], claims: [] }
}

/** What is asked for in every case; extras are not installed with the package. */
const requiredName = (text: string): string | undefined =>
  /;.*\bextra\b/.test(text) ? undefined : /^\s*([A-Za-z0-9][\w.-]*)/.exec(text)?.[1]

function licencesOf(own: ReadonlyMap<string, string>): string[] {
  const expression = bounded(own.get('license-expression'))
  if (expression !== null) return [expression]
  const free = own.get('license') ?? ''
  // Some put the whole text of the licence there.
  if (free !== '' && free !== 'UNKNOWN' && free.length < 100 && !free.includes('\n')) return boundedAll([free])
  const classified = (own.get('classifier') ?? '').split('\n').filter(line => line.startsWith('License ::'))
  return boundedAll(classified.map(line => line.split('::').at(-1)))
}

function recorded(bytes: Buffer, owner: string, wanted: Wanted): Claim[] {
  const site = posix.dirname(owner)
  const claims: Claim[] = []
  for (const line of linesOf(bytes)) {
    const [, quoted, plain, hash] = /^(?:"((?:[^"]|"")+)"|([^",]+)),([^,]*),/.exec(line) ?? []
    const file = quoted?.replaceAll('""', '"') ?? plain
    if (file === undefined) continue
    const digest = /^sha256=([\w-]{43})$/.exec(hash ?? '')?.[1]
    const hex = digest === undefined ? undefined : `sha256:${Buffer.from(digest, 'base64url').toString('hex')}`
    claims.push(...claimsOf(posix.join('/', site, file), owner, wanted, hex))
  }
  return claims
}

function installed(bytes: Buffer, owner: string, wanted: Wanted): Claim[] {
  const claims: Claim[] = []
  for (const line of linesOf(bytes)) {
    if (line.trim() !== '') claims.push(...claimsOf(posix.join('/', owner, line.trim()), owner, wanted))
  }
  return claims
}

/** PEP 610: the package was not taken from an index by its name. Told by a package without a name, which the inventory joins. */
function direct(owner: string, bytes: Buffer): DatabaseFile {
  if (!bytes.subarray(0, 4096).includes('"url"')) return nothingIn('python')
  const database = `${owner}/METADATA`
  return {
    ...nothingIn('python'),
    packages: [
      { kind: 'python', name: '', version: '', licences: [], depends: [], provides: [], database, local: true },
    ],
  }
}
