import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { readFileCommand } from './runner/file-command.ts'
import { type ActionRun, runAction } from './runner/run-action.ts'
import { readCommand } from './runner/workflow-command.ts'

describe('the double of the runner', () => {
  let actionDir: string
  beforeEach(() => {
    actionDir = mkdtempSync(join(tmpdir(), 'action-'))
    writeFileSync(join(actionDir, 'package.json'), '{"type":"commonjs"}')
    const yml = ['name: x', 'inputs: { my-name: { default: "$OPEN github.repository }}" } }', 'outputs: { said: {} }']
    writeFileSync(
      join(actionDir, 'action.yml'),
      [...yml, 'runs: { using: node24, main: main.js }'].join('\n').replace('$OPEN', '$' + '{{'),
    )
  })
  afterEach(() => rmSync(actionDir, { recursive: true }))

  const run = (lines: string[], more: Partial<ActionRun> = {}) => {
    writeFileSync(
      join(actionDir, 'main.js'),
      ["const fs = require('node:fs'); const { env } = process", ...lines].join('\n'),
    )
    return runAction({ actionDir, ...more })
  }

  test('gives inputs, takes outputs and the summary, and keeps the test’s own environment out', async () => {
    process.env.GITHUB_TOKEN = 'of the developer'
    const result = await run([
      "const said = env['INPUT_MY-NAME'] + ' ' + env.GITHUB_TOKEN",
      "fs.appendFileSync(env.GITHUB_OUTPUT, 'said<<END\\n' + said + '\\nEND\\nother=1\\n')",
      "fs.appendFileSync(env.GITHUB_STEP_SUMMARY, '# Hello')",
    ])
    delete process.env.GITHUB_TOKEN
    expect(result).toMatchObject({
      outcome: 'success',
      outputs: { said: 'o/r undefined' },
      summary: '# Hello',
      undeclaredOutputs: ['other'],
    })
  })

  test('obeys commands of both forms from anywhere, and none behind a fence', async () => {
    const result = await run([
      "console.log('::error file=Dockerfile,line=3,title=a%2Cb::one%0Atwo')",
      "console.log('#5 0.3 ##[set-output name=verdict]reproducible')",
      "console.log('::stop-commands::word-of-ours'); console.log('::set-output name=fenced::x'); console.log('##[error]x')",
      "console.log('::word-of-ours::'); console.log('::warning::after')",
      "for (let i = 0; i < 12; i++) console.log('::notice::n' + i)",
      "console.log('::add-mask::s3cret'); console.log('a s3cret here')",
    ])
    expect(result.outputs).toEqual({ verdict: 'reproducible' })
    expect(result.annotations.slice(0, 2)).toMatchObject([
      { level: 'error', message: 'one\ntwo', file: 'Dockerfile', line: '3', title: 'a,b' },
      { level: 'warning', message: 'after' },
    ])
    expect(result.annotations.filter(({ level }) => level === 'notice')).toHaveLength(10)
    expect(result.droppedAnnotations).toBe(2)
    expect(result.log.map(({ line }) => line)).toContain('a *** here')
  })

  test('reads the error stream as well', async () => {
    expect(await run(["console.error('::set-output name=said::x')"])).toMatchObject({ outputs: { said: 'x' } })
  })

  test('shows nothing of a summary above 1 MiB, and fails on an exit code, a broken file or a forbidden command', async () => {
    expect(await run(["fs.writeFileSync(env.GITHUB_STEP_SUMMARY, 'x'.repeat(1048577))"])).toMatchObject({
      outcome: 'success',
      summary: '',
      summaryDropped: true,
    })
    expect(await run(['process.exitCode = 3'])).toMatchObject({ outcome: 'failure', exitCodes: { main: 3 } })
    expect(await run(["fs.writeFileSync(env.GITHUB_OUTPUT, 'no sign')"])).toMatchObject({ outcome: 'failure' })
    expect(await run(["console.log('::set-env name=A::b')"])).toMatchObject({ outcome: 'failure' })
  })

  test('cancels with SIGINT first', async () => {
    const result = await run(["process.on('SIGINT', () => process.exit(130)); setInterval(() => {}, 1000)"], {
      cancelAfterMs: 300,
    })
    expect(result).toMatchObject({ outcome: 'cancelled', exitCodes: { main: 130 } })
  })

  test('reads commands and file commands as written down', () => {
    expect(readCommand('  ::group::x')).toMatchObject({ name: 'group', data: 'x' })
    expect(readCommand('x ::group::x')).toBeNull()
    expect(readCommand('::nonsense::x')).toBeNull()
    expect(readFileCommand('a=1\nb<<E\nx=y\n\nE\n')).toEqual({ a: '1', b: 'x=y\n' })
    expect(() => readFileCommand('b<<E\nx')).toThrow('delimiter not found')
  })
})
