import { emptyBuildDoubt, emptyDoubt, uncheckedOne } from '../build/audit.ts'
import { ImageError, openImage } from '../build/blobs.ts'
import { type CompareInput, compareImages } from '../compare/compare.ts'
import { contentsOf } from '../compare/contents.ts'
import { attestedBuild } from '../explain/blame/attested-build.ts'
import type { BlamedLayer } from '../explain/blame/blame.ts'
import { recordedBlame } from '../explain/blame/recorded-blame.ts'
import { unreadDifference } from '../explain/unread.ts'
import type { Finding } from '../finding.ts'
import { hostProblem } from '../host/problem.ts'
import type { Comparison } from '../image/comparison.ts'
import type { Contents } from '../image/contents.ts'
import type { Image } from '../image/image.ts'
import { LayerError } from '../image/layer-error.ts'
import { provenanceOf } from '../image-stores/attestation.ts'
import type { PlatformImage } from '../image-stores/platforms.ts'
import { RegistryError } from '../image-stores/registry-error.ts'
import { StoreError } from '../image-stores/store-error.ts'
import { asRecorded, RecordError } from '../ledger/record.ts'
import type { InputsCompared } from '../ledger/unequal-inputs.ts'
import { KeptDatabases } from '../packages/kept.ts'
import type { PlatformResult } from '../report/compose.ts'
import { compared, notCompared } from '../report/platform.ts'
import type { GatedImage } from '../subjects/images.ts'
import { digestLevel, type Level, type RequiredLevel } from '../verdict.ts'
import { type RecordedImage, type Reference, recordedImage } from './against.ts'
import { recordMask } from './fingerprint.ts'
import { unprovenManifest, withOneType } from './no-manifest.ts'
import type { Once, OnceSetting } from './once.ts'
import { lessSure, unlessInputsDiffer } from './other-inputs.ts'
import { ofOwnPacking, packingDoubt, unreadPacking } from './own-packing.ts'
import { hasPackedDigest } from './packed-otherwise.ts'
import { toldApart, unseenBuild } from './told-apart.ts'

/** Holds one build against what it is to be equal to. What cannot be read leaves it undecided, and says where. */
export async function verified(
  once: Once,
  image: GatedImage,
  reference: Reference,
  inputs: InputsCompared,
  run: OnceSetting,
): Promise<PlatformResult> {
  const doubted = { ...once, doubts: [...inputs.unequal, ...once.doubts] }
  try {
    const result = { ...(await heldAgainst(doubted, image, reference, run)), secondsApart: null }
    return result.verdict === 'reproducible'
      ? lessSure(result, uncheckedOne(once.build, run.taken?.(once.build)))
      : unlessInputsDiffer(result, inputs)
  } catch (error) {
    const kinds = [ImageError, LayerError, RecordError, RegistryError, StoreError]
    const isKnown = run.ports.signal.aborted || kinds.some(kind => error instanceof kind)
    const problem = isKnown ? String((error as Error).message) : hostProblem(error)
    if (problem === null) throw error
    return undecided(doubted, [...doubted.doubts, problem])
  }
}

async function heldAgainst(
  once: Once,
  image: GatedImage,
  reference: Reference,
  run: OnceSetting,
): Promise<PlatformResult> {
  if (reference.kind === 'digest') return againstDigest(once, image, reference.digest, run)
  if (reference.kind === 'record') {
    const recorded = recordedImage(reference.record, once.build.platform)
    if (recorded === null) return lacking(once, 'The record', reference.record.platforms)
    // Of other inputs another image is what everybody expects: there is nothing to blame a line for.
    if (once.doubts.length > 0) return byDigestsAlone(once, image, recorded.image)
    const proves = (): boolean => true
    return seen(() => readWithRecord(once, recorded, image, run), recorded.image, proves, once, image, run)
  }
  const other = reference.images.find(one => one.platform === once.build.platform)
  if (other === undefined) return lacking(once, reference.name, reference.images)
  const imageB = await other.load()
  const read = () => readWithImage(once, { ...other, image: imageB }, reference.store, image.options.level, run)
  // Only once its layers are read is it known that they hold what its config says, which anybody may have written.
  return seen(read, imageB, level => level !== 'same-content', once, image, run)
}

