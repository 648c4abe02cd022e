// What GitHub knows of the pull request that a run is for: with it a run can comment, suggest and mark lines.
import { blobName } from '../../src/github/pull-request.ts'
import type { GateRun } from '../action/gate-action.ts'
import type { PullRequest } from '../action/pull-request.ts'

const repo = { full_name: 'o/r', owner: { login: 'o' } }

/** The pull request adds this Dockerfile, from a branch of the repository itself. */
export function knownPull({ headSha }: PullRequest, dockerfile: string): NonNullable<GateRun['seed']> {
  const lines = dockerfile.trimEnd().split('\n')
  const patch = [`@@ -0,0 +1,${lines.length} @@`, ...lines.map(line => `+${line}`)].join('\n')
  const file = { filename: 'Dockerfile', sha: blobName(Buffer.from(dockerfile), 'sha1'), status: 'added' }
  return {
    pulls: { 7: { head: { sha: headSha, ref: 'feature', repo }, base: { ref: 'main', repo } } },
    files: { 7: [{ ...file, additions: lines.length, changes: lines.length, patch }] },
  }
}
