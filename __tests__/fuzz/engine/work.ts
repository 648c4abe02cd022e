import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { msFor, type Target } from '../target.ts'
import { Corpus } from './corpus.ts'
import { mutated } from './mutate.ts'
import { Random } from './random.ts'

/** What the watching thread asks for. */
export type Task =
  | {
      kind: 'fuzz'
      target: string
      inputs: number /** Of the processor. */
      seconds: number
      seed: number
      corpus: Uint8Array[]
    }
  | { kind: 'try'; target: string; bytes: Uint8Array }

/** Where the input stands that is being read, for whoever watches: how many were begun, its length, its bytes. */
interface Shared {
  numbers: Int32Array
  bytes: Uint8Array
}

interface Given {
  root: string
  shared: SharedArrayBuffer
  /** Path of what is tested: exports targets, and may count in a global where it passes. */
  program: string
}

const sharedHead = 16

/** Answers tasks for ever. */
function work(): void {
  const { root, shared, program } = workerData as Given
  const { targets } = createRequire(import.meta.url)(program) as { targets: readonly Target[] }
  const own = (globalThis as { __counters?: Uint8Array }).__counters ?? new Uint8Array(0)
  const watched = { numbers: new Int32Array(shared, 0, 4), bytes: new Uint8Array(shared, sharedHead) }
  parentPort?.on('message', async (task: Task) => {
    const target = targets.find(({ name }) => name === task.target)
    if (target === undefined) throw new Error(`there is no target ${task.target}`)
    if (task.kind === 'try') parentPort?.postMessage({ kind: 'tried', ...(await tried(target, task.bytes, watched)) })
    else parentPort?.postMessage({ kind: 'done', ...(await fuzzed(target, task, { root, watched, counters: own })) })
  })
}

/** What came of one input; cpu is the least of three times where it took long. */
async function tried(target: Target, given: Uint8Array, watched: Shared) {
  const bytes = Buffer.from(given)
  let [least, problem] = [Number.POSITIVE_INFINITY, null as Problem | null]
  for (let times = 0; times < 3; times++) {
    const before = process.cpuUsage()
    problem = await ran(target, bytes, watched)
    least = Math.min(least, milliseconds(process.cpuUsage(before)))
    if (problem !== null || least < msFor(target, bytes.length)) break
  }
  if (problem === null && least > msFor(target, bytes.length))
    problem = { sign: 'slow', told: slow(least, bytes.length) }
  return { problem, ms: least }
}

const milliseconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000

const slow = (ms: number, length: number): string => `slow: ${Math.round(ms)} ms of processor for ${length} bytes`

/** How one fault is told from another, and what a person reads. */
interface Problem {
  sign: string
  told: string
}

async function ran(target: Target, bytes: Buffer, { numbers, bytes: copy }: Shared): Promise<Problem | null> {
  copy.set(bytes)
  numbers[1] = bytes.length
  Atomics.add(numbers, 0, 1)
  try {
    const running = target.run(bytes)
    if (running instanceof Promise) await running
    return null
  } catch (error) {
    if (target.allowed?.some(kind => error instanceof kind)) return null
    return problemOf(error)
  }
}

function problemOf(error: unknown): Problem {
  if (!(error instanceof Error)) return { sign: 'not an Error', told: `thrown: ${String(error)}` }
  const frames = (error.stack ?? '').split('\n').filter(line => /^\s+at /.test(line))
  const names = frames.slice(0, 2).map(line => /at (?:async )?(\S+)/.exec(line)?.[1] ?? '')
  const words = error.message.slice(0, 80).replace(/\d+|["'`«].*/g, '…')
  return { sign: [error.name, words, ...(error instanceof RangeError ? [] : names)].join(' '), told: error.stack ?? '' }
}

async function fuzzed(
  target: Target,
  { inputs, seconds, seed, corpus: kept }: Task & { kind: 'fuzz' },
  { root, watched, counters }: { root: string; watched: Shared; counters: Uint8Array },
) {
  const random = new Random(seed)
  const corpus = new Corpus(counters)
  const words = target.words.map(word => Buffer.from(word))
  const most = target.maxBytes ?? 4096
  const before = process.cpuUsage()
  let isOver = false
  const signs = new Set<string>()
  let [count, worst] = [0, 0]

  const one = async (bytes: Buffer, isSeed: boolean): Promise<void> => {
    corpus.clear()
    const started = process.cpuUsage()
    const problem = await ran(target, bytes, watched)
    const ms = milliseconds(process.cpuUsage(started))
    count += 1
    if (problem !== null) tell(problem, bytes)
    else if (ms > msFor(target, bytes.length)) tell({ sign: 'slow', told: slow(ms, bytes.length) }, bytes)
    if (ms > worst) {
      worst = ms
      if (ms > 5) parentPort?.postMessage({ kind: 'worst', ms, bytes })
    }
    const isNews = corpus.isNews()
    if (isSeed || isNews) corpus.add(bytes, ms)
    if (isNews && !isSeed) parentPort?.postMessage({ kind: 'news', bytes })
  }
  const tell = (problem: Problem, bytes: Buffer): void => {
    if (signs.size >= 20 || signs.has(problem.sign)) return
    signs.add(problem.sign)
    parentPort?.postMessage({ kind: 'problem', ...problem, bytes })
  }

  const files = (target.files ?? []).map(file => readFileSync(join(root, file)))
  for (const seed of [...target.seeds, ...files, ...kept])
    await one(Buffer.from(seed as string).subarray(0, most), true)
  while (count < inputs && !isOver) {
    const bytes = mutated(corpus.pick(random), corpus.pick(random), random, words, most)
    if (target.mend && random.below(4) > 0) target.mend(bytes)
    await one(bytes, false)
    if (count % 50 === 0) isOver = milliseconds(process.cpuUsage(before)) > seconds * 1000
    // What a stream or a promise left behind is let go of; the watching thread is told.
    if (count % 500 === 0) {
      parentPort?.postMessage({ kind: 'so far', count, reached: corpus.reached, known: corpus.known.length })
      await new Promise(setImmediate)
    }
  }
  const cpu = milliseconds(process.cpuUsage(before)) / 1000
  return { count, reached: corpus.reached, known: corpus.known.length, worst, cpu }
}

work()
