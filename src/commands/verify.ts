import type { SideBuild } from '../build/build.ts'
import { dataRoots } from '../build/data-root.ts'
import { forgetSetting } from '../build/forget.ts'
import { settle } from '../build/setting.ts'
import type { Caller } from '../gate.ts'
import { withinLimits } from '../host/limits.ts'
import { stopwatch } from '../host/stopwatch.ts'
import { openStore } from '../image-stores/open-store.ts'
import { platformsOf } from '../image-stores/platforms.ts'
import { openRecord } from '../ledger/read-record.ts'
import type { RecordedBase } from '../ledger/record.ts'
import type { InputsCompared } from '../ledger/unequal-inputs.ts'
import { InputError, type Options } from '../options/options.ts'
import type { Ports } from '../ports.ts'
import type { Reference } from '../prove/against.ts'
import { buildLogs, withLogs } from '../prove/build-logs.ts'
import { type OnceSetting, onlyImage } from '../prove/once.ts'
import { composeReport, type ReportFrame } from '../report/compose.ts'
import type { Report } from '../report/report.ts'
import { imagesOf, takenOf } from '../subjects/images.ts'
import type { Scope } from '../verdict.ts'
import { asInput, asRecordInput } from './as-input.ts'
import { reportOnce, resultsOf } from './held-against.ts'
import { isFolder, verifyImages } from './verify-images.ts'

/**
 * Builds an image once, and holds it against a record, a published image, or a digest.
 * @throws InputError when that is not there or cannot be read, or the context or the Dockerfile is not there
 */
export const verify = (options: Options, ports: Ports, caller: Caller): Promise<Report> =>
  withinLimits(ports, options, dataRoots, async limits => {
    if (options.record !== undefined && (await isFolder(options.record)))
      return verifyImages(limits.ports, options, options.record, caller)
    const { reference, close } = await referenceOf(options, limits.ports)
    try {
      return await verifyWithin(limits.ports, options, reference, caller)
    } finally {
      await close()
    }
  })

/** A build of before that is made again. */
export interface Remade {
  /** Images that the build is held to, whatever their names stand for by now. */
  images?: readonly Pick<RecordedBase, 'reference' | 'digest'>[]
  how?: Pick<OnceSetting, 'fetched' | 'taken'>
  /** What of its inputs is another one, or not known, beside what a record tells. */
  inputs?: (builds: readonly SideBuild[]) => InputsCompared
}

export async function verifyWithin(
  ports: Ports,
  options: Options,
  reference: Reference,
  { version, own, ...commit }: Caller,
  { images = [], how = {}, inputs }: Remade = {},
): Promise<Report> {
  const image = onlyImage(await imagesOf(options, ports, own), options.command)
  if (reference.kind === 'digest' && image.options.platforms.length > 1)
    throw new InputError([
      `expected-digest (--expected-digest): a digest is of one image, and ${image.options.platforms.length} platforms would be built: name one of them with platforms (--platform), or hold them against a record or the published image`,
    ])
  const [watch, logs] = [stopwatch(ports.now), buildLogs(ports)]
  const { dockerfile } = image.sources
  const frame: ReportFrame = {
    ...{ tool: { name: 'repro-gate', version }, command: 'compare', requiredLevel: options.level, epoch: null },
    images: { A: 'this build', B: nameOf(reference) },
    subject: {
      ...{ context: image.options.contextName ?? image.options.context, file: dockerfile.file },
      ...{ files: [dockerfile.file], target: image.options.target ?? null, commit: null },
    },
    ...{ findings: [], ignored: [], ingredients: null, doubts: [], against: againstOf(reference) },
    ...{ versions: { node: process.versions.node }, timings: watch.taken },
  }
  const setting = await settle(ports, image.options, { ...commit, taken: takenOf([image]) })
  if ('problem' in setting) return composeReport({ ...frame, doubts: [setting.problem] }, [])
  ports.log.info(`SOURCE_DATE_EPOCH=${setting.epoch.seconds}, ${setting.epoch.from}`)
  try {
    await setting.pins.hold(images)
    const run = { ports, setting, watch, logs, ...how }
    const { results, known, notes } = await resultsOf(image, reference, run, inputs)
    const against = { ...againstOf(reference), ...(known ? { inputs: known } : {}) }
    return await withLogs(reportOnce({ ...frame, notes, against }, setting, results), options, logs)
  } finally {
    await forgetSetting(ports, setting)
  }
}

export async function referenceOf(
  { record, expectedDigest, against }: Options,
  ports: Ports,
): Promise<{ reference: Reference; close: () => Promise<void> }> {
  const given = [record, expectedDigest, against].filter(one => one !== undefined)
  if (given.length !== 1)
    throw new InputError([
      `verify: say what this build is to be held against: a record (--record), a digest (--expected-digest) or an image (--against); ${given.length === 0 ? 'none of them is given' : 'one of them, not several'}`,
    ])
  if (record !== undefined) {
    const opened = await asRecordInput(record, ports.signal, () => openRecord(record, ports.signal))
    return { reference: { kind: 'record', name: record, record: opened }, close: () => opened.close() }
  }
  if (against === undefined)
    return {
      reference: { kind: 'digest', name: expectedDigest ?? '', digest: expectedDigest ?? '' },
      close: async () => {},
    }
  const store = await asInput(() => openStore(against, ports), { name: against, signal: ports.signal })
  try {
    const { images } = await asInput(() => platformsOf(store), { name: against, signal: ports.signal })
    return { reference: { kind: 'image', name: against, store, images }, close: () => store.close() }
  } catch (error) {
    await store.close()
    throw error
  }
}

const nameOf = ({ kind, name }: Reference): string =>
  kind === 'record' ? `the record ${name}` : kind === 'image' ? `the image ${name}` : `the digest ${name}`

const againstOf = ({ kind, name }: Reference): NonNullable<Scope['against']> => ({ kind, name })
