// The reusable workflow as GitHub would read it, and the docs that show how to call it. What it does is tested with two engines.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse, parseDocument } from 'yaml'
import { givenInputs } from '../../src/options/inputs.ts'
import { checkOptions, modeIn } from '../../src/options/options.ts'
import { evaluate, expanded } from '../doubles/runner/expression.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const text = read('.github/workflows/two-machines.yml')
const document = parseDocument(text, { uniqueKeys: true, version: '1.2' })
interface Step {
  uses?: string
  with?: Record<string, unknown>
}
interface Job {
  permissions: Record<string, string>
  'timeout-minutes': unknown
  steps: Step[]
  outputs?: Record<string, string>
}
const workflow = document.toJS() as {
  on: {
    workflow_call: { inputs: Record<string, { default: unknown }>; secrets: Record<string, { required: boolean }> }
  }
  permissions: Record<string, string>
  jobs: Record<'record' | 'compare', Job>
}
const call = workflow.on.workflow_call
const action = parse(read('action.yml')) as Record<'inputs' | 'outputs', Record<string, unknown>>
const jobs = Object.values(workflow.jobs)
const ours = (job: Job): Step[] => job.steps.filter(({ uses }) => uses?.startsWith('./'))
const defaults = Object.fromEntries(Object.entries(call.inputs).map(([name, { default: value }]) => [name, value]))

