// Every request that can be sent to GitHub, into every kind of fault, once and for ever: on github.com and on an own server.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { commitTime } from '../../src/github/commit.ts'
import type { Publication } from '../../src/github/publish.ts'
import type { requests } from '../../src/github/requests.ts'
import type { Report } from '../../src/report/report.ts'
import { type Fault, faultKinds } from '../doubles/github/faults.ts'
import type { GitHubOptions } from '../doubles/github/github-double.ts'
import { headSha, manyFindings, pullRequestScene, type Scene } from './pull-request-scene.ts'

interface Case {
  /** As GitHub's description names it. */
  operation: string
  /** What must have come about before it is sent at all. */
  prepare?: (scene: Scene) => unknown
  name?: 'workflow_run'
  report?: Report
  /** What is told in another way when it never succeeds. All else must be there. */
  costs: ('check run' | 'comment' | 'suggestions')[]
  /** Where it never succeeds an earlier check run stays as it was, beside a new one. */
  leavesEarlier?: boolean
}

const publishedBefore = (scene: Scene) =>
  scene.publish({ report: { ...manyFindings, verdict: 'undecided' }, given: { suggestions: ['false'] } })

/** So few that one request is enough, and that an earlier check run has said more. */
const fewFindings = { ...manyFindings, findings: manyFindings.findings.slice(0, 9) }

/** A new request needs a line here; its faults come with it. */
type OfDrift = 'listIssues' | 'createIssue' | 'updateIssue' | 'commentIssue'
const cases: Record<Exclude<keyof typeof requests, 'getCommit' | OfDrift>, Case> = {
  listCheckRuns: { operation: 'checks/list-for-ref', costs: ['check run'] },
  createCheckRun: { operation: 'checks/create', costs: ['check run'] },
  updateCheckRun: { operation: 'checks/update', costs: ['check run'] },
  getCheckRun: {
    operation: 'checks/get',
    prepare: ({ github }) => github.fault({ operation: 'checks/update', kind: 'applied-then-500' }),
    costs: ['check run'],
  },
  closeCheckRun: {
    operation: 'checks/update',
    prepare: publishedBefore,
    report: fewFindings,
    costs: [],
    leavesEarlier: true,
  },
  listAnnotations: {
    operation: 'checks/list-annotations',
    prepare: publishedBefore,
    costs: [],
    leavesEarlier: true,
  },
  listPullFiles: { operation: 'pulls/list-files', costs: ['suggestions'] },
  listPulls: { operation: 'pulls/list', name: 'workflow_run', costs: ['comment', 'suggestions'] },
  getPull: { operation: 'pulls/get', costs: ['comment', 'suggestions'] },
  whoAmI: { operation: 'graphql', costs: ['comment', 'suggestions'] },
  listComments: { operation: 'issues/list-comments', costs: ['comment'] },
  createComment: { operation: 'issues/create-comment', costs: ['comment'] },
  updateComment: { operation: 'issues/update-comment', prepare: publishedBefore, costs: ['comment'] },
  listReviewComments: { operation: 'pulls/list-review-comments', costs: ['suggestions'] },
  createReview: { operation: 'pulls/create-review', costs: ['suggestions'] },
}

/** After these a repeat, or a look at what came of it, brings everything about; after the others nothing does. */
const passing = (kind: Fault['kind']): boolean => !['forbidden', 'unauthorized', 'not-found', 422].includes(kind)

/** All others are answered, however long this machine takes. */
const waits = (kind: Fault['kind']): boolean => kind === 'hang' || kind === 'slow'

const everything = ['check run', 'comment', 'suggestions'] as const

const arrived = ({ findings, comment, suggestions }: Publication): string[] => [
  ...(findings.kind === 'check-run' ? ['check run'] : []),
  ...(comment !== null ? ['comment'] : []),
  ...(suggestions > 0 ? ['suggestions'] : []),
]

/** What stands on GitHub after everything: never twice, whatever went wrong on the way. */
function standing({ github: { state } }: Scene) {
  const [run, ...moreRuns] = Object.values(state.checkRuns)
  const titles = (run?.annotations ?? []).map(({ title }: { title: string }) => title)
  return {
    ...{ runs: moreRuns.length + (run ? 1 : 0), repeated: titles.length - new Set(titles).size },
    comments: (state.comments[7] ?? []).length,
    suggestions: (state.reviewComments[7] ?? []).length,
  }
}

