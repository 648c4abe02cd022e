import type { Dockerfile } from '../dockerfile/dockerfile.ts'
import { locate } from '../dockerfile/position.ts'
import { docsUrl, type Finding } from '../finding.ts'
import { quote } from './wording.ts'

export const refusal = { id: 'RG004', title: 'Docker cannot build this Dockerfile' } as const

/**
 * What BuildKit would refuse to build, so that no one takes a lint of it for an answer. Silent where another frontend
 * was asked for: what that one accepts, only it knows.
 */
export function refusedByBuildKit(dockerfile: Dockerfile): Finding[] {
  if (dockerfile.directives.some(({ name }) => name === 'syntax')) return []
  return dockerfile.problems.slice(0, 50).map(({ range, message }) => ({
    id: refusal.id,
    source: 'lint',
    level: 'error',
    class: 'now',
    title: refusal.title,
    message: `BuildKit refuses this file: ${quote(message, 300)}. Nothing can be said about images that cannot be built.`,
    location: locate(dockerfile, range),
    paths: [],
    count: 1,
    confidence: 'certain',
    evidence: [],
    fix: { text: 'Correct the instruction; `docker build --check` says what BuildKit makes of the file.' },
    docs: docsUrl(refusal.id),
  }))
}
