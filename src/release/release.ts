import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { SidePlan } from '../build/plan.ts'
import type { Setting } from '../build/setting.ts'
import { openRepository, type Repository } from '../image-stores/repository.ts'
import { patience, type Timing } from '../image-stores/transport.ts'
import type { Options } from '../options/options.ts'
import type { Destination } from '../options/release.ts'
import type { Ports } from '../ports.ts'
import type { PlatformResult } from '../prove/result.ts'
import type { Report, ReportRelease } from '../report/report.ts'
import { exported } from './export.ts'
import { type Move, moveTags } from './move-tags.ts'
import { platformIndex } from './platform-index.ts'
import { type ProvenImage, type PublishedImage, readBack } from './published.ts'
import { type Known, sent } from './send.ts'
import { aside, failed, givenAway, nothingYet, whyWithheld, withheld } from './words.ts'

/** What a release needs besides what was proven. */
export interface Releasing {
  /** Of the whole run. */
  options: Pick<Options, 'release' | 'failOn'>
  /** Each with what it is to be called. */
  images: readonly Named[]
  ports: Ports
  setting: Pick<Setting, 'last'>
  timing?: Timing
}

/** An image of the run; its name is null where there is but one. */
interface Named {
  name: string | null
  options: Pick<Options, 'release'>
}

/**
 * Publishes what was proven, where the user wants that: all images are exported from the cache and sent by digest, what the
 * registries then have is read back, and only when all of it is what was proven tags are moved.
 * @param results with the plans of the sides A that were proven
 */
