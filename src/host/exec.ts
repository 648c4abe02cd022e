import { type ChildProcess, spawn } from 'node:child_process'
import { StringDecoder } from 'node:string_decoder'
import type { Captured, Exec, ExecOptions } from '../ports.ts'

const captureLimit = 16 * 1024 * 1024
/** UTF-16 units. A longer line comes in pieces cut short: the rest of it is dropped, and the cut is marked. */
const lineLimit = 4 * 1024 * 1024

/**
 * The Exec port by node:child_process. Children get `env` and nothing of this process's own environment.
 * At an abort the child's whole process group gets SIGINT (docker then cancels the build at the daemon) and, `graceMs`
 * later, SIGKILL: a cancelled job of a GitHub runner has 7.5 s before the runner itself kills.
 */
export function createExec(env: Readonly<Record<string, string>>, { graceMs = 5000 } = {}): Exec {
  return {
    async capture(command, args, options = {}) {
      const [stdout, stderr] = [keepCaptured(), keepCaptured()]
      const code = await run(command, args, options, stdout.take, stderr.take)
      return { code, stdout: stdout.text(), stderr: stderr.text() } satisfies Captured
    },
    async stream(command, args, options) {
      const stdout = splitLines(options.onStdout)
      const stderr = splitLines(options.onStderr)
      const code = await run(command, args, options, stdout.take, stderr.take)
      stdout.end()
      stderr.end()
      return code
    },
  }

  function run(
    command: string,
    args: readonly string[],
    options: ExecOptions,
    onStdout: (chunk: Buffer) => void,
    onStderr: (chunk: Buffer) => void,
  ): Promise<number> {
    const { signal } = options
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return resolve(130)
      const child = spawn(command, [...args], {
        env: { ...env, ...options.env },
        cwd: options.cwd,
        stdio: ['pipe', 'pipe', 'pipe'],
        // A group of its own, so that the signal reaches docker's plugin and all it started.
        detached: true,
      })
      endWithUs(child)
      const timers: NodeJS.Timeout[] = []
      const killIn = (ms: number) => timers.push(setTimeout(() => signalGroup(child, 'SIGKILL'), ms))
      const stop = () => {
        signalGroup(child, 'SIGINT')
        killIn(graceMs)
      }
      signal?.addEventListener('abort', stop, { once: true })
      const settled = () => {
        timers.forEach(clearTimeout)
        signal?.removeEventListener('abort', stop)
      }
      child.on('error', error => {
        settled()
        reject(inWords(error, command))
      })
      // Where no more files may be open, a child that could not be started has no streams, against what its type says.
      if (child.stdin === null || child.stdin === undefined) return
      child.stdout.on('data', onStdout)
      child.stderr.on('data', onStderr)
      // A child that ends without reading its input breaks the pipe: its exit code tells enough.
      child.stdin.on('error', () => {})
      child.stdin.end(options.input ?? '')
      // A grandchild that ignored the signal would hold the pipes open after its parent ended.
      child.on('exit', () => {
        if (signal?.aborted) killIn(Math.min(graceMs, 500))
      })
      child.on('close', (code, killedBy) => {
        settled()
        resolve(code ?? 128 + (killedBy === 'SIGKILL' ? 9 : killedBy === 'SIGTERM' ? 15 : 2))
      })
    })
  }
}

/** Limits of this machine that keep a program from being started, and the way out. */
const limits: Readonly<Record<string, string>> = {
  EMFILE: 'too many files are open; raise the limit of open files (ulimit -n)',
  ENFILE: 'too many files are open on this machine',
  EAGAIN: 'this user may have no more processes; raise that limit (ulimit -u, or pids of the container)',
  ENOMEM: 'there is no memory left',
}

function inWords(error: NodeJS.ErrnoException, command: string): NodeJS.ErrnoException {
  const limit = error.code === undefined ? undefined : limits[error.code]
  if (limit !== undefined) error.message = `${limit} (${error.code}, when starting ${command})`
  return error
}

/** Children that have not ended. */
const living = new Set<ChildProcess>()
const endAll = (): void => {
  for (const child of living) signalGroup(child, 'SIGKILL')
}

/** In a group of its own it would outlive this process, where that ends without waiting: by a second Ctrl-C. */
function endWithUs(child: ChildProcess): void {
  // Before folders are removed that it may be writing into.
  if (living.size === 0) process.prependListener('exit', endAll)
  living.add(child)
  const ended = () => {
    living.delete(child)
    if (living.size === 0) process.off('exit', endAll)
  }
  child.once('close', ended)
  child.once('error', ended)
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // The whole group has ended already.
  }
}

/** Takes output in pieces, and keeps as much of it as `Captured` may hold. */
export function keepCaptured(limit = captureLimit) {
  const chunks: Buffer[] = []
  let size = 0
  return {
    take(chunk: Buffer) {
      const kept = chunk.subarray(0, limit - size)
      size += kept.length
      if (kept.length > 0) chunks.push(kept)
    },
    text: () => Buffer.concat(chunks).toString('utf8'),
  }
}

function splitLines(onLine: ((line: string) => void) | undefined) {
  const decoder = new StringDecoder('utf8')
  let pieces: string[] = []
  let length = 0
  const keep = (text: string) => {
    const kept = text.slice(0, Math.max(0, lineLimit - length))
    if (kept !== '') pieces.push(kept)
    length += text.length
  }
  const flush = () => {
    const line = pieces.join('')
    onLine?.(length > lineLimit ? `${line}… (line cut)` : line.endsWith('\r') ? line.slice(0, -1) : line)
    pieces = []
    length = 0
  }
  const take = (text: string) => {
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      keep(text.slice(start, end))
      flush()
      start = end + 1
    }
    keep(text.slice(start))
  }
  return {
    take(chunk: Buffer) {
      if (onLine) take(decoder.write(chunk))
    },
    end() {
      if (!onLine) return
      take(decoder.end())
      if (length > 0) flush()
    },
  }
}
