import type { Finding } from '../finding.ts'
import type { LintResult } from './lint.ts'
import type { LintSettings } from './settings.ts'

/** Which rule of ours says, at the same line, what a check of Docker's says. */
const sameAs: Record<string, readonly string[]> = {
  CopyIgnoredFile: ['RG605'],
  FromPlatformFlagConstDisallowed: ['RG106'],
  InvalidBaseImagePlatform: ['RG106'],
  // Docker says it of any reference it cannot read, a placeholder for a digest included.
  InvalidDefaultArgInFrom: ['RG103', 'RG104'],
  UndefinedArgInFrom: ['RG103'],
}

/**
 * What Docker's own checks found and ours did not say already, at the level that the user wants: an ignore of our rule
 * answers Docker's too.
 */
export function onlyDockers(found: readonly Finding[], ours: LintResult, settings: LintSettings): Finding[] {
  const said = [...ours.findings, ...ours.ignored.map(({ finding }) => finding)]
  return found.flatMap(finding => {
    const asked = settings.rules[finding.id]
    if (asked === 'off' || said.some(other => repeats(finding, other))) return []
    if (asked !== undefined && asked !== 'on') return [{ ...finding, level: asked }]
    return [settings.profile === 'advisory' ? { ...finding, level: 'notice' as const } : finding]
  })
}

const repeats = (docker: Finding, ours: Finding): boolean =>
  (sameAs[docker.id] ?? []).includes(ours.id) &&
  docker.location?.file === ours.location?.file &&
  docker.location?.line === ours.location?.line
