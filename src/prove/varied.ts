import { sharedLayers } from '../build/blobs.ts'
import type { SideBuild } from '../build/build.ts'
import type { Variation } from '../build/variations/variation.ts'
import type { Finding } from '../finding.ts'
import { decide } from '../verdict.ts'
import { withAnotherB } from './again.ts'
import { explained, unreadable } from './explained.ts'
import { foundGuilty } from './guilty.ts'
import { dependsOnMachine, isCut, suspicions } from './machine.ts'
import { onlyVaried } from './only-varied.ts'
import type { Pair, Planned, Proving } from './pair.ts'
import { type Read, readPair, type Unread } from './read.ts'
import type { PlatformResult } from './result.ts'
import { mayBeVaried, reachedLayers } from './touched.ts'

/** Whether its side B was built from anything else than side A. */
export const isVaried = ({ planned }: Pair): boolean =>
  planned.varied.variations.some(({ touches }) => touches !== 'nothing')

/** Whether a difference is to be looked for without the variations: they may have made it. */
export const needsPlain = (pair: Pair, read: Read): boolean =>
  decide(read.comparison.level, pair.required, []) !== 'reproducible' &&
  mayBeVaried(read.comparison, reachedIn(pair, read))

const reachedIn = ({ a, planned }: Pair, { images }: Read): ((index: number) => boolean) =>
  reachedLayers(images.imageA.manifest.layers.length, a.provenance, planned.varied.variations)

/**
 * A differs from a varied B. So B is built as A was, and that pair decides: what only the variations show depends on the
 * machine, and is told beside the verdict; a strict profile fails for it.
 * @returns why not, where the layers of that B are gone: then all is to be built again, and kept
 */
export async function withoutVariations(varied: Pair, read: Read, proving: Proving): Promise<PlatformResult | Unread> {
  const settled = await settledAlready(varied, read, proving)
  if (settled !== null) return settled
  const plain = await buildPlain(varied.planned, varied.a, proving, 'to see whether they are to blame')
  if ('failed' in plain) return plain.failed
  const plainRead = await readPair(plain, proving)
  if ('unread' in plainRead)
    return varied.planned.kept
      ? unreadBeside(varied, plain, plainRead.unread, proving)
      : { ...plainRead, shared: sharedLayers(read.images) }
  const agree = decide(plainRead.comparison.level, varied.required, []) === 'reproducible'
  return agree
    ? onlyVariedDiffers({ varied, read, plain, plainRead }, proving)
    : bothDiffer({ varied, read, plain, plainRead }, proving)
}

/**
 * Where a layer differs that no variation reaches, the verdict is clear without another build; and what else differs is,
 * too, if the bytes show who did it. Null where they do not.
 */
async function settledAlready(varied: Pair, read: Read, proving: Proving): Promise<PlatformResult | null> {
  const reached = reachedIn(varied, read)
  const own = read.comparison.layers.filter(({ index }) => !reached(index))
  if (own.length === 0 || isCut(read.comparison)) return null
  const ownPaths = new Set(own.flatMap(({ entries }) => entries.map(({ path }) => path)))
  const result = await explained(varied, read, withoutSbom(proving))
  const { variations } = varied.planned.varied
  const suspected = suspicions(result.findings, variations, proving.sources.dockerfile)
  const isOwn = ({ paths, count }: Finding) =>
    paths.length === count && count > 0 && paths.every(path => ownPaths.has(path))
  if (!suspected.every(({ finding, evident }) => evident || isOwn(finding))) return null
  const findings = suspected.map(({ finding, suspects, evident }) =>
    evident && !isOwn(finding) ? dependsOnMachine(finding, suspects, isStrict(proving)) : finding,
  )
  const isTold = suspected.some(({ finding, evident }) => evident && !isOwn(finding))
  return { ...result, findings, notes: [...result.notes, ...(isTold ? [besidesNote(variations)] : [])] }
}

interface Both {
  varied: Pair
  read: Read
  plain: Pair
  plainRead: Read
}

/** The image is drawn by chance; what the variations do to it is told besides, where the bytes show it. */
async function bothDiffer({ varied, read, plain, plainRead }: Both, proving: Proving): Promise<PlatformResult> {
  const result = { ...(await explained(plain, plainRead, proving)), tried: triedIn(varied) }
  const comparison = onlyVaried(read.comparison, plainRead.comparison)
  if (comparison.layers.length === 0 || varied.doubts.length > 0) return result
  const { findings } = await explained(varied, { ...read, comparison }, withoutSbom(proving))
  const told = evidentIn(findings, varied, proving)
  const open = suspicions(findings, varied.planned.varied.variations, proving.sources.dockerfile)
    .filter(({ evident }) => !evident)
    .flatMap(({ finding }) => finding.paths)
  const notes = open.length > 0 ? [openNote(open, varied.planned.varied.variations)] : []
  return { ...result, findings: [...result.findings, ...told], notes: [...result.notes, ...notes] }
}

