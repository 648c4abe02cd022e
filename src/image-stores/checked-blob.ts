import { digestOf } from '../image/digest.ts'
import { quoted } from '../image/layer-error.ts'
import { StoreError } from './store-error.ts'

/**
 * The bytes, held against the digest they were asked for by.
 * @throws StoreError when they are others
 */
export function checkedBlob(bytes: Uint8Array, digest: string, place: string): Uint8Array {
  const found = digestOf(bytes, digest)
  if (found !== digest) throw new StoreError(`${place}: the bytes of ${quoted(digest)} have the digest ${found}`)
  return bytes
}
