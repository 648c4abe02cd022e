// The reasons of docs/troubleshooting.md lead to the steps that stand beside them, and no step is left out.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { doubtStep, doubtSteps } from '../../src/report/doubt-step.ts'
import { root } from './pages.ts'

const rows = [...readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8').matchAll(/^\| (.+?) \| (.+) \|$/gm)]
  .map(([, reason = '', step = '']): [string, string] => [reason, step])
  .filter(([reason]) => reason !== 'It says')

test.each(rows)('%s', (reason, step) => {
  expect(step).toBe(doubtStep({ doubts: [reason] }))
})

test('has every step', () => {
  const told = rows.map(([, step]) => step)
  expect(doubtSteps.map(([, step]) => step).filter(step => !told.includes(step))).toEqual([])
})
