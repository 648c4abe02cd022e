import type { Random } from './random.ts'

interface Known {
  bytes: Buffer
  /** What it took, in milliseconds. */
  ms: number
}

/** How often a place was passed, in eight steps: a loop taken twice is news, one taken 101 times instead of 100 is not. */
const steps = Uint8Array.from({ length: 256 }, (_, count) =>
  count === 0 ? 0 : 1 << Math.min(7, count < 4 ? count - 1 : Math.floor(Math.log2(count)) + 1),
)

/** Inputs that are worth changing: those that reached what none did before. */
export class Corpus {
  readonly known: Known[] = []
  /** A byte for every place of the program, counted up by the program itself; empty without coverage. */
  #counters: Uint8Array
  #words: BigUint64Array
  #seen: Uint8Array
  #ms = 0
  /** Places reached. */
  reached = 0

  constructor(counters: Uint8Array) {
    this.#counters = counters
    this.#words = new BigUint64Array(counters.buffer, counters.byteOffset, counters.length >> 3)
    this.#seen = new Uint8Array(counters.length)
  }

  add(bytes: Buffer, ms: number): void {
    this.known.push({ bytes, ms })
    this.#ms += ms
  }

  /** One to change; those that take long more seldom. */
  pick(random: Random): Buffer {
    const { known } = this
    const usual = (4 * this.#ms) / Math.max(1, known.length)
    for (let tries = 0; ; tries++) {
      const from = random.below(3) === 0 ? Math.max(0, known.length - 32) : 0
      const { bytes, ms } = known[from + random.below(known.length - from)] ?? { bytes: Buffer.alloc(0), ms: 0 }
      if (tries > 3 || ms <= usual || random.share() < usual / ms) return bytes
    }
  }

  /** Forgets what was counted. */
  clear(): void {
    this.#words.fill(0n)
  }

  /** Whether what was counted since `clear()` is news. */
  isNews(): boolean {
    let isNews = false
    for (let word = 0; word < this.#words.length; word++) {
      if (this.#words[word] === 0n) continue
      for (let at = word * 8; at < word * 8 + 8; at++) {
        const step = steps[this.#counters[at] as number] as number
        const before = this.#seen[at] as number
        if ((step & ~before) === 0) continue
        if (before === 0) this.reached += 1
        this.#seen[at] = before | step
        isNews = true
      }
    }
    return isNews
  }
}
