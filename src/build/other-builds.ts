import { setTimeout } from 'node:timers/promises'
import type { Ports } from '../ports.ts'
import { type Builder, buildx } from './builder.ts'

/** A builder that does not tell what runs on it is given this time. */
const blindMs = 5000
const askMs = 30_000

/**
 * Waits until the builds have ended that run on the builder now. Several that wait do not wake at the same time. Never
 * throws.
 * @param mostMs after which it is given up
 */
export async function othersEnded(ports: Ports, builder: Builder, mostMs: number): Promise<void> {
  const until = ports.now() + mostMs
  const first = await runningOn(ports, builder)
  const wait = (ms: number) => setTimeout(ms, undefined, { signal: ports.signal }).catch(() => {})
  if (first === null) return wait(Math.min(mostMs, blindMs * (1 + Math.random())))
  for (let running: ReadonlySet<string> | null = first; running !== null; running = await runningOn(ports, builder)) {
    const isOver = ![...first].some(ref => running?.has(ref))
    const left = until - ports.now()
    if (isOver || left <= 0 || ports.signal.aborted) return
    await wait(Math.min(left, 1000 + 3000 * Math.random()))
  }
}

/** References of the builds that run there; null: not known. */
async function runningOn(ports: Ports, builder: Builder): Promise<Set<string> | null> {
  const args = buildx(builder, 'history', 'ls', '--filter', 'status=running', '--format', 'json')
  const signal = AbortSignal.any([ports.signal, AbortSignal.timeout(askMs)])
  try {
    const { code, stdout } = await ports.exec.capture('docker', args, { signal })
    return code === 0 ? new Set(stdout.split('\n').flatMap(line => refIn(line) ?? [])) : null
  } catch {
    return null
  }
}

function refIn(line: string): string | null {
  try {
    const { ref } = JSON.parse(line)
    return typeof ref === 'string' ? ref : null
  } catch {
    return null
  }
}
