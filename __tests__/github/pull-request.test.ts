// What a pull request changed, its one comment, and the changes that are offered in a review.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { githubClient } from '../../src/github/client.ts'
import { readPatch } from '../../src/github/patch.ts'
import type { Publishing } from '../../src/github/publish.ts'
import { blobName, pullDiff, touchedIn } from '../../src/github/pull-request.ts'
import { reproducible } from '../report/reports.ts'
import { dockerfile, headSha, manyFindings, patch, pullRequestScene, type Scene, seed } from './pull-request-scene.ts'

describe('a patch', () => {
  const text =
    '@@ -1,4 +1,5 @@\n FROM a\n-RUN b\n+RUN c\n+RUN d\n \n@@ -20,2 +21,2 @@ RUN x\n-y\n+z\n w\n\\ No newline at end of file'

  test('gives the lines that were added, and those that it shows', () => {
    const { touched, shown } = readPatch({ filename: 'Dockerfile', status: 'modified', additions: 3, patch: text })
    expect(touched).toEqual([
      { start: 2, end: 3 },
      { start: 21, end: 21 },
    ])
    expect([...shown.keys()]).toEqual([1, 2, 3, 4, 21, 22])
    expect(shown.get(3)).toBe('RUN d')
  })

  test.each([
    ['a file too large for a patch', { status: 'modified', additions: 9, changes: 9 }, null],
    ['a patch that was cut', { status: 'modified', additions: 4, changes: 5, patch: text }, null],
    ['a binary file', { status: 'modified', additions: 0, changes: 0 }, null],
    ['a file that has another name alone', { status: 'renamed', additions: 0, changes: 0 }, []],
    ['a file that is gone', { status: 'removed', additions: 0, changes: 3 }, []],
  ])('of %s', (_, file, touched) => {
    expect(readPatch({ filename: 'x', ...file }).touched).toEqual(touched)
  })

  test('may be anything', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(9), (any, additions) => void readPatch({ filename: 'x', patch: any, additions })),
    )
    fc.assert(
      fc.property(fc.array(fc.constantFrom('@@ -1 +1 @@', '@@ -0,0 +99 @@', '+a', '-a', ' a', '@@', '')), lines => {
        const { shown } = readPatch({ filename: 'x', patch: lines.join('\n') })
        expect(shown.size).toBeLessThanOrEqual(lines.filter(line => /^[+ ]/.test(line)).length)
      }),
    )
  })
})

