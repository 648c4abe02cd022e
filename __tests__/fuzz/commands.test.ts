import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from '@jest/globals'

const root = join(import.meta.dirname, '../..')
const findings = mkdtempSync(join(tmpdir(), 'fuzz-commands-findings-'))
afterAll(() => rmSync(findings, { recursive: true, force: true }))

async function fuzz(...args: string[]): Promise<{ code: number; told: string }> {
  const given = ['scripts/fuzz-commands.mjs', '--findings', findings, ...args]
  const { NODE_OPTIONS: _, ...env } = process.env
  const { code = 0, stderr } = await promisify(execFile)(process.execPath, given, { cwd: root, env }).catch(
    error => error,
  )
  return { code, told: stderr }
}

test('every command ends with 0, 1 or 2, and in words, whatever its files hold', async () => {
  const { code, told } = await fuzz('--runs', '15', '--seed', '1')
  expect({ code, told: code === 0 ? '' : told }).toEqual({ code: 0, told: '' })
}, 600_000)

test('of commands with faults made on purpose each is found, and its files are kept', async () => {
  const program = join(import.meta.dirname, 'planted-commands.cjs')
  const { code, told } = await fuzz('--runs', '30', '--seed', '1', '--program', program)
  expect(code).toBe(1)
  expect(told).toMatch(/WRONG in lint, .*\n {4}a stack is shown/)
  expect(told).toMatch(/WRONG in fix, .*\n {4}it ended with 3/)
  expect(told).toMatch(/WRONG in compare of images with a damaged layer, .*\n {4}images that differ are called equal/)
  expect(told).toMatch(/WRONG in compare of images with files that differ, .*\n {4}images that differ are called equal/)
  expect(told).toMatch(/WRONG in verify, .*\n {4}a warning of the runtime is shown/)
  expect(told).toMatch(/WRONG in replay --dry-run, .*\n {4}it ended with SIG/)
  expect(told).toMatch(/WRONG in report, .*\n {4}what makes a terminal do something is shown/)
  expect(told).toMatch(/WRONG in explain, .*\n {4}it does not say why it ended with 2/)
  const kept = readdirSync(findings).find(name => name.startsWith('report')) as string
  expect(readFileSync(join(findings, kept, 'args.json'), 'utf8')).toMatch(/^\["report"/)
}, 600_000)
