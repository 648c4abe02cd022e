import { stageLineage } from '../explain/blame/blame.ts'
import type { Finding } from '../finding.ts'
import type { Proving } from './pair.ts'

/** Of the image as a whole, or of several layers of which nobody knows who made them. */
const ofNoTarget = new Set(['repackaged', 'layer-count'])

/**
 * Findings in what another target of the bake file makes stand at the FROM that takes it in: its own lines are those of
 * another Dockerfile.
 */
export function atLinked(findings: readonly Finding[], { options, sources }: Proving): Finding[] {
  const { dockerfile } = sources
  const lineage = options.linked === undefined ? [] : stageLineage(dockerfile, options.target, options.buildArgs)
  const stage = dockerfile.stages.find(({ from }) => from === lineage[0])
  const link = stage?.base && /^target:(.+)$/.exec(options.buildContexts[stage.base.raw] ?? '')?.[1]
  if (!stage || !link) return [...findings]
  const { line, endLine } = stage.from
  const where = `It is made by the target '${link}', which is a context of this image: gate that target, too, to see its line.`
  return findings.map(finding =>
    finding.location || ofNoTarget.has(finding.id)
      ? finding
      : { ...finding, message: `${finding.message} ${where}`, location: { file: dockerfile.file, line, endLine } },
  )
}
