import { auditOne, emptyDoubt, uncheckedOne } from '../../build/audit.ts'
import { sharedBases } from '../../build/bases.ts'
import { borrowedSteps } from '../../build/borrowed.ts'
import type { SideBuild, Work } from '../../build/build.ts'
import { versionDoubts } from '../../build/builders.ts'
import { ranBeside } from '../../build/ran-beside.ts'
import { blameLayers } from '../../explain/blame/blame.ts'
import { recordedBlame } from '../../explain/blame/recorded-blame.ts'
import type { ShownFinding } from '../../ledger/proof.ts'
import type { Proven } from '../../ledger/proven.ts'
import type { Options } from '../../options/options.ts'
import { compared } from '../../report/platform.ts'
import { whatChanged } from '../../subjects/sources.ts'
import { digestLevel, type Level, levels } from '../../verdict.ts'
import { recordedImage } from '../against.ts'
import { gapMs } from '../order.ts'
import { type Planned, platformBuildOf } from '../planned.ts'
import { emulationNotes, platformDoubts } from '../platform.ts'
import type { PlatformResult } from '../result.ts'
import { type Ledger, nameOf, toldProof } from './ledger.ts'
import { shownThen } from './shown-then.ts'

/** One platform of an image, and its side A. */
export interface BuiltA {
  planned: Planned
  a: SideBuild
  /** Sides A of other images, built with it. */
  beside: readonly Work[]
}

/**
 * The results of an image that was built once, and is what the ledger has for the same inputs; where the other side
 * must be built, why, as a sentence: there is a doubt, or the proof is of less than was asked for. Null: this one is
 * another image, of which the other side decides.
 * @param built all platforms of the image
 */
export async function spared(
  { proof, record }: Proven,
  built: readonly BuiltA[],
  ledger: Ledger,
): Promise<PlatformResult[] | string | null> {
  const results: PlatformResult[] = []
  for (const { planned, a, beside } of built) {
    const { options, sources } = planned.proving
    const recorded = recordedImage(record, a.platform)
    if (recorded === null) return null
    const { image } = recorded
    const level = digestLevel(a, image)
    if (level === 'different') return null
    const shown = proof.platforms.find(({ platform }) => platform === a.platform)?.shown ?? []
    const [why] = [
      ...lessThanAsked(proof, options, level),
      ...failsFor(shown, options),
      ...(await doubtsOf({ planned, a, beside }, proof.at)),
      ...emptyDoubt(image.manifest.layers.length, level),
    ]
    if (why !== undefined) return why
    const layers = {
      A: [...blameLayers(a.provenance, image, sources.dockerfile, options.target, options.buildArgs)],
      B: recordedBlame(recorded.layers),
    }
    // Of another manifest only its digest is known here.
    const images = level === 'identical' ? { imageA: image, imageB: image } : null
    const { digest, configDigest } = image
    const result = compared({
      ...{ platform: planned.platform, a, b: { digest, configDigest, startedAt: Date.parse(proof.at) }, images },
      ...{ layers: images === null ? { A: [], B: [] } : layers, comparison: null, level, required: options.level },
      ...{
        findings: shownThen(shown, proof),
        doubts: [],
        bases: sharedBases(a, a),
        notes: emulationNotes(platformBuildOf(planned)),
      },
    })
    results.push({
      ...{
        ...result,
        // Another machine's clock may be ahead of ours.
        secondsApart: Math.max(0, a.startedAt - Date.parse(proof.at)) / 1000,
        variations: [],
        planA: planned.plans.A,
      },
      against: { kind: 'ledger', name: nameOf(proof), inputs: 'same', proof: toldProof(proof, ledger) },
    })
  }
  return results
}

/** Why the proof is not enough, whatever side A is. */
function lessThanAsked({ level, asked }: Proven['proof'], options: Options, reached: Level): string[] {
  const isLess = (one: Level): boolean => levels.indexOf(one) > levels.indexOf(options.level)
  const missing = options.variations.filter(id => !asked.includes(id))
  return [
    ...(isLess(level) ? [`The proof is of the level ${level}, and ${options.level} is asked for.`] : []),
    ...(isLess(reached) && !isLess(level)
      ? [`This image is the proven one at the level ${reached}, and ${options.level} is asked for.`]
      : []),
    ...(missing.length > 0
      ? [`The two builds of the proof did not have varied what is asked for: ${missing.join(', ')}.`]
      : []),
  ]
}

/** A strict profile fails for what two builds show of the machine: then two builds are to say it. */
const failsFor = (shown: readonly ShownFinding[], { lint: { profile } }: Options): string[] =>
  shown.length > 0 && profile === 'strict'
    ? ['Its two builds showed that something depends on the machine, for which the strict profile fails.']
    : []

/** Why side A alone proves too little, held against an image from before. */
async function doubtsOf({ planned, a, beside }: BuiltA, at: string): Promise<string[]> {
  const { sources, options, setting } = planned.proving
  return [
    ...(a.startedAt - Date.parse(at) < gapMs
      ? ['The proof is too young: a time that both builds write may be the same.']
      : []),
    ...versionDoubts(setting.builders),
    ...platformDoubts(platformBuildOf(planned), a, a),
    ...auditOne(a, beside),
    ...uncheckedOne(a),
    // What another build did for it may be the very work that was proven then.
    ...borrowedSteps(a, ranBeside(a, beside)).map(({ name }) => `Another build did ${name} for this one.`),
    ...(await whatChanged(sources, options)),
    ...((await planned.request.secrets.changed?.()) ?? []),
  ]
}

/** How far an image is the one of a record, by digests; the weakest of all platforms. */
export const levelHeld = ({ record }: Pick<Proven, 'record'>, built: readonly BuiltA[]): Level =>
  levels[
    Math.max(
      ...built.map(({ a }) => {
        const recorded = recordedImage(record, a.platform)
        return levels.indexOf(recorded === null ? 'different' : digestLevel(a, recorded.image))
      }),
    )
  ] as Level
