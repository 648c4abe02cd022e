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
  onlyImage,
  recordedVersions,
} from '../prove/once.ts'
import { platformToRecord } from '../prove/to-record.ts'
import type { RecordReport } from '../report/record-report.ts'
import { makeFolder } from '../report-files.ts'
import { type GatedImage, imagesOf } from '../subjects/images.ts'

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
  const image = onlyImage(await imagesOf(options, ports, own), 'a record')
  const blank: RecordReport = {
    ...{ schemaVersion: 1, tool: { name: 'repro-gate', version }, command: 'record', record: null },
    ...{ bytes: 0, entries: 0, platforms: [], problems: [], logTail: [], notes: [], versions: {} },
    subject: { file: image.sources.dockerfile.file, target: image.options.target ?? null, commit: null },
  }
  await madeReady(resolve(path))
  const setting = await settle(ports, image.options, commit)
  if ('problem' in setting) return { ...blank, problems: [setting.problem] }
  ports.log.info(`SOURCE_DATE_EPOCH=${setting.epoch.seconds}, ${setting.epoch.from}`)
  const run = { ports, setting, watch: stopwatch(ports.now), logs: buildLogs(ports) }
  const told = { ...blank, subject: { ...blank.subject, commit: setting.epoch.commit } }
  try {
    const built = await buildOnce(image, true, run)
    const problems = problemsOf(built)
    if (problems.length > 0) return { ...told, problems, logTail: built.flatMap(logTailOf) }
    return { ...told, ...(await written(resolve(path), image, built as Once[], run)), record: path }
  } catch (error) {
    const isKnown = error instanceof RecordError || error instanceof LayerError || ports.signal.aborted
    const problem = isKnown ? String((error as Error).message) : hostProblem(error)
    if (problem === null) throw error
    return { ...told, problems: [problem] }
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
