import { setTimeout } from 'node:timers/promises'
import type { Ports } from '../ports.ts'
import { type Builder, buildx } from './builder.ts'

/** A builder that does not tell what runs on it is given this time. */
const blindMs = 5000
const askMs = 30_000

/**
 * Waits until nothing else runs on the builder, as far as it tells. Several that wait for each other begin at different
 * times: who finds it busy again goes on waiting. Never throws.
 * @param mostMs after which it is given up
 */
export async function othersEnded(ports: Ports, builder: Builder, mostMs: number): Promise<void> {
  // Nobody sets this clock while we wait.
  const until = performance.now() + mostMs
  const left = () => until - performance.now()
  const wait = (ms: number) =>
    setTimeout(Math.max(0, Math.min(ms, left())), undefined, { signal: ports.signal }).catch(() => {})
  let wasFree = false
  while (left() > 0 && !ports.signal.aborted) {
    const running = await runningOn(ports, builder)
    if (running === null) return wait(blindMs * (1 + Math.random()))
    const isFree = running.size === 0
    if (isFree && wasFree) return
    wasFree = isFree
    await wait(isFree ? 6000 * Math.random() : 1000 + 3000 * Math.random())
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
