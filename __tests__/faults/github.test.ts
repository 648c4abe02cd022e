// Every request to GitHub into every fault of its answer: in this process where all is tried, and a part through the bundle.
import { rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { reportJson } from '../../src/report/json.ts'
import { gateAction, pathWithGit } from '../action/gate-action.ts'
import { type PullRequest, pullRequest } from '../action/pull-request.ts'
import { startGitHubDouble } from '../doubles/github/github-double.ts'
import { manyFindings, pullRequestScene, type Scene, seed } from '../github/pull-request-scene.ts'
import { notReproducible, reproducible } from '../report/reports.ts'
import { type AnswerFault, answerFaults } from './answers.ts'
import { hastyBundles } from './bundles.ts'
import { type Front, fromServer, front, type Place } from './front.ts'
import { cells, must, timeFor, tried } from './matrix.ts'

interface ApiPlace extends Place {
  /** What must have come about before it is asked at all. */
  prepare?: (scene: Scene) => unknown
  name: string
  of?: 'workflow_run'
}

const at =
  (method: string, path: RegExp): Place['is'] =>
  asked =>
    asked.method === method && path.test(asked.path.split('?')[0] ?? '')
const publishedBefore = (scene: Scene) =>
  scene.publish({ report: { ...manyFindings, verdict: 'undecided' }, given: { suggestions: ['false'] } })

const places: ApiPlace[] = [
  { name: 'list check runs', is: at('GET', /\/commits\/\w+\/check-runs$/) },
  { name: 'create a check run', is: at('POST', /\/check-runs$/) },
  { name: 'update a check run', is: at('PATCH', /\/check-runs\/\d+$/) },
  {
    name: 'get a check run',
    is: at('GET', /\/check-runs\/\d+$/),
    prepare: ({ github }) => github.fault({ operation: 'checks/update', kind: 'applied-then-500' }),
  },
  { name: 'list annotations', is: at('GET', /\/annotations$/), prepare: publishedBefore },
  { name: 'list files of a pull request', is: at('GET', /\/pulls\/7\/files$/) },
  { name: 'list pull requests', is: at('GET', /\/pulls$/), of: 'workflow_run' },
  { name: 'get a pull request', is: at('GET', /\/pulls\/7$/) },
  { name: 'ask who we are', is: at('POST', /\/graphql$/) },
  { name: 'list comments', is: at('GET', /\/issues\/7\/comments$/) },
  { name: 'create a comment', is: at('POST', /\/issues\/7\/comments$/) },
  { name: 'update a comment', is: at('PATCH', /\/issues\/comments\/\d+$/), prepare: publishedBefore },
  { name: 'list review comments', is: at('GET', /\/pulls\/7\/comments$/) },
  { name: 'create a review', is: at('POST', /\/pulls\/7\/reviews$/) },
]

/** What to do stands in every message. */
const remedy =
  /Give the job the permission "|Leave out `github-token`|GitHub refused the request to [^(]+\(\d+|A re-run of the job/

/** A server that fails where it is told to, before GitHub's double; whoever is sent away from it with our token is noted. */
async function before(port: () => number): Promise<Front & { url: string; robbed: string[]; close(): Promise<void> }> {
  const robbed: string[] = []
  const trap = createServer(({ headers }, response) => {
    if (headers.authorization) robbed.push(headers.authorization)
    response.end('{}')
  })
  const listening = (server: typeof trap) =>
    new Promise<number>(done => server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port)))
  const made = front(fromServer(port), `http://127.0.0.1:${await listening(trap)}`)
  const server = createServer(made.handle)
  const url = `http://127.0.0.1:${await listening(server)}`
  return {
    ...{ ...made, url, robbed },
    async close() {
      for (const one of [server, trap]) {
        one.closeAllConnections()
        await new Promise(done => one.close(done))
      }
    },
  }
}

const portIn = (url: string): number => Number(new URL(url).port)

/** What stands on GitHub after everything. */
function standing({ github: { state } }: Scene) {
  const runs = Object.values(state.checkRuns)
  const repeated = runs.reduce((sum, { annotations }) => {
    const titles = annotations.map(({ title }: { title: string }) => title)
    return sum + titles.length - new Set(titles).size
  }, 0)
  return {
    ...{ repeated, comments: (state.comments[7] ?? []).length, suggestions: (state.reviewComments[7] ?? []).length },
    open: runs.filter(({ output }) => !/^Superseded/.test(output.title)).length,
  }
}

/** GitHub itself says how long to wait; whoever does not may mean hours, and a job waits for none. */
const isOfNobody = ({ name }: AnswerFault): boolean => name === '429' || name === '429, wait until yesterday'

/** Whoever lists nothing where there is something, or other words than there are, makes us say it again: nobody can know. */
const isBlind = (place: Place, { kind }: AnswerFault): boolean => kind === 'lie' && /^(?:list|get)/.test(place.name)

