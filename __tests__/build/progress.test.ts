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

describe('what a step did', () => {
  const [began, ended] = ['2026-01-01T00:00:01Z', '2026-01-01T00:00:04.5Z']
  const [beganMs, endedMs] = [Date.parse(began), Date.parse(ended)]
  const read = (...fields: object[]) => {
    let now = 0
    const progress = createProgress(() => (now += 10))
    const events = fields.flatMap(one => progress.read(vertex({ started: undefined, ...one })))
    return { progress, events, step: progress.steps()[0] }
  }
  const untouched = {
    ...{ digest: 'sha256:1', name: '[1/2] RUN x', cached: false, started: false, completed: false, error: null },
    ...{ startedAt: 0, endedAt: 0 },
  }

  test.each<[string, object[], object]>([
    ['that is only named', [{}], {}],
    ['that began', [{ started: began }], { started: true, startedAt: beganMs, toldAt: 10 }],
    [
      'that ended',
      [{ started: began }, { started: began, completed: ended }],
      { started: true, completed: true, startedAt: beganMs, endedAt: endedMs, toldAt: 10, endToldAt: 20 },
    ],
    // Told again, it is known since it was told first.
    [
      'that is told to have ended twice',
      [
        { started: began, completed: ended },
        { started: began, completed: ended },
      ],
      { started: true, completed: true, startedAt: beganMs, endedAt: endedMs, toldAt: 10, endToldAt: 20 },
    ],
    ['that is told to be cached later', [{}, { cached: true }, {}], { cached: true }],
    ['that is cached in a way that nobody knows', [{ cached: 'yes' }], {}],
    ['that failed', [{ error: 'no' }, {}], { error: 'no' }],
    ['that began at no time', [{ started: 'now' }, { completed: 5 }], {}],
    ['whose name is told again', [{}, { name: 'another' }], {}],
  ])('is told: one %s', (_, fields, told) => expect(read(...fields).step).toEqual({ ...untouched, ...told }))

  test('a step without a digest is none, nor is one whose digest is no digest', () => {
    for (const digest of ['', 5, null, 'x'.repeat(201)])
      expect(read({ digest, cached: true, started: began }).step).toBeUndefined()
    expect(read({ digest: 'x'.repeat(200), name: 5 }).step).toMatchObject({ name: '' })
    expect(read({ name: 'n'.repeat(3000) }).step?.name).toHaveLength(2000)
  })

  test('it is said once that it began, and that it ended, and again where it failed after that', () => {
    const failing = [{ started: began }, { started: began, completed: ended }, { completed: ended, error: 'no' }]
    const told = { kind: 'ended', number: 1, seconds: 3.5, cached: false, error: null }
    expect(read(...failing, ...failing.slice(0, 2)).events).toEqual([
      { kind: 'started', number: 1, name: '[1/2] RUN x' },
      told,
      { ...told, error: 'no' },
    ])
  })

  test('it ran until it ended, or until now', () => {
    const ranFor = (...fields: object[]) => read(...fields).progress.ranFor('sha256:1', beganMs + 60_000)
    expect(ranFor({ started: began })).toBe(60)
    expect(ranFor({ started: began, completed: ended })).toBe(3.5)
    expect(ranFor({ completed: ended })).toBeNull()
    expect(ranFor({ started: ended, completed: began })).toBe(0)
    expect(read({ started: began }).progress.ranFor('sha256:2', beganMs)).toBeNull()
  })
})

