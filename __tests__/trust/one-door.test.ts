// Programs are started in one place, with an environment that is cleaned in one place.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { createExec } from '../../src/host/exec.ts'

const source = join(import.meta.dirname, '../../src')
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'))
const whoHas = (pattern: RegExp): string[] =>
  files.filter(file => pattern.test(readFileSync(join(source, file), 'utf8'))).sort()

test('programs are started by host/exec.ts and, on a runner, by its toolkit, and nowhere else', () => {
  expect(whoHas(/['"](?:node:)?(?:child_process|cluster|worker_threads|inspector|repl|vm)['"]/)).toEqual([
    'host/exec.ts',
    'host/heap.ts',
  ])
  // The heap asks vm for nothing but the collection of garbage.
  expect(readFileSync(join(source, 'host/heap.ts'), 'utf8')).toMatch(/runInNewContext\('(?:globalThis\.)?gc'\)/)
  expect(whoHas(/['"]@actions\/exec['"]/)).toEqual(['github/runner-exec.ts'])
  expect(whoHas(/\bcreateExec\(/)).toEqual([
    'cli.ts',
    'github/runner-exec.ts',
    'host/exec.ts',
    'prove/ledger/open-ledger.ts',
  ])
})

test('the environment that children get is cleaned; that of the process itself is read in few places', () => {
  const text = (file: string) => readFileSync(join(source, file), 'utf8')
  expect(text('cli.ts')).toMatch(/const env = childEnvironment\(process\.env\)[\s\S]*createExec\(env\)/)
  expect(text('action.ts')).toMatch(/const env = childEnvironment\(process\.env\)[\s\S]*runnerExec\(env\)/)
  // The process that talks to the cache gets what that needs, by name.
  expect(text('prove/ledger/open-ledger.ts')).toMatch(/createExec\(\{\}/)
  expect(whoHas(/\bprocess\.env\b/).filter(file => !['cli.ts', 'action.ts'].includes(file))).toEqual([])
})

test('a child has the environment that it is given, and nothing of ours', async () => {
  process.env.REPRO_GATE_PLANTED = 'of this process'
  try {
    const env = { PATH: process.env.PATH ?? '', OWN: '1' }
    const { stdout } = await createExec(env).capture('env', [], { env: { MORE: '2' } })
    const names = stdout
      .trim()
      .split('\n')
      .map(line => line.split('=', 1)[0])
    expect(names.sort()).toEqual(['MORE', 'OWN', 'PATH'])
  } finally {
    delete process.env.REPRO_GATE_PLANTED
  }
})
