import { rm, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { dataRoots } from '../build/data-root.ts'
import { forgetSetting } from '../build/forget.ts'
import { settle } from '../build/setting.ts'
import type { Caller } from '../gate.ts'
import { type Limits, withinLimits } from '../host/limits.ts'
import { hostProblem } from '../host/problem.ts'
import { stopwatch } from '../host/stopwatch.ts'
import { LayerError } from '../image/layer-error.ts'
import { RecordError } from '../ledger/record.ts'
import { writeRecord } from '../ledger/write-record.ts'
import { InputError, type Options } from '../options/options.ts'
import type { Ports } from '../ports.ts'
import { buildLogs } from '../prove/build-logs.ts'
import { fingerprint, recordMask } from '../prove/fingerprint.ts'
import {
  type BuiltOnce,
  buildOnce,
  hasFailedOnce,
  type Once,
  type OnceSetting,
  recordedVersions,
  recordIn,
  settingOf,
} from '../prove/once.ts'
import { platformToRecord } from '../prove/to-record.ts'
import type { RecordReport } from '../report/record-report.ts'
import { makeFolder } from '../report-files.ts'
import { type GatedImage, imagesOf, takenOf, timedBy } from '../subjects/images.ts'

/**
 * Builds an image once, as the gate builds its side A, and writes down what it gave and what it was given.
 * @throws InputError when the context or the Dockerfile is not there, or no place for the record is named
 */
export const recordImage = (options: Options, ports: Ports, caller: Caller): Promise<RecordReport> =>
  withinLimits(ports, options, dataRoots, limits => recordWithin(limits, options, caller))

async function recordWithin(
  limits: Limits,
  options: Options,
  { version, own, ...commit }: Caller,
): Promise<RecordReport> {
  const { ports } = limits
  const path = options.record
  if (path === undefined) throw new InputError(['record (--record): say where the record is to be written'])
  const images = await imagesOf(options, ports, own)
  const several = images.length > 1
  const places = images.map(image => ({ image, path: several ? recordIn(path, image) : path }))
  const [first] = images as [GatedImage]
  const files = [...new Set(images.map(({ sources }) => sources.dockerfile.file))]
  const blank: RecordReport = {
    ...{ schemaVersion: 1, tool: { name: 'repro-gate', version }, command: 'record', record: null },
    ...{ bytes: 0, entries: 0, platforms: [], problems: [], logTail: [], notes: [], versions: {} },
    subject: { file: files.join(', '), target: several ? null : (first.options.target ?? null), commit: null },
  }
  for (const one of places) await madeReady(resolve(one.path))
  const setting = await settle(ports, several ? timedBy(images, options) : first.options, {
    ...commit,
    taken: takenOf(images),
  })
  if ('problem' in setting) return { ...blank, problems: [setting.problem] }
  ports.log.info(`SOURCE_DATE_EPOCH=${setting.epoch.seconds}, ${setting.epoch.from}`)
  const run = { ports, setting, watch: stopwatch(ports.now), logs: buildLogs(ports) }
  const { commit: built, notes = [] } = setting.epoch
  let told = { ...blank, notes, subject: { ...blank.subject, commit: built } }
  // All records or none: whoever compares them later must not miss one.
  const none = async (problems: string[], logTail: string[] = []): Promise<RecordReport> => {
    for (const one of places) await rm(resolve(one.path), { force: true }).catch(() => {})
    return { ...blank, subject: told.subject, problems, logTail }
  }
  try {
    for (const { image, path } of places) {
      const own = { ...run, setting: await settingOf(image, images, run) }
      const built = await buildOnce(image, true, own)
      const problems = problemsOf(built).map(problem => (several ? `${image.name}: ${problem}` : problem))
      if (problems.length > 0) return await none(problems, built.flatMap(logTailOf))
      const one = await written(resolve(path), image, built as Once[], own)
      told = {
        ...{ ...told, bytes: told.bytes + one.bytes, entries: told.entries + one.entries, versions: one.versions },
        notes: [...told.notes, ...one.notes],
        platforms: [
          ...told.platforms,
          ...one.platforms.map(platform => (several ? { image: image.name ?? '', ...platform } : platform)),
        ],
      }
    }
    return { ...told, record: path, ...(several ? { records: places.map(one => one.path) } : {}) }
  } catch (error) {
    const isKnown = error instanceof RecordError || error instanceof LayerError || ports.signal.aborted
    const problem = isKnown ? String((error as Error).message) : (hostProblem(error) ?? lostPlace(error, places))
    if (problem === null) throw error
    return await none([problem])
  } finally {
    await forgetSetting(ports, setting)
  }
}

/** Before anything is built. What an earlier run wrote there would pass for what this one gave. */
async function madeReady(path: string): Promise<void> {
  try {
    await makeFolder(dirname(path))
    if ((await stat(path).catch(() => null))?.isFile()) await rm(path)
  } catch (error) {
    throw new InputError([`record (--record): '${path}' cannot be written: ${(error as Error).message}`])
  }
}

/** What the file system says of a place that could be written before the build; null: the error is of something else. */
function lostPlace(error: unknown, places: readonly { path: string }[]): string | null {
  const { path, message } = error as NodeJS.ErrnoException
  const about = places.find(place => path !== undefined && dirname(path) === dirname(resolve(place.path)))
  return about ? `The record could not be written to ${about.path}: ${message}.` : null
}

const problemsOf = (built: readonly BuiltOnce[]): string[] =>
  built.flatMap(one => (hasFailedOnce(one) ? [one.failure.message] : one.doubts))

const logTailOf = (one: BuiltOnce): string[] => (hasFailedOnce(one) ? one.failure.logTail : [])

async function written(
  path: string,
  image: GatedImage,
  builds: readonly Once[],
  run: OnceSetting,
): Promise<Pick<RecordReport, 'bytes' | 'entries' | 'platforms' | 'versions' | 'notes'>> {
  const { ports, watch, setting } = run
  return watch.time('record', () =>
    ports.log.group('Record', async () => {
      const inputs = await fingerprint(
        image,
        builds.map(({ build }) => build),
        setting,
        ports,
      )
      const versions = await recordedVersions(builds, run)
      const platforms = await Promise.all(builds.map(one => platformToRecord(one, image, ports.signal)))
      const mask = recordMask(image.options, ports.masking)
      const { bytes, entries } = await writeRecord(path, { inputs, versions }, platforms, mask)
      return {
        ...{ bytes, entries, versions },
        notes: builds.flatMap(({ notes }) => notes),
        platforms: platforms.map(({ platform, manifestDigest: digest, configDigest, layers }) => ({
          ...{ platform, digest, configDigest, layers: layers.length },
        })),
      }
    }),
  )
}
