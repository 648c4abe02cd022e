import { compareImages } from '../compare/compare.ts'
import { contentsOf } from '../compare/contents.ts'
import type { Dockerfile } from '../dockerfile/dockerfile.ts'
import { parseDockerfile } from '../dockerfile/parse.ts'
import { type AttestedBuild, attestedBuild } from '../explain/blame/attested-build.ts'
import { blameLayers, stageLineage } from '../explain/blame/blame.ts'
import { explain } from '../explain/explain.ts'
import { levelReasons } from '../explain/level-reasons.ts'
import { missingPlatform } from '../explain/missing-platform.ts'
import { ofImages } from '../explain/of-images.ts'
import type { Finding } from '../finding.ts'
import { hostProblem } from '../host/problem.ts'
import type { Stopwatch } from '../host/stopwatch.ts'
import type { Comparison } from '../image/comparison.ts'
import type { Image } from '../image/image.ts'
import { LayerError } from '../image/layer-error.ts'
import type { ImageStore } from '../image/store.ts'
import { provenanceOf } from '../image-stores/attestation.ts'
import type { PlatformPair } from '../image-stores/pair.ts'
import type { PlatformImage } from '../image-stores/platforms.ts'
import { RegistryError } from '../image-stores/registry-error.ts'
import { StoreError } from '../image-stores/store-error.ts'
import type { Options } from '../options/options.ts'
import { packageFacts } from '../packages/facts.ts'
import { KeptDatabases } from '../packages/kept.ts'
import type { Ports } from '../ports.ts'
import { unprovenManifest, withOneType } from '../prove/no-manifest.ts'
import type { PlatformResult } from '../report/compose.ts'
import { compared, notCompared } from '../report/platform.ts'
import { sbomOf } from '../sbom.ts'

/** What all platforms of two images share. */
export interface Comparing {
  options: Options
  ports: Ports
  stores: { A: ImageStore; B: ImageStore }
  /** The Dockerfile that the user named; null when none. */
  dockerfile: Dockerfile | null
  watch: Stopwatch
  /** Our own, for what is written. */
  version: string
}

interface Read {
  images: { imageA: Image; imageB: Image }
  comparison: Comparison
  databases: KeptDatabases
  a: AttestedBuild
  b: AttestedBuild
}

/** How two images of one platform agree, and if not, why. What cannot be read leaves it undecided, with the place. */
export async function comparePlatform(pair: PlatformPair, comparing: Comparing): Promise<PlatformResult> {
  const { platform, a, b } = pair
  const { ports } = comparing
  if (a === null || b === null) {
    const findings = [missingPlatform(platform, a === null ? 'B' : 'A')]
    return notCompared(platform, { verdict: 'not-reproducible', level: 'different', doubts: [], findings })
  }
  try {
    const pair = await read(a, b, comparing)
    const result = await explained(platform, pair, comparing)
    if (comparing.options.sbom === undefined || result.verdict !== 'reproducible') return result
    return { ...result, sbom: await sbomOfA(platform, pair.images.imageA, comparing) }
  } catch (error) {
    const isKnown = error instanceof StoreError || error instanceof LayerError || error instanceof RegistryError
    const { aborted, reason } = ports.signal
    const told = aborted ? `Stopped while it was compared: ${String((reason as Error).message)}.` : null
    const problem = told ?? (isKnown ? error.message : hostProblem(error))
    if (problem === null) throw error
    return notCompared(platform, { verdict: 'undecided', level: null, doubts: [problem], findings: [] })
  }
}

async function read(a: PlatformImage, b: PlatformImage, { options, ports, stores, watch }: Comparing): Promise<Read> {
  const [imageA, imageB] = await Promise.all([a.load(), b.load()])
  const databases = new KeptDatabases()
  const comparison = await watch.time('compare', () =>
    compareImages({
      ...{ imageA, imageB, signal: ports.signal, distrust: true },
      undigested: (['A', 'B'] as const).filter(side => options.verifyBlobs || !stores[side].hasManifests),
      open: (side, descriptor) => stores[side].open(descriptor),
      watch: (side, layer) => databases.watch(side, layer),
      onProgress: ({ done, of }) => ports.log.debug(`compared ${done} of ${of} differing layers`),
    }),
  )
  const isEqual = comparison.level === 'identical'
  const [attestedA, attestedB] = await Promise.all([
    provenanceOf(stores.A, isEqual ? null : a.attestation),
    provenanceOf(stores.B, isEqual ? null : b.attestation),
  ])
  const images = { imageA, imageB }
  // A manifest that was made up to hold the layers of an archive says nothing.
  const shown = stores.A.hasManifests && stores.B.hasManifests ? comparison : { ...comparison, manifest: [] }
  return { images, comparison: shown, databases, a: attestedBuild(attestedA), b: attestedBuild(attestedB) }
}

