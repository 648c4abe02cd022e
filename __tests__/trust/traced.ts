// All that a process and its children write, start and open, as the kernel sees it (strace).
import { spawnSync } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { createInterface } from 'node:readline'

/** Whether there is a strace here that may trace. */
export const canTrace = (): boolean =>
  spawnSync('strace', ['-f', '-e', 'trace=execve', 'true'], { stdio: 'ignore' }).status === 0

const calls =
  'execve,write,writev,pwrite64,pwritev,sendto,sendmsg,sendmmsg,openat,mkdir,mkdirat,rename,renameat2,symlink,clone,clone3,vfork,fork'

/** The command that runs another one and writes down what it does. */
export const tracing = (file: string): string[] => [
  ...['strace', '-f', '-yy', '-v', '-xx', '-s', String(2 ** 24), '-e', `trace=${calls}`, '-e', 'signal=none'],
  ...['-o', file],
]

export interface Traced {
  pid: string
  /** The name of the program that does it. */
  program: string
  call: string
  /** Where it is written to: a path, `TCP:[…]`, `UNIX-STREAM:[…]`, `pipe:[…]`; empty where it is no writing. */
  target: string
  /** Bytes, arguments, paths. */
  bytes: Buffer
  /** Of execve. */
  argv: string[]
  env: string[]
}

/** The calls of a trace, one after another. */
export async function* readTrace(file: string): AsyncGenerator<Traced> {
  const parents = await parentsIn(file)
  const programs = new Map<string, string>()
  const programOf = (pid: string | undefined): string => {
    for (let at = pid; at !== undefined; at = parents.get(at)) {
      const known = programs.get(at)
      if (known !== undefined) return known
    }
    return ''
  }
  for await (const line of linesOf(file)) {
    const [, pid = '', call = '', rest = ''] = /^(\d+) +(\w+)\((.*)$/s.exec(line) ?? []
    if (call === '' || clones.test(call)) continue
    const texts = (of: string): Buffer[] =>
      [...of.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex = '']) => bytesOf(hex))
    if (call === 'execve') {
      const [path = '', argv = '', env = ''] = rest.split(/, \[|\], \[/)
      const failed = /\) += -1 /.test(line)
      const program = basename(String(texts(path)[0] ?? ''))
      if (failed) continue
      programs.set(pid, program)
      const texted = (of: string): string[] => texts(of).map(String)
      yield {
        ...{ pid, program, call, target: '', bytes: Buffer.concat(texts(argv)), argv: texted(argv), env: texted(env) },
      }
      continue
    }
    const program = programOf(pid)
    const [, annotated = ''] = /^\d+<(.*?)>(?:\(deleted\))?, /s.exec(rest) ?? []
    const target = annotated.includes('\\x') ? String(bytesOf(annotated)) : annotated
    yield { pid, program, call, target, bytes: Buffer.concat(texts(rest)), argv: [], env: [] }
  }
}

const clones = /^v?fork$|^clone3?$/
const linesOf = (file: string) =>
  createInterface({ input: createReadStream(file, 'latin1'), crlfDelay: Number.POSITIVE_INFINITY })

/** Of threads and children who started them: what a child does can stand before the end of the call that made it. */
async function parentsIn(file: string): Promise<Map<string, string>> {
  const parents = new Map<string, string>()
  for await (const line of linesOf(file)) {
    const [, pid = '', child] = /^(\d+) +(?:<\.\.\. )?(?:clone3?|v?fork)\b.* = (\d+)(?:<[^>]*>)?$/.exec(line) ?? []
    if (child !== undefined) parents.set(child, pid)
  }
  return parents
}

const bytesOf = (escaped: string): Buffer => Buffer.from(escaped.replace(/\\x/g, ''), 'hex')
