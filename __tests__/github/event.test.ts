import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { blobUrl, eventFrom, readEvent, untrusted } from '../../src/github/event.ts'

const sha = (digit: string): string => digit.repeat(40)
const env = { GITHUB_REPOSITORY: 'o/r', GITHUB_SHA: sha('1'), GITHUB_EVENT_NAME: 'push' }
const pull = (head: unknown) => ({ pull_request: { number: 7, head, base: { repo: { full_name: 'O/R' } } } })

describe('the event', () => {
  test('of a pull request is about its head, not about the merge commit', () => {
    const event = eventFrom(
      { ...env, GITHUB_EVENT_NAME: 'pull_request' },
      pull({ sha: sha('a'), repo: { full_name: 'o/r' } }),
    )
    expect(event).toMatchObject({ headSha: sha('a'), sha: sha('1'), pullRequest: 7, fork: false })
    expect(blobUrl(event)).toBe(`https://github.com/o/r/blob/${sha('a')}`)
  })

  test.each([
    ['another repository', { sha: sha('a'), repo: { full_name: 'mallory/r' } }],
    ['a repository that is gone', { sha: sha('a'), repo: null }],
  ])('from %s is a fork', (_, head) => {
    expect(eventFrom(env, pull(head)).fork).toBe(true)
  })

  test('of Dependabot is known by its author or by who set it off', () => {
    const author = { pull_request: { number: 7, user: { login: 'dependabot[bot]' } } }
    expect(eventFrom(env, author).dependabot).toBe(true)
    expect(eventFrom({ ...env, GITHUB_ACTOR: 'dependabot[bot]' }, null).dependabot).toBe(true)
    expect(eventFrom({ ...env, GITHUB_ACTOR: 'dependabot' }, null).dependabot).toBe(false)
  })

  test('after a run names the branch that it was of, for the pull request to be found by', () => {
    const run = (owner: string, branch: string) =>
      eventFrom(env, { workflow_run: { head_repository: { owner: { login: owner } }, head_branch: branch } }).headLabel
    expect(run('mallory', 'fix/a b')).toBe('mallory:fix/a b')
    expect(run('a&state=all', 'x')).toBeNull()
    expect(eventFrom(env, { workflow_run: {} }).headLabel).toBeNull()
  })

  test.each([
    ['workflow_run', { workflow_run: { head_sha: sha('b'), event: 'push' } }, sha('b')],
    ['merge_group', { merge_group: { head_sha: sha('c') } }, sha('c')],
    ['push', { after: sha('0') }, sha('1')],
    ['schedule', { schedule: '0 0 * * *' }, sha('1')],
    ['pull_request', { pull_request: { head: { sha: 'main; rm -rf /' } } }, sha('1')],
  ])('of %s names its commit', (name, payload, expected) => {
    expect(eventFrom({ ...env, GITHUB_EVENT_NAME: name }, payload).headSha).toBe(expected)
  })

  test('takes an own server, and no address that is none', () => {
    expect(
      eventFrom({ ...env, GITHUB_API_URL: 'https://git.example/api/v3/', GITHUB_SERVER_URL: 'javascript:x' }, null),
    ).toMatchObject({
      ...{ apiUrl: 'https://git.example/api/v3', serverUrl: 'https://github.com' },
    })
    expect(eventFrom({ GITHUB_REPOSITORY: 'o/r/../x' }, null)).toMatchObject({ owner: null, repo: null, headSha: null })
  })

  test('survives any payload', () => {
    fc.assert(fc.property(fc.jsonValue(), payload => void eventFrom(env, payload)))
    fc.assert(
      fc.property(
        fc.jsonValue(),
        value => void eventFrom(env, { pull_request: value, workflow_run: value, merge_group: value, issue: value }),
      ),
    )
  })

  const folder = mkdtempSync(join(tmpdir(), 'event-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  test('is read from its file', () => {
    const file = join(folder, 'event.json')
    writeFileSync(file, JSON.stringify(pull({ sha: sha('a'), repo: { full_name: 'o/r' } })))
    expect(readEvent({ ...env, GITHUB_EVENT_PATH: file }).headSha).toBe(sha('a'))
    expect(readEvent(env)).toMatchObject({ headSha: sha('1'), unreadable: null })
  })

  test.each([
    ['missing', null, 'there is none'],
    ['empty', ' \n', 'it is empty'],
    ['no JSON', '{"pull_request"', 'it is no JSON'],
    ['a list', '[]', 'it is no JSON object'],
    ['null', 'null', 'it is no JSON object'],
  ])(
    'of a file that is %s is about no commit: that of the environment may be a merge commit',
    (_, text, unreadable) => {
      const file = join(folder, 'odd.json')
      rmSync(file, { force: true })
      if (text !== null) writeFileSync(file, text)
      expect(readEvent({ ...env, GITHUB_EVENT_PATH: file })).toMatchObject({ headSha: null, sha: sha('1'), unreadable })
    },
  )
})

describe('an event that holds secrets and a stranger’s code', () => {
  const refusal = (name: string, payload: unknown, allowed = false) =>
    untrusted(eventFrom({ ...env, GITHUB_EVENT_NAME: name }, payload), allowed)
  const own = { sha: sha('a'), repo: { full_name: 'o/r' } }
  const run = (event: string, head: string) => ({
    workflow_run: { event, head_sha: sha('b'), head_repository: { full_name: head }, repository: { full_name: 'o/r' } },
  })

  test('is refused, with the way out', () => {
    expect(refusal('pull_request_target', pull(own))).toMatch(/secrets.*`pull_request` event.*allow-untrusted/s)
    expect(refusal('pull_request_target', null)).not.toBeNull()
    expect(refusal('workflow_run', run('pull_request', 'o/r'))).toMatch(/allow-untrusted/)
    expect(refusal('workflow_run', run('push', 'mallory/r'))).not.toBeNull()
    expect(refusal('workflow_run', {})).toMatch(/nobody knows whether it follows a pull request.*allow-untrusted/s)
  })

  test('is let through when the user says so, and any other event is', () => {
    expect(refusal('pull_request_target', pull(own), true)).toBeNull()
    expect(refusal('pull_request', pull({ sha: sha('a'), repo: null }))).toBeNull()
    expect(refusal('workflow_run', run('push', 'o/r'))).toBeNull()
    for (const name of ['push', 'schedule', 'merge_group', 'workflow_dispatch', ''])
      expect(refusal(name, {})).toBeNull()
  })
})
