import { auditOne, emptyDoubt, uncheckedOne } from '../../build/audit.ts'
import { sharedBases } from '../../build/bases.ts'
import { borrowedSteps } from '../../build/borrowed.ts'
import type { SideBuild } from '../../build/build.ts'
import { versionDoubts } from '../../build/builders.ts'
import { ranBeside } from '../../build/ran-beside.ts'
import { blameLayers } from '../../explain/blame/blame.ts'
import { recordedBlame } from '../../explain/blame/recorded-blame.ts'
import type { Proven } from '../../ledger/proven.ts'
import { compared } from '../../report/platform.ts'
import { whatChanged } from '../../subjects/sources.ts'
import { digestLevel, type Level, levels } from '../../verdict.ts'
import { recordedImage } from '../against.ts'
import { gapMs } from '../order.ts'
import { type Planned, platformBuildOf } from '../planned.ts'
import { emulationNotes, platformDoubts } from '../platform.ts'
import type { PlatformResult } from '../result.ts'
import { type Ledger, nameOf, toldProof } from './ledger.ts'

/** One platform of an image, and its side A. */
export interface BuiltA {
  planned: Planned
  a: SideBuild
  /** Sides A of other images, built with it. */
  beside: readonly SideBuild[]
}

/**
 * The results of an image that was built once, and is what the ledger has for the same inputs; null where the other side
 * must be built: this one is another image, there is a doubt, or the proof is of less than was asked for.
 * @param built all platforms of the image
 */
export async function spared(
  { proof, record }: Proven,
  built: readonly BuiltA[],
  ledger: Ledger,
): Promise<PlatformResult[] | null> {
  const results: PlatformResult[] = []
  for (const { planned, a, beside } of built) {
    const { options, sources } = planned.proving
    const recorded = recordedImage(record, a.platform)
    if (recorded === null || (await doubtsOf({ planned, a, beside }, proof.at)).length > 0) return null
    const { image } = recorded
    const level = digestLevel(a, image)
    const isLess = [level, proof.level].some(one => levels.indexOf(one) > levels.indexOf(options.level))
    if (isLess || !options.variations.every(id => proof.asked.includes(id))) return null
    if (emptyDoubt(image.manifest.layers.length, level).length > 0) return null
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
      ...{ findings: [], doubts: [], bases: sharedBases(a, a), notes: emulationNotes(platformBuildOf(planned)) },
    })
    results.push({
      ...{
        ...result,
        secondsApart: (a.startedAt - Date.parse(proof.at)) / 1000,
        variations: [],
        planA: planned.plans.A,
      },
      against: { kind: 'ledger', name: nameOf(proof), inputs: 'same', proof: toldProof(proof, ledger) },
    })
  }
  return results
}

/** Why side A alone proves too little, held against an image from before. */
async function doubtsOf({ planned, a, beside }: BuiltA, at: string): Promise<string[]> {
  const { sources, options, setting } = planned.proving
  return [
    ...versionDoubts(setting.builders),
    ...platformDoubts(platformBuildOf(planned), a, a),
    ...auditOne(a, beside),
    ...uncheckedOne(a),
    // What another build did for it may be the very work that was proven then.
    ...borrowedSteps(a, ranBeside(a, beside)).map(({ name }) => `Another build did ${name} for this one.`),
    ...(a.startedAt - Date.parse(at) < gapMs
      ? ['The proof is too young: a time that both write may be the same.']
      : []),
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
