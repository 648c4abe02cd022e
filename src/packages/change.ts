import { posix } from 'node:path'
import type { Inventory } from './inventory.ts'
import { isVirtual, type Package, type PackageKind } from './package.ts'

/** A package whose version differs between two inventories, or that only one of them has. */
export interface PackageChange {
  kind: PackageKind
  name: string
  /** Versions in A, several where several are installed side by side; null when there is none. */
  a: string | null
  b: string | null
  packagesA: Package[]
  packagesB: Package[]
}

/** Where versions of two inventories differ, in the order of kinds and names. */
export function changesBetween(a: Inventory, b: Inventory): PackageChange[] {
  const [sideA, sideB] = [byIdentity(a.packages), byIdentity(b.packages)]
  const changes: PackageChange[] = []
  for (const key of new Set([...sideA.keys(), ...sideB.keys()])) {
    const [ownA, ownB] = [sideA.get(key) ?? [], sideB.get(key) ?? []]
    const [versionsA, versionsB] = [versionsOf(ownA), versionsOf(ownB)]
    const packagesA = ownA.filter(({ version }) => !versionsB.includes(version))
    const packagesB = ownB.filter(({ version }) => !versionsA.includes(version))
    const [one] = [...packagesA, ...packagesB]
    if (one === undefined) continue
    changes.push({ kind: one.kind, name: one.name, a: joined(packagesA), b: joined(packagesB), packagesA, packagesB })
  }
  return changes.sort((p, q) => compareText(p.kind, q.kind) || compareText(p.name, q.name))
}

/** Whether two changes say the same of the same package. */
export const changeKey = ({ kind, name, a, b }: PackageChange): string => JSON.stringify([kind, name, a, b])

/** What stays when a package gets another version: its name, its architecture, the place it is installed in. */
function identityOf(own: Package): string {
  return JSON.stringify([own.kind, own.name, own.kind === 'dpkg' ? own.arch : '', placeOf(own)])
}

function placeOf({ kind, database, folder }: Package): string {
  if (kind === 'python') return posix.dirname(posix.dirname(database))
  // pnpm keeps each version in a folder of its name.
  if (kind === 'npm') return (folder ?? '').replace(/(^|\/)node_modules\/\.pnpm\/.*$/, '$1node_modules/.pnpm')
  return kind === 'conda' || kind === 'gem' ? posix.dirname(database) : ''
}

function byIdentity(packages: readonly Package[]): Map<string, Package[]> {
  const found = new Map<string, Package[]>()
  for (const own of packages) {
    if (isVirtual(own)) continue
    const key = identityOf(own)
    const same = found.get(key)
    if (same) same.push(own)
    else found.set(key, [own])
  }
  return found
}

const versionsOf = (packages: readonly Package[]): string[] => packages.map(({ version }) => version)

const joined = (packages: readonly Package[]): string | null =>
  packages.length === 0 ? null : [...new Set(versionsOf(packages))].sort(compareText).join(', ')

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