async function onlyVariedDiffers({ varied, read, plain, plainRead }: Both, proving: Proving): Promise<PlatformResult> {
  const { variations } = varied.planned.varied
  const different = await explained(varied, read, withoutSbom(proving))
  const suspected = suspicions(different.findings, variations, proving.sources.dockerfile)
  const found = await foundGuilty(suspected, isCut(read.comparison), varied, proving)
  if ('undecided' in found) return undecided(different, found.undecided)
  if ('chance' in found) {
    const findings = suspected.map(({ finding, suspects, evident }) =>
      evident ? dependsOnMachine(finding, suspects, isStrict(proving)) : finding,
    )
    return { ...different, findings, notes: [...different.notes, found.chance] }
  }
  const machine = found.guilty.map(({ finding, guilty }) => dependsOnMachine(finding, guilty, isStrict(proving)))
  if (isStrict(proving)) return { ...different, findings: machine, notes: [...different.notes, strictNote] }
  const result = await explained(plain, plainRead, proving)
  return {
    ...result,
    tried: triedIn(varied),
    findings: [...result.findings, ...machine],
    notes: [...result.notes, decidedNote(found.guilty.flatMap(({ guilty }) => guilty))],
  }
}

/** What a build that does not decide had varied. */
export const triedIn = ({ planned }: Pick<Pair, 'planned'>): string[] =>
  planned.varied.variations.filter(({ touches }) => touches !== 'nothing').map(({ id }) => id)

const evidentIn = (findings: readonly Finding[], { planned }: Pair, proving: Proving): Finding[] =>
  suspicions(findings, planned.varied.variations, proving.sources.dockerfile).flatMap(
    ({ finding, suspects, evident }) => (evident ? [dependsOnMachine(finding, suspects, isStrict(proving))] : []),
  )

const undecided = (result: PlatformResult, doubt: string): PlatformResult => ({
  ...result,
  verdict: 'undecided',
  doubts: [...result.doubts, doubt],
})

const isStrict = ({ options }: Proving): boolean => options.lint.profile === 'strict'

/** The varied B could not be read, and so nobody can say what differs: only an unvaried B that differs, too, decides. */
export async function unreadVaried(varied: Pair, reason: string, proving: Proving): Promise<PlatformResult> {
  const plain = await buildPlain(varied.planned, varied.a, proving, 'as its layers could not be read')
  return 'failed' in plain ? plain.failed : unreadBeside(varied, plain, reason, proving)
}

/** That an unvaried B agrees decides nothing while nobody can say in what the varied one differs, and why. */
function unreadBeside(varied: Pair, plain: Pair, reason: string, proving: Proving): PlatformResult {
  const result = unreadable(plain, reason, proving.ports)
  if (result.verdict !== 'reproducible') return result
  return undecided(
    result,
    `Build B was another image with ${named(varied.planned.varied.variations)} varied, and the same without; what differed could not be read: ${reason}`,
  )
}

/** Side B as side A was built. */
export const buildPlain = (planned: Planned, a: SideBuild, proving: Proving, why: string) =>
  withAnotherB(planned, a, { request: planned.request, variations: [] }, `with nothing varied, ${why}`, proving)

const withoutSbom = (proving: Proving): Proving => ({
  ...proving,
  options: { ...proving.options, sbom: undefined },
})

const named = (variations: readonly Variation[]): string =>
  variations
    .filter(({ touches }) => touches !== 'nothing')
    .map(({ id }) => id)
    .join(', ')

const decidedNote = (guilty: readonly Variation[]): string =>
  `Two builds from the same files agree, and decide the verdict. With ${named([...new Set(guilty)])} varied on purpose, build B was another image: the findings that depend on the machine say where, and what to do.`

const besidesNote = (variations: readonly Variation[]): string =>
  `Build B was made with ${named(variations)} varied: among the layers that differ are those that depend on the machine.`

const openNote = (paths: readonly string[], variations: readonly Variation[]): string =>
  `With ${named(variations)} varied, more differed than without (${paths.slice(0, 5).join(', ')}${paths.length > 5 ? ` and ${paths.length - 5} more` : ''}): that may depend on the machine. Who did it can be told once two builds from the same files agree: gate again then.`

const strictNote =
  'Two builds from the same files agreed; the strict profile also asks that nothing depends on the machine.'
