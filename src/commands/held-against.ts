import type { SideBuild } from '../build/build.ts'
import { ranOn } from '../build/builders.ts'
import { toldEpoch } from '../build/epoch.ts'
import {
  compareInputs,
  type InputsCompared,
  inputsKnown,
  otherBuilders,
  otherVersions,
} from '../ledger/unequal-inputs.ts'
import type { Reference } from '../prove/against.ts'
import { fingerprint } from '../prove/fingerprint.ts'
import { buildOnce, hasFailedOnce, type OnceSetting, recordedVersions } from '../prove/once.ts'
import { verified } from '../prove/verified.ts'
import { composeReport, type PlatformResult, type ReportFrame } from '../report/compose.ts'
import { notBuilt } from '../report/platform.ts'
import type { Report } from '../report/report.ts'
import type { GatedImage } from '../subjects/images.ts'
import type { InputsKnown } from '../verdict.ts'

/**
 * Builds an image once for each of its platforms, and holds it against what it is to be equal to; the inputs first.
 * @param more what of its inputs is another one, or not known, beside what a record tells
 */
export async function resultsOf(
  image: GatedImage,
  reference: Reference,
  run: OnceSetting,
  more?: (builds: readonly SideBuild[]) => InputsCompared,
): Promise<{ results: PlatformResult[] } & Inputs> {
  const built = await buildOnce(image, false, run, reference)
  const whole = built.flatMap(one => (hasFailedOnce(one) ? [] : [one]))
  const told = await inputsOf(image, reference, whole, run)
  const inputs = more && whole.length > 0 ? both(told, more(whole.map(({ build }) => build))) : told
  const results: PlatformResult[] = []
  for (const one of built)
    results.push(
      hasFailedOnce(one)
        ? notBuilt(one.platform, one.failure, image.sources.dockerfile.file)
        : await verified(one, image, reference, inputs, run),
    )
  return { results, ...inputs }
}

/** What came of it: all was built on one builder, from one commit. */
export function reportOnce(
  frame: ReportFrame,
  { epoch, builders: { A } }: OnceSetting['setting'],
  results: readonly PlatformResult[],
): Report {
  const { versions } = ranOn({ A, B: A })
  const { notes, ...told } = toldEpoch(epoch)
  const subject = { ...frame.subject, commit: epoch.commit }
  return composeReport({ ...frame, ...told, notes: [...notes, ...(frame.notes ?? [])], versions, subject }, results)
}

interface Inputs extends InputsCompared {
  /** Absent where the other side does not tell. */
  known?: InputsKnown
  notes: string[]
}

function both(told: Inputs, { unequal, unknown }: InputsCompared): Inputs {
  const inputs = { ...told, unequal: [...told.unequal, ...unequal], unknown: [...told.unknown, ...unknown] }
  // What stands beside an image is nobody's word: what it was given is not known by that.
  return { ...inputs, ...(told.known ? { known: inputsKnown(inputs) } : {}), notes: [...told.notes, ...unknown] }
}

/** Of a published image, or of a digest, nobody knows what it was made of. */
async function inputsOf(
  image: GatedImage,
  reference: Reference,
  builds: Parameters<typeof recordedVersions>[0],
  run: OnceSetting,
): Promise<Inputs> {
  if (reference.kind !== 'record' || builds.length === 0) return { unequal: [], unknown: [], notes: [] }
  const { record } = reference
  const names = ['this build', 'the record'] as const
  const own = await fingerprint(
    image,
    builds.map(({ build }) => build),
    run.setting,
    run.ports,
  )
  const built = { inputs: own, platforms: builds.map(({ build }) => build) }
  const inputs = compareInputs(built, record, names)
  const versions = await recordedVersions(builds, run)
  const others = otherVersions(versions, record.versions, names)
  const builders = otherBuilders(versions, record.versions, names)
  return { ...inputs, builders, known: inputsKnown(inputs), notes: [...inputs.unknown, ...others] }
}