/**
 * That two images differ is known, whatever the builder has lost of its own one by now.
 * @param proves whether digests alone prove a level
 */
async function seen(
  read: () => Promise<Read>,
  other: Image,
  proves: (level: Level) => boolean,
  once: Once,
  image: GatedImage,
  run: OnceSetting,
): Promise<PlatformResult> {
  try {
    return await explained(await read(), once, image, run)
  } catch (error) {
    if (!(error instanceof ImageError) || run.ports.signal.aborted) throw error
    const level = digestLevel(once.build, other)
    const isDifferent = level === 'different'
    if (!proves(level) || (isDifferent && image.options.level === 'same-files')) throw error
    run.ports.log.warning(`The image could not be read again: ${error.message}`)
    return byDigestsAlone(once, image, other, isDifferent ? [unreadDifference(error.message)] : [])
  }
}

/** Both images, where they differ, and what helps to say why. */
interface Read {
  images: { imageA: Image; imageB: Image }
  comparison: Comparison
  /** Absent where one side has no bytes. */
  contents?: Contents
  databases?: KeptDatabases
  blamedB: readonly BlamedLayer[] | null
  provenanceB: unknown
  doubts?: string[]
  notes?: string[]
}

async function readWithRecord(
  once: Once,
  { image: imageB, layers, entriesOf }: RecordedImage,
  { options }: GatedImage,
  { ports, watch }: OnceSetting,
): Promise<Read> {
  const { image: imageA, open } = await openedOnce(once, imageB, ports)
  const mask = recordMask(options, ports.masking)
  const comparison = await compareInGroup(
    { ports, watch },
    {
      ...{ imageA, imageB, open: (_, descriptor) => open(descriptor), recorded: { B: entriesOf } },
      asRecorded: entry => asRecorded(entry, mask),
    },
  )
  const images = { imageA, imageB }
  const doubts = packingDoubt(images, comparison, options.level)
  return { images, comparison, blamedB: recordedBlame(layers), provenanceB: null, doubts }
}

async function readWithImage(
  once: Once,
  { attestation, image: imageB }: PlatformImage & { image: Image },
  store: Extract<Reference, { kind: 'image' }>['store'],
  required: RequiredLevel,
  { ports, watch }: OnceSetting,
): Promise<Read> {
  const { image: imageA, open } = await openedOnce(once, imageB, ports)
  const databases = new KeptDatabases()
  const openSide: CompareInput['open'] = (side, layer) => (side === 'A' ? open(layer) : store.open(layer))
  const comparison = await compareInGroup(
    { ports, watch },
    {
      ...{ imageA, imageB, open: openSide, distrust: true },
      undigested: store.hasManifests ? [] : ['B'],
      watch: (side, layer) => databases.watch(side, layer),
    },
  )
  const provenanceB = await provenanceOf(store, comparison.level === 'identical' ? null : attestation)
  return {
    ...{ images: withOneType({ imageA, imageB }, { A: { hasManifests: true }, B: store }), databases, blamedB: null },
    // A manifest that was made up to hold the layers of an archive says nothing.
    comparison: store.hasManifests ? comparison : { ...comparison, manifest: [] },
    contents: contentsOf(openSide, ports.signal),
    provenanceB: attestedBuild(provenanceB).provenance,
    ...(store.hasManifests
      ? { doubts: packingDoubt({ imageA, imageB }, comparison, required) }
      : unprovenManifest(comparison.level, required, [store])),
  }
}

const openedOnce = ({ build, plan, layout }: Once, other: Image, ports: OnceSetting['ports']) => {
  const shared = new Set(other.config.rootfs.diff_ids)
  return openImage(ports, { build, plan }, layout, diffId => shared.has(diffId))
}

const compareInGroup = ({ ports, watch }: Pick<OnceSetting, 'ports' | 'watch'>, input: CompareInput) =>
  watch.time('compare', () => ports.log.group('Compare', () => compareImages({ ...input, signal: ports.signal })))

