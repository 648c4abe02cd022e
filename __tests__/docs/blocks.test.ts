// Every fenced block of every page is read by what would read it: GitHub's parser, our options, our lint, a shell.
import { describe, expect, test } from '@jest/globals'
import { problemsOf } from './languages.ts'
import { type Block, blocksOf, pages } from './pages.ts'

const blocks = new Map(pages.map(page => [page.path, blocksOf(page)]))

describe('blocks of', () => {
  test.each([...blocks].filter(([, { length }]) => length > 0))('%s', async (_, found) => {
    const problems: string[] = []
    for (const block of found)
      for (const problem of await problemsOf(block)) problems.push(`${block.path}:${block.line}: ${problem}`)
    expect(problems).toEqual([])
  })

  test('all the pages there are', () => {
    expect(pages.map(({ path }) => path)).toEqual(expect.arrayContaining(['README.md', 'docs/levels.md']))
    expect([...blocks.values()].flat().length).toBeGreaterThan(300)
  })
})

describe('a block that is wrong is found:', () => {
  const block = (language: string, text: string, more: Partial<Block> = {}): Block => ({
    ...{ path: 'docs/x.md', line: 1, language, text, marks: [], section: '' },
    ...more,
  })
  const ofOurs = (inputs: string) => `- uses: repro-gate/repro-gate@v0\n  with:\n    ${inputs}\n`
  test.each<[string, Block, RegExp]>([
    ['a flag', block('sh', 'repro-gate gate . --levle identical\n'), /--levle is not a flag/],
    ['a value', block('sh', 'npx repro-gate gate --level same\n'), /not one of/],
    ['a command', block('console', '$ repro-gate gaet .\n'), /'gaet' is not a command/],
    ['what continues', block('console', '$ repro-gate gate . \\\n  --nope\nsaid\n'), /--nope is not a flag/],
    ['shell', block('sh', 'if true; then\n'), /syntax error|unexpected/],
    ['a script', block('sh', 'npm run nothing && node scripts/none.mjs\n'), /no script 'nothing'/],
    ['a file', block('sh', 'node scripts/none.mjs\n'), /no scripts\/none.mjs/],
    ['no language', block('', 'x\n'), /nothing here reads/],
    ['another language', block('perl', 'x\n'), /nothing here reads perl/],
    ['a command among text', block('text', '$ repro-gate lint .\n'), /belongs in sh/],
    ['JSON', block('json', '{ a: 1 }'), /JSON/],
    ['YAML', block('yaml', 'a: [\n'), /./],
    ['YAML of nothing', block('yaml', 'colour: red\n'), /nobody knows/],
    ['an input', block('yaml', ofOurs('levle: identical')), /levle/],
    ["an input's value", block('yaml', ofOurs('level: same')), /not one of/],
    ['an output', block('yaml', '- run: echo ${{ steps.gate.outputs.verdit }}\n'), /verdit/],
    ['an expression', block('yaml', ofOurs('level: ${{ stpes.x }}')), /stpes/],
    ['a workflow', block('yaml', 'on: psuh\njobs: {}\n'), /psuh|jobs/],
    ['our configuration', block('yaml', 'rules:\n  RG999: on\n'), /RG999/],
    ['a Dockerfile', block('dockerfile', 'FROM debian:latest\n'), /RG104/],
    ['a part of one', block('dockerfile', 'RUN date > /built\n'), /RG50/],
    ['an instruction', block('dockerfile', 'FORM debian\n'), /FORM/],
    ['a mark for nothing', block('dockerfile', 'RUN true\n', { marks: ['lint: RG201'] }), /RG201 is named/],
    ['a policy', block('rego', 'package x\n'), /none of the files/],
  ])('%s', async (_, wrong, said) => {
    expect((await problemsOf(wrong)).join('\n')).toMatch(said)
  })
})
