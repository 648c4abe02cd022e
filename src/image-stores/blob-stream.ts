import { Readable } from 'node:stream'
import { isPassing } from './network-problem.ts'
import { RegistryError } from './registry-error.ts'
import { type Body, Late, type Timing } from './transport.ts'

/** Bytes that show that a connection is alive, and those that show that trying again is worth it. */
const alive = 64 * 1024
const progress = 1024 * 1024

/**
 * The bytes of a blob, wherever its connection breaks: `again` opens the rest from a byte on, or gives null where the
 * registry cannot do that. Ends before `size` bytes
 * only with an error; that no more come, and which ones, is for the reader to check.
 */
export function blobStream(
  first: Body,
  again: (offset: number) => Promise<Body | null>,
  { name, size, timing, signal }: { name: string; size: number; timing: Timing; signal: AbortSignal },
): Readable {
  let body = first
  let chunks = body[Symbol.asyncIterator]()
  let offset = 0
  let stopped = false
  let breaks = 0
  let lastBreak = 0

  async function next(): Promise<Buffer | null> {
    for (;;) {
      const problem = await inTime(chunks.next()).then(
        ({ done, value }) => (done ? null : (value as Buffer)),
        (error: unknown) => ({ error }),
      )
      if (Buffer.isBuffer(problem)) {
        offset += problem.length
        return problem
      }
      if (stopped || (problem === null && offset >= size)) return null
      signal.throwIfAborted()
      await resume(problem?.error)
    }
  }

  async function resume(error: unknown): Promise<void> {
    breaks = offset - lastBreak >= progress ? 1 : breaks + 1
    lastBreak = offset
    const why = error instanceof Late ? error.message : 'the connection broke'
    const place = `${name} was cut off after ${offset} of ${size} bytes: ${why}`
    if (breaks >= timing.tries || !(error === undefined || error instanceof Late || isPassing(error)))
      throw new RegistryError(`${place}, ${breaks} times. Try again later.`)
    body.destroy()
    const rest = await again(offset)
    if (rest === null)
      throw new RegistryError(`${place}, and the registry cannot send the rest alone. Try again later.`)
    body = rest
    chunks = body[Symbol.asyncIterator]()
    if (stopped) body.destroy()
  }

  let waited = 0
  let since = 0
  /** Counts the time spent waiting for bytes, not the time the reader takes. */
  async function inTime<T>(coming: Promise<T>): Promise<T> {
    if (offset - since >= alive) {
      since = offset
      waited = 0
    }
    const start = performance.now()
    const timer = setTimeout(
      () => body.destroy(new Late(`less than ${alive / 1024} KiB came`, timing.stall)),
      Math.max(1, timing.stall - waited),
    )
    try {
      return await coming
    } finally {
      clearTimeout(timer)
      waited += performance.now() - start
    }
  }

  return new Readable({
    highWaterMark: 256 * 1024,
    read() {
      next().then(
        chunk => this.push(chunk),
        error => this.destroy(error),
      )
    },
    destroy(error, done) {
      stopped = true
      body.destroy()
      done(error)
    },
  })
}
