import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Ended } from './ended.ts'

export interface Driver {
  run(args: readonly string[], env: Record<string, string>): Promise<Ended>
  end(): void
}

/** A process that does one after the other, and answers each with a line. */
export function startDriver(program: string, env: Record<string, string>): Driver {
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async run(args, given) {
      child.stdin.write(`${JSON.stringify({ args, env: given })}\n`)
      const { value, done } = await lines.next()
      if (done) throw new Error('the process ended')
      return JSON.parse(value) as Ended
    },
    end: () => void child.stdin.end(),
  }
}
