import type { Finding } from '../finding.ts'
import type { Options } from '../options/options.ts'
import type { Ports } from '../ports.ts'
import type { Report } from '../report/report.ts'
import type { GatedImage } from './images.ts'
import { lintAndCheck } from './linted.ts'
import { suggestedChanges } from './relint.ts'
import { staleIgnores } from './stale-ignores.ts'
import { type LintedSubject, type LintedTogether, lintedTogether } from './together.ts'

/** What the lint says of all images of a run, and what they are built from. */
export type LintedImages = LintedTogether & { subject: Report['subject'] }

/** Lints all images of a run. */
export async function lintImages(images: readonly GatedImage[], options: Options, ports: Ports): Promise<LintedImages> {
  const linted: LintedSubject[] = []
  for (const { options, sources, inline } of images) {
    const found = await lintAndCheck(sources, options, ports)
    const result = inline ? { ...found, findings: found.findings.map(withoutEdits) } : found
    const suggested = await suggestedChanges(sources, options, result.findings)
    linted.push({ file: sources.dockerfile.file, hasContext: sources.context !== null, result, suggested })
  }
  const files = [...new Set(linted.map(({ file }) => file))]
  const first = images[0]?.options ?? options
  return {
    ...lintedTogether(linted, await staleIgnores(options, linted)),
    subject: {
      ...{ context: first.contextName ?? first.context, file: files[0] ?? first.file, files },
      ...{ target: images.length > 1 ? null : (first.target ?? null), commit: null },
    },
  }
}

/** The lines are those of a text within another file: what is right can be said, not be done by machine. */
function withoutEdits(finding: Finding): Finding {
  if (finding.fix === undefined) return finding
  const { edits: _edits, lookup: _lookup, ...fix } = finding.fix
  return { ...finding, fix }
}
