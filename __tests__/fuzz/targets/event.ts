import { blobUrl, eventFrom, runUrl, untrusted } from '../../../src/github/event.ts'
import { readPatch } from '../../../src/github/patch.ts'
import { promise, type Target } from '../target.ts'
import { json } from '../words.ts'

const names = ['pull_request', 'pull_request_target', 'workflow_run', 'push', 'merge_group', 'issue_comment']

export const target: Target = {
  name: 'event',
  what: 'event payloads, and the patches of a pull request',
  seeds: [
    `{"pull_request":{"number":1,"head":{"sha":"${'a'.repeat(40)}","repo":{"full_name":"f/r","fork":true}},"base":{"repo":{"full_name":"o/r"}},"user":{"login":"dependabot[bot]"}}}`,
    `{"workflow_run":{"event":"pull_request","head_sha":"${'b'.repeat(40)}","head_branch":"x","head_repository":{"full_name":"f/r","owner":{"login":"f"}},"repository":{"full_name":"o/r"}}}`,
    `{"merge_group":{"head_sha":"${'c'.repeat(40)}"},"issue":{"number":2}}`,
    '@@ -1,2 +1,3 @@\n a\n+b\n-c\n\\ No newline at end of file\n@@ -9 +10 @@ x\n+y',
  ],
  words: [
    ...json,
    '"pull_request":',
    '"workflow_run":',
    '"merge_group":',
    '"head":',
    '"base":',
    '"repo":',
    '"full_name":',
    '"sha":',
    '"head_sha":',
    '"number":',
    '"user":',
    '"login":',
    '"event":',
    '@@ -1 +1 @@\n',
    '+',
    '-',
    '@@ -0,0 +999999999 @@\n',
    '\n',
  ],
  run(bytes) {
    const text = bytes.toString()
    const { touched, shown } = readPatch({ filename: 'x', status: 'modified', patch: text } as Parameters<
      typeof readPatch
    >[0])
    promise(
      (touched ?? []).every(({ start, end }) => start >= 1 && start <= end && shown.has(start) && shown.has(end)),
      'touched lines are shown',
    )
    let payload: unknown = text
    try {
      payload = JSON.parse(text)
    } catch {}
    for (const name of names) {
      const event = eventFrom({ GITHUB_EVENT_NAME: name, GITHUB_REPOSITORY: 'o/r', GITHUB_RUN_ID: '1' }, payload)
      promise(event.headSha === null || /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(event.headSha), 'a commit is one')
      if (name === 'pull_request_target') promise(untrusted(event) !== null, 'pull_request_target is refused')
      if (name === 'workflow_run' && event.fork) promise(untrusted(event) !== null, 'a fork is refused')
      runUrl(event)
      blobUrl(event)
    }
  },
}
