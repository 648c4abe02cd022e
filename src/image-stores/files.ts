import type { Readable } from 'node:stream'

/**
 * The files that an image is kept in: a folder, or a tar that nobody unpacked. Paths are relative with `/` between their
 * parts, and may come from the image itself: what leads out of the place is a StoreError, as is anything that is no file.
 */
export interface Files {
  /** The place as people named it. */
  place: string
  /** Bytes of the file; null when there is none. */
  size(path: string): Promise<number | null>
  /** One name for all that lead to this file by links; null when there is none. */
  nameOf(path: string): Promise<string | null>
  /** The whole file, which must not be larger than `limit`. */
  read(path: string, limit: number): Promise<Buffer>
  /** The file as a stream, from its beginning. */
  open(path: string): Promise<Readable>
  close(): Promise<void>
}

/** Pieces in which stored layers are read. */
export const pieceSize = 256 * 1024

/** Manifests, indexes and configs are small; what is larger is no image. */
export const smallLimit = 8 * 1024 * 1024
