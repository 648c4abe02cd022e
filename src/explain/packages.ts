import type { EntryDifference } from '../image/comparison.ts'
import type { PackageChange } from '../packages/change.ts'
import type { LayerPackages } from '../packages/facts.ts'
import type { Package } from '../packages/package.ts'
import type { Subject } from './cause.ts'
import { maskTimes } from './causes/build-time.ts'
import { withoutWhiteout } from './consequence.ts'
import { excerpt } from './values/excerpt.ts'
import type { Clock } from './values/time.ts'

/** `libssl3 3.0.15-1 → 3.0.16-1`. */
export const changeText = ({ name, a, b }: PackageChange): string => {
  if (a === null) return `${excerpt(name)} ${excerpt(b ?? '')} (only in build B)`
  return b === null
    ? `${excerpt(name)} ${excerpt(a)} (only in build A)`
    : `${excerpt(name)} ${excerpt(a)} → ${excerpt(b)}`
}

/**
 * Whether the versions are nothing but the times of the two builds: then no mirror offered another package, the build itself
 * numbered what it made (`apk add --virtual` does so).
 */
const isNumberedByTime = ({ a, b }: PackageChange, clock: Clock): boolean => {
  if (a === null || b === null) return false
  const masked = maskTimes(a, b, clock)
  return masked.pairs.length > 0 && masked.a === masked.b
}

/** Which package a path belongs to, where databases of the layer say so: for the evidence of any cause, which may say it itself. */
export function ownerText({ path }: EntryDifference, packages: LayerPackages | null, said: string): string | null {
  if (packages === null) return null
  const { a, b } = packages.ownersOf(withoutWhiteout(path))
  const own = [...a, ...b].find(owner => owner.inferred === undefined)?.package
  if (own === undefined || said.includes(` ${excerpt(own.name)} `)) return null
  return `of package ${excerpt(own.name)} ${excerpt(own.version)}`
}

/** The packages that differ at a layer, and which change a package is a side of. */
export interface Changed {
  all: readonly PackageChange[]
  ofPackage: ReadonlyMap<Package, PackageChange>
}

const known = new WeakMap<LayerPackages, Changed>()

/** Found out once for a layer: it may have a thousand such packages, and ten thousand paths. */
export function changedIn({ layer: { packages }, clock }: Pick<Subject, 'layer' | 'clock'>): Changed | null {
  if (packages === null) return null
  const before = known.get(packages)
  if (before) return before
  const all = packages.changed.filter(change => !isNumberedByTime(change, clock))
  const sides = all.flatMap(change => [...change.packagesA, ...change.packagesB].map(own => [own, change] as const))
  const changed = { all, ofPackage: new Map(sides) }
  known.set(packages, changed)
  return changed
}
