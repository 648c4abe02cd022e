import { createHash } from 'node:crypto'
import { isSqlite, SqliteFile } from '../image/sqlite.ts'
import {
  bounded,
  boundedAll,
  type Claim,
  claimsOf,
  type DatabaseFile,
  nothingIn,
  type Package,
  type PackageReader,
  packageLimit,
  type Wanted,
} from './package.ts'
import { noRoom, roomOf } from './room.ts'
import { type RpmTag, rpmHeader } from './rpm-header.ts'
import { isNdb, ndbHeaders } from './rpm-ndb.ts'

/** Packages of Fedora, Red Hat, SUSE, Amazon and their kin: one database, in SQLite or in rpm's own format. */
export const rpm: PackageReader = {
  kind: 'rpm',
  limitFor: path => (pattern.test(path) ? 96 * 1024 * 1024 : 0),
  read,
}

const pattern =
  /^(?:var\/lib\/rpm|usr\/lib\/sysimage\/rpm|usr\/share\/rpm)\/(?:rpmdb\.sqlite(?:-wal)?|Packages(?:\.db)?)$/

function read(path: string, bytes: Buffer, wanted: Wanted): DatabaseFile {
  if (path.endsWith('-wal'))
    return nothingIn(
      'rpm',
      bytes.length > 32 ? 'changes that rpm has not written into its database (its -wal file) are not read' : undefined,
    )
  if (path.endsWith('/Packages')) return nothingIn('rpm', "rpm's old database (Berkeley DB) is not read")
  if (isSqlite(bytes)) return packagesIn(blobsOf(bytes), path, wanted)
  if (isNdb(bytes)) return packagesIn(ndbHeaders(bytes), path, wanted)
  return nothingIn('rpm', bytes.length === 0 ? undefined : 'it is no rpm database of a known form')
}

function* blobsOf(file: Buffer): Generator<Buffer> {
  for (const { values } of SqliteFile.open(file)?.rowsOfTableNamed('Packages') ?? []) {
    const blob = values[1]
    if (Buffer.isBuffer(blob)) yield blob
  }
}

function packagesIn(headers: Iterable<Buffer>, database: string, wanted: Wanted): DatabaseFile {
  const packages: Package[] = []
  const claims: Claim[] = []
  const fits = roomOf()
  for (const blob of headers) {
    if (packages.length >= packageLimit)
      return { kind: 'rpm', packages, claims, unread: `it lists more than ${packageLimit} packages` }
    const header = rpmHeader(blob)
    const own = packageOf(header, database)
    if (own === null) continue
    const files = claimsIn(header, own.arch === undefined ? own.name : `${own.name}:${own.arch}`, wanted)
    if (!fits(own, files)) return { kind: 'rpm', packages, claims, unread: noRoom }
    packages.push({ ...own, record: createHash('sha256').update(blob).digest('hex') })
    claims.push(...files)
  }
  return { kind: 'rpm', packages, claims }
}

type Header = Partial<Record<RpmTag, (string | number)[]>>

function packageOf(header: Header, database: string): Package | null {
  const text = (tag: RpmTag): string | null => bounded(header[tag]?.[0])
  const [name, version, release] = [text('name'), text('version'), text('release')]
  // Keys that signed packages are in the same list.
  if (name === null || version === null || release === null || name === 'gpg-pubkey') return null
  const epoch = header.epoch?.[0]
  const [arch, licence] = [text('arch'), text('licence')]
  const source = text('sourceRpm')?.replace(/-[^-]+-[^-]+\.(?:no)?src\.rpm$/, '')
  return {
    ...{ kind: 'rpm', name, database },
    version: `${typeof epoch === 'number' && epoch > 0 ? `${epoch}:` : ''}${version}-${release}`,
    licences: licence === null ? [] : [licence],
    depends: boundedAll((header.requires ?? []).filter(one => !String(one).startsWith('rpmlib('))),
    provides: boundedAll(header.provides ?? []),
    ...(arch === null ? {} : { arch }),
    ...(source === undefined || source === name ? {} : { source }),
  }
}

const algorithms: Record<number, string> = { 1: 'md5', 2: 'sha1', 8: 'sha256' }

function claimsIn(
  { fileNames, folders, folderIndexes, fileDigests, digestAlgorithm }: Header,
  owner: string,
  wanted: Wanted,
): Claim[] {
  const claims: Claim[] = []
  const algorithm = algorithms[Number(digestAlgorithm?.[0] ?? 1)]
  for (const [index, name] of (fileNames ?? []).entries()) {
    const folder = folders?.[Number(folderIndexes?.[index])]
    if (typeof folder !== 'string' || typeof name !== 'string') continue
    const digest = fileDigests?.[index]
    const known = algorithm !== undefined && typeof digest === 'string' && /^[0-9a-f]{32,128}$/.test(digest)
    claims.push(...claimsOf(folder + name, owner, wanted, known ? `${algorithm}:${digest}` : undefined))
  }
  return claims
}
