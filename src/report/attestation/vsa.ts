import { parseReference } from '../../dockerfile/reference.ts'
import type { Report } from '../report.ts'
import { policyUri, timestamp, verifierId } from './policy.ts'
import type { Proof, Way } from './proven.ts'

/**
 * A SLSA Verification Summary 1; null where no registry's name of the image is known, which such a summary must have.
 * It verifies no SLSA level: two builds of one operator are one build platform.
 */
export function vsa(report: Report, { scope, level, all }: Proof, way: Way, at: Date): object | null {
  // A summary is of one resource.
  const isOne = new Set(all.map(({ image }) => image)).size === 1
  const resourceUri = isOne ? resourceOf(report, scope.against) : null
  if (resourceUri === null) return null
  return {
    verifier: { id: verifierId },
    timeVerified: timestamp(at),
    resourceUri,
    policy: { uri: policyUri({ way, level }) },
    verificationResult: 'PASSED',
    verifiedLevels: [],
  }
}

/** `pkg:oci/app?repository_url=ghcr.io/o/app` (package-url/purl-spec): where whoever verifies it pulls the image from. */
function resourceOf({ release }: Report, against: Proof['scope']['against']): string | null {
  const published = release?.state === 'published' ? release.images[0]?.repository : undefined
  const given = against?.kind === 'image' ? against.name.replace(/^docker:\/\//, '') : undefined
  const name = parseReference(published ?? given ?? '')
  if (name === null || (published === undefined && name.tag === null && name.digest === null)) return null
  const { registry, repository } = name
  // What has no host may as well be a folder or an archive, which a name does not tell.
  if (registry === null || !/^[\w.-]+(?::\d{1,5})?$/.test(registry) || !/^[a-z0-9._/-]+$/.test(repository)) return null
  return `pkg:oci/${repository.split('/').at(-1)}?repository_url=${registry}/${repository}`
}
