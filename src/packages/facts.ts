import { createHash } from 'node:crypto'
import type { ComparedLayer, Comparison, EntryDifference, LayerDifference } from '../image/comparison.ts'
import type { Contents, Receiver } from '../image/contents.ts'
import type { Entry } from '../image/image.ts'
import { changeKey, changesBetween, type PackageChange } from './change.ts'
import { Databases } from './databases.ts'
import type { Inventory, Owner } from './inventory.ts'
import type { KeptDatabases } from './kept.ts'
import type { Package, PackageKind } from './package.ts'
import { readerOf } from './readers.ts'
import { noRoom } from './room.ts'

/** Digests of one file's content, as databases have them: `md5`, `sha1`, `sha256` in hex. */
export type ContentDigests = Readonly<Record<'md5' | 'sha1' | 'sha256', string>>

/** What the package databases say of one pair of differing layers and those below. */
export interface LayerPackages {
  /** Packages whose version differs since this layer. */
  changes: PackageChange[]
  /** Packages whose version differs here, since this layer or an earlier one. */
  changed: PackageChange[]
  /** The packages that a differing path belongs to, on each side. */
  ownersOf: (path: string) => { a: Owner[]; b: Owner[] }
  /** Digests of the contents of a differing file; undefined where they were not needed. */
  digestsOf: (path: string) => { a: ContentDigests | undefined; b: ContentDigests | undefined }
  /**
   * Packages of which a database has another record on each side, whatever their version; of an older copy of a database,
   * given its path.
   */
  rewritten: (backup?: string) => { kind: PackageKind; name: string }[]
  /** Packages of one version that list other contents on each side, and each side has what it lists. */
  rebuilt: () => readonly Package[]
  isRebuilt: (own: Package) => boolean
}

export interface PackageFacts {
  /** By the layer's index. */
  layers: ReadonlyMap<number, LayerPackages>
  /** What could not be read, in words. */
  unread: string[]
}

/** Bytes of memory for what the databases of one side say. */
const roomOfSide = 24 * 1024 * 1024
/** A layer that shows nothing of packages is read again only for the owners of its files when it is no larger than this. */
const ownerReadLimit = 512 * 1024 * 1024

/**
 * What the package databases of both sides say of the layers that differ. Only such layers are read, each at most once, and
 * only when a database in them differs or a differing file may have an owner. Never rejects but with the signal's reason: what
 * cannot be read is said in `unread`.
 */
export async function packageFacts(
  comparison: Comparison,
  contents: Contents,
  signal?: AbortSignal,
  kept?: KeptDatabases,
): Promise<PackageFacts> {
  const layers = new Map<number, LayerPackages>()
  const unread: string[] = []
  const differing = new Set(comparison.layers.flatMap(layer => layer.entries.map(({ path }) => plainPath(path))))
  const wanted = (path: string): boolean => differing.has(path)
  const sides = { A: new Databases(wanted, roomOfSide), B: new Databases(wanted, roomOfSide) }
  let known = new Set<string>()
  for (const layer of comparison.layers) {
    const need = needOf(layer)
    if (need === 'nothing') continue
    try {
      const [digestsA, digestsB] = await readBoth(layer, need, sides, contents, kept)
      const [a, b] = [sides.A.inventory(), sides.B.inventory()]
      // Lists that were cut off anywhere differ in what came behind.
      const changed = need === 'owners' || isCut(a) || isCut(b) ? [] : changesBetween(a, b)
      const changes = changed.filter(change => !known.has(changeKey(change)))
      known = new Set(changed.map(changeKey))
      layers.set(layer.index, {
        ...{ changed, changes, ...rebuiltIn(layer, a, b, digestsA, digestsB) },
        rewritten: backup =>
          backup === undefined
            ? rewrittenBetween(a.packages, b.packages)
            : rewrittenBetween(a.backups.get(backup) ?? [], b.backups.get(backup) ?? []),
        ownersOf: path => ({ a: a.ownersOf(plainPath(path)), b: b.ownersOf(plainPath(path)) }),
        digestsOf: path => ({ a: digestsA.get(path), b: digestsB.get(path) }),
      })
      unread.push(...a.unread, ...b.unread)
    } catch (error) {
      signal?.throwIfAborted()
      unread.push(`layer ${layer.index + 1}: ${String((error as Error)?.message ?? error).slice(0, 300)}`)
    }
  }
  return { layers, unread: [...new Set(unread)].slice(0, 20) }
}

const isCut = ({ unread }: Inventory): boolean => unread.some(text => text.endsWith(noRoom))

type Need = 'nothing' | 'owners' | 'databases'

/** A layer of one side only has nothing to compare. */
function needOf({ a, b, entries, total }: LayerDifference): Need {
  if (a === null || b === null || total === 0) return 'nothing'
  if (total > entries.length || entries.some(({ path }) => readerOf(plainPath(path)) !== null)) return 'databases'
  const small = a.descriptor.size <= ownerReadLimit
  return small && entries.some(mayBeOwned) ? 'owners' : 'nothing'
}

/** Files that programs and people write are in other places than those that packages bring. */
const mayBeOwned = ({ path, fields }: EntryDifference): boolean =>
  fields.includes('content') &&
  /^(?:usr|etc|bin|sbin|lib\w*|opt)\/|\/(?:site-packages|dist-packages|node_modules|conda-meta|gems)\//.test(path)

