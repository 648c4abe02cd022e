import { parseReference } from '../../dockerfile/reference.ts'
import type { Report } from '../report.ts'
import { proofIn } from './proven.ts'

/** The image that a build was held against, as a registry knows it: `ghcr.io/o/app`. Null where it may be a file. */
export function heldInRegistry({ scope }: Pick<Report, 'scope'>): string | null {
  const against = scope?.against
  const name = parseReference(against?.kind === 'image' ? against.name.replace(/^docker:\/\//, '') : '')
  // What has no tag, digest or host may as well be a folder or an archive, which a name does not tell.
  return name === null || (name.tag === null && name.digest === null) ? null : whole(name)
}

/** The same of a name that is known to be a repository's. */
export const repositoryName = (text: string): string | null => whole(parseReference(text))

function whole(name: ReturnType<typeof parseReference>): string | null {
  if (name === null || name.registry === null) return null
  const { registry, repository } = name
  return /^[\w.-]+(?::\d{1,5})?$/.test(registry) && /^[a-z0-9._/-]+$/.test(repository)
    ? `${registry}/${repository}`
    : null
}

/** The published images, one for each platform, that one build was held against and gave again: what may be attested. */
export function rebuiltSubjects(report: Report): { name: string; digest: string }[] {
  const name = heldInRegistry(report)
  const proof = name === null ? null : proofIn(report)
  return name === null || proof === null ? [] : proof.all.map(({ digest }) => ({ name, digest }))
}
