import { pushedByDigest, type SidePlan, withProvenance } from '../build/plan.ts'
import { hasFailed, runPlan } from '../build/run.ts'
import type { Setting } from '../build/setting.ts'
import { openRepository, type Repository } from '../image-stores/repository.ts'
import { patience, type Timing } from '../image-stores/transport.ts'
import type { Options } from '../options/options.ts'
import type { Release } from '../options/release.ts'
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
  if (options.release === null) return report
  const why = whyWithheld(report, options.failOn, ports.signal)
  if (why !== null) {
    ports.log.warning(why)
    return { ...report, release: withheld(why) }
  }
  const release = await ports.log.group('Publish', () =>
    publish(options.release as Release, results, { ports, last: setting.last, timing }),
  )
  if (release.problem !== null) ports.log.warning(release.problem)
  return { ...report, release }
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
  const names = destinations.map(({ repository }) => repository)
  const opened: Repository[] = []
  const open = (name: string, with_: Ports): Repository => {
    const repository = openRepository(name, with_, timing)
    opened.push(repository)
    return repository
  }
  try {
    const repositories = names.map(name => ({ name, repository: open(name, ports) }))
    const images: PublishedImage[] = []
    for (const result of results) {
      const { plan, ...proven } = provenIn(result)
      ports.log.info(`Pushing ${proven.platform} by digest to ${names.join(', ')}`)
      const digest = await push(provenance === null ? plan : withProvenance(plan, provenance), names, ports)
      for (const { name, repository } of repositories) {
        const image = await readBack(repository, name, digest, proven)
        told.images.push({ repository: name, ...proven })
        if (name === names[0]) images.push(image)
      }
    }
    const attestations = images.reduce((sum, image) => sum + image.attestations, 0)
    if (attestations > 0) told.notes.push(aside(attestations))
    const [only, ...more] = images
    if (only === undefined) throw new Error('there is no image to publish')
    const to = more.length === 0 ? only.held : platformIndex(images.flatMap(({ entries }) => entries))
    if (more.length > 0) for (const { repository } of repositories) await repository.put(to.digest, to)
    told.digest = to.digest
    const moves: Move[] = []
    for (const [at, { tags }] of destinations.entries()) {
      const { name, repository } = repositories[at] as (typeof repositories)[number]
      for (const tag of tags)
        moves.push({ repository, name: `${name}:${tag}`, tag, to, before: await repository.manifest(tag) })
    }
    for (const [at, { before }] of moves.entries()) {
      const tag = told.tags[at] as (typeof told.tags)[number]
      tag.before = before?.digest ?? null
    }
    // After an abort there are seconds left to put things back.
    const late = new Map<string, Repository>()
    const undoing = ({ name }: Move): Repository => {
      const key = name.slice(0, name.lastIndexOf(':'))
      const known = late.get(key) ?? open(key, { ...ports, signal: last() })
      late.set(key, known)
      return known
    }
    const { states, problem } = await moveTags(moves, undoing, ports.signal)
    for (const [at, state] of states.entries()) (told.tags[at] as (typeof told.tags)[number]).state = state
    if (problem !== null) throw problem
    for (const { name } of moves) ports.log.info(`${name} is ${to.digest} now`)
    return { ...told, state: 'published' }
  } catch (error) {
    return failed(told, error, ports.signal)
  } finally {
    await Promise.all(opened.map(repository => repository.close()))
  }
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
