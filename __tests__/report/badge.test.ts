import { expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { renderBadge } from '../../src/report/badge.ts'
import type { Report } from '../../src/report/report.ts'
import { all } from './all-reports.ts'
import { hostileReports } from './hostile-reports.ts'

/** https://shields.io/badges/endpoint-badge: what there may be, and nothing else. */
const valid = new Ajv2020().compile({
  type: 'object',
  additionalProperties: false,
  required: ['schemaVersion', 'label', 'message'],
  properties: {
    schemaVersion: { const: 1 },
    label: { type: 'string', maxLength: 40 },
    message: { type: 'string', minLength: 1, maxLength: 40 },
    color: { enum: ['brightgreen', 'green', 'red', 'yellow', 'lightgrey'] },
    isError: { type: 'boolean' },
    cacheSeconds: { type: 'integer', minimum: 300 },
  },
})
const badge = (name: string, more: Partial<Report> = {}) =>
  JSON.parse(renderBadge({ ...(all[name] as Report), ...more }))

test.each([
  ['reproducible', {}, 'reproducible', 'byte for byte', 'brightgreen'],
  ['reproducible', { level: 'same-files' }, 'reproducible', 'same files', 'green'],
  ['not-reproducible', {}, 'reproducible', 'no', 'red'],
  ['compare-same', {}, 'images', 'same content', 'green'],
  ['compare-different', {}, 'images', 'different', 'red'],
  ['lint', {}, 'reproducibility lint', '4 warnings', 'yellow'],
  ['lint-clean', {}, 'reproducibility lint', 'clean', 'green'],
] as const)('a badge of %s %j', (name, more, label, message, color) => {
  expect(badge(name, more)).toEqual({ schemaVersion: 1, label, message, color, cacheSeconds: 300 })
})

test.each(['undecided', 'build-failed', 'compare-undecided'])('of %s is an error, and never green', name => {
  expect(badge(name)).toMatchObject({ message: 'undecided', color: 'lightgrey', isError: true })
})

test('is never green for what cannot be', () => {
  expect(badge('reproducible', { level: null }).color).toBe('lightgrey')
  expect(badge('reproducible', { level: 'different' }).color).toBe('lightgrey')
})

test('is one that shields.io takes, and has no foreign text', () => {
  for (const report of Object.values(all))
    expect([valid(JSON.parse(renderBadge(report))), valid.errors]).toEqual([true, null])
  fc.assert(fc.property(hostileReports, report => expect(renderBadge(report)).toMatch(/^[\x20-\x7e\n]+$/)))
})
