import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Ended {
  code: number | null
  said: string
  /** Files and folders left in the folder for temporary ones. */
  left: string[]
  /** Processes that still run and were begun by it. */
  living: string[]
  seconds: number
}

/** Runs a program to its end in an environment of its own, and looks at what it leaves behind. */
export async function ended(
  program: string,
  args: readonly string[],
  { env = {}, cwd }: { env?: Record<string, string>; cwd?: string } = {},
): Promise<Ended> {
  const root = mkdtempSync(join(tmpdir(), 'ended-'))
  const [temp, home, work] = ['temp', 'home', 'work'].map(name => join(root, name)) as [string, string, string]
  for (const folder of [temp, home, work]) mkdirSync(folder)
  const started = performance.now()
  try {
    const child = spawn(program, args, {
      cwd: cwd ?? work,
      env: { PATH: process.env.PATH ?? '', HOME: home, TMPDIR: temp, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', text => {
        said += text
      })
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', resolve)
    })
    const seconds = (performance.now() - started) / 1000
    return { code, said, left: readdirSync(temp), living: withEnvironment(temp), seconds }
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

/** Processes in whose environment this stands. */
export function withEnvironment(text: string): string[] {
  return readdirSync('/proc').filter(pid => {
    try {
      return (
        /^\d+$/.test(pid) && Number(pid) !== process.pid && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(text)
      )
    } catch {
      return false
    }
  })
}
