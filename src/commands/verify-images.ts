import { stat } from 'node:fs/promises'
import { forgetSetting } from '../build/forget.ts'
import { settle } from '../build/setting.ts'
import type { Caller } from '../gate.ts'
import { stopwatch } from '../host/stopwatch.ts'
import { type OpenedRecord, openRecord } from '../ledger/read-record.ts'
import { InputError, type Options } from '../options/options.ts'
import type { Ports } from '../ports.ts'
import { buildLogs, withLogs } from '../prove/build-logs.ts'
import { recordIn, settingOf } from '../prove/once.ts'
import { composeReport, type PlatformResult, type ReportFrame } from '../report/compose.ts'
import type { Report } from '../report/report.ts'
import { type GatedImage, imagesOf, takenOf, timedBy } from '../subjects/images.ts'
import type { InputsKnown } from '../verdict.ts'
import { asRecordInput } from './as-input.ts'
import { reportOnce, resultsOf } from './held-against.ts'

/** Whether a path is that of a folder: then it has a record of each image. */
export const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isDirectory() === true

/**
 * Builds all images of a bake or compose file once, and holds each against its own record in a folder.
 * @throws InputError when a record is not there or cannot be read, or an image cannot be built
 */
export async function verifyImages(
  ports: Ports,
  options: Options,
  folder: string,
  { version, own, ...commit }: Caller,
): Promise<Report> {
  const images = await imagesOf(options, ports, own)
  if (images.some(({ name }) => name === null))
    throw new InputError([
      `record (--record): '${folder}' is a folder, which has the records of the images of a bake or compose file; name the file of the one record`,
    ])
  const records = await openedRecords(images, folder, ports.signal)
  try {
    return await verifyAll(ports, { options, images, folder, records, version }, commit)
  } finally {
    await Promise.all(records.map(record => record.close()))
  }
}

async function openedRecords(
  images: readonly GatedImage[],
  folder: string,
  signal: AbortSignal,
): Promise<OpenedRecord[]> {
  const opened: OpenedRecord[] = []
  try {
    for (const image of images) {
      const path = recordIn(folder, image)
      opened.push(await asRecordInput(path, signal, () => openRecord(path, signal)))
    }
    return opened
  } catch (error) {
    await Promise.all(opened.map(record => record.close()))
    throw error
  }
}

interface Verifying {
  options: Options
  images: readonly GatedImage[]
  folder: string
  /** One for each image. */
  records: readonly OpenedRecord[]
  version: string
}

async function verifyAll(
  ports: Ports,
  { options, images, folder, records, version }: Verifying,
  commit: Omit<Caller, 'version' | 'own'>,
): Promise<Report> {
  const [watch, logs] = [stopwatch(ports.now), buildLogs(ports)]
  const files = [...new Set(images.map(({ sources }) => sources.dockerfile.file))]
  const against = { kind: 'record' as const, name: folder }
  const frame: ReportFrame = {
    ...{ tool: { name: 'repro-gate', version }, command: 'compare', requiredLevel: options.level, epoch: null },
    images: { A: 'this build', B: `the records in ${folder}` },
    subject: { context: options.context, file: files[0] ?? '', files, target: null, commit: null },
    ...{ findings: [], ignored: [], ingredients: null, doubts: [], against },
    ...{ versions: { node: process.versions.node }, timings: watch.taken },
  }
  const setting = await settle(ports, timedBy(images, options), { ...commit, taken: takenOf(images) })
  if ('problem' in setting) return composeReport({ ...frame, doubts: [setting.problem] }, [])
  ports.log.info(`SOURCE_DATE_EPOCH=${setting.epoch.seconds}, ${setting.epoch.from}`)
  try {
    const results: PlatformResult[] = []
    const notes: string[] = []
    const known: InputsKnown[] = []
    for (const [at, image] of images.entries()) {
      const reference = { kind: 'record' as const, name: recordIn(folder, image), record: records[at] as OpenedRecord }
      const run = { ports, setting: await settingOf(image, images, { ports, setting }), watch, logs }
      const told = await resultsOf(image, reference, run)
      const { file } = image.sources.dockerfile
      results.push(...told.results.map(result => ({ ...result, image: image.name, file })))
      notes.push(...told.notes.map(note => `${image.name}: ${note}`))
      if (told.known) known.push(told.known)
    }
    const least = (['differ', 'partly-known', 'same'] as const).find(one => known.includes(one))
    const told = { ...against, ...(least ? { inputs: least } : {}) }
    return await withLogs(reportOnce({ ...frame, notes, against: told }, setting, results), options, logs)
  } finally {
    await forgetSetting(ports, setting)
  }
}
