// What is said when GitHub says no: what to change, and never a command to the runner.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { eventFrom } from '../../src/github/event.ts'
import { foreignReport } from '../../src/github/foreign-report.ts'
import { type Problem, problemOf, problemWords } from '../../src/github/problem.ts'
import { notReproducible } from '../report/reports.ts'

const own = { fork: false, dependabot: false }
const words = (error: unknown, event = own): string =>
  problemWords({ ...problemOf(error), does: 'write check runs', permission: 'checks: write' } as Problem, event)
const refused = (status: number, message: string, headers: Record<string, string> = {}) => ({
  status,
  message,
  response: { headers },
})

describe('a problem', () => {
  test.each<[string, unknown, RegExp]>([
    ['a token that is not known', refused(401, 'Bad credentials'), /Leave out `github-token`/],
    [
      'a permission that is missing',
      refused(403, 'Resource not accessible by integration'),
      /permission "checks: write"$/,
    ],
    ['a repository that is hidden', refused(404, 'Not Found'), /"checks: write".*"contents: read" as well/],
    [
      'a page of a proxy',
      refused(502, '<!DOCTYPE html><h1>Bad gateway</h1>'),
      /asked to the end \(a page of HTML, perhaps of a proxy\)/,
    ],
    ['an archive', refused(403, 'Repository was archived so is read-only.'), /the repository is archived/],
    [
      'a locked conversation',
      refused(403, 'Unable to create comment because issue is locked.'),
      /conversation is locked/,
    ],
    [
      'a commit that is not there',
      refused(422, `No commit found for SHA: ${'a'.repeat(40)}`),
      /\. Push the commit to this repository first$/,
    ],
    [
      'a line that is gone',
      refused(422, 'pull_request_review_thread.line must be part of the diff'),
      /has changed in the meantime/,
    ],
    ['too many requests', refused(429, 'slow down'), /takes no more requests.*re-run/],
    [
      'too many requests, as 403',
      refused(403, 'API rate limit exceeded', { 'x-ratelimit-remaining': '0' }),
      /takes no more requests/,
    ],
    ['an error of the server', refused(502, 'Bad Gateway'), /could not be asked to the end \(Bad Gateway\)/],
    ['no connection', new TypeError('fetch failed'), /could not be asked to the end \(fetch failed\)/],
    ['nothing at all', undefined, /could not be asked to the end/],
  ])('says what to do about %s', (_, error, said) => {
    expect(words(error)).toMatch(said)
  })

  test('of a token that can never write does not ask for a permission that nobody can give', () => {
    const denied = refused(403, 'Resource not accessible by integration')
    for (const event of [
      { ...own, fork: true },
      { ...own, dependabot: true },
    ]) {
      expect(words(denied, event)).toMatch(/never has "checks: write".*docs\/github\.md/)
      expect(words(denied, event)).not.toMatch(/Give the job/)
    }
  })

  test('of a fork whose job may not even read asks for the permission: reading can be given', () => {
    const problem = { ...problemOf(refused(403, 'Resource not accessible')), does: 'read it' }
    const told = problemWords({ ...problem, permission: 'pull-requests: read' } as Problem, { ...own, fork: true })
    expect(told).toMatch(/Give the job the permission "pull-requests: read"$/)
  })

  test('names a permission once', () => {
    const problem = { ...problemOf(refused(404, 'Not Found')), does: 'read commits', permission: 'contents: read' }
    expect(problemWords(problem as Problem, own)).toMatch(/the permission "contents: read"\. A commit or pull request/)
  })

  test('quotes a server without obeying it, whatever it says', () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.constantFrom('a\n::error::x', '##[add-mask]x', '\u001b[31m', '\u202e', 'x'.repeat(99_999)),
    )
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), hostile, (status, message) => {
        const said = words(refused(status, message))
        expect(said.length).toBeLessThan(2500)
        expect(said).not.toMatch(/[\p{Cc}\u202e]|##\[/u)
      }),
    )
  })
})

describe('the report of another run', () => {
  const headSha = 'ab'.repeat(20)
  const about = (commit: string | null) => ({ ...notReproducible, subject: { ...notReproducible.subject, commit } })
  const event = eventFrom(
    { GITHUB_REPOSITORY: 'o/r', GITHUB_SHA: 'cd'.repeat(20) },
    { workflow_run: { head_sha: headSha } },
  )

  test('is taken for the commit of that run, and for no other', () => {
    expect(foreignReport(about(headSha), event)).toBeNull()
    expect(foreignReport(about(null), event)).toBeNull()
    for (const commit of ['cd'.repeat(20), headSha.slice(0, 12), headSha.toUpperCase(), '', '::error::x'])
      expect(foreignReport(about(commit), event)).toMatch(/not published.*run-id/)
    expect(foreignReport(about('\n::error::x'), event)).not.toContain('::')
  })

  test('needs a commit to be published to', () => {
    expect(foreignReport(about(headSha), eventFrom({}, null))).toMatch(/names no commit.*workflow_run/)
  })
})