describe('publishing', () => {
  const chosen = cells(places, answerFaults)
  const begin = async () => ({ port: 0 })
  test(
    `${chosen.length} faults in answers of GitHub`,
    async () => {
      const wrong = await tried('github', chosen, { begin, end: async () => {}, workers: 8 }, async cell => {
        const { place, fault, times } = cell
        const scene = await pullRequestScene()
        const proxy = await before(() => portIn(scene.github.url))
        try {
          await place.prepare?.(scene)
          proxy.arm([{ place, fault, times: times === 'once' ? 1 : 99 }])
          const name = place.of ?? 'pull_request'
          const env = { GITHUB_API_URL: proxy.url, GITHUB_RUN_ATTEMPT: '2' }
          const published = await scene.publish({
            ...{
              name,
              event: scene.event(name, env),
              requestDeadline: fault.kind === 'silent' ? 1000 : 10_000,
              deadline: 90_000,
            },
          })
          must(proxy.struck() > 0, 'it did not strike')
          must(proxy.robbed.length === 0, 'our token was carried away')
          const arrived = [
            published.findings.kind === 'check-run',
            published.comment !== null,
            published.suggestions > 0,
          ]
          const whole = arrived.every(Boolean)
          const words = scene.words()
          const isTold =
            remedy.test(words) || (isBlind(place, fault) && /in the job summary|no open pull request/.test(words))
          must(whole || isTold, 'something is missing, and it is not said what to do', words)
          if (fault.kind === 'passing' && times === 'once' && !isOfNobody(fault))
            must(whole, 'it passes, and was not made up for', words)
          must(!/ghs_dummy|\n\s+at |TypeError: Cannot/.test(words), 'a secret, or a fault of ours', words)
          const there = standing(scene)
          const isOnce = there.repeated === 0 && there.comments <= 1 && there.suggestions <= 2
          must(isOnce || isBlind(place, fault), `stands there twice: ${JSON.stringify(there)}`, words)
          // Whoever runs the job again has all of it, once.
          await scene.publish({ name, attempt: 3, deadline: 90_000 })
          const then = standing(scene)
          const isAll = then.repeated === 0 && then.comments === 1 && then.suggestions === 2
          must(isAll || isBlind(place, fault), `after a re-run: ${JSON.stringify(then)}`, words)
          // By a 302, fetch makes a GET of a POST: what we were told to ask, and GitHub does not have.
          const told = ({ name: one }: AnswerFault) => (one === 'circles (302)' ? /: no such operation/ : /^$/)
          const problems = scene.github.problems().filter(one => !told(fault).test(one))
          must(problems.length === 0, 'GitHub would not take it', problems.join('\n'))
          return whole ? 'all arrived' : 'told in the log, with what to do'
        } finally {
          await proxy.close()
          await scene.github.close()
        }
      })
      expect(wrong).toEqual([])
    },
    timeFor(chosen.length, 8000),
  )
})

describe('the bundle', () => {
  let bundle: Awaited<ReturnType<typeof hastyBundles>>
  let pull: PullRequest
  let path: string
  beforeAll(async () => {
    bundle = await hastyBundles()
    pull = pullRequest({ Dockerfile: 'FROM scratch\n' })
    path = pathWithGit()
  }, 120_000)
  afterAll(() => {
    for (const folder of [bundle?.folder, pull?.root, path])
      if (folder) rmSync(folder, { recursive: true, force: true })
  })

  const verdicts = [
    { name: 'reproducible', report: reproducible, outcome: 'success' },
    { name: 'not reproducible', report: notReproducible, outcome: 'failure' },
  ] as const
  const everywhere = { name: 'any request', is: () => true }
  const some = answerFaults.filter(({ name }) =>
    [
      '401',
      '404',
      '429',
      '502 with a page',
      'reset',
      'hangs',
      'drips',
      'circles (302)',
      'sent to this machine',
    ].includes(name),
  )
  const chosen = cells(verdicts, some).map(cell => ({ ...cell, times: 'always' as const }))

  test(
    `ends as it would have, ${chosen.length} times`,
    async () => {
      const scenes = { begin: async () => null, end: async () => {}, workers: 2 }
      const wrong = await tried('github, bundle', chosen, scenes, async ({ place: verdict, fault }) => {
        const repo = { full_name: 'o/r', owner: { login: 'o' } }
        const pulls = { 7: { head: { sha: pull.headSha, ref: 'feature', repo }, base: { ref: 'main', repo } } }
        const github = await startGitHubDouble({ seed: { ...seed, commits: { [pull.headSha]: {} }, pulls } as never })
        const proxy = await before(() => portIn(github.url))
        const file = `${verdict.name}-${fault.name}.json`.replaceAll(/[^\w.-]/g, '')
        const given = { ...verdict.report, subject: { ...verdict.report.subject, commit: pull.headSha } }
        writeFileSync(join(pull.workspace, file), reportJson(given))
        proxy.arm([{ place: everywhere, fault, times: 999 }])
        try {
          const inputs = { mode: 'report', report: file, comment: 'always', suggestions: 'true' }
          const result = await gateAction({
            ...{ actionDir: bundle.folder, pull, inputs, env: { PATH: path } },
            github: { api_url: proxy.url },
          })
          rmSync(result.root, { recursive: true, force: true })
          const said = result.log.map(({ line }) => line).join('\n')
          must(proxy.struck() > 0, 'it did not strike', said)
          must(result.outcome === verdict.outcome, `the outcome is ${result.outcome}`, said)
          must(result.outputs.verdict === given.verdict, `the output says ${result.outputs.verdict}`, said)
          must(remedy.test(said) || fault.kind === 'lie', 'it is not said what to do', said)
          must(result.left.length === 0 && result.errors.length === 0, `left: ${result.left.join(', ')}`, said)
          must(proxy.robbed.length === 0 && !said.includes('ghs_dummy'), 'our token was carried away', said)
          must(result.seconds < 120, `took ${result.seconds} seconds`)
          return `${result.outcome}, as it would have`
        } finally {
          await proxy.close()
          await github.close()
        }
      })
      expect(wrong).toEqual([])
    },
    timeFor(chosen.length, 20_000),
  )
})