/** A scene for one kind of fault: what GitHub would not have taken is told at its end. */
async function within(
  kind: Fault['kind'],
  options: GitHubOptions,
  act: (scene: Scene) => Promise<void>,
): Promise<void> {
  const scene = await pullRequestScene(options)
  try {
    await act(scene)
    expect({ kind, problems: scene.github.problems() }).toEqual({ kind, problems: [] })
  } finally {
    await scene.github.close()
  }
}

describe.each(Object.entries(cases))('%s', (_, { operation, prepare, name, report, costs, leavesEarlier }) => {
  const publishing = { ...(name ? { name } : {}), ...(report ? { report } : {}) }

  test('that fails once is made up for, or its remedy is told; nothing stands there twice', async () => {
    const each = faultKinds.map(kind =>
      within(kind, {}, async scene => {
        await prepare?.(scene)
        scene.github.fault({ operation, kind, milliseconds: 30 })
        const published = await scene.publish({
          ...publishing,
          attempt: 2,
          ...(kind === 'hang' ? { requestDeadline: 1000 } : {}),
        })
        const at = { kind, words: scene.words().slice(0, 300) }
        const expected = everything.filter(part => passing(kind) || !costs.includes(part))
        expect({ ...at, arrived: arrived(published) }).toEqual({ ...at, arrived: expected })
        if (!passing(kind)) expect(scene.words()).toMatch(remedy)
        expect({ kind, ...standing(scene) }).toMatchObject({ kind, repeated: 0 })
        // Whoever runs the job again mends it, and doubles nothing.
        await scene.publish({ ...publishing, attempt: 3 })
        const runs = leavesEarlier ? expect.any(Number) : 1
        expect({ kind, ...standing(scene) }).toEqual({ kind, runs, repeated: 0, comments: 1, suggestions: 2 })
      }),
    )
    await Promise.all(each)
  })

  test('that always fails costs its own part alone, on an own server too, and the log tells the findings', async () => {
    const each = faultKinds.map(kind =>
      within(kind, { description: 'ghes-3.17', prefix: '/api/v3' }, async scene => {
        await prepare?.(scene)
        scene.github.fault({ operation, kind, times: 99, milliseconds: 9000 })
        const published = await scene.publish({
          ...publishing,
          attempt: 2,
          ...(waits(kind) ? { requestDeadline: 400 } : {}),
        })
        const found = /create/.test(operation) && (kind === 'truncate' || kind === 'applied-then-500')
        const expected = everything.filter(part => found || !costs.includes(part))
        expect({ kind, arrived: arrived(published) }).toEqual({ kind, arrived: expected })
        if (costs.includes('check run') && !found)
          expect(published.findings).toMatchObject({ kind: 'log', shown: 11, left: 50 })
        if (!found) expect(scene.words()).toMatch(remedy)
        expect({ kind, ...standing(scene) }).toMatchObject({ kind, repeated: 0 })
      }),
    )
    await Promise.all(each)
  })
})

/** What to do stands in every message. */
const remedy =
  /Give the job the permission "(?:checks|pull-requests|contents): (?:read|write)"|Leave out `github-token`|GitHub refused the request to [^(]+\(422: |A re-run of the job/

describe('getCommit', () => {
  test.each(faultKinds)('after %s has the time of the commit, or none', kind =>
    within(kind, {}, async ({ github, event }) => {
      github.fault({ operation: 'git/get-commit', kind, milliseconds: 30 })
      const options = { second: 2, requestDeadline: 300 }
      expect(await commitTime(event(), 'ghs_dummy', headSha, options)).toBe(passing(kind) ? 1_795_255_200 : null)
    }),
  )
})

test('no request is sent that is not in the table', () => {
  const source = join(import.meta.dirname, '../../src')
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'))
  const naming = files.filter(file =>
    /['"`](?:GET|POST|PATCH|PUT|DELETE) |octokit\.(?:rest|graphql|paginate)/.test(
      readFileSync(join(source, file), 'utf8'),
    ),
  )
  // The address of GraphQL depends on the server.
  expect(naming.sort()).toEqual(['github/pull-request.ts', 'github/requests.ts'])
})

test('every fault and every request of the table was met', async () => {
  const scene = await pullRequestScene()
  for (const { prepare } of Object.values(cases)) await prepare?.(scene)
  await scene.publish({ attempt: 2 })
  await scene.publish({ attempt: 3, name: 'workflow_run', report: { ...manyFindings, verdict: 'undecided' } })
  const sent = new Set(scene.github.requests.map(({ operation }) => operation))
  expect([...sent].sort()).toEqual([...new Set(Object.values(cases).map(({ operation }) => operation))].sort())
  await scene.github.close()
})