async function explained(
  platform: string,
  { images, comparison, databases, a, b }: Read,
  { options, ports, stores, dockerfile: given, watch }: Comparing,
): Promise<PlatformResult> {
  const source = given ?? attestedDockerfile(a, b)
  const dockerfile = source ?? parseDockerfile('', '')
  const told = given === null ? (a.dockerfile ? a : b) : null
  const target = options.target ?? told?.target
  const buildArgs = { ...told?.buildArgs, ...options.buildArgs }
  const { sourceDateEpoch } = options
  const epoch = sourceDateEpoch === 'commit' ? (a.epoch === b.epoch ? a.epoch : null) : sourceDateEpoch
  const contents = contentsOf((side, descriptor) => stores[side].open(descriptor), ports.signal)
  const { findings, entries } = await watch.time('explain', async () =>
    explain({
      ...{ ...images, comparison, dockerfile, target, buildArgs, contents },
      signal: ports.signal,
      packages: await packageFacts(comparison, contents, ports.signal, databases),
      epoch: epoch ?? Number.NaN,
      a: { provenance: a.provenance, ...a.window },
      b: { provenance: b.provenance, ...b.window },
    }),
  )
  const layers = {
    A: blameLayers(a.provenance, images.imageA, dockerfile, target, buildArgs),
    B: blameLayers(b.provenance, images.imageB, dockerfile, target, buildArgs),
  }
  const unproven = unprovenManifest(comparison.level, options.level, [stores.A, stores.B])
  return compared({
    ...{ platform, images, layers, comparison, level: comparison.level, required: options.level },
    ...{ findings: findings.map(ofImages), entries },
    a: { ...images.imageA, startedAt: 0 },
    b: { ...images.imageB, startedAt: 0 },
    levelReasons: levelReasons({
      ...{
        ...withOneType(images, stores),
        comparison,
        dockerfile: source,
        lineage: stageLineage(dockerfile, target, buildArgs),
        builders: { A: a.builder, B: b.builder },
      },
      lineOf: (index, side) => layers[side][index],
    }),
    doubts: unproven.doubts,
    notes: [...unproven.notes, ...sourceNotes(findings, given, a, b)],
  })
}

/** An archive that keeps no manifest has no digest but its config's. */
async function sbomOfA(
  platform: string,
  image: Image,
  { ports, stores: { A }, version }: Comparing,
): Promise<string | null> {
  const own = A.hasManifests ? image : { ...image, digest: image.configDigest }
  const contents = contentsOf((_, descriptor) => A.open(descriptor), ports.signal)
  const subject = { side: 'A' as const, image: own, name: A.name, platform, version, epoch: null, contents }
  return await sbomOf(subject, ports.log, ports.signal)
}

/** The Dockerfile that the provenance of an image holds, under a name that no file here has. */
function attestedDockerfile(a: AttestedBuild, b: AttestedBuild): Dockerfile | null {
  const found = a.dockerfile ?? b.dockerfile
  return found && parseDockerfile(found.text, `provenance:${found.file}`)
}

function sourceNotes(
  findings: readonly Finding[],
  given: Dockerfile | null,
  a: AttestedBuild,
  b: AttestedBuild,
): string[] {
  if (given !== null || findings.every(({ location }) => location === undefined)) return []
  if (a.dockerfile && b.dockerfile && a.dockerfile.text !== b.dockerfile.text)
    return [
      'The provenance of the two images holds different Dockerfiles: they were not built of one source. Lines are those of image A.',
    ]
  return [`Lines are those of the Dockerfile that the provenance of image ${a.dockerfile ? 'A' : 'B'} holds.`]
}
