import type { Report } from '../report.ts'
import { policyUri, timestamp, verifierId } from './policy.ts'
import type { Proof, Way } from './proven.ts'
import { heldInRegistry, repositoryName } from './subject.ts'

/**
 * A SLSA Verification Summary 1; null where no registry's name of the image is known, which such a summary must have.
 * It verifies no SLSA level: two builds of one operator are one build platform.
 */
export function vsa(report: Report, { level, all }: Proof, way: Way, at: Date): object | null {
  // A summary is of one resource.
  const isOne = new Set(all.map(({ image }) => image)).size === 1
  const resourceUri = isOne ? resourceOf(report) : null
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
function resourceOf(report: Report): string | null {
  const pushed = report.release?.state === 'published' ? report.release.images : []
  const [published, ...others] = new Set(pushed.map(({ repository }) => repository))
  // Of one image in several repositories it would vouch for that of the first alone.
  if (others.length > 0) return null
  const name = published === undefined ? heldInRegistry(report) : repositoryName(published)
  return name === null ? null : `pkg:oci/${name.split('/').at(-1)}?repository_url=${name}`
}