/** Where the databases are alike, one side's say it all. */
async function readBoth(
  layer: LayerDifference,
  need: Need,
  sides: { A: Databases; B: Databases },
  contents: Contents,
  kept: KeptDatabases | undefined,
): Promise<[Map<string, ContentDigests>, Map<string, ContentDigests>]> {
  const hashed = new Set(need === 'databases' ? layer.entries.filter(isChangedFile).map(({ path }) => path) : [])
  const isFirst = sides.A.isEmpty && sides.B.isEmpty
  const from = (isFirst ? kept?.contentsOf(layer, hashed) : null) ?? contents
  const digestsA = await readSide('A', layer.a as ComparedLayer, [sides.A, sides.B], need, hashed, from)
  if (need === 'owners') return [digestsA, new Map()]
  return [digestsA, await readSide('B', layer.b as ComparedLayer, [sides.B], need, hashed, from)]
}

const isChangedFile = ({ kind, fields }: EntryDifference): boolean => kind === 'changed' && fields.includes('content')

async function readSide(
  side: 'A' | 'B',
  layer: ComparedLayer,
  databases: readonly Databases[],
  need: Need,
  hashed: ReadonlySet<string>,
  contents: Pick<Contents, 'read'>,
): Promise<Map<string, ContentDigests>> {
  const digests = new Map<string, ContentDigests>()
  const own = (need === 'owners' ? databases : databases.slice(0, 1)).map(one => one.layer())
  await contents.read(side, layer, (entry: Entry) => {
    const receivers = own.map(one => one.visit(entry)).filter(receiver => receiver !== null)
    if (entry.type === 'file' && hashed.has(entry.path))
      receivers.push(hashing(found => digests.set(entry.path, found)))
    return receivers.length > 0 ? together(receivers) : null
  })
  for (const one of own) one.end()
  return digests
}

const together = (receivers: readonly Receiver[]): Receiver => ({
  write: chunk => {
    for (const one of receivers) one.write(chunk)
  },
  end: () => {
    for (const one of receivers) one.end()
  },
})

function hashing(use: (digests: ContentDigests) => void): Receiver {
  const hashes = { md5: createHash('md5'), sha1: createHash('sha1'), sha256: createHash('sha256') }
  return {
    write: chunk => {
      for (const hash of Object.values(hashes)) hash.update(chunk)
    },
    end: () => {
      const { md5, sha1, sha256 } = hashes
      use({ md5: md5.digest('hex'), sha1: sha1.digest('hex'), sha256: sha256.digest('hex') })
    },
  }
}

/** Packages with another record on each side, and those of one side only. */
function rewrittenBetween(a: readonly Package[], b: readonly Package[]): { kind: PackageKind; name: string }[] {
  const key = ({ kind, name, arch, record }: Package) => JSON.stringify([kind, name, arch, record])
  const [inA, inB] = [new Set(a.map(key)), new Set(b.map(key))]
  return [...a.filter(own => !inB.has(key(own))), ...b.filter(own => !inA.has(key(own)))]
    .filter(({ record }) => record !== undefined)
    .map(({ kind, name }) => ({ kind, name }))
}

/** Found out when first asked: most layers have no such package. */
function rebuiltIn(
  layer: LayerDifference,
  a: Inventory,
  b: Inventory,
  digestsA: ReadonlyMap<string, ContentDigests>,
  digestsB: ReadonlyMap<string, ContentDigests>,
): Pick<LayerPackages, 'rebuilt' | 'isRebuilt'> {
  let known: Map<string, Package> | null = null
  const find = (): Map<string, Package> => {
    const found = new Map<string, Package>()
    for (const { path } of layer.entries.filter(isChangedFile)) {
      const [ownersA, ownersB] = [a.ownersOf(path), b.ownersOf(path)]
      for (const own of ownersA) {
        const other = ownersB.find(one => samePackage(one.package, own.package))
        const apart = other?.digest !== undefined && own.digest !== undefined && own.digest !== other.digest
        if (apart && isAsPacked(own, digestsA.get(path)) && isAsPacked(other, digestsB.get(path)))
          found.set(packageKey(own.package), own.package)
      }
    }
    return found
  }
  const rebuilt = (): Map<string, Package> => {
    known ??= find()
    return known
  }
  return { rebuilt: () => [...rebuilt().values()], isRebuilt: own => rebuilt().has(packageKey(own)) }
}

/** Whether a content is the one that a package was packed with; null when no database knows. */
export function isAsPacked(owner: Owner, content: ContentDigests | undefined): boolean | null {
  const [algorithm, hex] = owner.digest?.split(':') ?? []
  if (hex === undefined || content === undefined) return null
  return content[algorithm as keyof ContentDigests] === hex
}

const packageKey = ({ kind, name, version, arch, database }: Package): string =>
  JSON.stringify([kind, name, version, arch, database])

export const samePackage = (a: Package, b: Package): boolean => packageKey(a) === packageKey(b)

/** The path a whiteout takes away; the path itself for anything else. */
const plainPath = (path: string): string => path.replace(/(^|\/)\.wh\.(?!\.wh\.)([^/]+)$/, '$1$2')
