import type { ComparedLayer } from './comparison.ts'
import type { Entry } from './image.ts'

/** Takes the content of one file as it streams past. */
export interface Receiver {
  write(chunk: Buffer): void
  end(): void
}

/** Asks for the content of an entry by giving a receiver. */
export type Visit = (entry: Entry) => Receiver | null

/** Reads layers again for what a first look did not keep. */
export interface Contents {
  /**
   * Streams one layer once, in its order. Rejects with a LayerError as a comparison does, and with the signal's reason when
   * aborted.
   */
  read(side: 'A' | 'B', layer: ComparedLayer, visit: Visit): Promise<void>
}
