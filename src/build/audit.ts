import { type Borrowed, borrowedSteps, borrowedTwice, doneAlready } from './borrowed.ts'
import type { Side, SideBuild, Work } from './build.ts'
import { type Base, basesIn, type Operation, operationsIn } from './llb.ts'
import { ranBeside } from './ran-beside.ts'
import { workOf } from './step.ts'

/** The builds of other images that ran at the same time, by side. */
export type Beside = Readonly<Record<Side, readonly Work[]>>

/**
 * Why the comparison of two builds would not be fair: each a sentence; none means that both sides did all their work
 * themselves, from the same bases, with file times set alike. Equal digests prove nothing while one of these stands.
 * @param beside with which they may have shared their work, side by side
 */
export function auditSides(a: SideBuild, b: SideBuild, beside: Beside = { A: [], B: [] }): string[] {
  const borrowed = borrowedIn(a, b, beside)
  return [
    ...auditSide(a, ranBeside(a, beside.A), borrowed.A),
    ...auditSide(b, ranBeside(b, beside.B), borrowed.B),
    ...borrowedTwice(borrowed.A, borrowed.B).map(({ name }) => twiceDoubt(name)),
    ...platformDoubt(a, b),
    ...stepDoubt(a, b),
    ...movedBases(a, b),
    ...mergedRuns(a, b),
    ...uncheckedDownloads(a, b),
    ...sharedMounts(a, b),
  ]
}

/**
 * The same of a build that stands alone: whether it did all its work itself, with file times set.
 * @param beside builds of other images with which it shares its work
 */
export function auditOne(build: SideBuild, beside: readonly Work[] = []): string[] {
  const shared = ranBeside(build, beside)
  return auditSide(build, shared, borrowedSteps(build, shared))
}

/**
 * Why it proves little that such a build is equal to an earlier one: what it downloaded may have been the copy of that one,
 * where both were built on one builder.
 * @param known addresses whose files are known to be those that it was to take
 */
export const uncheckedOne = ({ provenance }: SideBuild, known: ReadonlySet<string> = new Set()): string[] =>
  [...new Set((operationsIn(provenance) ?? []).flatMap(({ unchecked }) => unchecked ?? []))]
    .filter(address => !known.has(address))
    .map(
      address =>
        `ADD ${shown(address)} has no checksum, and BuildKit may have taken the copy that an earlier build on this builder downloaded: that both are equal proves nothing. Write ADD --checksum=sha256:… and the file is the same for ever (rule RG404).`,
    )

/** The steps of either side that builds of other runs did for it. */
export const borrowedIn = (a: SideBuild, b: SideBuild, beside: Beside): Record<Side, Borrowed[]> => ({
  A: borrowedSteps(a, ranBeside(a, beside.A)),
  B: borrowedSteps(b, ranBeside(b, beside.B)),
})

const twiceDoubt = (name: string): string =>
  `Both builds took ${shown(name)} from one and the same other build that ran on this builder at the same time. Run the gate again when the builder has less to do.`

/** What is borrowed is from equal files, and of a build that this gate shares nothing else with: that is as good as own. */
function auditSide(build: SideBuild, beside: ReadonlySet<string>, borrowed: readonly Borrowed[]): string[] {
  const doubts: string[] = []
  if (build.digest === '' || build.configDigest === '')
    doubts.push(`Build ${build.side} gave no ${build.digest === '' ? 'manifest' : 'config'} digest to compare.`)
  if (!build.rewritten)
    doubts.push(
      `BuildKit did not say that it set the file times of build ${build.side} to SOURCE_DATE_EPOCH, so its layers carry the time of the build.`,
    )
  const operations = operationsIn(build.provenance)
  if (operations === null)
    return hasOnlyMetadata(build)
      ? doubts
      : [
          ...doubts,
          `Build ${build.side} did not tell its steps, so nobody can say whether they ran or came from a cache.`,
        ]
  const done = new Set([...beside, ...borrowed.map(({ digest }) => digest)])
  return [...doubts, ...idleSteps(build, operations, new Set([...done, ...doneAlready(build, done)]))]
}

/**
 * An image made of nothing (FROM scratch with a LABEL) has no step and no provenance: its progress then names nothing but
 * the frontend's own reading and the export.
 */
