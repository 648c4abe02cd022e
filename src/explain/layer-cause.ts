import type { Dockerfile, Instruction } from '../dockerfile/dockerfile.ts'
import { instructionAt } from '../dockerfile/parse.ts'
import type { Evidence, Finding } from '../finding.ts'
import { docsUrl } from '../finding.ts'
import type { Comparison, LayerDifference } from '../image/comparison.ts'
import type { BlamedLayer } from './blame/blame.ts'
import { wholeLines } from './config/config-cause.ts'
import { quoteUnlessSecret } from './values/excerpt.ts'

/** Findings about layers as wholes: of the base, on one side only, in another order, packed in another way. */
export function explainLayers(
  comparison: Comparison,
  blamed: (layer: LayerDifference) => BlamedLayer | undefined,
  dockerfile: Dockerfile,
  lineage: readonly Instruction[],
): Finding[] {
  const findings: Finding[] = []
  const instructionOf = (layer: LayerDifference): Instruction | null => {
    const line = blamed(layer)?.line
    return line ? instructionAt(dockerfile, line) : null
  }
  const base = comparison.layers.filter(layer => blamed(layer)?.base)
  const [firstBase] = base
  if (firstBase) findings.push(baseMoved(firstBase, base.length, lineage, dockerfile))
  const own = comparison.layers.filter(layer => !base.includes(layer))
  const [lonely, ...others] = own.filter(layer => !layer.a || !layer.b)
  if (lonely) findings.push(layerCount(lonely, others, others.length === 0 ? instructionOf(lonely) : null, dockerfile))
  for (const layer of own) {
    if (!layer.a || !layer.b) continue
    if (layer.total === 0) findings.push(equalTree(layer, instructionOf(layer), dockerfile))
    else if (layer.total > layer.entries.length) findings.push(notAllSeen(layer, instructionOf(layer), dockerfile))
  }
  if (comparison.layers.length === 0 && comparison.config.length === 0) {
    if (comparison.level === 'same-files') findings.push(rewritten)
    else if (comparison.manifest.length > 0) findings.push(repackaged(comparison))
  }
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

const layerCount = (
  first: LayerDifference,
  others: readonly LayerDifference[],
  instruction: Instruction | null,
  dockerfile: Dockerfile,
): Finding => {
  const all = [first, ...others]
  const [onlyA, onlyB] = [all.filter(layer => layer.a), all.filter(layer => layer.b)]
  const told = [
    ...(onlyA.length > 0 ? [`${counted(onlyA, 'layer')} of image A`] : []),
    ...(onlyB.length > 0 ? [`${counted(onlyB, 'layer')} of image B`] : []),
  ].join(' and ')
  const paths = all.reduce((sum, layer) => sum + layer.total, 0)
  return finding(
    'layer-count',
    {
      count: all.length,
      // Empty ones change no file.
      ...(paths === 0 && { level: 'warning' as const }),
      title: 'One image has layers that the other has not',
      message: `${told} ${all.length === 1 ? 'has' : 'have'} no counterpart (${paths === 1 ? '1 path' : `${paths} paths`}), after layers with equal content or of the same instruction were set side by side. An instruction made a layer in one build and none in the other, one builder joins layers that the other keeps apart, or the two were built from different Dockerfiles.`,
      paths: all.flatMap(({ entries }) => entries.map(({ path }) => path)).slice(0, 50),
      evidence: all.slice(0, 5).map(digests),
      fix: { text: 'Make sure that both sides build the same Dockerfile, target and arguments, with one builder.' },
    },
    instruction,
    dockerfile,
  )
}

const counted = (layers: readonly LayerDifference[], what: string): string =>
  layers.length === 1
    ? `${what[0]?.toUpperCase()}${what.slice(1)} ${(layers[0]?.index ?? 0) + 1}`
    : `${layers.length} ${what}s`

const headerWords = ({ headers = [] }: LayerDifference): string =>
  headers.length === 0 ? '' : `: the headers of its tar differ in what no engine unpacks (${headers.join(', ')})`

const equalTree = (layer: LayerDifference, instruction: Instruction | null, dockerfile: Dockerfile): Finding =>
  finding(
    'layer-packing',
    {
      level: 'warning',
      class: 'machine',
      title: layer.reordered
        ? 'A layer lists the same files in another order'
        : 'A layer holds the same files, packed in another way',
      message: `Every file of the layer is equal in content, permissions, owner and time, ${layer.reordered ? 'but the files come in another order' : 'but the bytes of the layer are not'}${headerWords(layer)}. The two builders pack layers differently.`,
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

/** The digest of the config differs, and no field of it: another tool wrote it anew. */
const rewritten: Finding = {
  id: 'repackaged',
  source: 'comparison',
  level: 'warning',
  class: 'machine',
  title: 'Same content, and a config written in another way',
  message:
    'Layers are equal, and every field of the config is, but the config is written in other bytes: fields in another order, or other spacing. So it has another digest, and the image with it. A tool that converts an image (skopeo from Docker to OCI media types, say) does this.',
  paths: [],
  count: 1,
  confidence: 'certain',
  evidence: [],
  fix: {
    text: 'Copy images without converting them (skopeo copy --preserve-digests, crane copy), build both with one builder, or ask for the level same-files.',
  },
  docs: docsUrl('repackaged'),
}

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
