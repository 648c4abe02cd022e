import type { EntryDifference } from '../../image/comparison.ts'
import { isAsPacked, type LayerPackages, samePackage } from '../../packages/facts.ts'
import type { Owner } from '../../packages/inventory.ts'
import type { Package } from '../../packages/package.ts'
import type { Cause, Recognition, Subject } from '../cause.ts'
import { withoutWhiteout } from '../consequence.ts'
import { contentDiffers } from '../content.ts'
import { isExplainedByItsBytes } from '../own-bytes.ts'
import { isPackedHeader } from '../package-file.ts'
import { excerpt } from '../values/excerpt.ts'

/** A package of one name and version whose own list differs on each side: it was built anew and kept its version. */
export const packageRebuilt: Cause = {
  id: 'package-rebuilt',
  recognise: (subject: Subject): Recognition | null => {
    const { packages } = subject.layer
    if (packages === null) return null
    return ofDatabase(subject, packages) ?? ofFile(subject, packages)
  },
  describe: ({ recognitions }) => {
    const packages = [...new Set(recognitions.flatMap(({ variant }) => (variant === undefined ? [] : [variant])))]
    const one = packages.length === 1
    return {
      title: one ? 'A package has the same version and other files' : 'Packages have the same versions and other files',
      message: `The builds installed ${excerpt(packages[0] ?? '')}${one ? '' : ` and ${packages.length - 1} more`} under the same version, but not the same package: it was built anew between the two builds and its version was not raised. A pinned version does not tell the two apart, a digest does.`,
      class: 'drift',
      remedy: {
        text: 'Pin by digest, not by version: download the package and check its SHA-256, `pip install --require-hashes`, `npm ci` with the integrity in the lock file, or a repository that never changes what it has published.',
      },
    }
  },
}

/** The two sides' owners of a path that are one package; pip's own list of a local folder is no package of an index. */
function pairOf({ a, b }: { a: readonly Owner[]; b: readonly Owner[] }): { own: Owner; other: Owner } | null {
  for (const own of a) {
    const other = b.find(one => samePackage(one.package, own.package))
    if (other !== undefined && !own.package.local) return { own, other }
  }
  return null
}

const named = ({ name, version }: Package): string => `${name} ${version}`

function found(own: Package, path: string, what: string, certain: boolean, more: object = {}): Recognition {
  return {
    confidence: certain ? 'certain' : 'likely',
    variant: named(own),
    evidence: [{ what: `package ${excerpt(own.name)} ${excerpt(own.version)} ${what}`, path, ...more }],
  }
}

function ofFile(subject: Subject, packages: LayerPackages): Recognition | null {
  const { entry } = subject
  const owners = packages.ownersOf(withoutWhiteout(entry.path))
  if (entry.kind !== 'changed') return ofOneSide(entry, owners, packages)
  const pair = pairOf(owners)
  if (pair === null) return null
  const { own, other } = pair
  if (!contentDiffers(entry)) {
    const kept =
      !isPackedHeader(entry) || !packages.isRebuilt(own.package) || own.inferred || entry.a?.type === 'directory'
    return kept
      ? null
      : found(own.package, entry.path, 'was built anew; this is packed with it', fromElsewhere(subject))
  }
  if (own.digest === undefined || other.digest === undefined || own.digest === other.digest) return null
  const digests = packages.digestsOf(entry.path)
  if (!isAsPacked(own, digests.a) || !isAsPacked(other, digests.b)) return null
  // pip writes its list when it installs: a package that it builds itself has no bytes but those made here.
  const builtHere = own.package.kind === 'python'
  if (isExplainedByItsBytes(subject, builtHere ? 'likely' : 'certain')) return null
  const what = 'lists another digest of this file on each side, and each side has the bytes that it lists'
  const certain = !builtHere && fromElsewhere(subject)
  return found(own.package, entry.path, what, certain, { a: excerpt(own.digest), b: excerpt(other.digest) })
}

/** A file that one side's package lists, and the other side's, of the same version, does not. */
function ofOneSide(
  entry: EntryDifference,
  owners: { a: Owner[]; b: Owner[] },
  packages: LayerPackages,
): Recognition | null {
  const [own, others] =
    (entry.kind === 'only-in-a') === (withoutWhiteout(entry.path) === entry.path)
      ? [owners.a[0], owners.b]
      : [owners.b[0], owners.a]
  if (own === undefined || own.inferred || own.package.local || others.length > 0) return null
  return packages.isRebuilt(own.package)
    ? found(own.package, entry.path, 'lists this file on one side only', true)
    : null
}

/** The package manager's own files. */
function ofDatabase({ entry }: Subject, packages: LayerPackages): Recognition | null {
  if (!contentDiffers(entry)) return null
  const info = /^var\/lib\/dpkg\/info\/([^/]+?)\.[^./]+$/.exec(entry.path)?.[1]
  if (info !== undefined) {
    const own = packages
      .rebuilt()
      .find(({ kind, name, arch }) => kind === 'dpkg' && (info === name || info === `${name}:${arch}`))
    return own === undefined ? null : found(own, entry.path, 'was built anew; this describes it', true)
  }
  const archive = /^var\/cache\/apt\/archives\/([^_/]+)_([^_/]+)_[^_/]+\.deb$/.exec(entry.path)
  if (archive) {
    const own = packages
      .rebuilt()
      .find(({ name, version }) => name === archive[1] && version.replaceAll(':', '%3a') === archive[2])
    return own === undefined ? null : found(own, entry.path, 'was built anew; this is its archive', true)
  }
  if (entry.path !== 'var/lib/dpkg/status' && entry.path !== 'lib/apk/db/installed') return null
  const rebuilt = packages.rebuilt()
  const rewritten = packages.rewritten()
  const [first] = rebuilt.filter(({ name }) => rewritten.some(one => one.name === name))
  if (first === undefined || !rewritten.every(({ name }) => rebuilt.some(own => own.name === name))) return null
  return found(first, entry.path, 'was built anew; its record differs', true)
}

/**
 * Whether the file was there before this build: what the build itself makes is later than SOURCE_DATE_EPOCH, and then has
 * that very time. Where both sides have it, the package may have been made by an earlier instruction.
 */
const fromElsewhere = ({ entry, clock }: Subject): boolean =>
  [entry.a, entry.b].some(one => one !== null && Number(one.mtime) < clock.epoch)
