// A figure that a page quotes is one that was measured: it stands in the page of the measurement.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { root } from './pages.ts'

const read = (path: string) => readFileSync(join(root, path), 'utf8')

test.each([
  ['README.md', '## What it costs', 'bench/gate.md'],
  ['docs/comparison.md', 'Measured on the same pairs', 'bench/peers.md'],
])('%s: %s', (page, heading, measured) => {
  const [, part = ''] = read(page).split(heading)
  const rows = (part.split(/^## /m)[0] ?? '').split('\n').filter(line => /^\| .*\d/.test(line))
  const figures = rows.flatMap(row => row.match(/\d+\.\d+/g) ?? [])
  const known = new Set(read(measured).match(/\d+\.\d+/g))
  expect(figures.length).toBeGreaterThan(7)
  expect(figures.filter(figure => !known.has(figure))).toEqual([])
})
