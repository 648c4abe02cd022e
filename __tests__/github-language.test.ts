import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { actionProblems, workflowProblems } from './github-language.ts'

const workflow = (step: string): string =>
  `on: push\njobs:\n  gate:\n    runs-on: ubuntu-24.04\n    steps:\n${step.replace(/^/gm, '      ')}\n`

describe("GitHub's own language service", () => {
  test('finds nothing in our action.yml', async () => {
    expect(await actionProblems(readFileSync('action.yml', 'utf8'))).toEqual([])
  })

  test.each([
    ['an unknown key', '- run: true\n  shel: bash', 7, /unexpected value 'shel'/i],
    [
      'an input that our action does not have',
      '- uses: ./\n  with:\n    contxt: .',
      8,
      /invalid action input 'contxt'/i,
    ],
    [
      'the same of the published one',
      '- uses: repro-gate/repro-gate@v0\n  with:\n    x: 1',
      8,
      /invalid action input 'x'/i,
    ],
    ['the same beside the sources', '- uses: ./repro-gate # here\n  with:\n    x: 1', 8, /invalid action input 'x'/i],
    ['an unknown context', '- run: echo ${{ githu.sha }}', 6, /githu/],
    ['an expression that does not end', '- run: echo ${{ github.sha', 6, /expression/i],
    [
      'a step that is not in the job',
      '- run: echo ${{ steps.gate.outputs.verdict }}',
      6,
      /context access might be invalid/i,
    ],
  ])('names %s and its line', async (_, step, line, message) => {
    const problems = await workflowProblems(workflow(step))
    expect(problems).toEqual([{ line, message: expect.stringMatching(message) }])
  })

  test('says nothing of the inputs of foreign actions', async () => {
    expect(await workflowProblems(workflow('- uses: actions/checkout@v4\n  with:\n    anything: 1'))).toEqual([])
  })

  test('knows what our reusable workflow takes', async () => {
    const calling = (uses: string, input: string): string =>
      `on: push\njobs:\n  two:\n    uses: ${uses}\n    with:\n      ${input}\n`
    const ours = 'repro-gate/repro-gate/.github/workflows/two-machines.yml@v0'
    expect(await workflowProblems(calling(ours, 'level: identical'))).toEqual([])
    expect(await workflowProblems(calling(ours, 'levl: identical'))).toHaveLength(1)
    expect(await workflowProblems(calling('./.github/workflows/two-machines.yml', 'levl: identical'))).toHaveLength(1)
    expect(await workflowProblems(calling('./.github/workflows/gone.yml', 'level: identical'))).toEqual([
      { line: 1, message: 'There is no .github/workflows/gone.yml in this repository' },
    ])
    expect(await workflowProblems(calling('some/one/.github/workflows/x.yml@v1', 'levl: identical'))).toEqual([])
  })

  test.each([
    ['a runtime that GitHub does not have', 'using: node13', /node13/],
    ['a main that is not there', 'using: node24', /main/],
  ])('names %s in an action.yml', async (_, runs, message) => {
    const problems = await actionProblems(`name: x\ndescription: y\nruns:\n  ${runs}\n`)
    expect(problems.map(problem => problem.message).join('\n')).toMatch(message)
  })
})
