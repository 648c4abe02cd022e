import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SideBuild } from '../build/build.ts'
import { dataRoots } from '../build/data-root.ts'
import type { Caller } from '../gate.ts'
import { withinLimits } from '../host/limits.ts'
import { attestedStatement } from '../image-stores/attestation.ts'
import type { InputsCompared } from '../ledger/unequal-inputs.ts'
import { isRemote } from '../options/git-url.ts'
import { InputError, type Options } from '../options/options.ts'
import type { Ports } from '../ports.ts'
import type { Reference } from '../prove/against.ts'
import { type AttestedRequest, attestedRequest, ProvenanceError } from '../replay/attested-request.ts'
import { syntaxProblem } from '../replay/frontend.ts'
import { imagesToHold, materialsIn, otherMaterials, plainName, sameDownloads } from '../replay/materials.ts'
import { type ReplayBuild, type ReplayPlan, type ReplayWishes, renderPlan } from '../replay/plan.ts'
import { planImage } from '../replay/plan-image.ts'
import { planRecord } from '../replay/plan-record.ts'
import type { Report } from '../report/report.ts'
import { brought } from '../subjects/placed.ts'
import { asInput } from './as-input.ts'
import { isRecord } from './compared-names.ts'
import { referenceOf, verifyWithin } from './verify.ts'

/**
 * Builds an image again as its record or its provenance says that it was built, and holds the one against the other.
 * @throws InputError with all that keeps it from being replayed; the plan is told before
 */
export const replay = (options: Options, ports: Ports, caller: Caller): Promise<Report> =>
  withinLimits(ports, options, dataRoots, limits =>
    withPlan(options, limits.ports, async ({ plan, build, request, reference }) => {
      for (const line of renderPlan(plan).trimEnd().split('\n')) limits.ports.log.info(line)
      if (build === null) throw new InputError(plan.refused)
      return rebuilt(options, limits.ports, caller, { plan, build, request, reference })
    }),
  )

/** What would be done, and nothing is. @throws InputError when the record or the image cannot be read */
export const planReplay = (options: Options, ports: Ports): Promise<ReplayPlan> =>
  withPlan(options, ports, async ({ plan }) => plan)

interface Planned {
  plan: ReplayPlan
  /** Null where the plan refuses. */
  build: ReplayBuild | null
  /** Null for a record. */
  request: AttestedRequest | null
  reference: Reference
}

async function withPlan<T>(given: Options, ports: Ports, work: (planned: Planned) => Promise<T>): Promise<T> {
  const { record, against } = given
  const name = record ?? against ?? ''
  const isOfRecord = record !== undefined || (await isRecord(name))
  const options = isOfRecord ? { ...given, record: name, against: undefined } : given
  const { reference, close } = await referenceOf(options, ports)
  try {
    const wishes = wishesOf(options)
    if (reference.kind === 'record') {
      const platform = platformOf(options, reference.record.platforms, name)
      return await work({ ...planRecord(name, reference.record, platform, wishes), request: null, reference })
    }
    if (reference.kind !== 'image') throw new InputError(['replay is of a record or an image'])
    return await work({ ...(await planOfImage(options, reference, wishes)), reference })
  } finally {
    await close()
  }
}

async function planOfImage(
  options: Options,
  { name, store, images }: Extract<Reference, { kind: 'image' }>,
  wishes: ReplayWishes,
): Promise<Omit<Planned, 'reference'>> {
  const platform = platformOf(options, images, name)
  const found = images.find(one => one.platform === platform)
  if (found === undefined) throw new InputError([`${name} has no image for ${platform}.`])
  const image = await asInput(() => found.load())
  const statement = await attestedStatement(store, found.attestation)
  if (statement === null)
    throw new InputError([
      `${name} has no provenance beside it that can be read, so nothing says how it was built. Push it with --provenance=mode=max, or replay a record of it (repro-gate record).`,
    ])
  if (!statement.subjects.includes(image.digest))
    throw new InputError([
      `The provenance beside ${name} is of another image than the one for ${platform} (${image.digest}).`,
    ])
  const rewritten = image.manifest.layers.some(({ annotations }) => annotations?.['buildkit/rewritten-timestamp'])
  try {
    const request = attestedRequest(statement.predicate)
    return { ...planImage({ name, platform, rewritten }, request, wishes), request }
  } catch (error) {
    if (!(error instanceof ProvenanceError)) throw error
    throw new InputError([`The provenance beside ${name} is not what BuildKit writes: ${error.message}.`])
  }
}

