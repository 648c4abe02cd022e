// The five lines of the README, as GitHub would run them on a runner whose Docker keeps images in the classic store.
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { forget, type GateResult, gateAction, installAction } from '../action/gate-action.ts'
import { pullRequest } from '../action/pull-request.ts'
import { buildkit, classicDocker, describeWith, docker } from './builders.ts'
import { baseImage, describeWithEngine, engineEnvironment } from './engine.ts'

const has = process.env.REPRO_GATE_NO_ENGINE === undefined
const binaries = has ? buildkit() : { missing: 'no engine' }
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
const [, block = ''] = /```yaml\n(on:[\s\S]*?)```/.exec(readme) ?? []
const workflow = parse(block)
const [checkout, ours] = workflow.jobs.reproducible.steps

describeWithEngine('the five lines of the README', () => {
  test('are five, and ask for nothing but a checkout and this action', () => {
    expect(block.trim().split('\n')).toHaveLength(5)
    expect([workflow.on, Object.keys(workflow.jobs)]).toEqual(['pull_request', ['reproducible']])
    expect(workflow.jobs.reproducible.steps).toHaveLength(2)
    expect([checkout.uses, ours.uses]).toEqual([
      expect.stringMatching(/^actions\/checkout@/),
      expect.stringMatching(/^repro-gate\/repro-gate@/),
    ])
  })

  describeWith(binaries, 'where the runner has no builder that could do it', () => {
    const folders: string[] = []
    let actionDir: string
    let env: Record<string, string>
    beforeAll(() => {
      actionDir = installAction()
      const classic = mkdtempSync(join(tmpdir(), 'readme-'))
      folders.push(actionDir, classic)
      env = { ...engineEnvironment(), PATH: classicDocker(join(classic, 'bin')) }
    })
    afterAll(() => forget(...folders))

    /** The private engine gives a container no network but the host's, which a runner's Docker does; nothing else is added. */
    const network = process.env.REPRO_GATE_RUN_NETWORK
    const inputs = { ...ours.with, ...(network ? { network } : {}) }
    async function run(...lines: string[]): Promise<GateResult> {
      const dockerfile = `${[`FROM ${baseImage}`, ...lines].join('\n')}\n`
      const pull = pullRequest({ Dockerfile: dockerfile, 'page.html': 'hello\n' })
      folders.push(pull.root)
      // Without `permissions:` the token of a new repository may read the contents and packages, and write nothing.
      const result = await gateAction({ actionDir, pull, env, inputs, permissions: { contents: 'read' } })
      folders.push(result.root)
      return result
    }
    const said = ({ annotations }: GateResult) =>
      annotations.filter(({ level }) => level === 'error').map(({ message }) => message)
    const builders = () => docker('buildx', 'ls', '--format', '{{.Name}}')

    test('prove what is the same', async () => {
      const result = await run('COPY page.html /', 'RUN cat /page.html > /copy')
      expect(said(result)).toEqual([])
      expect([result.outcome, result.outputs.verdict, result.report?.doubts]).toEqual(['success', 'reproducible', []])
      expect(result.report?.versions.driver).toBe('docker-container')
      expect(result.report?.findings.filter(({ level }) => level === 'error')).toEqual([])
      expect([result.errors, result.problems]).toEqual([[], []])
      expect(builders()).not.toMatch(/^repro-gate-[0-9a-f]{12}$/m)
    })

    test('fail at the line of what is not', async () => {
      const result = await run('COPY page.html /', 'RUN head -c 12 /dev/urandom | base64 > /token')
      expect([result.outcome, result.outputs.verdict]).toEqual(['failure', 'not-reproducible'])
      expect(result.annotations).toContainEqual(
        expect.objectContaining({ level: 'error', file: 'Dockerfile', line: '3' }),
      )
      expect([result.checkRuns, result.problems]).toEqual([[], []])
      expect(builders()).not.toMatch(/^repro-gate-[0-9a-f]{12}$/m)
    })
  })
})