describe('the pull request', () => {
  let scene: Scene
  beforeEach(async () => {
    scene = await pullRequestScene()
  })
  afterEach(async () => {
    expect(scene.github.problems()).toEqual([])
    await scene.github.close()
  })

  const again = async (more: Parameters<typeof pullRequestScene>[0]) => {
    await scene.github.close()
    scene = await pullRequestScene(more)
  }
  const diff = async (blobOf?: Publishing['blobOf']) =>
    pullDiff(await githubClient({ token: 'ghs_dummy', apiUrl: scene.github.url, second: 2 }), scene.event(), 7, blobOf)
  const sent = (operation: string) => scene.github.requests.filter(request => request.operation === operation)
  const annotations = () => Object.values(scene.github.state.checkRuns)[0].annotations
  const comments = () => scene.github.state.comments[7] ?? []
  const reviewed = () => scene.github.state.reviewComments[7] ?? []

  describe('files', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ ...seed.files[7][0], filename: `f${index}/Dockerfile` }))

    test('are read page by page', async () => {
      await again({ seed: { files: { 7: [...many(230), ...seed.files[7]] } } })
      const answer = await diff()
      expect(sent('pulls/list-files')).toHaveLength(3)
      expect(answer.ok && answer.data?.size).toBe(231)
      expect(answer.ok && touchedIn(answer.data)?.get('Dockerfile')).toEqual([{ start: 1, end: 70 }])
    })

    test('beyond those that GitHub lists may be any', async () => {
      await again({ seed: { files: { 7: many(3100) } } })
      expect(await diff()).toEqual({ ok: true, data: null })
      expect(sent('pulls/list-files')).toHaveLength(30)
    })

    test('that this checkout has in another form have unknown lines: a merge has moved them', async () => {
      const same = Buffer.from(dockerfile.join('\n'))
      const here = (sha: string) => ({ 7: [{ ...seed.files[7][0], sha }] })
      await again({ seed: { files: here(blobName(same, 'sha1')) } })
      const known = await diff((_, algorithm) => blobName(same, algorithm))
      expect(known.ok && known.data?.get('Dockerfile')?.touched).toEqual([{ start: 1, end: 70 }])
      const moved = await diff((_, algorithm) => blobName(Buffer.from(`# base\n${same}`), algorithm))
      expect(moved.ok && moved.data?.get('Dockerfile')).toEqual({ touched: null, shown: new Map() })
    })

    test('decide which findings of the lint are annotated; causes always are, and the rest is counted', async () => {
      const short = {
        ...seed.files[7][0],
        additions: 2,
        changes: 2,
        patch: '@@ -10,2 +10,4 @@\n a\n+RUN step 11\n+RUN step 12\n b',
      }
      await again({ seed: { files: { 7: [short] } } })
      await scene.publish()
      expect(annotations().map(({ start_line }: { start_line: number }) => start_line)).toEqual([3, 11, 12])
      expect(scene.words()).toContain('58 findings of the lint on lines that the pull request did not touch')
      await scene.publish({ attempt: 2, given: { annotate: ['all'] } })
      expect(annotations()).toHaveLength(61)
    })

    test('are not asked for where nothing depends on them, or there is no pull request', async () => {
      await scene.publish({ given: { annotate: ['all'], suggestions: ['false'] } })
      await scene.publish({ event: { ...scene.event(), name: 'push', pullRequest: null, runAttempt: '2' } })
      expect(sent('pulls/list-files')).toEqual([])
      expect(Object.values(scene.github.state.checkRuns)).toMatchObject([{ annotations: { length: 61 } }])
    })
  })

  describe('comment', () => {
    const on = (mode: string, more: Parameters<Scene['publish']>[0] = {}) =>
      scene.publish({ ...more, given: { comment: [mode], annotate: ['never'], suggestions: ['false'], ...more.given } })
    const well = { report: reproducible, failed: false }

    test('is not made by default', async () => {
      await scene.publish({ given: { comment: ['never'], suggestions: ['false'] } })
      expect(comments()).toEqual([])
      expect(sent('graphql')).toEqual([])
    })

    test('on-failure: made when it fails, folded when it is mended, unfolded when it fails again', async () => {
      expect(await on('on-failure', well)).toMatchObject({ comment: { kind: 'none' } })
      expect(await on('on-failure')).toMatchObject({ comment: { kind: 'made' } })
      expect(comments()[0].body).toMatch(/Not reproducible/)
      expect(await on('on-failure', well)).toMatchObject({ comment: { kind: 'changed' } })
      expect(comments()[0].body).toMatch(/^<!-- [^\n]+ resolved [^\n]+ -->\n<details>/)
      expect(comments()[0].body).toContain(headSha.slice(0, 12))
      expect(await on('on-failure', well)).toMatchObject({ comment: { kind: 'same' } })
      expect(await on('on-failure')).toMatchObject({ comment: { kind: 'changed' } })
      expect(comments()[0].body).not.toContain('<details>')
      expect(comments()).toHaveLength(1)
    })

    test('always: made in any case, and updated', async () => {
      expect(await on('always', well)).toMatchObject({ comment: { kind: 'made' } })
      expect(comments()[0].body).toMatch(/Reproducible/)
      expect(await on('always')).toMatchObject({ comment: { kind: 'changed' } })
      expect(comments()).toHaveLength(1)
    })

    test('is one for each job of a matrix and each image, and found among many', async () => {
      const others = Array.from({ length: 150 }, (_, index) => ({ id: index + 1, body: 'hello' }))
      await on('always')
      const [mine] = comments()
      scene.github.state.comments[7] = [...others.map(other => ({ ...mine, ...other })), mine]
      await on('always', { given: { platforms: ['linux/arm64'] } })
      await on('always', { report: { ...manyFindings, subject: { ...manyFindings.subject, target: 'test' } } })
      await on('always', { failed: false, report: reproducible })
      expect(comments().filter(({ body }) => body !== 'hello')).toHaveLength(3)
      expect(mine.body).toMatch(/resolved/)
    })

    test('of somebody else that has our marker is left alone', async () => {
      await on('always')
      const stolen = {
        ...comments()[0],
        id: 1,
        user: { ...comments()[0].user, login: 'mallory' },
        body: comments()[0].body,
      }
      scene.github.state.comments[7] = [stolen]
      expect(await on('always')).toMatchObject({ comment: { kind: 'made' } })
      expect(comments()).toHaveLength(2)
    })

    test('is left to the run of the newer head', async () => {
      scene.github.state.pulls[7].head.sha = 'ef'.repeat(20)
      expect(await on('always')).toMatchObject({ comment: null })
      expect(comments()).toEqual([])
      expect(scene.words()).toContain('another head by now')
    })

    test('that may not be made says which permission is missing; of a fork it says what can be done', async () => {
      await again({ permissions: { checks: 'write', pull_requests: 'read' } })
      expect(await on('always')).toMatchObject({ comment: null })
      expect(scene.logged.filter(({ level }) => level === 'warning')).toMatchObject([
        { message: expect.stringContaining('Give the job the permission "pull-requests: write"') },
      ])
      scene.logged.length = 0
      await on('always', { event: { ...scene.event(), fork: true } })
      expect(scene.logged).toMatchObject([{ level: 'info', message: expect.stringContaining('docs/github.md') }])
    })
  })

  describe('review', () => {
    const offer = (more: Parameters<Scene['publish']>[0] = {}) =>
      scene.publish({ ...more, given: { suggestions: ['true'], comment: ['never'], annotate: ['never'] } })

    test('offers the safe changes once, on lines of the diff', async () => {
      expect(await offer()).toMatchObject({ suggestions: 2 })
      expect(scene.github.state.reviews).toMatchObject([{ state: 'COMMENTED' }])
      expect(reviewed()).toMatchObject([
        { path: 'Dockerfile', line: 3, side: 'RIGHT', commit_id: headSha },
        { path: 'Dockerfile', line: 9 },
      ])
      expect(reviewed()[0].body).toContain('```suggestion\nRUN step 3 --no-install-recommends\n```')
      expect(await offer()).toMatchObject({ suggestions: 0 })
      expect(scene.words()).toContain('a review offers them already')
      expect(scene.github.state.reviews).toHaveLength(1)
    })

    test('offers again what can no longer be taken, and what somebody else only copied', async () => {
      await offer()
      reviewed()[0].line = null
      reviewed()[1].user.login = 'mallory'
      // GitHub gives null there for a comment whose lines are gone, whatever its description says.
      scene.github.problems = () => []
      expect(await offer()).toMatchObject({ suggestions: 2 })
    })

    test.each([
      ['are not in the diff', { additions: 1, patch: '@@ -20,0 +21,1 @@\n+RUN step 21' }],
      ['read otherwise there', { patch: patch.replace('step 3\n', 'step three\n').replace('step 9\n', 'step nine\n') }],
      ['nobody knows', { patch: undefined }],
    ])('offers nothing for lines that %s', async (_, file) => {
      await again({ seed: { files: { 7: [{ ...seed.files[7][0], ...file }] } } })
      expect(await offer()).toMatchObject({ suggestions: 0 })
      expect(sent('pulls/create-review')).toEqual([])
      expect(scene.words()).toMatch(/No changes are suggested: the safe changes are on lines that .*`repro-gate fix`/)
    })

    test('and the comment are both named where neither can be made', async () => {
      scene.github.fault({ operation: 'pulls/get', kind: 'forbidden' })
      await scene.publish()
      expect(scene.words()).toContain('The pull request got no comment and no suggestions: the token may not read')
    })

    test('says why there is nothing to offer', async () => {
      await offer({ report: { ...manyFindings, suggested: [] } })
      expect(scene.words()).toContain('No changes are suggested: the report has no change that is safe as it stands')
      scene.github.fault({ operation: 'pulls/list-files', kind: 'forbidden' })
      await offer()
      expect(scene.words()).toContain("nobody knows all lines of the pull request's diff")
      await offer({ event: { ...scene.event(), name: 'push', pullRequest: null } })
      expect(scene.words()).toContain('No suggestions: this run is about no pull request.')
    })
  })

  describe('after a run of another workflow', () => {
    test('is the open one that has the head, and no other', async () => {
      await scene.publish({ name: 'workflow_run' })
      expect(comments()).toHaveLength(1)
      expect(sent('pulls/list')[0]?.url).toContain('head=o%3Afeature')
    })

    test('is none where its head has gone on, or the run was of a push', async () => {
      scene.github.state.pulls[7].head.sha = 'ef'.repeat(20)
      expect(await scene.publish({ name: 'workflow_run' })).toMatchObject({
        comment: null,
        findings: { kind: 'check-run' },
      })
      expect(scene.words()).toMatch(
        /No comment and no suggestions: pull request #7 has another head by now.* is told for commit abababababab\./,
      )
      const pushed = { ...scene.event('workflow_run'), origin: 'push' }
      expect(await scene.publish({ event: pushed })).toMatchObject({ comment: null, findings: { kind: 'check-run' } })
      expect(sent('pulls/list')).toHaveLength(1)
    })
  })
})
