// The action with the Actions cache for a ledger, as a runner runs it: against a double of the service, which works or does not.
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { gapMs } from '../../src/prove/order.ts'
import { bundleAction, everythingSaid, forget, type GateResult, gateAction } from '../action/gate-action.ts'
import { type PullRequest, pullRequest } from '../action/pull-request.ts'
import { startCacheDouble } from '../doubles/cache/cache-double.ts'
import { baseImage, describeWithEngine, engineEnvironment } from './engine.ts'

describeWithEngine('the action with a ledger', () => {
  let actionDir: string
  const folders: string[] = []
  beforeAll(() => {
    actionDir = bundleAction()
    folders.push(actionDir)
  })
  afterAll(() => forget(...folders))

  const network = process.env.REPRO_GATE_RUN_NETWORK
  const pull = (): PullRequest => {
    const lines = [`FROM ${baseImage}`, 'COPY --chmod=644 page.html /', 'RUN echo made > /made']
    const made = pullRequest({ 'app/Dockerfile': `${lines.join('\n')}\n`, 'app/page.html': randomUUID() })
    folders.push(made.root)
    return made
  }
  const run = async (
    of: PullRequest,
    cache: { env: Record<string, string> },
    more: Partial<Parameters<typeof gateAction>[0]> = {},
  ): Promise<GateResult> => {
    const result = await gateAction({
      ...{ actionDir, pull: of, ...more, env: { ...engineEnvironment(), ...cache.env, ...more.env } },
      inputs: {
        context: 'app',
        ledger: 'true',
        'docker-check': 'never',
        ...(network ? { network } : {}),
        ...more.inputs,
      },
    })
    folders.push(result.root)
    return result
  }
  const builtTwice = ({ report }: GateResult): boolean => report?.timings.buildB !== undefined
  /** Children that would outlive the job. */
  const left = (): string[] =>
    readdirSync('/proc').filter(pid => {
      try {
        return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${actionDir}/dist/cache`)
      } catch {
        return false
      }
    })
  const calm = (result: GateResult): void => {
    expect(everythingSaid(result)).not.toMatch(/::(?:warning|error)|runtime-token/)
    expect(result.annotations.filter(({ message }) => /cache|ledger/i.test(message))).toEqual([])
    // What its outputs name.
    expect([result.left.filter(name => !name.startsWith('repro-gate-report-')), left()]).toEqual([[], []])
  }

  test('keeps a proof, builds once with it, and works as without one where the service does not', async () => {
    const cache = await startCacheDouble()
    const of = pull()
    try {
      const first = await run(of, cache)
      expect([first.outcome, builtTwice(first), first.report?.notes]).toEqual(['success', true, []])
      expect(cache.entries.map(({ key }) => key.replace(/[0-9a-f]{64}-\d+/, '…'))).toEqual([
        'repro-gate-last-v1-…-1',
        'repro-gate-proof-v1-…-1',
      ])
      calm(first)

      // A proof of the last three seconds spares nothing: both builds might have written the same time.
      await setTimeout(gapMs + 100)
      const second = await run(of, cache, { github: { run_id: '2' } })
      expect([second.outcome, second.outputs.verdict, builtTwice(second)]).toEqual(['success', 'reproducible', false])
      expect(second.outputs.digest).toBe(first.outputs.digest)
      expect(second.report?.scope?.against).toMatchObject({ kind: 'ledger', name: expect.stringContaining('run 1 of') })
      expect(second.summary).toContain('run 1 of')
      expect(cache.entries).toHaveLength(2)
      calm(second)

      cache.fault({ kind: 403, times: 99 })
      const third = await run(of, cache, { github: { run_id: '3' } })
      expect([third.outcome, builtTwice(third)]).toEqual(['success', true])
      expect(third.report?.notes.join('\n')).toMatch(/The Actions cache could not be read: .*Both sides were built/)
      expect(third.report?.notes.join('\n')).toMatch(/The Actions cache could not be written: /)
      calm(third)
      expect(cache.problems()).toEqual([])
    } finally {
      await cache.close()
    }
  })

  test.each([
    ['nothing at all', { kind: 'hang', times: 99 }],
    ['an entry that it never sends', { operation: 'blob-get', kind: 'hang', times: 99 }],
  ] as const)('a service that answers %s costs its deadline once, and build B', async (_, fault) => {
    const cache = await startCacheDouble()
    const of = pull()
    try {
      await run(of, cache)
      await setTimeout(gapMs + 100)
      cache.fault(fault)
      const hung = await run(of, cache, { github: { run_id: '2' } })
      expect([hung.outcome, hung.outputs.verdict, builtTwice(hung)]).toEqual(['success', 'reproducible', true])
      expect(hung.report?.notes.join('\n')).toMatch(
        /The Actions cache could not be read: it did not answer within 30 seconds\. Both sides were built/,
      )
      // Having been silent once it is not asked again, to keep the proof.
      expect(hung.report?.notes.join('\n')).toMatch(/could not be written: it did not answer before/)
      expect(hung.seconds).toBeGreaterThan(30)
      expect(hung.seconds).toBeLessThan(30 + 45)
      calm(hung)
    } finally {
      await cache.close()
    }
  })

  test('a job that is cancelled while the service hangs ends in time, and leaves nothing', async () => {
    const cache = await startCacheDouble()
    cache.fault({ kind: 'hang', times: 99 })
    try {
      const cancelled = await run(pull(), cache, { cancelAfterMs: 12_000 })
      expect([cancelled.outcome, cancelled.outputs.verdict]).toEqual(['cancelled', 'undecided'])
      expect(cancelled.seconds).toBeLessThan(12 + 7.5)
      expect([cancelled.left, left()]).toEqual([[], []])
    } finally {
      await cache.close()
    }
  })
})
