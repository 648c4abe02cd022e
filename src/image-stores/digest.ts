import { createHash } from 'node:crypto'
import { quoted } from '../image/layer-error.ts'
import { StoreError } from './store-error.ts'

/** The digest of bytes, by the algorithm that `like` has. */
export function digestOf(bytes: Uint8Array, like = 'sha256:'): string {
  const algorithm = like.startsWith('sha512:') ? 'sha512' : 'sha256'
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`
}

/**
 * The bytes, held against the digest they were asked for by.
 * @throws StoreError when they are others
 */
export function checkedBlob(bytes: Uint8Array, digest: string, place: string): Uint8Array {
  const found = digestOf(bytes, digest)
  if (found !== digest) throw new StoreError(`${place}: the bytes of ${quoted(digest)} have the digest ${found}`)
  return bytes
}
