import { emptyDoubt } from '../build/audit.ts'
import type { Dockerfile } from '../dockerfile/dockerfile.ts'
import { instructionAt } from '../dockerfile/parse.ts'
import { blameLayers, stageLineage } from '../explain/blame/blame.ts'
import { type ExplainInput, explain, type SideFacts } from '../explain/explain.ts'
import { readsClock } from '../explain/instruction-text.ts'
import { levelReasons } from '../explain/level-reasons.ts'
import { ofImages } from '../explain/of-images.ts'
import type { Finding } from '../finding.ts'
import type { Stopwatch } from '../host/stopwatch.ts'
import type { Contents } from '../image/contents.ts'
import { packageFacts } from '../packages/facts.ts'
import type { KeptDatabases } from '../packages/kept.ts'
import type { Ports } from '../ports.ts'
import type { PlatformResult } from '../report/compose.ts'
import { compared } from '../report/platform.ts'
import type { RequiredLevel } from '../verdict.ts'

/** Two images of one platform that were read, of which at least one was not built in this run. */
export interface TwoImages
  extends Pick<ExplainInput, 'comparison' | 'dockerfile' | 'target' | 'buildArgs' | 'epoch' | 'a' | 'b'> {
  platform: string
  images: Pick<ExplainInput, 'imageA' | 'imageB'>
  /** Undefined where a side has no bytes. */
  contents: Contents | undefined
  databases: KeptDatabases | undefined
  /** Where the layers of a side come from, where that was written down. */
  blamed: NonNullable<ExplainInput['blamed']>
  required: RequiredLevel
  doubts: string[]
  notes: string[]
}

/** A build that nobody here saw. */
export const unseenBuild: SideFacts = { provenance: null, startedAt: Number.NaN, endedAt: Number.NaN }

/** How the two agree, and if not, why, as far as what is there of them shows it. */
export async function toldApart(
  { contents, databases, ...two }: TwoImages,
  { ports, watch }: { ports: Ports; watch: Stopwatch },
): Promise<PlatformResult> {
  const { images, comparison, dockerfile, target, buildArgs, a, b, blamed } = two
  const { findings, entries } = await watch.time('explain', () =>
    ports.log.group('Explain', async () =>
      explain({
        ...{ ...images, comparison, dockerfile, target, buildArgs, a, b, blamed, epoch: two.epoch },
        signal: ports.signal,
        ...(contents ? { contents, packages: await packageFacts(comparison, contents, ports.signal, databases) } : {}),
      }),
    ),
  )
  const layers = {
    A: [...(blamed.A ?? blameLayers(a.provenance, images.imageA, dockerfile, target, buildArgs))],
    B: [...(blamed.B ?? blameLayers(b.provenance, images.imageB, dockerfile, target, buildArgs))],
  }
  const reasons = levelReasons({
    ...{ ...images, comparison, dockerfile, lineage: stageLineage(dockerfile, target, buildArgs) },
    lineOf: (index, side) => layers[side][index],
  })
  const isBlind = contents === undefined && comparison.layers.some(({ total }) => total > 0)
  const told = findings.map(ofImages).map(finding => (isBlind ? withoutBytes(finding, dockerfile) : finding))
  const result = compared({
    ...{ platform: two.platform, images, comparison, layers, level: comparison.level, levelReasons: reasons },
    ...{ required: two.required, findings: told, entries },
    ...{ a: { ...images.imageA, startedAt: 0 }, b: { ...images.imageB, startedAt: 0 } },
    doubts: [...two.doubts, ...emptyDoubt(images.imageA.manifest.layers.length, comparison.level)],
    notes: [...two.notes, ...(isBlind ? [blindNote] : []), ...trustNotes(two, contents === undefined)],
  })
  return { ...result, secondsApart: null }
}

/** Digests of manifest and config are proven by their texts; entries stand in a record as its writer wrote them. */
const trustNotes = ({ comparison }: Pick<TwoImages, 'comparison'>, hasRecord: boolean): string[] =>
  hasRecord && comparison.level === 'same-files'
    ? [
        'That the files are the same is what the entries of the record say, and no digest proves those: it is worth as much as whoever wrote the record. The level same-content does not depend on that.',
      ]
    : []

/** Nobody looked at the bytes of both, so nobody can say that they do not tell. */
const withoutBytes = (finding: Finding, dockerfile: Dockerfile): Finding =>
  finding.id === 'unknown-difference'
    ? {
        ...finding,
        confidence: 'unknown',
        title: 'Files differ, and a record does not hold why',
        message: `${finding.count === 1 ? 'A path differs' : `${finding.count} paths differ`} between the two builds. A record has no bytes, so it shows in what they differ (content, permissions, times, owners) and which line made them, and not the cause.${clockWords(finding, dockerfile)}`,
        fix: {
          text: 'Run the gate (mode: gate, repro-gate gate) on this Dockerfile: two builds on one machine show the bytes. Where those agree, the image depends on the machine or on the day: look at what the instruction takes from outside, such as packages, downloads without a checksum, the clock or the number of CPUs.',
        },
      }
    : finding

/** What the line itself gives away. */
function clockWords({ location }: Finding, dockerfile: Dockerfile): string {
  const instruction = location ? instructionAt(dockerfile, location.line) : null
  const text = instruction ? dockerfile.text.slice(instruction.range.start, instruction.range.end) : ''
  return readsClock(text) ? ' The instruction reads the clock, which may be why.' : ''
}

const blindNote =
  'A record has digests in the place of contents: it tells which files differ, and in what, and not which bytes. Where that is not enough, gate the Dockerfile on one machine (repro-gate gate), or compare both images themselves (repro-gate compare).'
