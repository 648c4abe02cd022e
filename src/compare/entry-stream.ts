import type { Entry } from '../image/image.ts'

/**
 * Entries with their contents, one after the other: a layer's tar, or any archive. `next()` gives an entry or null at the
 * proper end, `chunk()` the next piece of its content, never empty, or null. A size that only the end of the content
 * tells is `unknownSize` until then. Streams that have much in memory say what need not be waited for (TarReader tells how).
 */
export interface EntryStream {
  next(): Promise<Entry | null>
  chunk(): Promise<Buffer | null>
  nextReady?(): Entry | null
  contentReady?(): Buffer | null
  /**
   * Of a stream that has no bytes, such as that of a record: SHA-256 (hex) of the content of the entry just given; null where
   * it has none.
   */
  contentDigest?(): string | null
}

/** The entries of one layer; whoever opened it lets go of it. */
export interface LayerStream extends EntryStream {
  close(): Promise<void>
}

/** Of an entry whose size is known only at its end. */
export const unknownSize = -1
