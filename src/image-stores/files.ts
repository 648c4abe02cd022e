import type { Readable } from 'node:stream'
import { quoted } from '../image/layer-error.ts'
import { StoreError } from './store-error.ts'

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

const refusals: Readonly<Record<string, string>> = {
  EACCES:
    'this user may not read it. Let its owner give that right, or copy it (`docker save` run by root gives a file for root alone)',
  EPERM: 'this user may not read it',
  EIO: 'the disk that it lies on gave an error',
  ESTALE: 'the network file system that it lies on has lost it',
  ENOENT: 'it was there and is gone',
}

/** Reads, and says of which file of the place it was where this machine refuses: it is no fault of the image, nor of ours. */
export async function reading<T>(place: string, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { code = '' } = (error ?? {}) as NodeJS.ErrnoException
    const why = Object.hasOwn(refusals, code) ? refusals[code] : undefined
    if (why === undefined) throw error
    const which = path === place ? place : `${place}: ${quoted(path)}`
    throw new StoreError(`${which} cannot be read (${code}): ${why}`, { cause: error })
  }
}
