import { posix } from 'node:path'
import type { Distribution } from './os-release.ts'
import type { Claim, DatabaseFile, Package, PackageKind, Wanted } from './package.ts'

/** A package that has a file, and the digest of the content it came with, where its database knows that. */
export interface Owner {
  package: Package
  digest?: string
  /** Of a folder that no list names, but something below it. */
  inferred?: true
}

/** What is installed in an image, or in one of its layers and those below, as far as they were read. */
export interface Inventory {
  distribution: Distribution | null
  /** In a fixed order: by kind, name, version and place. */
  packages: Package[]
  /** What older copies of databases list, by their paths. */
  backups: ReadonlyMap<string, readonly Package[]>
  /** The packages that a path belongs to; of claims, only those asked for are known. */
  ownersOf: (path: string) => Owner[]
  /** Databases, or parts of them, that could not be read, in words. */
  unread: string[]
}

/** Joins the files of all databases. Owners of folders are inferred only of folders that are wanted. */
export function inventoryOf(
  files: ReadonlyMap<string, DatabaseFile>,
  distribution: Distribution | null,
  wanted: Wanted = () => true,
): Inventory {
  const packages = packagesIn(files)
  const byOwner = new Map<string, Package>()
  const byFolder = new Map<string, Package>()
  for (const own of packages) {
    for (const name of ownerNamesOf(own)) if (!byOwner.has(name)) byOwner.set(name, own)
    if (own.folder !== undefined) byFolder.set(own.folder, own)
  }
  const byPath = ownersByPath(files, byOwner, wanted)
  return {
    ...{ distribution, packages },
    backups: new Map([...files].flatMap(([path, { backup }]) => (backup === undefined ? [] : [[path, backup]]))),
    ownersOf: path => {
      const own = byPath.get(path) ?? []
      const folder = own.length > 0 ? undefined : folderAbove(path, byFolder)
      return folder === undefined ? own : [{ package: folder }]
    },
    unread: [...files].flatMap(([path, { unread }]) => (unread === undefined ? [] : [`/${path}: ${unread}`])).sort(),
  }
}

function packagesIn(files: ReadonlyMap<string, DatabaseFile>): Package[] {
  const all = [...files.values()].flatMap(file => file.packages)
  const local = new Set(all.filter(own => own.name === '').map(own => own.database))
  return all
    .filter(own => own.name !== '')
    .map(own => (local.has(own.database) ? { ...own, local: true } : own))
    .sort(byIdentity)
}

/** By code units: the order must not depend on a locale. */
function byIdentity(a: Package, b: Package): number {
  for (const field of ['kind', 'name', 'version', 'arch', 'database'] as const) {
    const [x, y] = [a[field] ?? '', b[field] ?? '']
    if (x !== y) return x < y ? -1 : 1
  }
  return 0
}

/** What claims may call their owner. */
function ownerNamesOf(own: Package): string[] {
  const key = (name: string) => `${own.kind} ${name}`
  if (own.kind === 'conda' || own.kind === 'gem') return [key(own.database)]
  if (own.kind === 'python') return [key(own.database), key(posix.dirname(own.database))]
  return own.arch === undefined ? [key(own.name)] : [key(`${own.name}:${own.arch}`), key(own.name)]
}

const ownersOfPath = 8

function ownersByPath(
  files: ReadonlyMap<string, DatabaseFile>,
  byOwner: ReadonlyMap<string, Package>,
  wanted: Wanted,
): Map<string, Owner[]> {
  const owners = new Map<string, Owner[]>()
  for (const { kind, claims } of files.values()) {
    for (const claim of claims) {
      const own = byOwner.get(`${kind} ${claim.owner}`)
      if (own !== undefined) addOwner(owners, claim, own)
    }
  }
  for (const own of byOwner.values()) {
    if (!systemKinds.includes(own.kind) && !owners.has(own.database)) owners.set(own.database, [{ package: own }])
  }
  addFolders(owners, wanted)
  return owners
}

/** These have one file for all packages; of the others each has its own. */
const systemKinds: readonly PackageKind[] = ['dpkg', 'apk', 'rpm']

/** Folders above a file that are looked at: of any package there are fewer. */
const deepest = 60

/** Python's lists have no folders. */
function addFolders(owners: Map<string, Owner[]>, wanted: Wanted): void {
  const folders = new Map<string, Owner[]>()
  for (const [path, [first]] of owners) {
    let levels = 0
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const folder = path.slice(0, slash)
      levels += 1
      if (levels > deepest) break
      if (!wanted(folder)) continue
      const own = folders.get(folder) ?? []
      if (owners.has(folder) || own.length >= ownersOfPath || first === undefined) break
      if (!own.some(owner => owner.package === first.package)) own.push({ package: first.package, inferred: true })
      folders.set(folder, own)
    }
  }
  for (const [folder, own] of folders) owners.set(folder, own)
}

/** dpkg has a file in its list and again, with its digest, in its sums: one owner. */
function addOwner(owners: Map<string, Owner[]>, { path, digest }: Claim, own: Package): void {
  const known = owners.get(path) ?? []
  const same = known.find(owner => owner.package === own)
  if (same !== undefined) {
    if (digest !== undefined) same.digest ??= digest
    return
  }
  if (known.length >= ownersOfPath) return
  known.push({ package: own, ...(digest === undefined ? {} : { digest }) })
  owners.set(path, known)
}

function folderAbove(path: string, byFolder: ReadonlyMap<string, Package>): Package | undefined {
  if (byFolder.size === 0) return undefined
  for (let at = path.length; at > 0; at = path.lastIndexOf('/', at - 1)) {
    const own = byFolder.get(path.slice(0, at))
    if (own !== undefined) return own
  }
  return undefined
}
