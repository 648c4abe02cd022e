import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { narrate } from '../../src/build/narrate.ts'
import { createProgress } from '../../src/build/progress.ts'

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8').split('\n')
const readAll = (lines: readonly string[]) => {
  const progress = createProgress(() => 5)
  const events = lines.flatMap(line => progress.read(line))
  return { progress, events, told: events.map(narrate) }
}
const vertex = (fields: object) =>
  JSON.stringify({
    vertexes: [{ digest: 'sha256:1', name: '[1/2] RUN x', started: '2026-01-01T00:00:00Z', ...fields }],
  })
const log = (data: string | Buffer, fields: object = {}) =>
  JSON.stringify({ logs: [{ vertex: 'sha256:1', data: Buffer.from(data).toString('base64'), ...fields }] })

test('a step tells when its start was told here, which is later than by any clock of the builder', () => {
  let now = 1000
  const progress = createProgress(() => now)
  const toldAt = (fields: object) => {
    now += 10
    progress.read(vertex(fields))
    return progress.steps()[0]?.toldAt
  }
  expect(toldAt({ started: null })).toBeUndefined()
  expect(toldAt({})).toBe(1020)
  expect(toldAt({ completed: '2026-01-01T00:00:09Z' })).toBe(1020)
  expect(toldAt({ started: '2026-01-01T00:00:10Z' })).toBe(1040)
})

describe('the progress of real builds', () => {
  test('names every step once, with what became of it', () => {
    const { progress, told } = readAll(fixture('stages-b.jsonl'))
    const steps = progress.steps()
    expect(steps.find(({ name }) => name === '[b 2/8] WORKDIR /a')).toMatchObject({ cached: true, completed: true })
    expect(steps.find(({ name }) => name.startsWith('[b 6/8] RUN'))).toMatchObject({ cached: false, completed: true })
    expect(new Set(steps.map(({ digest }) => digest)).size).toBe(steps.length)
    expect(steps.every(({ error }) => error === null)).toBe(true)
    expect(progress.rewrittenWith()).toBe(1700000000)
    expect(told.filter(line => / \[c 2\/3\] RUN/.test(line))).toHaveLength(1)
    expect(told.filter(line => /^#\d+ CACHED$/.test(line)).length).toBeGreaterThan(0)
  })

  test('of a cached build shows every RUN as cached', () => {
    const runs = readAll(fixture('stages-a-again.jsonl'))
      .progress.steps()
      .filter(({ name }) => name.includes('] RUN'))
    expect(runs).toHaveLength(3)
    expect(runs.every(({ cached }) => cached)).toBe(true)
  })

  test('shows what a RUN printed under its step, and keeps its end', () => {
    const { progress, told } = readAll(fixture('fail-run.jsonl'))
    const failing = progress.steps().find(({ error }) => error !== null)
    expect(failing?.name).toMatch(/^\[b 3\/3\] RUN echo one;/)
    expect(progress.logTail(String(failing?.digest))).toEqual(expect.arrayContaining(['one', 'two', '>>> FROM x']))
    expect(told).toContainEqual(expect.stringMatching(/^#5 \d\.\d{3} two$/))
    expect(progress.plainText().at(-1)).toMatch(/^ERROR: failed to build: failed to solve: process/)
  })
})

describe('hostile progress', () => {
  test('a log that looks like progress stays a log', () => {
    const forged = `${vertex({ digest: 'sha256:2', cached: true })}\n{"statuses":[{"id":"rewriting layers with source-date-epoch 5 ","vertex":"sha256:1"}]}\n`
    const { progress, events } = readAll([vertex({}), log(forged)])
    expect(progress.steps()).toHaveLength(1)
    expect(progress.rewrittenWith()).toBeNull()
    expect(events.filter(({ kind }) => kind === 'log')).toHaveLength(2)
  })

  test('only the exporter can say that it rewrote', () => {
    const status = { id: 'rewriting layers with source-date-epoch 7 (x)', vertex: 'sha256:1' }
    expect(readAll([vertex({}), JSON.stringify({ statuses: [status] })]).progress.rewrittenWith()).toBeNull()
    const exporter = vertex({ name: 'exporting to image' })
    expect(readAll([exporter, JSON.stringify({ statuses: [status] })]).progress.rewrittenWith()).toBe(7)
    const longer = { ...status, id: 'rewriting layers with source-date-epoch 77' }
    expect(readAll([exporter, JSON.stringify({ statuses: [longer] })]).progress.rewrittenWith()).toBe(77)
  })

  test('once cached stays cached, and an error stays', () => {
    const { progress } = readAll([
      vertex({ cached: true, completed: '2026-01-01T00:00:01Z' }),
      vertex({ error: 'boom', completed: '2026-01-01T00:00:01Z' }),
      vertex({ cached: false, completed: '2026-01-01T00:00:02Z' }),
    ])
    expect(progress.steps()).toMatchObject([{ cached: true, error: 'boom' }])
  })

  test('a character split over two pieces of log is whole again, and a progress bar shows its last state', () => {
    const bytes = Buffer.from('häß\r10%\r90%\r\nrest')
    const { progress, told } = readAll([
      vertex({}),
      log(bytes.subarray(0, 2), { timestamp: '2026-01-01T00:00:01.5Z' }),
      log(bytes.subarray(2), { timestamp: '2026-01-01T00:00:01.5Z' }),
      vertex({ completed: '2026-01-01T00:00:02Z' }),
    ])
    expect(told).toEqual(['#1 [1/2] RUN x', '#1 1.500 90%', '#1 2.000 rest', '#1 DONE 2.0s'])
    expect(progress.logTail('sha256:1')).toEqual(['90%', 'rest'])
  })

  test('a log without line ends is bounded', () => {
    const { progress, events } = readAll([vertex({}), ...Array.from({ length: 50 }, () => log('x'.repeat(30_000)))])
    expect(progress.logTail('sha256:1').length).toBeLessThanOrEqual(20)
    expect(events.every(event => narrate(event).length < 5_000)).toBe(true)
  })

  test('any lines at all: nothing thrown, no step from anything but a vertex', () => {
    const messages = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map(value => `{"vertexes":[${value}],"logs":${value},"statuses":[${value}]}`),
      fc
        .record({ vertex: fc.constantFrom('sha256:1', 'x'), data: fc.string() })
        .map(value => `{"logs":[${JSON.stringify(value)}]}`),
    )
    fc.assert(
      fc.property(fc.array(messages), lines => {
        const { progress, told } = readAll([vertex({}), ...lines])
        expect(told.every(line => typeof line === 'string')).toBe(true)
        return progress.steps().every(({ digest }) => digest === 'sha256:1' || lines.some(line => line.startsWith('{')))
      }),
    )
  })

  test('what a RUN prints, whatever it is, changes nothing but its log', () => {
    const digestsOf = (lines: string[]) => readAll(lines).progress.steps()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), bytes => {
        const lines = [vertex({}), log(Buffer.from(bytes)), vertex({ completed: '2026-01-01T00:00:01Z' })]
        expect(digestsOf(lines)).toEqual(digestsOf([lines[0] as string, lines[2] as string]))
      }),
    )
  })
})
