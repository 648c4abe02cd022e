import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Report } from '../../src/report/report.ts'
import { engineEnvironment } from './engine.ts'

const cli = join(import.meta.dirname, '../../dist/cli/index.cjs')

export interface Ran {
  code: number | null
  report: Report
  stdout: string
  stderr: string
}

/** Runs the bundled command line as a terminal does, with `--json`. */
export async function gateCommand(
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Ran> {
  const network = process.env.REPRO_GATE_RUN_NETWORK
  const all = [cli, 'gate', ...args, ...(network ? ['--network', network] : []), '--json']
  const child = spawn(process.execPath, all, {
    cwd: options.cwd,
    env: { ...engineEnvironment(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', chunk => {
    stdout += chunk
  })
  child.stderr.on('data', chunk => {
    stderr += chunk
  })
  const code = await new Promise<number | null>(resolve => child.on('close', resolve))
  return { code, stdout, stderr, report: stdout ? JSON.parse(stdout) : null }
}
