import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from '@jest/globals'
import { createMasking } from '../../src/host/masking.ts'
import type { Captured, Exec, Ports, StreamOptions } from '../../src/ports.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'build-'))
  folders.push(folder)
  return folder
}

/** Ports over a given Exec; what was logged is kept. */
export function portsWith(exec: Exec, more: Partial<Ports> = {}): Ports & { logged: string[] } {
  const logged: string[] = []
  const keep = (text: string) => void logged.push(text)
  return {
    ...{ exec, logged, now: Date.now, env: {}, signal: new AbortController().signal, tempDir: tempFolder() },
    masking: createMasking(),
    log: { info: keep, debug: keep, warning: keep, foreign: keep, group: (_title, work) => work() },
    ...more,
  }
}

type Answer = Partial<Captured> | Error

/** An Exec that answers by the beginning of the command line; the first that fits counts, none is a failure. */
export function scripted(
  answers: Record<string, Answer | ((line: string) => Answer)>,
  stream: (args: readonly string[], options: StreamOptions) => number | Promise<number> = () => 1,
): Exec & { lines: string[] } {
  const lines: string[] = []
  return {
    lines,
    async capture(command, args) {
      const line = [command, ...args].join(' ')
      lines.push(line)
      const found = Object.entries(answers).find(([start]) => line.startsWith(start))?.[1]
      const answer = typeof found === 'function' ? found(line) : (found ?? { code: 1, stderr: `unexpected: ${line}` })
      if (answer instanceof Error) throw answer
      return { code: 0, stdout: '', stderr: '', ...answer }
    },
    async stream(command, args, options) {
      lines.push([command, ...args].join(' '))
      return stream(args, options)
    },
  }
}

/** What spawn throws when there is no such program. */
export const notFound = (): Error => Object.assign(new Error('spawn ENOENT'), { code: 'ENOENT' })
