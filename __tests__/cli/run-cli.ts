import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export const cli = join(import.meta.dirname, '../../dist/cli/index.cjs')
if (!existsSync(cli)) throw new Error('There is no dist/cli/index.cjs: run `npm run build` first.')

export interface CliRun {
  cwd?: string
  /** All of its environment, the PATH aside. */
  env?: Record<string, string>
  /** Once it runs: to send it a signal, for instance. */
  onStart?: (child: ChildProcess) => void
  /** With every piece that comes on its error stream: all of it so far. */
  onStderr?: (soFar: string, child: ChildProcess) => void
}

export interface CliResult {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  seconds: number
}

/** Runs the bundled command line with this test's own Node, into pipes. */
export function runCli(args: readonly string[], { cwd, env = {}, onStart, onStderr }: CliRun = {}): Promise<CliResult> {
  const started = Date.now()
  const { PATH = '', HOME = '/' } = process.env
  const child = spawn(process.execPath, [cli, ...args], {
    cwd,
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onStart?.(child)
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', chunk => {
    stdout += chunk
  })
  child.stderr.setEncoding('utf8').on('data', chunk => {
    stderr += chunk
    onStderr?.(stderr, child)
  })
  return new Promise(resolve =>
    child.on('close', (code, signal) => {
      resolve({ code, signal, stdout, stderr, seconds: (Date.now() - started) / 1000 })
    }),
  )
}