/** One at a time: each has materials of its own. */
function platformOf({ platforms }: Options, has: readonly { platform: string }[], name: string): string {
  const all = has.map(({ platform }) => platform)
  const [asked, ...more] = platforms
  if (more.length > 0) throw new InputError(['platforms (--platform): one platform is replayed at a time'])
  if (asked !== undefined && !all.includes(asked))
    throw new InputError([`platforms (--platform): ${name} has no image for ${asked}, only for ${all.join(', ')}`])
  const own = { x64: 'linux/amd64', arm64: 'linux/arm64' }[process.arch as string]
  const found = asked ?? (all.length === 1 ? all[0] : all.find(platform => platform === own))
  if (found === undefined)
    throw new InputError([
      `platforms (--platform): ${name} is for ${all.join(', ')}: say which of them is to be replayed`,
    ])
  return found
}

const wishesOf = (options: Options): ReplayWishes => ({
  ...{ context: options.contextGiven ? options.context : undefined, buildArgs: options.buildArgs },
  ...{ buildContexts: options.buildContexts, ssh: idsOf(options.ssh), network: options.network },
  ...{ allow: options.allow, epoch: options.sourceDateEpoch },
  secrets: idsOf([...options.secrets, ...options.secretEnvs, ...options.secretFiles]),
})

const idsOf = (items: readonly string[]): string[] => items.map(item => (item.split('=', 1)[0] as string).trim())

async function rebuilt(
  options: Options,
  ports: Ports,
  caller: Caller,
  { plan, build, request, reference }: Planned & { build: ReplayBuild },
): Promise<Report> {
  // A commit of a fork can be had under the name of the repository, and nobody here has named it.
  const way = build.isForeign && !options.allowUntrusted ? { isOurs: true as const } : {}
  const here = await brought(optionsOf(options, build, plan.platform), ports, { ...caller, way })
  const text = await readFile(here.file, 'utf8').catch(() => null)
  const problem = text === null ? null : syntaxProblem(text)
  if (problem !== null) throw new InputError([problem])
  const inputs = (builds: readonly SideBuild[]): InputsCompared => ({
    unequal: request === null ? [] : unequalTo(request, text, builds),
    unknown: plan.open,
  })
  const report = await verifyWithin(ports, here, reference, caller, {
    images: imagesToHold(build.materials),
    how: {
      ...(build.byBuilder ? { fetched: { context: build.context, file: build.file } } : {}),
      taken: one => sameDownloads(build.materials, materialsIn(one.provenance)),
    },
    inputs,
  })
  return { ...report, notes: [...report.notes, saidBy(plan, build), ...plan.notes] }
}

const saidBy = ({ from }: ReplayPlan, { context }: ReplayBuild): string =>
  `Built again from ${plainName(context)}, as ${from === 'record' ? 'the record says' : 'the provenance beside the image says, whose signature was not looked at'}.`

/** What the provenance says, and the build shows to be otherwise. */
function unequalTo(
  { dockerfile, materials }: AttestedRequest,
  text: string | null,
  builds: readonly SideBuild[],
): string[] {
  const isOther = text !== null && text !== dockerfile
  return [
    ...(isOther ? ['The Dockerfile of that commit is not the one that the provenance holds.'] : []),
    ...builds.flatMap(({ provenance }) => otherMaterials(materials, materialsIn(provenance))),
  ]
}

/** Of the user's own only what does not say how the image is made. */
function optionsOf(options: Options, build: ReplayBuild, platform: string): Options {
  const { context, file: name, byBuilder: _, isForeign: __, materials: ___, epoch, ...how } = build
  const file = isRemote(context) ? name : join(context, name)
  return {
    ...{ ...options, ...how, command: 'verify', context, contextGiven: true, platforms: [platform] },
    ...{ file, files: [{ name: file, by: 'flag' }], sourceDateEpoch: epoch, targets: [], dryRun: false },
  }
}