describe('beside the steps', () => {
  const exporting = vertex({ name: 'exporting to image' })
  const status = (fields: object) => JSON.stringify({ statuses: [{ vertex: 'sha256:1', ...fields }] })

  test.each([
    ['exporting to image', 'rewriting layers with source-date-epoch 1700000000', 1_700_000_000],
    ['exporting to oci image format', 'rewriting layers with source-date-epoch 0 (a)', 0],
    ['[web] exporting to image', 'rewriting layers with source-date-epoch 5', 5],
    ['[web.db-1] exporting to image', 'rewriting layers with source-date-epoch 5', 5],
    ['[2/3] RUN exporting to image', 'rewriting layers with source-date-epoch 5', null],
    ['[2/3] exporting to image', 'rewriting layers with source-date-epoch 5', null],
    ['[web] [2/3] exporting to image', 'rewriting layers with source-date-epoch 5', null],
    ['importing to image', 'rewriting layers with source-date-epoch 5', null],
    ['exporting to image', 'rewriting layers with source-date-epoch 5s', null],
    ['exporting to image', 'rewriting layers with source-date-epoch -5', null],
    ['exporting to image', 'not rewriting layers with source-date-epoch 5', null],
    ['exporting to image', 'exporting layers', null],
  ])('%s says %j: rewritten with %j', (name, id, seconds) => {
    expect(readAll([vertex({ name }), status({ id })]).progress.rewrittenWith()).toBe(seconds)
  })

  test('what is said of a step that nobody named says nothing', () => {
    const other = { vertex: 'sha256:2', id: 'rewriting layers with source-date-epoch 5' }
    const { progress, events } = readAll([
      ...[exporting, status(other), status({ ...other, vertex: 5 }), log('x\n', { vertex: 'sha256:2' })],
    ])
    expect(progress.rewrittenWith()).toBeNull()
    expect(events).toHaveLength(1)
    expect(progress.logTail('sha256:2')).toEqual([])
  })

  test('a status with both its times is told', () => {
    const times = { started: '2026-01-01T00:00:01Z', completed: '2026-01-01T00:00:03Z' }
    const statuses = (...fields: object[]) => readAll([exporting, ...fields.map(status)]).events.slice(1)
    expect(statuses({ id: 'layers', ...times })).toEqual([{ kind: 'status', number: 1, seconds: 2, text: 'layers' }])
    expect(statuses({ id: 'layers', started: times.completed, completed: times.started })).toMatchObject([
      { seconds: 0 },
    ])
    expect(statuses({ id: 'x', started: times.started }, { id: 'x', completed: times.completed }, times)).toEqual([])
  })

  test('warnings are kept, of many the first', () => {
    const warning = (text: string) => JSON.stringify({ warnings: [{ short: Buffer.from(text).toString('base64') }] })
    expect(readAll([warning('careful'), warning('w'.repeat(3000))]).progress.warnings()).toEqual([
      'careful',
      'w'.repeat(2000),
    ])
    const many = Array.from({ length: 201 }, (_, at) => warning(`${at}`))
    expect(readAll(many).progress.warnings()).toEqual(many.slice(0, 200).map((_, at) => `${at}`))
  })

  test('text that is no progress is kept, of much the end', () => {
    const lines = ['', '  ', 'ERROR: no', '{"broken', '[]', 'null', ...Array.from({ length: 198 }, (_, at) => `${at}`)]
    const { progress, events } = readAll([...lines, 't'.repeat(3000)])
    expect(events).toHaveLength(203)
    expect(progress.plainText()).toHaveLength(200)
    expect(progress.plainText().slice(0, 2)).toEqual(['null', '0'])
    expect(progress.plainText().at(-1)).toBe('t'.repeat(2000))
    expect(readAll(['{"vertexes":5,"statuses":{},"logs":null,"warnings":[5,null,[]]}']).events).toEqual([])
  })

  test('of steps there are no more than any build has', () => {
    const vertexes = Array.from({ length: 20_001 }, (_, at) => ({ digest: `d${at}`, name: 'n' }))
    const { progress } = readAll([JSON.stringify({ vertexes })])
    expect(progress.steps()).toHaveLength(20_000)
    expect(progress.steps().at(-1)).toMatchObject({ digest: 'd19999' })
  })
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

  test('the two outputs of a RUN come in pieces between each other, and each line stays whole', () => {
    const [out, errors] = [{ stream: 1 }, { stream: 2 }]
    const bytes = Buffer.from('ä')
    const { told, progress } = readAll([
      vertex({ name: 'RUN apt-get install x=1' }),
      ...[log('Reading state...', out), log('E', errors), log('\nPack', out), log(': ', errors)],
      ...[
        log(bytes.subarray(0, 1), out),
        log("Version '1' for 'x' was not found", errors),
        log(bytes.subarray(1), out),
      ],
      ...[log('ge x\nrest of one', out), log('\nrest of the other', errors)],
    ])
    const lines = ['Reading state...', 'Packäge x', "E: Version '1' for 'x' was not found"]
    expect(told.slice(1)).toEqual(lines.map(line => `#1 0.000 ${line}`))
    expect(progress.logTail('sha256:1')).toEqual([...lines, 'rest of one', 'rest of the other'])
    progress.read(vertex({ name: 'RUN apt-get install x=1', completed: '2026-01-01T00:00:02Z' }))
    expect(progress.logTail('sha256:1')).toEqual([...lines, 'rest of one', 'rest of the other'])
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