async function explained(
  { images, comparison, contents, databases, blamedB, provenanceB, doubts = [], notes = [] }: Read,
  once: Once,
  { options, sources }: GatedImage,
  { ports, setting, watch }: OnceSetting,
): Promise<PlatformResult> {
  const result = await toldApart(
    {
      ...{ images, comparison, contents, databases },
      ...{ platform: once.platform, required: options.level },
      ...{ doubts: [...once.doubts, ...doubts], notes: [...once.notes, ...notes] },
      ...{ dockerfile: sources.dockerfile, target: options.target, buildArgs: options.buildArgs },
      ...{ epoch: setting.epoch.seconds, a: once.build, b: { ...unseenBuild, provenance: provenanceB } },
      blamed: blamedB === null ? {} : { B: blamedB },
    },
    { ports, watch },
  )
  return { ...result, findings: result.findings.map(ofOwnPacking(images, comparison)) }
}

/** The digests of both, without a look into either image. */
function byDigestsAlone(once: Once, { options }: GatedImage, other: Image, findings: Finding[] = []): PlatformResult {
  const { build, platform, notes } = once
  const [level, required] = [digestLevel(build, other), options.level]
  return compared({
    ...{ platform, images: null, comparison: null, layers: { A: [], B: [] }, level },
    ...{ a: { ...build, startedAt: 0 }, b: { ...other, startedAt: 0 } },
    doubts: [...once.doubts, ...emptyDoubt(other.manifest.layers.length, level), ...unreadPacking(level, required)],
    ...{ required, findings, notes },
  })
}

/** A digest alone is that of the manifest or, as Docker's image id, that of the config; it cannot say where two images differ. */
async function againstDigest(
  once: Once,
  { options }: GatedImage,
  digest: string,
  { ports }: OnceSetting,
): Promise<PlatformResult> {
  const { build, platform, notes } = once
  const isConfig = digest === build.configDigest
  const isSame = digest === build.digest || (!isConfig && (await hasPackedDigest(once, digest, ports)))
  if (isSame === null) return undecided(once, [...once.doubts, notPackedAgain(digest)])
  const level = isSame ? 'identical' : isConfig ? 'same-content' : 'different'
  const isLess = level === 'same-content' && options.level === 'identical'
  const doubts = [...once.doubts, ...emptyBuildDoubt(build, level), ...(isLess ? [configAlone] : [])]
  return compared({
    ...{ platform, images: null, comparison: null, layers: { A: [], B: [] }, level },
    a: { ...build, ...(isSame ? { digest } : {}), startedAt: 0 },
    b: {
      digest: level === 'identical' || level === 'different' ? digest : '',
      configDigest: level === 'different' ? '' : build.configDigest,
      startedAt: 0,
    },
    ...{ required: options.level, findings: level === 'different' ? [digestDiffers(digest)] : [], doubts, notes },
  })
}

const configAlone =
  'The digest that was expected is that of the config of this build: the content is the same, and of the manifest nothing is known. Expect the digest of the manifest, or ask for level same-content.'

const notPackedAgain = (digest: string): string =>
  `The build could not be packed again from the builder's cache, so whether it has the digest ${digest} once it is packed as published images are is not known. Run it again; is the builder short of disk?`

const digestDiffers = (digest: string): Finding => ({
  ...unreadDifference(`of the other image only its digest ${digest} is known`),
  title: 'This build has another digest than the one that was expected',
  message: `This build does not have the digest ${digest}, neither for its manifest nor for its config. An image that is packed in another way (another compression level, pushed by another tool) and an index (of several platforms, or with provenance, which docker/build-push-action pushes unless it is told not to) have digests that no build here has, though the files may be the same.`,
  evidence: [],
  fix: {
    text: 'To see where the images differ, and whether they do, hold the build against the image itself (against) or a record of it (record); or expect the digest of its config, which is what `docker image inspect` calls its id.',
  },
})

const lacking = (once: Once, name: string, there: readonly { platform: string }[]): PlatformResult =>
  undecided(once, [
    ...once.doubts,
    `${name} has no image for ${once.platform}, only for ${there.map(({ platform }) => platform).join(', ')}.`,
  ])

const undecided = ({ platform }: Once, doubts: string[]): PlatformResult =>
  notCompared(platform, { verdict: 'undecided', level: null, doubts, findings: [] })
