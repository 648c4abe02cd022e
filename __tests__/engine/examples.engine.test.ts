// Every example of examples/ as the action gates it on a runner: the good one is proven, its broken twin goes red at the line it says.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
// @ts-expect-error: a script, without types
import { mismatches } from '../../scripts/as-expected.mjs'
import { forget, type GateResult, gateAction, installAction } from '../action/gate-action.ts'
import { type PullRequest, pullRequest } from '../action/pull-request.ts'
import { type Broken, type Example, examples } from '../examples.ts'
import { pythonImage } from './builders.ts'
import { describeWithEngine, engineEnvironment } from './engine.ts'
import { oneAhead } from './one-ahead.ts'
import { describeWhere, reachesPypi, reachesSnapshot } from './reach.ts'

const [pypi, snapshot] = await Promise.all([reachesPypi(), reachesSnapshot()])
const reached = examples().map(example => ({
  ...example,
  isReached: pypi || !/\bpip /.test(example.dockerfile),
}))
/** Some two minutes on a quiet machine; the private engine of a busy one takes ten times as long. */
const longest = 1_500_000
const network = process.env.REPRO_GATE_RUN_NETWORK
const lines = (values: Record<string, string>) => Object.entries(values).map(([name, value]) => `${name}=${value}`)

describeWithEngine('the examples', () => {
  let base = ''
  let actionDir = ''
  let pull: PullRequest
  const folders: string[] = []
  beforeAll(() => {
    base = pythonImage()
    actionDir = installAction()
    pull = pullRequest(Object.fromEntries(reached.flatMap(({ name, folder }) => filesIn(folder, `examples/${name}`))))
    folders.push(actionDir, pull.root)
  })

  async function gated({ name, withoutSnapshot, broken }: Example, file: string): Promise<GateResult> {
    const isLint = file !== 'Dockerfile' && 'lint' in broken
    const more = snapshot ? {} : withoutSnapshot
    const result = await gateAction({
      ...{ actionDir, pull, env: engineEnvironment(), permissions: { contents: 'read' }, timeoutMs: longest },
      inputs: {
        ...{ context: `examples/${name}`, file: `examples/${name}/${file}`, mode: isLint ? 'lint' : 'gate' },
        // The good ones are varied, as for everybody; what the twins do wrong differs without it, and a third build is spared.
        ...(isLint ? { 'fail-on': 'warning' } : { variations: file === 'Dockerfile' ? '' : 'none' }),
        // The lint is told nothing: what the Dockerfile says by itself is what it has to speak of.
        ...(isLint ? {} : { 'build-args': lines({ BASE_IMAGE: base, ...more }).join('\n') }),
        ...(network && !isLint ? { network } : {}),
      },
    })
    folders.push(result.root)
    return result
  }
  const able = reached.filter(({ isReached }) => isReached)
  // No example runs beside its twin, whose COPYs are equal.
  const examplesAhead = oneAhead(
    ['Dockerfile', 'broken.Dockerfile'].flatMap(file =>
      able.map(example => ({ name: `${example.name}/${file}`, work: () => gated(example, file) })),
    ),
  )
  const { run } = examplesAhead
  afterAll(async () => {
    await examplesAhead.settled()
    forget(...folders)
  }, longest)

  for (const { isReached, name } of reached)
    describeWhere(isReached, 'PyPI', `examples/${name}`, () => {
      test(
        'is reproducible',
        async () => {
          const { outcome, exitCodes, outputs, report, errors, annotations } = await run(`${name}/Dockerfile`)
          expect({ ...outputs, failure: report?.failure, doubts: report?.doubts }).toMatchObject({
            ...{ verdict: 'reproducible', reproducible: 'true', level: 'identical', failure: null, doubts: [] },
            digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
          })
          expect([outcome, exitCodes.main, errors]).toEqual(['success', 0, []])
          expect(annotations.filter(({ level }) => level === 'error')).toEqual([])
          expect(report?.findings.filter(({ source }) => source === 'comparison')).toEqual([])
        },
        longest + 300_000,
      )
    })

  for (const { isReached, name, broken } of reached)
    describeWhere(isReached, 'PyPI', `examples/${name}, broken`, () => {
      test(
        JSON.stringify(broken),
        async () => {
          const { outcome, exitCodes, outputs, report, annotations } = await run(`${name}/broken.Dockerfile`)
          expect([outcome, exitCodes.main]).toEqual(['failure', 1])
          expect(outputs).toMatchObject({ verdict: verdictOf(broken), digest: '' })
          expect(mismatches(report, broken)).toEqual([])
          // Where a reader of the pull request sees it: at that line, and nothing of the builds at any other one.
          const level = 'lint' in broken ? 'warning' : 'error'
          const places = annotations
            .filter(one => one.level === level && one.file)
            .map(one => `${one.file}:${one.line}`)
          expect([...new Set(places)]).toEqual([`examples/${name}/broken.Dockerfile:${lineOf(broken)}`])
        },
        longest + 300_000,
      )
    })
})

/** Of a lint there is no verdict; where there is no image none could be right. */
const verdictOf = (broken: Broken): string => ('lint' in broken ? '' : 'fails' in broken ? 'undecided' : broken.verdict)

const lineOf = (broken: Broken): number =>
  'line' in broken ? broken.line : Number(/^line (\d+),/.exec(broken.fails)?.[1])

/** What lies in a folder, under the paths that it has in the repository. */
const filesIn = (folder: string, path: string): [string, Buffer][] =>
  readdirSync(folder).flatMap(name => {
    const full = join(folder, name)
    return statSync(full).isDirectory()
      ? filesIn(full, `${path}/${name}`)
      : [[`${path}/${name}`, readFileSync(full)] satisfies [string, Buffer]]
  })
