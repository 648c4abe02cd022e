import { createHash } from 'node:crypto'
import { open, realpath, stat } from 'node:fs/promises'
import { constants, gunzipSync } from 'node:zlib'
import { compareImages } from '../compare/compare.ts'
import type { Dockerfile } from '../dockerfile/dockerfile.ts'
import { parseDockerfile } from '../dockerfile/parse.ts'
import { recordedBlame } from '../explain/blame/recorded-blame.ts'
import { missingPlatform } from '../explain/missing-platform.ts'
import type { Caller } from '../gate.ts'
import { type Stopwatch, stopwatch } from '../host/stopwatch.ts'
import { LayerError } from '../image/layer-error.ts'
import { type OpenedRecord, openRecord } from '../ledger/read-record.ts'
import { RecordError, recordKind } from '../ledger/record.ts'
import { compareInputs, type InputsCompared, inputsKnown, otherVersions } from '../ledger/unequal-inputs.ts'
import { InputError, type Options } from '../options/options.ts'
import { shown } from '../options/value.ts'
import type { Ports } from '../ports.ts'
import { type RecordedImage, recordedImage } from '../prove/against.ts'
import { toldApart, unseenBuild } from '../prove/told-apart.ts'
import { unlessInputsDiffer } from '../prove/verified.ts'
import { composeReport, type PlatformResult } from '../report/compose.ts'
import { compared, notCompared } from '../report/platform.ts'
import type { Report } from '../report/report.ts'
import { readDockerfile } from '../subjects/sources.ts'
import { digestLevel } from '../verdict.ts'
import { asRecordInput } from './as-input.ts'

/** Whether a file begins as a record does; no more than a piece of it is read. */
export async function isRecord(path: string): Promise<boolean> {
  // Whoever opens a pipe waits for its writer.
  if (!(await stat(path).catch(() => null))?.isFile()) return false
  const file = await open(path, 'r').catch(() => null)
  if (file === null) return false
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0)
    const start = gunzipSync(buffer.subarray(0, bytesRead), { finishFlush: constants.Z_SYNC_FLUSH })
    return start.toString('latin1').startsWith(`{"kind":"${recordKind}"`)
  } catch {
    return false
  } finally {
    await file.close()
  }
}

const otherDockerfile =
  'The Dockerfile that was named is not the one that record A was made of: its lines may be others than those that are told.'

const sideNames = ['record A', 'record B'] as const

interface Comparing {
  options: Options
  ports: Ports
  watch: Stopwatch
  records: { A: OpenedRecord; B: OpenedRecord }
  inputs: InputsCompared
  dockerfile: Dockerfile
}

/**
 * Two records, of two machines perhaps: how the images agree that they tell of. Nothing is built, and no image is at hand.
 * @throws InputError when one of them is no record, when both are one file, or the Dockerfile that is named is not there
 */
