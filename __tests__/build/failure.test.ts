import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { failureOf, stopped } from '../../src/build/failure.ts'
import { createProgress } from '../../src/build/progress.ts'

const progressOf = (...lines: string[]) => {
  const progress = createProgress()
  for (const line of lines) progress.read(line)
  return progress
}
const real = (name: string) =>
  progressOf(...readFileSync(join(import.meta.dirname, 'fixtures', `${name}.jsonl`), 'utf8').split('\n'))
const step = (fields: object) => JSON.stringify({ vertexes: [{ digest: 'd', name: '[2/2] RUN x', ...fields }] })
const log = (text: string) => JSON.stringify({ logs: [{ vertex: 'd', data: Buffer.from(text).toString('base64') }] })

describe('a failed build', () => {
  test('names the RUN, its lines and the end of its log, though the log shows other lines', () => {
    const failure = failureOf('A', real('fail-run'), 1)
    expect(failure).toMatchObject({ side: 'A', line: 3, endLine: 6, step: expect.stringMatching(/^\[b 3\/3\] RUN/) })
    expect(failure.message).toMatch(/^process "\/bin\/sh -c .* did not complete successfully: exit code: 3$/)
    expect(failure.logTail).toContain('two')
  })

  test('names the COPY whose file is missing', () => {
    expect(failureOf('B', real('fail-copy'), 1)).toMatchObject({
      ...{ side: 'B', line: 2, endLine: 2, step: '[2/2] COPY nofile /x' },
      message: expect.stringMatching(/"\/nofile": not found$/),
    })
  })

  test('names the base image that is not there', () => {
    expect(failureOf('A', real('fail-from'), 1)).toMatchObject({
      ...{ line: 1, endLine: 1 },
      message: expect.stringContaining('localhost:5000/debian:nope: not found'),
    })
  })

  test('names the line that is no instruction', () => {
    expect(failureOf('A', real('fail-parse'), 1)).toMatchObject({
      ...{ line: 2, endLine: 2, step: null },
      message: 'dockerfile parse error on line 2: unknown instruction: RUNN (did you mean RUN?)',
    })
  })

  test('names the marked line, though the last one shown ends as the head of the excerpt does', () => {
    const shown = ['   8 | >>> RUN false', '   9 |     ', '  10 |     USER 1000:1000']
    const rule = '-'.repeat(20)
    expect(failureOf('A', progressOf('Dockerfile:8', rule, ...shown, rule, 'ERROR: boom'), 1)).toMatchObject({
      ...{ line: 8, endLine: 8, message: 'boom' },
    })
  })

  test('is not the step that was cancelled beside the failing one', () => {
    const other = step({ digest: 'e', name: '[b 1/2] RUN y', error: 'process: context canceled' })
    expect(failureOf('A', progressOf(other, step({ error: 'boom' })), 1)).toMatchObject({
      step: '[2/2] RUN x',
      message: 'boom',
    })
  })

  test.each(['write /x: no space left on device', 'ENOSPC: no space'])('says that the disk is full: %s', text => {
    expect(failureOf('A', progressOf(step({}), log(`${text}\n`), step({ error: 'exit code: 1' })), 1).message).toMatch(
      /^The disk is full .* exit code: 1$/,
    )
    expect(failureOf('A', progressOf(`ERROR: failed to solve: ${text}`), 1).message).toMatch(/^The disk is full/)
  })

  test.each([
    'ERROR: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    'ERROR: failed to build: failed to solve: rpc error: code = Unavailable desc = error reading from server: EOF',
    'ERROR: failed to build: failed to solve: connection error: desc = "transport: Error while dialing: dial unix /e/containerd.sock: connect: connection refused"',
  ])('says that the builder is gone: %s', text => {
    expect(failureOf('A', progressOf(text), 1).message).toMatch(/^The builder stopped answering during the build: /)
  })

  test('without a word says at least the exit code', () => {
    expect(failureOf('A', progressOf(), 125)).toMatchObject({
      ...{ step: null, line: null, message: 'docker buildx build ended with exit code 125' },
    })
  })
})

test('a build that was stopped says why, and in which step', () => {
  const running = progressOf(step({ started: '2026-01-01T00:00:00Z' }), log('half\n'))
  const now = Date.parse('2026-01-01T00:31:10Z')
  expect(stopped('B', running, new Error('the deadline of 30 minutes has passed'), now)).toEqual({
    ...{ side: 'B', stopped: true, step: '[2/2] RUN x', line: null, endLine: null, logTail: ['half'] },
    message:
      "The build was stopped before its end: the deadline of 30 minutes has passed. It was in the step '[2/2] RUN x' for 31 min 10 s; 0 of the 1 steps that were known had ended",
  })
  expect(stopped('A', progressOf(), new DOMException('x', 'AbortError'), now).message).toBe(
    'The build was stopped before its end, before any step of it began',
  )
})
