import { createHash } from 'node:crypto'
import { compareImages } from '../compare/compare.ts'
import type { Dockerfile } from '../dockerfile/dockerfile.ts'
import { parseDockerfile } from '../dockerfile/parse.ts'
import { recordedBlame } from '../explain/blame/recorded-blame.ts'
import type { Caller } from '../gate.ts'
import { type Stopwatch, stopwatch } from '../host/stopwatch.ts'
import { LayerError } from '../image/layer-error.ts'
import { type OpenedRecord, openRecord } from '../ledger/read-record.ts'
import { RecordError } from '../ledger/record.ts'
import {
  compareInputs,
  type InputsCompared,
  inputsKnown,
  otherBuilders,
  otherCommits,
  otherVersions,
} from '../ledger/unequal-inputs.ts'
import type { Options } from '../options/options.ts'
import type { Ports } from '../ports.ts'
import { type RecordedImage, recordedImage } from '../prove/against.ts'
import { unlessInputsDiffer } from '../prove/other-inputs.ts'
import { recordsPackingDoubt } from '../prove/own-packing.ts'
import { toldApart, unseenBuild } from '../prove/told-apart.ts'
import { composeReport, type PlatformResult } from '../report/compose.ts'
import { compared, notCompared } from '../report/platform.ts'
import type { Report } from '../report/report.ts'
import { readDockerfile } from '../subjects/sources.ts'
import { digestLevel, type InputsKnown } from '../verdict.ts'
import { asRecordInput } from './as-input.ts'
import { type ComparedNames, imagesOf, otherName } from './compared-names.ts'

const otherDockerfile =
  'The Dockerfile that was named is not the one that record A was made of: its lines may be others than those that are told.'

const sideNames = ['record A', 'record B'] as const

/** Two records, and all that is known of their inputs. */
interface Pair {
  a: OpenedRecord
  b: OpenedRecord
  inputs: InputsCompared
  /** What both were made of, or was named; of record A where they were made of two. */
  dockerfile: Dockerfile
}

interface Run {
  options: Options
  ports: Ports
  watch: Stopwatch
}

/**
 * Records of several machines perhaps, on each platform the first against each other one: how the images agree that they tell
 * of. Nothing is built, and no image is at hand.
 * @throws InputError when one of them is no whole record, or the Dockerfile that is named is not there
 */
export async function compareRecords(
  names: ComparedNames['names'],
  options: Options,
  ports: Ports,
  { version }: Caller,
): Promise<Report> {
  const run: Run = { options, ports, watch: stopwatch(ports.now) }
  const records: OpenedRecord[] = []
  try {
    for (const name of names)
      records.push(await asRecordInput(name, ports.signal, () => openRecord(name, ports.signal)))
    const isNamed = options.files.length > 0 || options.contextGiven
    const named = isNamed ? await readDockerfile(options) : null
    const pairOf = pairing(records, named)
    const results: PlatformResult[] = []
    const pairs = new Map<string, Pair>()
    for (const { platform, at, problem } of heldAgainst(records, names, options.platforms)) {
      if (problem !== null) results.push(undecided(platform, [problem]))
      if (problem !== null || at === null) continue
      const name = nameOfPair(names, at)
      const pair = pairs.get(name) ?? pairOf(at)
      pairs.set(name, pair)
      const title = `Compare ${names.length > 2 ? `${name}, ` : ''}${platform}`
      const result = await ports.log.group(title, () => comparePlatform(platform, pair, run))
      results.push({ ...result, ...otherName(names.slice(1), name) })
    }
    const [first] = records as [OpenedRecord]
    const { target, commit, dockerfile } = first.inputs
    const told = [...pairs].flatMap(([name, pair]) =>
      notesOf(pair).map(note => (names.length > 2 ? `${name}: ${note}` : note)),
    )
    const isOther = named !== null && createHash('sha256').update(named.text).digest('hex') !== dockerfile.sha256
    return composeReport(
      {
        ...{ tool: { name: 'repro-gate', version }, command: 'compare', images: imagesOf(names), epoch: null },
        subject: {
          ...{ context: '', file: named?.file ?? '', files: named ? [named.file] : [], target },
          commit: records.every(record => record.inputs.commit === commit) ? commit : null,
        },
        ...{ requiredLevel: options.level, findings: [], ignored: [], ingredients: null, doubts: [] },
        notes: [...(isOther ? [otherDockerfile] : []), ...told],
        against: {
          ...{ kind: 'records', name: names.slice(1).join(', ') },
          ...(pairs.size > 0 ? { inputs: leastKnown([...pairs.values()]) } : {}),
          ...(names.length > 2 ? { records: names.length } : {}),
        },
        ...{ versions: { node: process.versions.node }, timings: run.watch.taken },
      },
      results,
    )
  } finally {
    for (const record of records) await record.close()
  }
}