describe('two-machines.yml', () => {
  test('is YAML that nobody reads in two ways, and is only called', () => {
    expect([...document.errors, ...document.warnings]).toEqual([])
    expect(Object.keys(workflow.on)).toEqual(['workflow_call'])
  })

  test('asks for no right but to read, and for no secret that must be given', () => {
    expect(workflow.permissions).toEqual({})
    expect(jobs.map(({ permissions }) => permissions)).toEqual([{ contents: 'read' }, { contents: 'read' }])
    expect(Object.values(call.secrets).map(({ required }) => required)).toEqual([false, false, false])
    // The comparing job sees what came from the machines that build: it gets none.
    expect(JSON.stringify(workflow.jobs.compare)).not.toMatch(/secrets|github\.token/)
    for (const job of jobs) expect(job['timeout-minutes']).toBeTruthy()
  })

  test('pins what others made, and takes the action from the commit that it is itself of', () => {
    const uses = jobs.flatMap(({ steps }) => steps.flatMap(step => step.uses ?? []))
    const foreign = uses.filter(name => !name.startsWith('./'))
    expect(foreign.filter(name => !/^[\w./-]+@[0-9a-f]{40}$/.test(name))).toEqual([])
    for (const [, name] of text.matchAll(/uses: ([^.\s]\S*)(?! # v\d+\.\d+\.\d+)$/gm)) expect(name).toBe('')
    for (const job of jobs) {
      const own = job.steps.filter(step => step.with?.repository === '${{ job.workflow_repository }}')
      expect(own).toMatchObject([{ with: { ref: '${{ job.workflow_sha }}', 'persist-credentials': false } }])
      expect(ours(job).map(step => step.uses)).toEqual([`./${own[0]?.with?.path}`])
      expect(String(own[0]?.with?.['sparse-checkout']).trim().split('\n')).toEqual(['/action.yml', '/dist/'])
    }
    for (const path of [
      '.github/workflows/examples.yml',
      'examples/workflows/gate.yml',
      'examples/workflows/release.yml',
    ])
      for (const [name] of read(path).matchAll(/(?:actions\/(?:checkout|upload-artifact)|docker\/login-action)@\S+/g))
        expect(text).toContain(name)
  })

  test.each([
    ['left out', {}],
    [
      'given',
      { file: 'a/Containerfile', 'build-args': 'A=1\nB=2', platforms: 'linux/amd64,linux/arm64', level: 'identical' },
    ],
  ])('its steps give the action inputs that it takes, %s', (_, given) => {
    const named = {
      ...{
        inputs: { ...defaults, ...given },
        matrix: { runner: ['self-hosted', 'arm64'] },
        strategy: { 'job-index': 1 },
      },
      ...{ runner: { temp: '/t' }, secrets: { 'build-secrets': '' } },
    }
    const [record, compare] = jobs.flatMap(ours).map(step => {
      const values = Object.fromEntries(
        Object.entries(step.with ?? {}).map(([name, value]) => [name, String(expanded(value, named) ?? '')]),
      )
      expect(Object.keys(values).filter(name => !(name in action.inputs))).toEqual([])
      const inputs = givenInputs(name => values[name] ?? '')
      return checkOptions(modeIn(inputs), inputs)
    })
    expect(record).toMatchObject({
      ...{ command: 'record', record: '/t/1-self-hosted-arm64.record.json.gz', context: 'source/.' },
      file: 'file' in given ? 'source/a/Containerfile' : 'source/Dockerfile',
      buildArgs: 'build-args' in given ? { A: '1', B: '2' } : {},
    })
    expect(compare).toMatchObject({
      ...{ command: 'compare', images: ['records/*.record.json.gz'], checkRun: false },
      level: 'level' in given ? 'identical' : 'same-content',
    })
    expect(compare?.platforms).toEqual(record?.platforms)
  })

  test('gives outputs of the action', () => {
    const names = [...text.matchAll(/steps\.compare\.outputs\.([\w-]+)/g)].map(([, name = '']) => name)
    expect(names.length).toBeGreaterThan(0)
    for (const name of names) expect(action.outputs).toHaveProperty(name)
  })
})

describe('docs/record.md', () => {
  const blocks = [...read('docs/record.md').matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, block = '']) =>
    parse(block),
  )
  const [caller, , written] = [blocks[0], blocks[1], blocks.at(-1)]

  test('shows a call that fits: inputs that there are, and the right that is asked for', () => {
    const job = caller.jobs['same-image']
    expect(job.uses).toMatch(/^repro-gate\/repro-gate\/\.github\/workflows\/two-machines\.yml@/)
    expect(Object.keys(job.with).filter(name => !(name in call.inputs))).toEqual([])
    expect(JSON.parse(job.with.runners)).toEqual(JSON.parse(String(defaults.runners)))
    expect(job.permissions).toEqual({ contents: 'read' })
    for (const name of Object.keys(call.inputs)) expect(read('docs/record.md')).toContain(`\`${name}\``)
    for (const name of Object.keys(call.secrets)) expect(read('docs/record.md')).toContain(`${name}:`)
  })

  test('shows the same jobs written out, with inputs that the action takes', () => {
    const steps = Object.values(written.jobs as Record<string, Job>).flatMap(job => job.steps)
    const uses = steps.filter(step => step.uses?.startsWith('repro-gate/'))
    expect(uses.map(step => step.with?.mode)).toEqual(['record', 'compare'])
    for (const { with: inputs = {} } of uses) {
      expect(Object.keys(inputs).filter(name => !(name in action.inputs))).toEqual([])
      const given = givenInputs(name => String(inputs[name] ?? '').replace(/\$\{\{.*?\}\}/g, 'x'))
      expect(() => checkOptions(modeIn(given), given)).not.toThrow()
    }
    for (const step of steps) if (!uses.includes(step)) expect(text).toContain(`uses: ${step.uses}`)
  })
})

test('expressions are read as GitHub reads them, as far as the workflow uses them', () => {
  const named = { inputs: { a: 'x', empty: '', 'with-dash': 'y' }, list: { of: ['a', 'b'] } }
  expect(evaluate("inputs.a && format('s/{0}', inputs.with-dash) || ''", named)).toBe('s/y')
  expect(evaluate("inputs.empty && 'no' || ''", named)).toBe('')
  expect(evaluate("join(list.of, '-')", named)).toBe('a-b')
  expect(evaluate("join(inputs.a, '-')", named)).toBe('x')
  expect(evaluate('!cancelled()', named, { cancelled: false })).toBe(true)
  expect(evaluate("inputs.a != ''", named)).toBe(true)
  expect(expanded('a ${{ inputs.a }} b', named)).toBe('a x b')
  expect(expanded('${{ list.of }}', named)).toEqual(['a', 'b'])
  expect(() => evaluate('inputs.none', named)).toThrow(/not known/)
})
