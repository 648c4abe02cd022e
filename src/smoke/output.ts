import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import type { Masking } from '../ports.ts'
import { isRunStep } from './plan.ts'

/** What a program wrote to one of its outputs. */
export interface Output {
  bytes: number
  digest: string
  /** The beginning of it. */
  head: Buffer
  tail: Buffer
  /** A part of it is missing: BuildKit left it out, and says so in its place, or it was lost on the way. */
  clipped: boolean
}

/** What BuildKit tells of the step that runs the command. */
export interface Step {
  stdout: Output
  stderr: Output
  /** Null: it did not end. */
  seconds: number | null
  cached: boolean
  error: string | null
}

/** Bytes of the beginning that are kept: more of it is compared by its digest alone. */
const mostHead = 2 * 1024 ** 2
const mostTail = 4096

/** BuildKit's own words where it drops output. A program that prints them is one whose output cannot be trusted. */
const clippedWords = '[output clipped, log limit '

/** Reads lines of `--progress=rawjson`: of the one step that runs the command, its outputs byte for byte. */
export function createStepReader(): { read(line: string): void; step(): Step | null } {
  let digest: string | null = null
  let [started, completed] = [Number.NaN, Number.NaN]
  let cached = false
  let error: string | null = null
  let isBroken = false
  const outputs = [createOutput(), createOutput()] as const
  return {
    read(line) {
      const message = messageIn(line)
      if (message === null) {
        isBroken = true
        return
      }
      for (const vertex of list(message.vertexes)) {
        if (typeof vertex.name !== 'string' || typeof vertex.digest !== 'string') continue
        if (digest === null && isRunStep(vertex.name)) digest = vertex.digest
        if (vertex.digest !== digest) continue
        if (vertex.cached === true) cached = true
        if (typeof vertex.started === 'string') started = Date.parse(vertex.started)
        if (typeof vertex.completed === 'string') completed = Date.parse(vertex.completed)
        if (typeof vertex.error === 'string' && vertex.error !== '') error = vertex.error
      }
      for (const { vertex, stream, data } of list(message.logs))
        if (vertex === digest && digest !== null && typeof data === 'string')
          outputs[stream === 2 ? 1 : 0].write(Buffer.from(data, 'base64'))
    },
    step: () =>
      digest === null
        ? null
        : {
            ...{ stdout: outputs[0].end(isBroken), stderr: outputs[1].end(isBroken), cached, error },
            seconds: Number.isNaN(completed - started) ? null : Math.max(0, completed - started) / 1000,
          },
  }
}

/** Takes output in pieces, and keeps as much of it as is needed to tell of it. */
function createOutput(): { write(piece: Buffer): void; end(isBroken: boolean): Output } {
  const hash = createHash('sha256')
  const head: Buffer[] = []
  let [bytes, kept] = [0, 0]
  let tail: Buffer = Buffer.alloc(0)
  let clipped = false
  return {
    write(piece) {
      hash.update(piece)
      bytes += piece.length
      if (kept < mostHead) head.push(piece.subarray(0, mostHead - kept))
      kept = Math.min(mostHead, bytes)
      const last = Buffer.concat([tail, piece])
      clipped ||= last.includes(clippedWords)
      tail = Buffer.from(last.subarray(-mostTail))
    },
    end: isBroken => ({
      ...{ bytes, digest: `sha256:${hash.copy().digest('hex')}`, head: Buffer.concat(head), tail },
      clipped: clipped || isBroken,
    }),
  }
}

/** As whoever shows a part of it needs it: of a secret that is cut, or told in hex, nobody can know that it is one. */
export function withoutSecrets(output: Output, mask: Masking['text']): Output {
  const masked = (bytes: Buffer): Buffer => {
    const encoding = isUtf8(bytes) ? 'utf8' : 'latin1'
    return Buffer.from(mask(bytes.toString(encoding)), encoding)
  }
  return { ...output, head: masked(output.head), tail: masked(output.tail) }
}

/** Nothing of a line that is no JSON; null: it was to be JSON, and was cut on its way. */
function messageIn(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = line.startsWith('{') ? JSON.parse(line) : null
    return isObject(value) ? value : {}
  } catch {
    return null
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const list = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.filter(isObject) : [])
