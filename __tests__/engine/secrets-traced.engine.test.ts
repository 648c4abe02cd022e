// Every byte that a run and its children write, everything they are started with: searched for the secrets that it met.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, jest, test } from '@jest/globals'
import { bundleAction, everythingSaid, forget, gateAction } from '../action/gate-action.ts'
import { pullRequest } from '../action/pull-request.ts'
import { node24 } from '../doubles/runner/node24.ts'
import { knownPull } from '../trust/known-pull.ts'
import { searcher } from '../trust/planted.ts'
import { asFlags, everyFile, plantedScene, variables } from '../trust/scene.ts'
import { type Searched, searchFolder, searchTrace } from '../trust/searched.ts'
import { canTrace, tracing } from '../trust/traced.ts'
import { bundleCli, tracedRun } from '../trust/traced-run.ts'
import { describeWithEngine } from './engine.ts'

const describeTraced = canTrace()
  ? describeWithEngine
  : (name: string, _: () => void) => test.skip(`${name} (no strace here)`, () => {})

// strace slows the builds' client down, too.
jest.setTimeout(900_000)

// Of the other modes a nightly run has the same: secrets-modes.engine.test.ts.
describeTraced('secrets, in every byte that a run writes:', () => {
  const root = mkdtempSync(join(tmpdir(), 'secrets-traced-'))
  const folders = [root]
  afterAll(() => forget(...folders))
  const scene = plantedScene(root, randomUUID())
  const { secrets, args } = scene
  const find = searcher({ ...secrets, ...args })

  /** The search finds what is there: each secret went the way that is its own. */
  const reached = ({ handed, bytes, programs }: Searched): void => {
    const toDocker = ['variable', 'file', 'key1', 'npmrc', 'github', 'checkout', 'stored']
    expect(Object.keys(handed)).toEqual(
      expect.arrayContaining([
        ...toDocker.map(name => `${name}: docker to its engine, or its log to us`),
        ...['github: a file of ours, for docker', 'TOK: environment'],
      ]),
    )
    expect(bytes).toBeGreaterThan(1_000_000)
    expect(programs.docker).toBeGreaterThan(3)
  }

  test('a gate that finds a difference', async () => {
    const out = mkdtempSync(join(root, 'out-'))
    const found = await tracedRun(scene, bundleCli(join(root, 'cli.cjs')), [
      ...['gate', scene.contextWith('date +%N > /now'), '--source-date-epoch', '1700000000'],
      ...[...scene.flags, ...asFlags(everyFile(out))],
    ])
    expect({ status: found.status, said: found.said.slice(-1500) }).toMatchObject({ status: 1 })
    expect({ hits: found.hits.slice(0, 10), variables: found.variables }).toEqual({ hits: [], variables: [] })
    expect(readdirSync(scene.temp)).toEqual([])
    const kept = searchFolder(out, { ...secrets, ...args })
    expect(kept).toEqual({ files: expect.any(Number), hits: [] })
    expect(kept.files).toBeGreaterThanOrEqual(6)
    reached(found)
  })

  test('the action, which tells GitHub of it', async () => {
    const text = scene.dockerfile('date +%N > /now')
    const pull = pullRequest({ Dockerfile: text })
    const actionDir = bundleAction()
    folders.push(pull.root, actionDir)
    scene.checkoutOf(pull.workspace)
    const trace = join(root, 'trace-action')
    const node = join(root, 'traced-node')
    // A shell would drop variables with a hyphen in their names, which inputs have.
    const [strace = '', ...flags] = [...tracing(trace), node24() ?? '']
    const command = `const { status } = require('node:child_process').spawnSync(${JSON.stringify(strace)}, [...${JSON.stringify(flags)}, ...process.argv.slice(2)], { stdio: 'inherit' })`
    writeFileSync(node, `#!${process.execPath}\n${command}\nprocess.exit(status ?? 1)\n`, { mode: 0o755 })
    const out = mkdtempSync(join(root, 'out-'))
    const result = await gateAction({
      ...{ server: { token: scene.environment.GITHUB_TOKEN }, seed: knownPull(pull, text) },
      ...{ actionDir, pull, node, env: { ...scene.env, TMPDIR: '' } },
      inputs: { ...scene.inputs, context: '.', comment: 'always', suggestions: 'true', ...everyFile(out) },
    })
    folders.push(result.root)
    const last = result.log.slice(-25).map(({ line }) => line.slice(0, 200))
    expect({ verdict: result.outputs.verdict, last }).toMatchObject({ verdict: 'not-reproducible' })
    expect([result.checkRuns.length, result.comments.length]).toEqual([1, 1])
    expect([result.env, result.path, result.state, result.errors]).toEqual([{}, [], {}, []])
    expect(result.annotations.filter(({ file, title }) => file === 'README' || title === 'PWNED')).toEqual([])
    expect(result.masks.has('verdict')).toBe(false)
    expect(result.log.filter(({ line }) => line.includes('PWNED')).length).toBeGreaterThan(4)
    // The runner is told of them by commands of its own, which it obeys and does not show.
    const found = await searchTrace(trace, { secrets, args, variables, isCommand: /^::add-mask::.*$/gm })
    expect({ hits: found.hits.slice(0, 10), variables: found.variables }).toEqual({ hits: [], variables: [] })
    reached(found)
    expect(searchFolder(out, { ...secrets, ...args }).hits).toEqual([])
    const log = result.log.filter(({ command }) => command !== 'add-mask')
    const shown = everythingSaid({ ...result, log }) + JSON.stringify([result.comments, result.reviews])
    expect(find(shown)).toEqual([])
  })
})
