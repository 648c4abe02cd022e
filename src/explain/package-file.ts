import type { EntryDifference } from '../image/comparison.ts'
import type { PackageChange } from '../packages/change.ts'
import { isAsPacked } from '../packages/facts.ts'
import type { Owner } from '../packages/inventory.ts'
import type { Recognition, Subject } from './cause.ts'
import { withoutWhiteout } from './consequence.ts'
import { contentDiffers, readAt } from './content.ts'
import { isExplainedByItsBytes } from './own-bytes.ts'
import { type Changed, changeText } from './packages.ts'

/** A file that differs because the package it belongs to does. */
export function changeOfFile(subject: Subject, changed: Changed): Recognition | null {
  const { entry, layer } = subject
  if (layer.packages === null) return null
  const owners = layer.packages.ownersOf(withoutWhiteout(entry.path))
  const a = changedOwner(owners.a, changed)
  const b = changedOwner(owners.b, changed)
  const change = a?.change ?? b?.change
  if (change === undefined) return null
  const found = (confidence: Recognition['confidence'], what: string): Recognition => ({
    confidence,
    variant: changeText(change),
    evidence: [{ what: `${what} ${changeText(change)}`, path: entry.path }],
  })
  if (entry.kind !== 'changed') return isOfOneSide(subject, owners, a, b) ? found('certain', 'of package') : null
  if (!contentDiffers(entry))
    return isPackedHeader(entry) && ![a, b].some(own => own?.owner.inferred)
      ? found('certain', 'header as packed in')
      : null
  return contentOf(subject, owners, a?.owner, b?.owner, change, found)
}

/** Times and targets of links come with an archive; owners and permissions are what commands in the build change. */
export const isPackedHeader = ({ fields }: EntryDifference): boolean =>
  fields.every(field => field === 'mtime' || field === 'link')

interface ChangedOwner {
  owner: Owner
  change: PackageChange
}

function changedOwner(owners: readonly Owner[], { ofPackage }: Changed): ChangedOwner | null {
  for (const owner of owners) {
    const change = ofPackage.get(owner.package)
    if (change !== undefined) return { owner, change }
  }
  return null
}

/** Whether the side that has the path has it from a package, and the other side's packages do not bring it. */
function isOfOneSide(
  { entry }: Subject,
  owners: { a: Owner[]; b: Owner[] },
  a: ChangedOwner | null,
  b: ChangedOwner | null,
): boolean {
  const whiteout = withoutWhiteout(entry.path) !== entry.path
  const listed = (entry.kind === 'only-in-a') !== whiteout ? 'a' : 'b'
  const own = listed === 'a' ? a : b
  const others = listed === 'a' ? owners.b : owners.a
  return own !== null && (others.length === 0 || others.every(owner => owner.inferred))
}

function contentOf(
  subject: Subject,
  owners: { a: Owner[]; b: Owner[] },
  a: Owner | undefined,
  b: Owner | undefined,
  change: PackageChange,
  found: (confidence: Recognition['confidence'], what: string) => Recognition,
): Recognition | null {
  const { entry, layer } = subject
  const digests = layer.packages?.digestsOf(entry.path)
  const [packedA, packedB] = [packed(a ?? owners.a[0], digests?.a), packed(b ?? owners.b[0], digests?.b)]
  if (packedA === true && packedB === true) return found('certain', 'each side has the bytes packed in')
  // What was written after the installation has another reason.
  if (packedA === false || packedB === false) return null
  const compiled = ofSource(subject)
  if (compiled !== null) return compiled ? found('certain', 'compiled from a source of') : null
  if (isExplainedByItsBytes(subject)) return null
  const whole = [...change.packagesA, ...change.packagesB].every(own => own.folder !== undefined && !own.scripted)
  const plain = whole && !isExplainedByItsBytes(subject, 'likely')
  return found(plain ? 'certain' : 'likely', 'file of')
}

const packed = (owner: Owner | undefined, digests: Parameters<typeof isAsPacked>[1]): boolean | null =>
  owner === undefined ? null : isAsPacked(owner, digests)

/** Whether bytecode follows from its source alone; null when it is none. What has the same source on both sides does not. */
function ofSource({ entry, layer }: Subject): boolean | null {
  if (!entry.path.endsWith('.pyc')) return null
  const source = entry.path.replace(/__pycache__\/([^/]+?)\.[^/]*$/, '$1.py')
  if (!layer.byPath.has(source)) return false
  const [a, b] = [entry.content && readAt(entry.content.a, 0, 16), entry.content && readAt(entry.content.b, 0, 16)]
  if (!a || !b) return null
  const timed = a.readUInt32LE(4) === 0 || b.readUInt32LE(4) === 0
  // A header that notes the time of the build is a cause of its own.
  return !timed || a.readUInt32LE(8) === b.readUInt32LE(8)
}