const hasOnlyMetadata = ({ provenance, steps }: SideBuild): boolean =>
  provenance === null &&
  steps.length > 0 &&
  steps.every(({ name }) =>
    /^(\[internal\] load |\[auth\] |resolve image config for |docker-image:\/\/|exporting to |resolving provenance )/.test(
      name,
    ),
  )

/** Steps of the image that did not run in this build. */
function idleSteps(
  { side, steps, fromCache = false }: SideBuild,
  operations: readonly Operation[],
  done: ReadonlySet<string>,
): string[] {
  const seen = new Map(steps.map(step => [step.digest, step]))
  const timeless = timelessOperations(operations)
  const doubts: string[] = []
  for (const { digest, kind } of operations) {
    if (kind === 'source' || kind === 'other') continue
    const step = seen.get(digest)
    if (step?.cached && !(fromCache && side === 'A') && !timeless.has(digest) && !done.has(digest))
      doubts.push(`Build ${side} answered ${shown(step.name)} from a cache.`)
    else if (!step) doubts.push(`Build ${side} has a step that its progress never named (${digest.slice(0, 19)}).`)
    else if (!step.completed && !done.has(digest))
      doubts.push(
        steps.some(other => other.completed && other.digest !== digest && workOf(other.name) === workOf(step.name))
          ? `Build ${side} took ${shown(step.name)} from another build that ran on this builder at the same time. Run the gate again when the builder has nothing else to do.`
          : `Build ${side} never ended ${shown(step.name)}.`,
      )
  }
  return doubts
}

/**
 * What is made on nothing but a base image (WORKDIR after FROM, the text of a heredoc): it is the same whenever it is
 * made, and nothing of an earlier build can be in it.
 */
function timelessOperations(operations: readonly Operation[]): Set<string> {
  const kinds = new Map(operations.map(({ digest, kind }) => [digest, kind]))
  const timeless = new Set<string>()
  // Inputs come before what builds on them.
  for (const { digest, kind, inputs } of operations)
    if (kind === 'make' && inputs.every(input => kinds.get(input) === 'source' || timeless.has(input)))
      timeless.add(digest)
  return timeless
}

/**
 * What an image that was asked to come from a cache did take from there; a sentence, or nothing. Only build A may: that is
 * no doubt, but what differs may be older than this run.
 */
export function cacheNote({ side, steps, provenance, fromCache = false }: SideBuild): string[] {
  if (!fromCache) return []
  const seen = new Map(steps.map(step => [step.digest, step]))
  const work = (operationsIn(provenance) ?? []).filter(({ kind }) => kind === 'run' || kind === 'copy')
  const cached = work.filter(({ digest }) => seen.get(digest)?.cached).length
  return [
    cached === 0
      ? `Build ${side} was let take from the cache (cache-from), and found nothing there: all its ${work.length} RUN, COPY and ADD steps ran.`
      : `Build ${side} took ${cached} of its ${work.length} RUN, COPY and ADD steps from the cache (cache-from), build B none: what differs may be older than this run, and what agrees was not only true today.`,
  ]
}

/** Equal images of no layers: not one file was compared. */
export const emptyDoubt = (layers: number, level: string): string[] =>
  layers > 0 || level === 'different'
    ? []
    : [
        'The image has no layers, so not one file was compared: that both builds agree says only that the metadata is the same. Is this the stage that you meant to build (target)?',
      ]

/** The same where nothing is known of the other image but a digest. */
export const emptyBuildDoubt = (build: SideBuild, level: string): string[] =>
  emptyDoubt(hasOnlyMetadata(build) ? 0 : 1, level)

function platformDoubt(a: SideBuild, b: SideBuild): string[] {
  return a.platform === b.platform ? [] : [`Build A is for ${a.platform}, build B for ${b.platform}.`]
}

/**
 * Both sides must have had the same work, by name: digests differ, that is the fork's purpose. A step that two stages
 * share goes by the place in either, so places do not count.
 */