/** Which two are held against each other for a platform: by their places; null where there are no two. */
interface Held {
  platform: string
  at: [a: number, b: number] | null
  problem: string | null
}

/** Each platform's records: what only one machine built shows nothing, and what was asked for must be in each. */
function heldAgainst(
  records: readonly Pick<OpenedRecord, 'platforms'>[],
  names: readonly string[],
  asked: readonly string[],
): Held[] {
  const all = [...new Set(records.flatMap(({ platforms }) => platforms.map(({ platform }) => platform)))].sort()
  return (asked.length > 0 ? asked : all).flatMap(platform => {
    const has = records.map(({ platforms }) => platforms.some(one => one.platform === platform))
    const [a = -1, ...others] = has.flatMap((isThere, at) => (isThere ? [at] : []))
    const lacking = names.filter((_, at) => !has[at])
    const problem =
      a < 0
        ? `None of the records has an image for ${platform}.`
        : others.length === 0
          ? `Only ${names[a]} has an image for ${platform}: there is nothing to hold it against. Record that platform on the other machine, too, or compare only one that both have: platforms (--platform).`
          : asked.length > 0 && lacking.length > 0
            ? `There is no image for ${platform}, which was asked for, in ${lacking.join(', ')}.`
            : null
    return [
      ...(problem === null ? [] : [{ platform, at: null, problem }]),
      ...others.map((b): Held => ({ platform, at: [a, b], problem: null })),
    ]
  })
}

/** `two.json.gz`; where it is not held against the first of all, what against. */
const nameOfPair = (names: readonly string[], [a, b]: [number, number]): string =>
  a === 0 ? `${names[b]}` : `${names[b]} (against ${names[a]})`

function pairing(records: readonly OpenedRecord[], named: Dockerfile | null): (at: [number, number]) => Pair {
  return ([atA, atB]) => {
    const [a, b] = [records[atA], records[atB]] as [OpenedRecord, OpenedRecord]
    const { text, file } = a.inputs.dockerfile
    const dockerfile = named ?? parseDockerfile(text ?? '', `record:${file}`)
    const builders = otherBuilders(a.versions, b.versions, sideNames)
    return { a, b, inputs: { ...compareInputs(a, b, sideNames), builders }, dockerfile }
  }
}

const notesOf = ({ a, b, inputs }: Pair): string[] => [
  ...inputs.unknown,
  ...otherCommits(a.inputs, b.inputs, sideNames),
  ...otherVersions(a.versions, b.versions, sideNames),
]

/** What is known of the inputs of all of them is what is known of the least known two. */
function leastKnown(pairs: readonly Pair[]): InputsKnown {
  const all = pairs.map(({ inputs }) => inputsKnown(inputs))
  return (['differ', 'partly-known'] as const).find(known => all.includes(known)) ?? 'same'
}

const undecided = (platform: string, doubts: string[]): PlatformResult =>
  notCompared(platform, { verdict: 'undecided', level: null, doubts, findings: [] })

async function comparePlatform(platform: string, pair: Pair, run: Run): Promise<PlatformResult> {
  const { inputs } = pair
  const [a, b] = [recordedImage(pair.a, platform), recordedImage(pair.b, platform)]
  if (a === null || b === null) return undecided(platform, [`A record has no image for ${platform}.`])
  if (inputs.unequal.length > 0)
    return compared({
      ...{ platform, images: null, comparison: null, layers: { A: [], B: [] }, level: digestLevel(a.image, b.image) },
      ...{ a: { ...a.image, startedAt: 0 }, b: { ...b.image, startedAt: 0 } },
      ...{ required: run.options.level, findings: [], doubts: inputs.unequal },
    })
  try {
    return unlessInputsDiffer(await bothRead(platform, a, b, pair, run), inputs)
  } catch (error) {
    if (!(error instanceof RecordError || error instanceof LayerError) && !run.ports.signal.aborted) throw error
    return undecided(platform, [String((error as Error).message)])
  }
}

async function bothRead(
  platform: string,
  a: RecordedImage,
  b: RecordedImage,
  { a: { inputs }, dockerfile }: Pair,
  { options, ports, watch }: Run,
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
  const { args, target, epoch } = inputs
  return toldApart(
    {
      ...{ platform, images, comparison, contents: undefined, databases: undefined, dockerfile, epoch },
      ...{ target: options.target ?? target ?? undefined, a: unseenBuild, b: unseenBuild },
      buildArgs: Object.fromEntries(args.flatMap(({ name, value }) => (value === null ? [] : [[name, value]]))),
      blamed: { A: recordedBlame(a.layers), B: recordedBlame(b.layers) },
      required: options.level,
      ...{ doubts: recordsPackingDoubt(images, comparison, options.level), notes: [] },
    },
    { ports, watch },
  )
}
