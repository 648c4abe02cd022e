import type { Dockerfile, Instruction } from '../dockerfile/dockerfile.ts'
import { instructionAt } from '../dockerfile/parse.ts'
import type { Evidence, Finding } from '../finding.ts'
import { docsUrl } from '../finding.ts'
import type { Comparison, LayerDifference } from '../image/comparison.ts'
import type { BlamedLayer } from './blame.ts'
import { wholeLines } from './config-cause.ts'
import { quoteUnlessSecret } from './excerpt.ts'

/** Findings about layers as wholes: of the base, on one side only, in another order, packed in another way. */
export function explainLayers(
  comparison: Comparison,
  blamed: (index: number) => BlamedLayer | undefined,
  dockerfile: Dockerfile,
  lineage: readonly Instruction[],
): Finding[] {
  const findings: Finding[] = []
  const instructionOf = (layer: LayerDifference): Instruction | null => {
    const line = blamed(layer.index)?.line
    return line ? instructionAt(dockerfile, line) : null
  }
  const base = comparison.layers.filter(layer => blamed(layer.index)?.base)
  const [firstBase] = base
  if (firstBase) findings.push(baseMoved(firstBase, base.length, lineage, dockerfile))
  const own = comparison.layers.filter(layer => !base.includes(layer))
  const lonely = own.find(layer => !layer.a || !layer.b)
  if (lonely) findings.push(layerCount(lonely, instructionOf(lonely), dockerfile))
  for (const layer of own) {
    if (!layer.a || !layer.b) continue
    if (layer.total === 0) findings.push(equalTree(layer, instructionOf(layer), dockerfile))
    else if (layer.total > layer.entries.length) findings.push(notAllSeen(layer, instructionOf(layer), dockerfile))
  }
  if (comparison.layers.length === 0 && comparison.config.length === 0 && comparison.manifest.length > 0)
    findings.push(repackaged(comparison))
  return findings
}

function finding(
  id: string,
  parts: Pick<Finding, 'title' | 'message' | 'evidence'> & Partial<Finding>,
  instruction: Instruction | null,
  dockerfile: Dockerfile,
): Finding {
  return {
    id,
    source: 'comparison',
    level: 'error',
    class: 'now',
    paths: [],
    count: 1,
    confidence: 'certain',
    docs: docsUrl(id),
    ...(instruction ? { location: wholeLines(dockerfile, instruction) } : {}),
    ...parts,
  }
}

const digests = (layer: LayerDifference): Evidence => ({
  what: `diff ID of layer ${layer.index + 1}`,
  a: layer.a?.diffId ?? '(none)',
  b: layer.b?.diffId ?? '(none)',
})

const baseMoved = (
  layer: LayerDifference,
  count: number,
  lineage: readonly Instruction[],
  dockerfile: Dockerfile,
): Finding =>
  finding(
    'base-image',
    {
      class: 'drift',
      count,
      title: 'The two builds used different base images',
      message:
        'Layers of the base image differ: the tag was moved between the two builds, or the builders had different images under one name.',
      evidence: [digests(layer)],
      fix: {
        text: 'Pin the base image by digest: FROM name:tag@sha256:… (`docker buildx imagetools inspect name:tag` shows the digest).',
      },
    },
    lineage.find(instruction => instruction.keyword === 'FROM') ?? null,
    dockerfile,
  )

const layerCount = (layer: LayerDifference, instruction: Instruction | null, dockerfile: Dockerfile): Finding =>
  finding(
    'layer-count',
    {
      title: 'One image has more layers than the other',
      message: `Only ${layer.a ? 'image A' : 'image B'} has a layer ${layer.index + 1}. An instruction made a layer in one build and none in the other, or the two were built from different Dockerfiles.`,
      evidence: [digests(layer)],
      fix: { text: 'Make sure that both sides build the same Dockerfile, target and arguments.' },
    },
    instruction,
    dockerfile,
  )

const equalTree = (layer: LayerDifference, instruction: Instruction | null, dockerfile: Dockerfile): Finding =>
  finding(
    'layer-packing',
    {
      level: 'warning',
      class: 'machine',
      title: layer.reordered
        ? 'A layer lists the same files in another order'
        : 'A layer holds the same files, packed in another way',
      message: `Every file of the layer is equal in content, permissions, owner and time, ${layer.reordered ? 'but the files come in another order' : 'but the bytes of the layer are not'}. The two builders pack layers differently.`,
      evidence: [digests(layer)],
      fix: { text: 'Use one builder of one version for both builds, and pin it.' },
    },
    instruction,
    dockerfile,
  )

const notAllSeen = (layer: LayerDifference, instruction: Instruction | null, dockerfile: Dockerfile): Finding =>
  finding(
    'more-differences',
    {
      level: 'notice',
      count: layer.total - layer.entries.length,
      confidence: 'unknown',
      title: 'More paths differ than were looked at',
      message: `${layer.total} paths of the layer differ; the first ${layer.entries.length} were looked at, ${layer.total - layer.entries.length} were not.`,
      evidence: [digests(layer)],
      fix: { text: 'Mend the causes that were found and run the gate again.' },
    },
    instruction,
    dockerfile,
  )

function repackaged(comparison: Comparison): Finding {
  const id = 'repackaged'
  return {
    id,
    source: 'comparison',
    level: 'warning',
    class: 'machine',
    title: 'Same content, packed in another way',
    message:
      'Config and layers are equal, the manifest is not: compression, media types or annotations differ. The builders differ in version or in settings, not the image in content.',
    paths: [],
    count: comparison.manifest.length,
    confidence: 'certain',
    evidence: comparison.manifest.slice(0, 10).map(({ pointer, a, b }) => ({
      what: 'manifest',
      path: pointer,
      a: a === undefined ? '(none)' : quoteUnlessSecret(a, pointer),
      b: b === undefined ? '(none)' : quoteUnlessSecret(b, pointer),
    })),
    fix: {
      text: 'Pin the version of BuildKit and the exporter options (compression, oci-mediatypes), or compare by config digest.',
    },
    docs: docsUrl(id),
  }
}