function stepDoubt(a: SideBuild, b: SideBuild): string[] {
  const names = [namesOf(a), namesOf(b)] as const
  const sides: readonly Side[] = ['A', 'B']
  return sides.flatMap((side, index) => {
    const rest = [...(names[1 - index] as string[])]
    const extra = (names[index] as string[]).find(name => {
      const at = rest.indexOf(name)
      if (at >= 0) rest.splice(at, 1)
      return at < 0
    })
    return extra === undefined
      ? []
      : [`Only build ${side} has the step ${shown(extra)}: the builds had not the same inputs.`]
  })
}

function namesOf({ steps, provenance }: SideBuild): string[] {
  const names = new Map(steps.map(({ digest, name }) => [digest, name]))
  return (operationsIn(provenance) ?? [])
    .filter(({ kind }) => kind === 'run' || kind === 'copy' || kind === 'make')
    .map(({ digest }) => workOf(names.get(digest) ?? ''))
    .filter(name => name !== '')
}

function movedBases(a: SideBuild, b: SideBuild): string[] {
  const keyOf = ({ kind, reference, platform }: Base) => `${kind} ${reference} ${platform}`
  const before = basesIn(a.provenance)
  const isNew = (base: Base) => {
    const alike = before.filter(other => keyOf(other) === keyOf(base))
    return alike.length > 0 && alike.every(({ digest }) => digest !== base.digest)
  }
  const moved = basesIn(b.provenance).filter(isNew)
  return [...new Map(moved.map(base => [keyOf(base), base])).values()].map(base => {
    const old = before.find(other => keyOf(other) === keyOf(base))?.digest ?? ''
    const what = `The ${base.kind === 'image' ? 'image' : 'repository'} ${shown(base.reference)}`
    return `${what} moved between the two builds, from ${shortDigest(base.kind, old)} to ${shortDigest(base.kind, base.digest)}: what differs may be its doing, not the Dockerfile's. Pin it by ${base.kind === 'image' ? 'digest' : 'commit'}, or run the gate again.`
  })
}

const shortDigest = (kind: Base['kind'], digest: string): string =>
  kind === 'image' ? `sha256:${digest.slice(0, 12)}` : digest.slice(0, 12)

/** BuildKit merges equal steps of builds that run at the same time, and calls neither of them cached. */
function mergedRuns(a: SideBuild, b: SideBuild): string[] {
  if (a.endedAt <= b.startedAt || b.endedAt <= a.startedAt) return []
  const runs = ({ provenance }: SideBuild) =>
    (operationsIn(provenance) ?? []).filter(({ kind }) => kind === 'run').map(({ digest }) => digest)
  const ofA = new Set(runs(a))
  return runs(b).some(digest => ofA.has(digest))
    ? ['The two builds ran at the same time with equal cache keys: BuildKit may have run a step once for both.']
    : []
}

/** A frontend too old to know BUILDKIT_CACHE_MOUNT_NS would let B start with what A left in a cache mount. */
function sharedMounts(a: SideBuild, b: SideBuild): string[] {
  const mounts = ({ provenance }: SideBuild) =>
    (operationsIn(provenance) ?? []).flatMap(({ cacheMounts }) => cacheMounts)
  const ofA = new Set(mounts(a))
  const shared = mounts(b).find(id => ofA.has(id))
  return shared === undefined
    ? []
    : [`Both builds used the cache mount ${shown(shared)}: build B began with what build A left in it.`]
}

/**
 * BuildKit asks a server whether a file has changed, and takes build A's copy where it says no, with --no-cache too; its
 * progress does not tell. So that the sides agree proves nothing then; that they differ still does.
 * @param agree also images whose configs differ may have the same files
 */
export function uncheckedDownloads(a: SideBuild, b: SideBuild, agree = a.configDigest === b.configDigest): string[] {
  if (!agree) return []
  const addresses = (operationsIn(b.provenance) ?? []).flatMap(({ unchecked }) => unchecked ?? [])
  return [...new Set(addresses)].map(
    address =>
      `ADD ${shown(address)} has no checksum, and BuildKit may have given build B the copy that build A downloaded: that both are equal proves nothing. Write ADD --checksum=sha256:… and the file is the same for ever (rule RG404).`,
  )
}

const shown = (name: string): string => {
  const line = name.replace(/\s+/g, ' ')
  return `'${line.length > 100 ? `${line.slice(0, 100)}…` : line}'`
}