export async function compareRecords(
  names: { A: string; B: string },
  options: Options,
  ports: Ports,
  { version }: Caller,
): Promise<Report> {
  const watch = stopwatch(ports.now)
  if ((await realpath(names.A)) === (await realpath(names.B)))
    throw new InputError([
      `${shown(names.A)} and ${shown(names.B)} are one and the same file: two records are compared`,
    ])
  const A = await asRecordInput(names.A, ports.signal, () => openRecord(names.A, ports.signal))
  try {
    const B = await asRecordInput(names.B, ports.signal, () => openRecord(names.B, ports.signal))
    try {
      const inputs = compareInputs(A, B, sideNames)
      const isNamed = options.files.length > 0 || options.contextGiven
      const { text, file, sha256 } = A.inputs.dockerfile
      const dockerfile = isNamed ? await readDockerfile(options) : parseDockerfile(text ?? '', `record:${file}`)
      const comparing = { options, ports, watch, records: { A, B }, inputs, dockerfile }
      const isOther = isNamed && createHash('sha256').update(dockerfile.text).digest('hex') !== sha256
      const platforms: PlatformResult[] = []
      for (const platform of platformsOf(comparing))
        platforms.push(await ports.log.group(`Compare ${platform}`, () => comparePlatform(platform, comparing)))
      return composeReport(
        {
          ...{ tool: { name: 'repro-gate', version }, command: 'compare', images: names, epoch: null },
          subject: {
            ...{ context: '', file: isNamed ? dockerfile.file : '', files: isNamed ? [dockerfile.file] : [] },
            ...{ target: A.inputs.target, commit: A.inputs.commit === B.inputs.commit ? A.inputs.commit : null },
          },
          ...{ requiredLevel: options.level, findings: [], ignored: [], ingredients: null, doubts: [] },
          ...{
            notes: [
              ...(isOther ? [otherDockerfile] : []),
              ...inputs.unknown,
              ...otherVersions(A.versions, B.versions, sideNames),
            ],
          },
          against: { kind: 'records', name: names.B, inputs: inputsKnown(inputs) },
          ...{ versions: { node: process.versions.node }, timings: watch.taken },
        },
        platforms,
      )
    } finally {
      await B.close()
    }
  } finally {
    await A.close()
  }
}

function platformsOf({ options, records: { A, B } }: Comparing): string[] {
  const all = [...new Set([...A.platforms, ...B.platforms].map(({ platform }) => platform))].sort()
  return options.platforms.length > 0 ? options.platforms : all
}

async function comparePlatform(platform: string, comparing: Comparing): Promise<PlatformResult> {
  const { records, inputs, options, ports } = comparing
  const [a, b] = [recordedImage(records.A, platform), recordedImage(records.B, platform)]
  const undecided = (doubts: string[]): PlatformResult =>
    notCompared(platform, { verdict: 'undecided', level: null, doubts, findings: [] })
  if (a === null && b === null) return undecided([`Neither record has an image for ${platform}.`])
  if (a === null || b === null)
    return notCompared(platform, {
      ...{ verdict: inputs.unequal.length > 0 ? 'undecided' : 'not-reproducible', level: 'different' },
      ...{ doubts: inputs.unequal, findings: [missingPlatform(platform, a === null ? 'B' : 'A')] },
    })
  if (inputs.unequal.length > 0)
    return compared({
      ...{ platform, images: null, comparison: null, layers: { A: [], B: [] }, level: digestLevel(a.image, b.image) },
      ...{ a: { ...a.image, startedAt: 0 }, b: { ...b.image, startedAt: 0 } },
      ...{ required: options.level, findings: [], doubts: inputs.unequal },
    })
  try {
    return unlessInputsDiffer(await bothRead(platform, a, b, comparing), inputs)
  } catch (error) {
    if (!(error instanceof RecordError || error instanceof LayerError) && !ports.signal.aborted) throw error
    return undecided([String((error as Error).message)])
  }
}

async function bothRead(
  platform: string,
  a: RecordedImage,
  b: RecordedImage,
  { options, ports, watch, records: { A }, dockerfile }: Comparing,
): Promise<PlatformResult> {
  const images = { imageA: a.image, imageB: b.image }
  const comparison = await watch.time('compare', () =>
    compareImages({
      ...{ ...images, signal: ports.signal, recorded: { A: a.entriesOf, B: b.entriesOf } },
      open: async () => {
        throw new RecordError('a record has no bytes')
      },
    }),
  )
  const { args, target, epoch } = A.inputs
  return toldApart(
    {
      ...{ platform, images, comparison, contents: undefined, databases: undefined, dockerfile, epoch },
      ...{ target: options.target ?? target ?? undefined, a: unseenBuild, b: unseenBuild },
      buildArgs: Object.fromEntries(args.flatMap(({ name, value }) => (value === null ? [] : [[name, value]]))),
      blamed: { A: recordedBlame(a.layers), B: recordedBlame(b.layers) },
      ...{ required: options.level, doubts: [], notes: [] },
    },
    { ports, watch },
  )
}
