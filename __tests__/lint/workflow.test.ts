import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { stepsOf } from '../../src/lint/workflow.ts'
import { buildsOf } from '../../src/lint/workflow-build.ts'

const file = '.github/workflows/build.yml'
const steps = (text: string) => stepsOf({ file, text })
const around = (text: string): string => `jobs:\n  a:\n    steps:\n      - uses: docker/build-push-action@v6\n${text}`

describe('the steps of a workflow', () => {
  test('with their inputs and places', () => {
    const [step, ...more] = steps(
      around('        with:\n          push: true # yes\n          tags: |\n            a\n            b\n'),
    )
    expect(more).toEqual([])
    expect(step?.uses?.text).toBe('docker/build-push-action@v6')
    expect([...(step?.with ?? [])].map(([name, { text }]) => [name, text])).toEqual([
      ['push', 'true'],
      ['tags', 'a\nb\n'],
    ])
    expect(step?.with.get('tags')?.placeOf('b')).toEqual({ file, line: 9, endLine: 9, column: 13, endColumn: 14 })
    expect(step?.with.get('tags')?.placeOf('none')).toMatchObject({ line: 7 })
  })

  test('those of a composite action, and through an anchor', () => {
    expect(steps('runs:\n  using: composite\n  steps:\n    - run: docker build .\n')).toHaveLength(1)
    expect(steps('x: &s\n  - run: docker build .\njobs:\n  a:\n    steps: *s\n')).toHaveLength(1)
  })

  test('what an earlier step writes is set for the later ones of its job, and for no other job', () => {
    const job = (name: string, run: string): string =>
      `  ${name}:\n    steps:\n      - run: ${run}\n      - run: docker build .\n`
    const all = steps(`jobs:\n${job('a', 'echo "X=1" >> $GITHUB_ENV')}${job('b', 'echo X=1')}`)
    expect(all.map(({ hasEnv }) => hasEnv('X'))).toEqual([false, true, false, false])
  })
})

describe('whatever stands in a workflow, nothing fails and nothing takes long', () => {
  test.each([
    ['nested deep', `docker: ${'['.repeat(200_000)}`],
    [
      'mappings nested deep',
      `docker:\n${Array.from({ length: 3000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')}`,
    ],
    ['an alias of itself', 'docker: &a [*a]\njobs: *a\n'],
    ['an alias that is nowhere', 'docker: 1\njobs: *none\n'],
    [
      'aliases that grow',
      `docker: &a [x]\n${Array.from({ length: 30 }, (_, at) => `a${at}: &a [*a,*a]`).join('\n')}\njobs: *a\n`,
    ],
    ['steps that are no list', 'jobs:\n  docker:\n    steps: 7\n'],
    ['jobs that are a list', 'jobs: [docker]\n'],
    ['two documents', `${around('')}---\n${around('')}`],
    ['a long line', around(`        with: { push: "${'docker build '.repeat(50_000)}" }\n`)],
    [
      'a long script',
      `jobs:\n  a:\n    steps:\n      - run: |\n${'          docker buildx build --push .\n'.repeat(20_000)}`,
    ],
    ['expressions without end', `jobs:\n  a:\n    steps:\n      - run: docker build ${'${{ '.repeat(200_000)}\n`],
  ])('%s', (_name, text) => {
    const started = process.cpuUsage()
    expect(Array.isArray(steps(text).flatMap(buildsOf))).toBe(true)
    expect(process.cpuUsage(started).user).toBeLessThan(5_000_000)
  })

  test('any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        steps(`docker: x\n${text}`).flatMap(buildsOf)
        steps(around(text)).flatMap(buildsOf)
        steps(`jobs: {a: {steps: [{run: ${JSON.stringify(`docker buildx build --push ${text}`)}}]}}`).flatMap(buildsOf)
      }),
    )
  })
})
