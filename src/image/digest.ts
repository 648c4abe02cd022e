import { createHash } from 'node:crypto'

/** Whether a text is a digest of an algorithm that registries use; then it is safe in a path and in an address. */
export const isDigest = (text: unknown): text is string =>
  typeof text === 'string' && /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(text)

/** The digest of bytes, by the algorithm that `like` has. */
export function digestOf(bytes: Uint8Array, like = 'sha256:'): string {
  const algorithm = like.startsWith('sha512:') ? 'sha512' : 'sha256'
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`
}
