import type { Dockerfile } from '../dockerfile/dockerfile.ts'
import { locate } from '../dockerfile/position.ts'
import { byWeight, type Finding } from '../finding.ts'
import { hasExpired } from './config-ignores.ts'
import { type Suppression, suppressionsOf } from './ignore-comments.ts'
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
 * What the lint says, with what Docker's own checks found and it does not say already, at the level that the user wants.
 * An ignore of our rule answers Docker's too.
 */
export function withDockers(
  ours: LintResult,
  found: readonly Finding[],
  dockerfile: Dockerfile,
  settings: LintSettings,
): LintResult {
  const said = [...ours.findings, ...ours.ignored.map(({ finding }) => finding)]
  const asked = found
    .filter(({ id }) => settings.rules[id] !== 'off')
    .filter(finding => !said.some(other => repeats(finding, other)))
    .map(finding => ({ ...finding, level: levelOf(finding, settings) }))
  if (asked.length === 0) return ours
  const comments = suppressionsOf(dockerfile, false).filter(comment => !hasExpired(comment, settings.today))
  const result = { ...ours, findings: [...ours.findings], ignored: [...ours.ignored] }
  for (const finding of asked) {
    const by = comments.find(comment => answers(comment, finding))
    if (by === undefined) result.findings.push(finding)
    else result.ignored.push({ finding, reason: by.reason, by: locate(dockerfile, by.range) })
  }
  result.findings.sort(byWeight)
  return result
}

/** Whether an id in an ignore, in capitals as those are read, may be of Docker: `STAGENAMECASING`. */
export const isDockers = (id: string): boolean => /^(?!RG)[A-Z]{6,60}$/.test(id)

function levelOf({ id, level }: Finding, { rules, profile }: LintSettings): Finding['level'] {
  const own = rules[id]
  if (own !== undefined && own !== 'on' && own !== 'off') return own
  return profile === 'advisory' ? 'notice' : level
}

function answers({ ids, instruction }: Suppression, { id, location }: Finding): boolean {
  if (instruction === 'nothing' || !ids.includes(id.toUpperCase())) return false
  if (instruction === null) return true
  return location !== undefined && instruction.line <= location.line && location.line <= instruction.endLine
}

const repeats = (docker: Finding, ours: Finding): boolean =>
  (sameAs[docker.id] ?? []).includes(ours.id) &&
  docker.location?.file === ours.location?.file &&
  docker.location?.line === ours.location?.line
