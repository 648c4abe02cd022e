import type { Report } from '../report/report.ts'
import type { GitHubEvent } from './event.ts'

/**
 * Why the report of another run must not be published here, or null. Where it goes (repository, commit, pull request) is
 * said by GitHub's payload alone: the report is data, perhaps a stranger's, and what it says of itself only can be in the way.
 */
export function foreignReport({ subject }: Report, { headSha, name }: GitHubEvent): string | null {
  if (headSha === null)
    return `The event ${name || 'of this run'} names no commit, so there is nothing that a report could be published to. Publish it in a workflow with \`on: workflow_run\` (docs/github.md).`
  if (subject.commit === null || subject.commit === headSha) return null
  return `The report is about commit ${shown(subject.commit)}, but this run is about ${shown(headSha)}: it is not published. Download the artifact of the run that set this one off (\`run-id: \${{ github.event.workflow_run.id }}\`), and give the checkout of that run \`fetch-depth: 2\`.`
}

const shown = (commit: string): string =>
  /^[0-9a-f]{12,64}$/.test(commit) ? commit.slice(0, 12) : 'of no readable name'
