import type { ComparedLayer } from './comparison.ts'
import type { Entry } from './image.ts'

/** Takes the content of one file as it streams past. */
export interface Receiver {
  write(chunk: Buffer): void
  end(): void
}

/** Reads layers again for what a first look did not keep. */
export interface Contents {
  /**
   * Streams one layer once, in its order; `visit` asks for the content of an entry by giving a receiver. Rejects with a
   * LayerError as a comparison does, and with the signal's reason when aborted.
   */
  read(side: 'A' | 'B', layer: ComparedLayer, visit: (entry: Entry) => Receiver | null): Promise<void>
}
