import type { Lookup } from '../finding.ts'
import type { Log, Ports } from '../ports.ts'
import { commitOf } from './git-commit.ts'
import { digestOf } from './image-digest.ts'
import type { Answer } from './mend.ts'
import { checksumOf } from './url-checksum.ts'

/** What one question may take, in milliseconds. */
type Deadlines = Readonly<Record<Lookup['kind'], number>>

/** A file to be read whole may be big. */
const usual: Deadlines = {
  'image-digest': 30_000,
  'git-commit': 30_000,
  'url-checksum': 300_000,
}
const atOnce = 4

/** What a question needs of the world. */
export type Asking = Pick<Ports, 'exec'> & { signal: AbortSignal }

type AskingPorts = Pick<Ports, 'exec' | 'signal'> & { log: Pick<Log, 'info'> }

const askers: Readonly<Record<Lookup['kind'], (reference: string, asking: Asking) => Promise<Answer>>> = {
  'image-digest': digestOf,
  'git-commit': commitOf,
  'url-checksum': checksumOf,
}

/**
 * Answers lookups by asking registries and servers: each reference once, a few at a time, each with a deadline.
 * Never throws: what could not be asked is answered by the reason, in words.
 */
export function lookups(ports: AskingPorts, deadlines = usual): (asked: Lookup[]) => Promise<Map<Lookup, Answer>> {
  const known = new Map<string, Promise<Answer>>()
  const inTurn = turns(atOnce)
  const answer = (lookup: Lookup): Promise<Answer> => {
    const key = `${lookup.kind} ${lookup.reference}`
    const answered = known.get(key) ?? inTurn(() => ask(lookup, ports, deadlines[lookup.kind]))
    known.set(key, answered)
    return answered
  }
  return async asked => new Map(await Promise.all(asked.map(async one => [one, await answer(one)] as const)))
}

async function ask(
  { kind, reference }: Lookup,
  { exec, signal, log }: AskingPorts,
  milliseconds: number,
): Promise<Answer> {
  if (signal.aborted) return { problem: 'the run was ended' }
  const deadline = AbortSignal.timeout(milliseconds)
  log.info(`Asking for ${whatOf(kind, reference)}`)
  const answer = await askers[kind](reference, { exec, signal: AbortSignal.any([signal, deadline]) }).catch(
    (error: unknown): Answer => ({ problem: error instanceof Error ? error.message : String(error) }),
  )
  if ('value' in answer) return answer
  const why = signal.aborted
    ? 'the run was ended'
    : deadline.aborted
      ? `no answer came within ${milliseconds / 1000} seconds`
      : answer.problem
  const again = 'Run fix again when that is mended, or write it yourself'
  return { problem: `${whatOf(kind, reference)} could not be asked for: ${why}. ${again}.` }
}

/** Names what is asked for; a password in an address is nobody's business. */
export function whatOf(kind: Lookup['kind'], reference: string): string {
  const what = { 'image-digest': 'digest', 'git-commit': 'commit', 'url-checksum': 'checksum' }[kind]
  const shown = reference.replace(/\/\/[^/@\s]*@/, '//***@')
  return `the ${what} of ${shown.length > 200 ? `${shown.slice(0, 200)}…` : shown}`
}

/** Lets so many run at a time, first come first served. */
function turns(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0
  const waiting: (() => void)[] = []
  return async work => {
    if (running >= most) await new Promise<void>(go => waiting.push(go))
    else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
