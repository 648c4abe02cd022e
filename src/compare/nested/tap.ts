import { createHash } from 'node:crypto'
import { Sampler } from '../content.ts'

/**
 * Bytes that somebody else reads, watched as they pass: their digest and their ends. Whatever that reader makes of an
 * error of the source, it is remembered here: an archive that cannot be read is not a layer that cannot.
 */
export class Tap {
  sampler: Sampler
  error: unknown = null
  #next: () => Promise<Buffer | null>
  #hash = createHash('sha256')

  constructor(next: () => Promise<Buffer | null>, size: number) {
    this.#next = next
    this.sampler = new Sampler(size)
  }

  async *bytes(): AsyncGenerator<Buffer> {
    for (let chunk = await this.#read(); chunk !== null; chunk = await this.#read()) yield chunk
  }

  /** Reads what the other reader left, and gives the digest of all; throws what the source threw. */
  async finish(): Promise<string> {
    while (this.error === null && (await this.#read()) !== null);
    if (this.error !== null) throw this.error
    return this.#hash.digest('hex')
  }

  async #read(): Promise<Buffer | null> {
    try {
      const chunk = await this.#next()
      if (chunk === null) return null
      this.#hash.update(chunk)
      this.sampler.add(chunk)
      return chunk
    } catch (error) {
      this.error = error
      throw error
    }
  }
}
