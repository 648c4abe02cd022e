// The workflows that docs/github.md, docs/release.md and docs/drift.md show are files, and this reads them as GitHub would.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parseDocument } from 'yaml'
import { untrusted } from '../../src/github/event.ts'
import { requests } from '../../src/github/requests.ts'
import { givenInputs } from '../../src/options/inputs.ts'
import { checkOptions, modeIn } from '../../src/options/options.ts'
import { pullRequestScene } from './pull-request-scene.ts'

const root = join(import.meta.dirname, '../..')
const folder = join(root, 'examples/workflows')
const read = (path: string) => readFileSync(path, 'utf8')
const page = read(join(root, 'docs/github.md'))
/** What a release may do besides. */
const releasing = ['packages', 'id-token', 'attestations']
const action = parseDocument(read(join(root, 'action.yml'))).toJS() as Record<
  'inputs' | 'outputs',
  Record<string, unknown>
>

interface Step {
  id?: string
  if?: string
  uses?: string
  with?: Record<string, unknown>
}
interface Job {
  permissions?: Record<string, string>
  'timeout-minutes'?: number
  if?: string
  steps: Step[]
}
interface Workflow {
  on: unknown
  permissions: Record<string, string>
  jobs: Record<string, Job>
}

/** As the runner puts values in the place of expressions. */
const expanded = (text: string): string =>
  text.replaceAll('${{ github.repository }}', 'o/app').replace(/\$\{\{[^}]*\}\}/g, 'x')

const files = readdirSync(folder)
const workflow = (file: string): Workflow => {
  const document = parseDocument(read(join(folder, file)), { uniqueKeys: true, version: '1.2' })
  expect([...document.errors, ...document.warnings]).toEqual([])
  return document.toJS()
}
const jobsOf = (file: string) => Object.values(workflow(file).jobs)
const stepsOf = (file: string) => jobsOf(file).flatMap(({ steps }) => steps)
const ours = (file: string) => stepsOf(file).filter(({ uses }) => uses?.startsWith('repro-gate/'))

describe.each(files)('examples/workflows/%s', file => {
  const isRelease = file === 'release.yml'

  test('is shown in the docs as it is', () => {
    const own = ['release.yml', 'drift.yml'].includes(file)
    expect(own ? read(join(root, `docs/${file.replace(/yml$/, 'md')}`)) : page).toContain(
      `\`\`\`yaml\n${read(join(folder, file))}\`\`\``,
    )
  })

  test('gives nothing but what each job needs, and ends by itself', () => {
    expect(workflow(file).permissions).toEqual({})
    const known = [
      'actions',
      'checks',
      'contents',
      'pull-requests',
      ...(isRelease ? releasing : []),
      ...(file === 'drift.yml' ? ['issues'] : []),
    ]
    for (const job of jobsOf(file)) {
      expect(Object.keys(job.permissions ?? {}).filter(name => !known.includes(name))).toEqual([])
      expect(job['timeout-minutes']).toBeGreaterThan(0)
      expect(
        Object.keys(job).filter(key => !['runs-on', 'timeout-minutes', 'permissions', 'if', 'steps'].includes(key)),
      ).toEqual([])
    }
    for (const step of stepsOf(file))
      expect(Object.keys(step).filter(key => !['id', 'if', 'uses', 'with', 'name'].includes(key))).toEqual([])
  })

  test('has inputs of ours that there are, with values that they take', () => {
    expect(ours(file)).toHaveLength(1)
    for (const { with: inputs = {} } of ours(file)) {
      expect(Object.keys(inputs).filter(name => !(name in action.inputs))).toEqual([])
      const given = givenInputs(name => expanded(String(inputs[name] ?? '')))
      expect(() => checkOptions(modeIn(given), given, { GITHUB_ACTIONS: 'true' })).not.toThrow()
    }
  })

  test('names only outputs that there are', () => {
    const named = [...read(join(folder, file)).matchAll(/steps\.(\w+)\.outputs\.([\w-]+)/g)]
    expect(named.filter(([, , output = '']) => !(output in action.outputs))).toEqual([])
    const ids = ours(file).map(({ id }) => id)
    expect(named.filter(([, id]) => !ids.includes(id))).toEqual([])
  })
})

describe('the release', () => {
  test('attests what the gate published, under its digest', () => {
    const attest = stepsOf('release.yml').find(({ uses }) => uses?.startsWith('actions/attest@'))
    expect(attest?.with).toMatchObject({
      'subject-name': '${{ steps.gate.outputs.subject-name }}',
      'subject-digest': '${{ steps.gate.outputs.subject-digest }}',
      'predicate-path': '${{ steps.gate.outputs.predicate }}',
      'predicate-type': '${{ steps.gate.outputs.predicate-type }}',
    })
    // Without a condition of its own it runs only where the gate passed, and published.
    expect(attest?.if).toBeUndefined()
    expect(ours('release.yml')[0]?.with).toMatchObject({ push: true, level: 'identical' })
  })
})

describe('the two workflows', () => {
  test('belong together, and the one that may write has no code of the pull request', () => {
    const { name } = parseDocument(read(join(folder, 'gate.yml'))).toJS() as { name: string }
    expect(workflow('publish.yml').on).toEqual({ workflow_run: { workflows: [name], types: ['completed'] } })
    expect(stepsOf('publish.yml').map(({ uses }) => uses?.replace(/@.*/, ''))).toEqual([
      'actions/download-artifact',
      'repro-gate/repro-gate',
    ])
    const [upload, download] = ['gate.yml', 'publish.yml'].map(file =>
      stepsOf(file).find(({ uses }) => /(?:up|down)load-artifact/.test(uses ?? '')),
    )
    expect(download?.with?.name).toBe(upload?.with?.name)
    expect(jobsOf('gate.yml').every(({ permissions = {} }) => !Object.values(permissions).includes('write'))).toBe(true)
  })

  test('the second is let through because it only reads; were it to build, it would be refused', async () => {
    const scene = await pullRequestScene()
    await scene.github.close()
    expect(untrusted(scene.event('workflow_run'))).toMatch(/workflow_run/)
    expect(ours('publish.yml')[0]?.with).toMatchObject({ mode: 'report' })
  })
})

test('docs/github.md names every permission that a request can need', () => {
  const asked = new Set(Object.values(requests).map(({ permission }) => permission))
  expect([...asked].filter(permission => !page.includes(`\`${permission}\``))).toEqual([])
})
