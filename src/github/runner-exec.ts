import { exec as toolkitExec } from '@actions/exec'
import { createExec, keepCaptured } from '../host/exec.ts'
import type { Captured, Exec, ExecOptions } from '../ports.ts'

/**
 * The Exec port of a runner: short commands through its own toolkit, long ones through ours, which can end them.
 * The toolkit cannot end what it started: at an abort the answer comes at once, and the child is left to
 * `endChildren`, the last thing that an action does.
 */
export function runnerExec(env: Readonly<Record<string, string>>): Exec {
  const own = createExec(env)
  return {
    stream: own.stream,
    async capture(command, args, options = {}) {
      const { signal, input } = options
      // A child that ends without reading its input breaks the toolkit's pipe, and that ends the whole process.
      if (input !== undefined) return own.capture(command, args, options)
      if (signal?.aborted) return stopped
      const done = new AbortController()
      const aborted = new Promise<Captured>(resolve => {
        signal?.addEventListener('abort', () => resolve(stopped), { once: true, signal: done.signal })
      })
      const ended = byToolkit(command, args, { ...options, env: { ...env, ...options.env } })
      return Promise.race([ended, aborted]).finally(() => done.abort())
    },
  }
}

/** What a command gives that a signal ended. */
const stopped: Captured = { code: 130, stdout: '', stderr: '' }

async function byToolkit(
  command: string,
  args: readonly string[],
  { cwd, env }: ExecOptions & { env: Record<string, string> },
): Promise<Captured> {
  const [stdout, stderr] = [keepCaptured(), keepCaptured()]
  try {
    const code = await toolkitExec(command, [...args], {
      silent: true,
      ignoreReturnCode: true,
      env,
      listeners: { stdout: stdout.take, stderr: stderr.take },
      ...(cwd === undefined ? {} : { cwd }),
    })
    return { code, stdout: stdout.text(), stderr: stderr.text() }
  } catch (error) {
    const missing = /^Unable to locate executable file/.test((error as Error).message)
    throw missing ? Object.assign(error as Error, { code: 'ENOENT' }) : error
  }
}
