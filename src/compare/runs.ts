import type { ByteRun } from '../image/comparison.ts'

const contextBefore = 32
const windowSize = 160
/** Runs with fewer equal bytes between them are one. */
const gap = 4
const runLimit = 64

const none: Buffer = Buffer.alloc(0)

interface Window {
  start: number
  end: number
  from: number
  a: Buffer
  b: Buffer
  filledA: number
  filledB: number
}

/** Records where two contents differ while both stream past; memory is bounded by the number of runs. */
export class RunRecorder {
  #windows: Window[] = []
  #filling: Window[] = []
  #offset = 0
  #recentA = none
  #recentB = none
  #more = false
  #inRest = false
  #equal = true

  get equal(): boolean {
    return this.#equal
  }

  /** The next bytes of both sides; equally many. */
  feed(a: Buffer, b: Buffer): void {
    if (!a.equals(b)) {
      this.#equal = false
      if (!this.#more) this.#scan(a, b)
    }
    if (this.#filling.length > 0) this.#fill(a, b)
    this.#recentA = recent(this.#recentA, a)
    this.#recentB = recent(this.#recentB, b)
    this.#offset += a.length
  }

  /** The next bytes of the longer side, once the shorter one has ended: one run to the end. */
  rest(side: 'a' | 'b', bytes: Buffer): void {
    this.#equal = false
    const last = this.#windows.at(-1)
    if (!this.#inRest && !(last && this.#offset - last.end < gap)) this.#mark(this.#offset)
    this.#inRest = true
    const run = this.#windows.at(-1)
    if (run && !this.#more) run.end = this.#offset + bytes.length
    this.#fill(side === 'a' ? bytes : none, side === 'b' ? bytes : none)
    this.#offset += bytes.length
  }

  /** At most `limit` runs, and whether these are all. */
  finish(limit = runLimit): { runs: ByteRun[]; all: boolean } {
    const windows = this.#windows.slice(0, limit)
    // In one piece of memory of their own: in Node's shared pool they would keep alive all that was beside them.
    const kept = Buffer.allocUnsafeSlow(windows.reduce((sum, { filledA, filledB }) => sum + filledA + filledB, 0))
    let at = 0
    const keep = (bytes: Buffer): Buffer => {
      const from = at
      at += bytes.copy(kept, at)
      return kept.subarray(from, at)
    }
    const runs = windows.map(window => ({
      offset: window.start,
      length: window.end - window.start,
      before: window.start - window.from,
      a: keep(window.a.subarray(0, window.filledA)),
      b: keep(window.b.subarray(0, window.filledB)),
    }))
    return { runs, all: !this.#more && runs.length === this.#windows.length }
  }

  #scan(a: Buffer, b: Buffer): void {
    for (let start = 0; start < a.length; start += 1024) {
      const end = Math.min(start + 1024, a.length)
      if (a.compare(b, start, end, start, end) === 0) continue
      let last = this.#windows.at(-1)
      for (let at = start; at < end; at += 1) {
        if (a[at] === b[at]) continue
        const offset = this.#offset + at
        // Contents that differ throughout are one long run: no call for each of its bytes.
        if (last && offset - last.end < gap) last.end = offset + 1
        else last = this.#mark(offset)
      }
      if (this.#more) return
    }
  }

  /** Opens a run at this offset, unless there are enough. */
  #mark(at: number): Window | undefined {
    if (this.#windows.length === runLimit) {
      this.#more = true
      return undefined
    }
    const window = this.#open(at)
    this.#windows.push(window)
    this.#filling.push(window)
    return window
  }

  #open(at: number): Window {
    const from = Math.max(0, at - contextBefore)
    const early = Math.max(0, this.#offset - from)
    // A piece of Node's shared pool: nothing is shown of it that was not filled, and nothing kept of it but copies.
    const both = Buffer.allocUnsafe(2 * windowSize)
    const [a, b] = [both.subarray(0, windowSize), both.subarray(windowSize)]
    const filledA = early === 0 ? 0 : this.#recentA.subarray(-early).copy(a)
    const filledB = early === 0 ? 0 : this.#recentB.subarray(-early).copy(b)
    return { start: at, end: at + 1, from, a, b, filledA, filledB }
  }

  /** Copies what falls into the open windows. */
  #fill(a: Buffer, b: Buffer): void {
    const passed = this.#offset + Math.max(a.length, b.length)
    for (const window of this.#filling) {
      const start = Math.max(0, window.from - this.#offset)
      const end = window.from + windowSize - this.#offset
      window.filledA += a.subarray(start, end).copy(window.a, window.filledA)
      window.filledB += b.subarray(start, end).copy(window.b, window.filledB)
    }
    this.#filling = this.#filling.filter(window => window.from + windowSize > passed)
  }
}

/** The last bytes seen, at least as many as a run shows ahead of it. */
function recent(before: Buffer, bytes: Buffer): Buffer {
  return bytes.length >= contextBefore ? bytes : Buffer.concat([before.subarray(-contextBefore), bytes])
}
