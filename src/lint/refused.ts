import type { Dockerfile } from '../dockerfile/dockerfile.ts'
import { locate } from '../dockerfile/position.ts'
import { docsUrl, type Finding } from '../finding.ts'
import { quote } from './wording.ts'

export const refusal = { id: 'RG004', title: 'Docker cannot build this Dockerfile' } as const

/** More of them than this, and it is something else than a Dockerfile with a slip: a template. */
const mostSlips = 3

/**
 * What BuildKit would refuse to build, so that no one takes a lint of it for an answer. Silent where a frontend other
 * than Docker's stable one was asked for: what that one accepts, only it knows.
 */
export function refusedByBuildKit(dockerfile: Dockerfile): Finding[] {
  const syntax = dockerfile.directives.find(({ name }) => name === 'syntax')?.value ?? ''
  if (syntax !== '' && !/^(docker\.io\/)?docker\/dockerfile(:1[\d.]*)?(@sha256:[0-9a-f]{64})?$/.test(syntax)) return []
  const { problems } = dockerfile
  const told = problems.length > mostSlips ? problems.slice(0, 1) : problems
  const more = problems.length - told.length
  return told.map(({ range, message }) => ({
    id: refusal.id,
    source: 'lint',
    level: 'error',
    class: 'now',
    title: refusal.title,
    message: `BuildKit refuses this file: ${quote(message, 300)}${more > 0 ? `, and ${more} more places` : ''}. Nothing can be said about images that cannot be built.`,
    location: locate(dockerfile, range),
    paths: [],
    count: problems.length > mostSlips ? problems.length : 1,
    confidence: 'certain',
    evidence: [],
    fix: {
      text:
        more > 0
          ? 'If this is a template, lint the Dockerfile that is made from it; otherwise `docker build --check` says what BuildKit makes of the file.'
          : 'Correct the instruction; `docker build --check` says what BuildKit makes of the file.',
    },
    docs: docsUrl(refusal.id),
  }))
}
