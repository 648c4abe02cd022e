import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { restoreCache, saveCache } from '@actions/cache'
import { getOctokit } from '@actions/github'
import { describe, expect, test } from '@jest/globals'
import { startCacheDouble } from './cache/cache-double.ts'
import { startGitHubDouble } from './github/github-double.ts'

describe('the double of GitHub', () => {
  const annotation = { path: 'a', start_line: 1, end_line: 1, annotation_level: 'warning', message: 'x' }
  const wrong: [what: string, body: Record<string, unknown>, said: RegExp][] = [
    [
      '51 annotations',
      { output: { title: 't', summary: 's', annotations: Array(51).fill(annotation) } },
      /more than 50/,
    ],
    [
      'an unknown level',
      { output: { title: 't', summary: 's', annotations: [{ ...annotation, annotation_level: 'error' }] } },
      /allowed values/,
    ],
    [
      'columns on two lines',
      { output: { title: 't', summary: 's', annotations: [{ ...annotation, end_line: 2, start_column: 1 }] } },
      /columns on a range/,
    ],
    [
      'a misspelt field',
      { output: { title: 't', summary: 's', annotation: [] } },
      /undeclared body property \/output\/annotation/,
    ],
    ['a summary too long', { output: { title: 't', summary: 's'.repeat(65_536) } }, /65535/],
    ['an end without a conclusion', { status: 'completed' }, /conclusion/],
  ]

  test.each(wrong)('finds %s', async (_, body, said) => {
    const github = await startGitHubDouble()
    const octokit = getOctokit('ghs_dummy', { baseUrl: github.url })
    await octokit
      .request('POST /repos/o/r/check-runs', { name: 'x', head_sha: 'a'.repeat(40), ...body })
      .catch(() => {})
    expect(github.problems().join('\n')).toMatch(said)
    await github.close()
  })

  test('keeps comments, with one page after another, and lets nobody change those of others', async () => {
    const github = await startGitHubDouble({ seed: { pulls: { 7: {} } } })
    const octokit = getOctokit('ghs_dummy', { baseUrl: github.url })
    const on = { owner: 'o', repo: 'r', issue_number: 7 }
    for (const body of ['one', 'two', 'three']) await octokit.rest.issues.createComment({ ...on, body })
    const all = await octokit.paginate(octokit.rest.issues.listComments, { ...on, per_page: 2 })
    expect(all.map(({ body }) => body)).toEqual(['one', 'two', 'three'])
    for (const comment of github.state.comments[7] ?? []) comment.user.login = 'other'
    const change = octokit.rest.issues.updateComment({ owner: 'o', repo: 'r', comment_id: all[0]?.id ?? 0, body: 'x' })
    await expect(change).rejects.toMatchObject({ status: 403 })
    expect(github.problems()).toEqual([])
    await github.close()
  })
})

describe('the double of the cache service', () => {
  test('keeps what the toolkit saves, once, and gives it back', async () => {
    const cache = await startCacheDouble()
    const folder = mkdtempSync(join(tmpdir(), 'cached-'))
    const file = join(folder, 'record.json')
    const before = { ...process.env }
    Object.assign(process.env, cache.env, { RUNNER_TEMP: folder, GITHUB_WORKSPACE: folder })
    try {
      writeFileSync(file, 'first')
      expect(await restoreCache([file], 'key-1')).toBeUndefined()
      expect(await saveCache([file], 'key-1')).toBeGreaterThan(0)
      expect(await saveCache([file], 'key-1')).toBe(-1)
      writeFileSync(file, 'second')
      expect(await restoreCache([file], 'key-2', ['key-'])).toBe('key-1')
      expect(readFileSync(file, 'utf8')).toBe('first')
      expect(cache.problems()).toEqual([])
    } finally {
      process.env = before
      await cache.close()
      rmSync(folder, { recursive: true })
    }
  })
})
