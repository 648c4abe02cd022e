import { join, resolve } from 'node:path'
import { runAgain } from '../build/plan.ts'
import { prepareSecrets } from '../build/secrets.ts'
import { keptEntries } from '../report/entries.ts'
import { smoked } from '../smoke/smoke.ts'
import type { GatedImage } from '../subjects/images.ts'
import { keepSides } from './keep.ts'
import { openBook } from './ledger/book.ts'
import type { Ledger } from './ledger/ledger.ts'
import { type Built, buildPairs, type Job, type Proving } from './pair.ts'
import { provePair } from './prove.ts'
import type { PlatformResult } from './result.ts'
import { removeCopies } from './side-b.ts'

/** What earlier runs proved. Absent or null: nobody asks, and nothing is kept. */
export interface OfLedger {
  ledger?: Ledger | null | undefined
}

/** So many are built at the same time, as bake builds all; more of them go in turns, which share nothing. */
const atOnce = 8

/**
 * Builds every image twice for each of its platforms, and tells how the two agree. All of one side are built before the
 * other, so that what the images have in common is built once a side.
 */
export async function proveImages(
  images: readonly GatedImage[],
  { ledger = null, ...shared }: Omit<Proving, 'image' | 'options' | 'sources'> & OfLedger,
): Promise<PlatformResult[]> {
  const jobs = await jobsOf(images, shared)
  const results = new Map<Job, PlatformResult>()
  for (const turn of turnsOf(jobs)) {
    const run = results.size === 0 ? shared.setting.run : runAgain(shared.setting.run)
    for (const job of turn) job.proving.setting = { ...job.proving.setting, run }
    const book = openBook(ledger, turn, jobs)
    const pairs = await buildPairs(turn, run, undefined, book.spare)
    const proven: PlatformResult[] = []
    for (const [at, pair] of pairs.entries()) {
      const job = turn[at] as Job
      const notes = await keptNotes(pair, job, jobs)
      const result = await smoked(await provePair(pair, job.proving), job.proving)
      proven.push({ ...result, notes: [...notes, ...result.notes] })
    }
    for (const [at, result] of (await book.closed(pairs, proven)).entries()) {
      const job = turn[at] as Job
      results.set(job, {
        ...result,
        ...(result.entries ? { entries: keptEntries(result.entries, jobs.length) } : {}),
        image: job.proving.image,
        file: job.proving.sources.dockerfile.file,
      })
    }
  }
  await removeCopies(shared.ports)
  return jobs.flatMap(job => results.get(job) ?? [])
}

async function jobsOf(
  images: readonly GatedImage[],
  shared: Omit<Proving, 'image' | 'options' | 'sources'>,
): Promise<Job[]> {
  const jobs: Job[] = []
  for (const { name: image, options, sources } of images) {
    const secrets = image === null ? shared.setting.secrets : await prepareSecrets(shared.ports, options)
    for (const platform of options.platforms.length > 0 ? options.platforms : [shared.setting.builders.A.platform])
      jobs.push({
        platform,
        proving: { ...shared, ...{ image, options, sources, setting: { ...shared.setting, secrets } } },
      })
  }
  return jobs
}

/** Both sides are kept before anything is read of them: whatever comes later, they are there. */
async function keptNotes(pair: Built, { platform, proving }: Job, all: readonly Job[]): Promise<string[]> {
  const { keep } = proving.options
  if (keep === undefined || !('b' in pair)) return []
  const severalImages = new Set(all.map(job => job.proving.image)).size > 1
  const severalPlatforms = new Set(all.map(job => job.platform)).size > 1
  const below = [
    ...(severalImages && proving.image !== null ? [proving.image] : []),
    ...(severalPlatforms ? [platform.replaceAll('/', '-')] : []),
  ]
  return keepSides(pair, join(keep, ...below), proving.ports)
}

/** Those that can have a stage in common stand together. */
function turnsOf(jobs: readonly Job[]): Job[][] {
  const alike = new Map<string, Job[]>()
  for (const job of jobs) {
    const { context, file } = job.proving.options
    const key = [job.platform, resolve(context), resolve(file)].join('\0')
    alike.set(key, [...(alike.get(key) ?? []), job])
  }
  const all = [...alike.values()].flat()
  return Array.from({ length: Math.ceil(all.length / atOnce) }, (_, turn) =>
    all.slice(turn * atOnce, (turn + 1) * atOnce),
  )
}
