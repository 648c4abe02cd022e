import { docsUrl, type Finding } from '../finding.ts'

const allChecks = 'https://docs.docker.com/reference/build-checks/'
const allPages = 'https://github.com/repro-gate/repro-gate/tree/main/docs'

/** The page about a finding: ours, or Docker's about its own checks. Made from the id: no other address is let in. */
export function pageOf({ id, source, docs }: Pick<Finding, 'id' | 'source' | 'docs'>): string {
  if (source === 'docker') return /^https:\/\/docs\.docker\.com\/[\w/-]{1,200}$/.test(docs) ? docs : allChecks
  return /^[A-Za-z0-9][A-Za-z0-9-]{0,79}$/.test(id) ? docsUrl(id) : allPages
}
