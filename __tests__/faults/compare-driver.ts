// `compare` as cli.ts runs it, again and again in one process: the start of a process costs ten times as much.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { compareNamed } from '../../src/commands/compare.ts'
import { createExec } from '../../src/host/exec.ts'
import { createMasking } from '../../src/host/masking.ts'
import { problemsIn } from '../../src/host/problem.ts'
import { readCommandLine } from '../../src/options/flags.ts'
import { checkOptions } from '../../src/options/options.ts'
import { exitCodeOf } from '../../src/report/report.ts'
import { renderTerminal } from '../../src/report/terminal.ts'
import type { Ended } from './ended.ts'

async function run({ args, env }: { args: string[]; env: Record<string, string> }): Promise<Ended> {
  const tempDir = mkdtempSync(join(tmpdir(), 'driver-'))
  const started = performance.now()
  const lines: string[] = []
  const say = (text: string): void => void lines.push(text)
  const log = {
    info: say,
    debug: () => {},
    warning: say,
    foreign: say,
    group: (_: string, work: () => unknown) => work(),
  }
  let code = 2
  try {
    const asked = readCommandLine(args, () => false)
    if (asked.kind !== 'run') throw new Error(`no ${asked.kind} here`)
    const options = checkOptions(asked.command, asked.given, env, null)
    const signal = new AbortController().signal
    const ports = { log, exec: createExec(env), env, now: Date.now, signal, tempDir, masking: createMasking() }
    const report = await compareNamed(options, ports as never, { version: 'test' })
    lines.push(renderTerminal(report, { colour: false, sources: {}, width: 500 }))
    code = exitCodeOf(report, options.failOn)
  } catch (error) {
    lines.push(`repro-gate: ${problemsIn(error).join('\n')}`)
  }
  const left = readdirSync(tempDir)
  rmSync(tempDir, { recursive: true, force: true })
  return { code, said: lines.join('\n'), left, living: [], seconds: (performance.now() - started) / 1000 }
}

async function main(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin }))
    process.stdout.write(`${JSON.stringify(await run(JSON.parse(line)))}\n`)
}

void main()
