/** What an operation asks of a token, as GitHub names it in `x-accepted-github-permissions`. */
export const needed: Record<string, string> = {
  'checks/list-for-ref': 'checks=read',
  'checks/get': 'checks=read',
  'checks/create': 'checks=write',
  'checks/update': 'checks=write',
  'issues/create-comment': 'issues=write; pull_requests=write',
  'issues/update-comment': 'issues=write; pull_requests=write',
  'issues/delete-comment': 'issues=write; pull_requests=write',
  'pulls/create-review-comment': 'pull_requests=write',
  'pulls/create-review': 'pull_requests=write',
  'repos/create-commit-status': 'statuses=write',
  'code-scanning/upload-sarif': 'security_events=write',
  'code-scanning/get-sarif': 'security_events=read',
  'pulls/list-files': 'pull_requests=read',
  'pulls/get': 'pull_requests=read',
  'pulls/list': 'pull_requests=read',
  'issues/list-for-repo': 'issues=read; pull_requests=read',
  'issues/create': 'issues=write',
  'issues/update': 'issues=write; pull_requests=write',
  'issues/list-comments': 'issues=read; pull_requests=read',
  'pulls/list-review-comments': 'pull_requests=read',
  'repos/create-attestation': 'attestations=write',
}

export type Permissions = Record<string, 'read' | 'write'>

/** All that our operations could ask for. */
export const everyPermission: Permissions = {
  ...{ checks: 'write', issues: 'write', pull_requests: 'write', statuses: 'write', security_events: 'write' },
  ...{ contents: 'read', attestations: 'write' },
}

/** Whether a token may: any of the alternatives is enough, and who may write may read. */
export const allowed = (permissions: Permissions, operation: string): boolean => {
  const alternatives = needed[operation]?.split('; ')
  return (
    alternatives === undefined ||
    alternatives.some(alternative => {
      const [name = '', level] = alternative.split('=')
      return permissions[name] === 'write' || permissions[name] === level
    })
  )
}
