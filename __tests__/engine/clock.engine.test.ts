// Another day on build B, for real: a builder in a container whose RUNs see the clock two days ahead.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { buildkit, faketime } from './builders.ts'
import { baseImage, describeWithEngine } from './engine.ts'
import { gateHere } from './gate-here.ts'

const has = process.env.REPRO_GATE_NO_ENGINE === undefined
const image = has ? buildkit() : { missing: 'no engine' }
const library = has ? faketime() : { missing: 'no engine' }

describeWithEngine('the clock', () => {
  const root = mkdtempSync(join(tmpdir(), 'clock-engine-'))
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  async function gated(lines: string[], more: Record<string, string> = {}) {
    const context = mkdtempSync(join(root, 'context-'))
    writeFileSync(join(context, 'Dockerfile'), `${[`FROM ${baseImage}`, ...lines].join('\n')}\n`)
    const env = { REPRO_GATE_LIBFAKETIME: String(library), ...more }
    const { report, logged } = await gateHere({ context: [context], variations: ['clock'], network: ['host'] }, { env })
    const found = report.findings.filter(({ source }) => source === 'comparison')
    return { report, found, logged }
  }

  test('without libfaketime it is told what to install, and not said to be varied', async () => {
    const { report } = await gated(['RUN date +%F >/day'], { REPRO_GATE_LIBFAKETIME: '/none/libfaketime.so.1' })
    expect([report.verdict, report.scope?.variations]).toEqual(['reproducible', []])
    expect(report.notes).toEqual([expect.stringContaining('Side B was built without the variation clock: ')])
  })

  const missing = [image, library].find(one => typeof one !== 'string')
  const describeOrSkip = missing === undefined ? describe : describe.skip
  describeOrSkip(`two days ahead${typeof missing === 'object' ? ` (${missing.missing})` : ''}`, () => {
    test('what does not look at the clock is alike; times of files are as ever', async () => {
      const { report, found } = await gated([
        'RUN echo a >/a && mkdir /b && touch /b/c',
        'RUN ls -l --time-style=+x /b >/list',
      ])
      expect(report).toMatchObject({ verdict: 'reproducible', level: 'identical', doubts: [], notes: [] })
      expect(report.scope?.variations).toEqual(['clock'])
      expect(found).toEqual([])
    })

    test('what keeps the day depends on it', async () => {
      const { report, found } = await gated(['RUN date +%F >/day', 'RUN useradd -m -u 1001 app', 'RUN echo a >/a'])
      expect([report.verdict, report.level, report.doubts]).toEqual(['reproducible', 'identical', []])
      const facts = found.map(({ id, class: kind, level, location, title, confidence, evidence }) => ({
        ...{ id, kind, level, line: location?.line, title: title.slice(0, 26), confidence },
        days: evidence.slice(0, 1).map(({ a, b }) => days(b) - days(a)),
      }))
      const shared = {
        kind: 'drift',
        level: 'warning',
        title: 'Depends on the day (clock)',
        confidence: 'certain',
        days: [2],
      }
      expect(facts).toContainEqual({ ...shared, id: 'shadow-day', line: 3 })
      expect(facts).toContainEqual({ ...shared, id: 'build-time', line: 2 })
      expect(facts).toHaveLength(2)
    })

    test('what keeps the second is a build time as ever, with the clock of each side', async () => {
      const { report, found } = await gated(['RUN date >/when', "RUN date +'%F %T' >/local"])
      expect(report.verdict).toBe('not-reproducible')
      expect(found.map(({ id, class: kind }) => [id, kind])).toEqual([
        ['build-time', 'now'],
        ['build-time', 'now'],
      ])
    })

    test('where the library cannot be loaded, it is told', async () => {
      const { report } = await gated(['ENV LD_PRELOAD=', 'RUN date +%F >/day'])
      expect([report.verdict, report.scope?.variations]).toEqual(['reproducible', ['fresh']])
      expect(report.notes).toEqual([expect.stringContaining('The variation clock had no effect')])
      const part = await gated(['RUN date +%F >/day', 'ENV LD_PRELOAD=', 'RUN date +%F >/second'])
      expect(part.found.map(({ location }) => location?.line)).toEqual([2])
      expect(part.report.notes).toContainEqual(expect.stringContaining('1 of 2 RUN'))
    })
  })

  /** `2026-11-21`, or the days since 1970 that it is. */
  const days = (text = ''): number => Number(/^\d{5}\b/.exec(text)?.[0] ?? Date.parse(text.slice(0, 10)) / 86_400_000)
})
