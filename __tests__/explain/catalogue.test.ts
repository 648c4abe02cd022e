import { readdirSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import type { CauseCase } from './causes/cause-case.ts'

/** Every `causes/<theme>.cases.ts` exports `cases`. */
const themes = readdirSync(new URL('causes/', import.meta.url)).filter(name => name.endsWith('.cases.ts'))
const cases: CauseCase[] = []
for (const theme of themes) cases.push(...((await import(`./causes/${theme}`)) as { cases: CauseCase[] }).cases)

describe('the catalogue of causes', () => {
  test.each(cases.map(one => [`${one.name}, written by ${one.by}`, one] as const))('%s', async (_, one) => {
    expect(await one.found()).toBe(one.expected)
  })

  test('every row is shown by a case', () => {
    const shown = new Set(cases.flatMap(({ rows }) => rows))
    const rows = Array.from({ length: 80 }, (_, index) => index + 1)
    expect(rows.filter(row => !shown.has(row))).toEqual([])
    expect([...shown].filter(row => !rows.includes(row))).toEqual([])
  })
})
