import { pushedByDigest, type SidePlan, withProvenance } from '../build/plan.ts'
import { hasFailed, runPlan } from '../build/run.ts'
import type { Setting } from '../build/setting.ts'
import { type Manifest, openRepository, type Repository } from '../image-stores/repository.ts'
import { patience, type Timing } from '../image-stores/transport.ts'
import type { Options } from '../options/options.ts'
import type { Destination, Release } from '../options/release.ts'
import type { Ports } from '../ports.ts'
import type { PlatformResult } from '../prove/result.ts'
import type { Report, ReportRelease } from '../report/report.ts'
import { type Move, moveTags } from './move-tags.ts'
import { platformIndex } from './platform-index.ts'
import { type ProvenImage, type PublishedImage, readBack } from './published.ts'
import { aside, failed, nothingYet, pushFailure, whyWithheld, withheld } from './words.ts'

/** What a release needs besides what was proven. */
export interface Releasing {
  options: Options
  ports: Ports
  setting: Pick<Setting, 'last'>
  timing?: Timing
}

/**
 * Publishes what was proven, where the user wants that: each platform's image is built again from the cache and pushed
 * by digest, what the registries then have is read back, and only when all of it is what was proven tags are moved.
 * @param results with the plans of the sides A that were proven
 */
export async function published(
  report: Report,
  results: readonly PlatformResult[],
  { options, ports, setting, timing = patience }: Releasing,
): Promise<Report> {
  const told = tellIfWithheld(report, { options, ports })
  if (options.release === null || told.release) return told
  const release = await ports.log.group('Publish', () =>
    publish(options.release as Release, results, { ports, last: setting.last, timing }),
  )
  if (release.problem !== null) ports.log.warning(release.problem)
  return { ...report, release }
}

/** The report, which says why nothing is published where that was asked for and the report itself forbids it. */
export function tellIfWithheld(report: Report, { options, ports }: Pick<Releasing, 'options' | 'ports'>): Report {
  const why = options.release === null ? null : whyWithheld(report, options.failOn)
  if (why === null) return report
  ports.log.warning(why)
  return { ...report, release: withheld(why) }
}

/** One repository and what is to be tagged there. */
interface Place extends Destination {
  held: Repository
  /** The same, for what is still to be done after an abort. */
  late: () => Repository
}

interface Publishing {
  ports: Ports
  last: Setting['last']
  timing: Timing
}

async function publish(
  { destinations, provenance }: Release,
  results: readonly PlatformResult[],
  { ports, last, timing }: Publishing,
): Promise<ReportRelease> {
  const told = nothingYet(destinations)
  const opened: Repository[] = []
  const open = (name: string, signal: AbortSignal): Repository => {
    const repository = openRepository(name, { ...ports, signal }, timing)
    opened.push(repository)
    return repository
  }
  try {
    ports.signal.throwIfAborted()
    const places = destinations.map((one): Place => {
      const held = open(one.repository, ports.signal)
      let late: Repository | null = null
      return { ...one, held, late: () => (late ??= open(one.repository, last())) }
    })
    const images: PublishedImage[] = []
    for (const result of results) images.push(await pushed(result, provenance, places, told, ports))
    const to = await named(images, places, told)
    await tagged(to, places, told, { ports, pause: timing.backoff })
    return { ...told, state: 'published' }
  } catch (error) {
    return failed(told, error, ports.signal)
  } finally {
    // What was published stays published, however its connections end.
    await Promise.allSettled(opened.map(repository => repository.close()))
  }
}

/** Pushes one platform's image by digest to all places, and reads it back from each. */
async function pushed(
  result: PlatformResult,
  provenance: string | null,
  places: readonly Place[],
  told: ReportRelease,
  ports: Ports,
): Promise<PublishedImage> {
  const { plan, ...proven } = provenIn(result)
  const names = places.map(({ repository }) => repository)
  ports.log.info(`Pushing ${proven.platform} by digest to ${names.join(', ')}`)
  const digest = await push(provenance === null ? plan : withProvenance(plan, provenance), names, ports)
  const images: PublishedImage[] = []
  for (const { repository, held } of places) {
    images.push(await readBack(held, repository, digest, proven))
    told.images.push({ repository, ...proven })
  }
  return images[0] as PublishedImage
}

/** What the tags are to stand for: the one image, or an index of several, which is put beside them. */
async function named(
  images: readonly PublishedImage[],
  places: readonly Place[],
  told: ReportRelease,
): Promise<Manifest> {
  const attestations = images.reduce((sum, image) => sum + image.attestations, 0)
  if (attestations > 0) told.notes.push(aside(attestations))
  const [only, ...more] = images
  if (only === undefined) throw new Error('there is no image to publish')
  const to = more.length === 0 ? only.held : platformIndex(images.flatMap(({ entries }) => entries))
  if (more.length > 0) for (const { held } of places) await held.put(to.digest, to)
  told.digest = to.digest
  return to
}

async function tagged(
  to: Manifest,
  places: readonly Place[],
  told: ReportRelease,
  { ports, pause }: { ports: Ports; pause: number },
): Promise<void> {
  const moves: Move[] = []
  for (const { repository, tags, held, late } of places)
    for (const tag of tags)
      moves.push({ name: `${repository}:${tag}`, repository: held, late, tag, to, before: await held.manifest(tag) })
  told.tags = moves.map(({ name, before }) => ({ name, before: before?.digest ?? null, state: 'untouched' }))
  const { states, problem } = await moveTags(moves, ports.signal, pause)
  told.tags = told.tags.map((tag, at) => ({ ...tag, state: states[at] ?? 'unknown' }))
  if (problem !== null) throw problem
  for (const { name } of moves) ports.log.info(`${name} is ${to.digest} now`)
}

/** @throws Error when there is nothing that could be pushed: only what was proven has a plan and digests */
function provenIn({ platform, planA: plan, sides }: PlatformResult): ProvenImage & { plan: SidePlan } {
  const a = sides.find(({ side }) => side === 'A')
  if (plan === undefined || a === undefined) throw new Error(`there is no image of ${platform} to publish`)
  return { plan, platform, digest: a.digest, configDigest: a.configDigest }
}

/** @returns the digest that was pushed, of the image or of an index around it */
async function push(plan: SidePlan, names: readonly string[], ports: Ports): Promise<string> {
  const output = pushedByDigest(plan, names)
  const built = await runPlan(ports, plan, { output, noCache: false, quiet: false })
  if (hasFailed(built)) throw new PushError(pushFailure(built.message))
  if (built.digest === '') throw new PushError('buildx does not say what it pushed')
  return built.digest
}

/** The builder could not push. */
class PushError extends Error {}