export async function published(
  report: Report,
  results: readonly PlatformResult[],
  { options, images, ports, setting, timing = patience }: Releasing,
): Promise<Report> {
  const told = tellIfWithheld(report, { options, ports })
  if (options.release === null || told.release) return told
  const wanted = images.map(
    ({ name, options: { release } }): Wanted => ({
      name,
      destinations: release?.destinations ?? [],
      provenance: release?.provenance ?? null,
      results: results.filter(({ image = null }) => image === name),
    }),
  )
  const release = await ports.log.group('Publish', () => publish(wanted, { ports, last: setting.last, timing }))
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

/** One image, and where it is to go. */
interface Wanted {
  name: string | null
  destinations: readonly Destination[]
  /** What `--provenance` of buildx takes; null: none. */
  provenance: string | null
  results: readonly PlatformResult[]
}

/** A repository of this run. */
interface Place {
  held: Repository
  /** The same, for what is still to be done after an abort. */
  late: () => Repository
  known: Known
}

interface Publishing {
  ports: Ports
  last: Setting['last']
  timing: Timing
}

async function publish(all: readonly Wanted[], { ports, last, timing }: Publishing): Promise<ReportRelease> {
  const told = nothingYet(all)
  const opened: Repository[] = []
  const open = (name: string, signal: AbortSignal): Repository => {
    const repository = openRepository(name, { ...ports, signal }, timing, last)
    opened.push(repository)
    return repository
  }
  let folder: string | null = null
  try {
    ports.signal.throwIfAborted()
    folder = await mkdtemp(join(ports.tempDir, 'release-'))
    const registries = new Map<string, Known>()
    const places = new Map<string, Place>()
    for (const repository of new Set(all.flatMap(({ destinations }) => destinations.map(one => one.repository)))) {
      const host = repository.slice(0, repository.indexOf('/'))
      const known = registries.get(host) ?? new Map()
      registries.set(host, known)
      let late: Repository | null = null
      places.set(repository, {
        held: open(repository, ports.signal),
        late: () => (late ??= open(repository, last())),
        known,
      })
    }
    const placeOf = (repository: string): Place => places.get(repository) as Place
    const moves: Move[] = []
    for (const one of all) {
      const images: PublishedImage[] = []
      for (const result of one.results) images.push(await pushed(one, result, placeOf, told, { folder, ports }))
      moves.push(...(await named(one, images, placeOf, told)))
    }
    await tagged(moves, told, { ports, pause: timing.backoff })
    return { ...told, state: 'published' }
  } catch (error) {
    return failed(told, error, ports.signal)
  } finally {
    // What was published stays published, however its connections end.
    await Promise.allSettled(opened.map(repository => repository.close()))
    if (folder !== null) await rm(folder, { recursive: true, force: true }).catch(() => {})
  }
}

/** Sends one platform's image by digest to all its places, and reads it back from each. */
async function pushed(
  { name, destinations, provenance }: Wanted,
  result: PlatformResult,
  placeOf: (repository: string) => Place,
  told: ReportRelease,
  { folder, ports }: { folder: string; ports: Ports },
): Promise<PublishedImage> {
  const { plan, ...proven } = provenIn(result)
  const what = name === null ? proven.platform : `${name} (${proven.platform})`
  ports.log.info(`Pushing ${what} by digest to ${destinations.map(({ repository }) => repository).join(', ')}`)
  const image = await exported(plan, provenance, folder, ports)
  // What is not what was proven goes nowhere.
  const own = await readBack(image, 'the export', image.digest, proven)
  const config = Buffer.from(await image.config(proven.configDigest)).toString()
  if (ports.masking.text(config) !== config) {
    told.notes.push(givenAway(what))
    ports.log.warning(givenAway(what))
  }
  for (const { repository } of destinations) {
    const { held, known } = placeOf(repository)
    await sent(image, { repository, held }, known, ports.log)
    await readBack(held, repository, image.digest, proven)
    told.images.push({ ...(name === null ? {} : { image: name }), repository, ...proven })
  }
  return own
}

/** What the tags of one image are to stand for: that image, or an index of several, which is put beside them. */
async function named(
  { name, destinations }: Wanted,
  images: readonly PublishedImage[],
  placeOf: (repository: string) => Place,
  told: ReportRelease,
): Promise<Move[]> {
  const attestations = images.reduce((sum, image) => sum + image.attestations, 0)
  if (attestations > 0) told.notes.push(`${name === null ? '' : `${name}: `}${aside(attestations)}`)
  const [only, ...more] = images
  if (only === undefined) throw new Error(`there is no image${name === null ? '' : ` ${name}`} to publish`)
  const to = more.length === 0 ? only.held : platformIndex(images.flatMap(({ entries }) => entries))
  if (more.length > 0) for (const { repository } of destinations) await placeOf(repository).held.put(to.digest, to)
  if (told.digests && name !== null) told.digests.push({ image: name, digest: to.digest })
  else told.digest = to.digest
  const moves: Move[] = []
  for (const { repository, tags } of destinations) {
    const { held, late } = placeOf(repository)
    for (const tag of tags)
      moves.push({ name: `${repository}:${tag}`, repository: held, late, tag, to, before: await held.manifest(tag) })
  }
  return moves
}

async function tagged(
  moves: readonly Move[],
  told: ReportRelease,
  { ports, pause }: { ports: Ports; pause: number },
): Promise<void> {
  told.tags = told.tags.map((tag, at) => ({ ...tag, before: moves[at]?.before?.digest ?? null }))
  const { states, problem } = await moveTags(moves, ports.signal, pause)
  told.tags = told.tags.map((tag, at) => ({ ...tag, state: states[at] ?? 'unknown' }))
  if (problem !== null) throw problem
  for (const { name, to } of moves) ports.log.info(`${name} is ${to.digest} now`)
}

/** @throws Error when there is nothing that could be pushed: only what was proven has a plan and digests */
function provenIn({ platform, planA: plan, sides }: PlatformResult): ProvenImage & { plan: SidePlan } {
  const a = sides.find(({ side }) => side === 'A')
  if (plan === undefined || a === undefined) throw new Error(`there is no image of ${platform} to publish`)
  return { plan, platform, digest: a.digest, configDigest: a.configDigest }
}
