import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from '@jest/globals'

const root = join(import.meta.dirname, '../..')
const findings = mkdtempSync(join(tmpdir(), 'fuzz-findings-'))
afterAll(() => rmSync(findings, { recursive: true, force: true }))

interface Fuzzed {
  code: number
  rows: { name: string; inputs: number }[]
  told: string
}

async function fuzz(...args: string[]): Promise<Fuzzed> {
  const given = ['scripts/fuzz.mjs', '--json', '--findings', findings, ...args]
  const { NODE_OPTIONS: _, ...env } = process.env
  const running = promisify(execFile)(process.execPath, given, { cwd: root, env, maxBuffer: 64 * 1024 ** 2 })
  const { code = 0, stdout, stderr } = await running.catch(error => error)
  return { code, rows: JSON.parse(stdout), told: stderr }
}

const namesIn = (folder: string): string[] =>
  readdirSync(join(import.meta.dirname, folder)).map(file => file.replace(/\.ts$/, ''))

test('every target reads its seeds, the faults found before, and some hundred inputs made of them', async () => {
  const { code, rows, told } = await fuzz('--plain', '--inputs', String(150 * namesIn('targets').length), '--seed', '1')
  expect({ code, told: code === 0 ? '' : told }).toEqual({ code: 0, told: '' })
  expect(rows.map(({ name }) => name).sort()).toEqual(namesIn('targets').sort())
  expect(rows.filter(({ inputs }) => inputs < 100)).toEqual([])
}, 600_000)

test('the page has a row of every target', () => {
  const page = readFileSync(join(root, 'docs/trust/fuzzing.md'), 'utf8')
  const [, what = ''] = /\n## What is fuzzed\n([\s\S]*?)\n## /.exec(page) ?? []
  expect([...what.matchAll(/^\| `(.*?)` \|/gm)].map(([, name]) => name)).toEqual(namesIn('targets').sort())
})

test('seeds are those of targets', () => {
  expect(namesIn('seeds').filter(name => !namesIn('targets').includes(name))).toEqual([])
})

test('of faults made on purpose each is found, and shrunk to what it needs', async () => {
  const given = ['--targets', 'planted', '--inputs', '1500000', '--hang', '1', '--seconds', '3', '--seed', '2']
  const { code, told } = await fuzz(...given)
  expect(code).toBe(1)
  expect(told).toMatch(/WRONG in behind-a-word, with 3 bytes \("Fuz"\):\n {4}TypeError: reached/)
  expect(told).toMatch(/WRONG in endless, with .*\n {4}hangs/)
  expect(told).toMatch(/WRONG in greedy, with .*\n {4}out of memory/)
  expect(told).toMatch(/WRONG in slow, with .*\n {4}slow: \d+ ms of processor/)
  expect(told).toMatch(/WRONG in typed, with 4 bytes \("null"\):\n {4}TypeError/)
  expect(told).not.toContain('as promised')
}, 600_000)
