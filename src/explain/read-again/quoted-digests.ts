import { createHash } from 'node:crypto'
import type { Comparison, EntryDifference } from '../../image/comparison.ts'
import type { Contents, Receiver } from '../../image/contents.ts'
import { textsOf } from '../content.ts'
import { purse, readAgain } from './read-again.ts'

/** Bytes of files read again for their digests, longest text that is searched for digests, and most digests looked for. */
const [budget, textLimit, quoteLimit] = [2 * 1024 ** 3, 256 << 10, 5_000]

const algorithmOf: Record<number, string> = { 32: 'md5', 40: 'sha1', 64: 'sha256', 96: 'sha384', 128: 'sha512' }
const hexadecimal = /(?<![0-9a-f])[0-9a-f]{32,128}(?![0-9a-f])/gi

/**
 * The comparison with the digests of files too large for a sample, where a text differs by what may be one: a checksum list says
 * nothing new when the files it names differ. Nothing is read when no text asks.
 */
export async function withQuotedDigests(comparison: Comparison, contents: Contents | undefined): Promise<Comparison> {
  const quoted = contents ? quotedIn(comparison) : new Set<string>()
  if (!contents || quoted.size === 0) return comparison
  const algorithms = [...new Set([...quoted].map(({ length }) => algorithmOf[length] ?? ''))]
  const fits = purse(budget)
  return readAgain<string[]>(comparison, contents, {
    wants: entry => isLargeFile(entry) && fits(entry),
    receive: (_, found) => digestsOf(algorithms, found),
    amend: (entry, a = [], b = []) => (a.length + b.length > 0 ? { ...entry, digests: [...a, ...b] } : entry),
  })
}

/** What may be a digest in a text of side A, and is not in that of side B. */
function quotedIn({ layers }: Comparison): Set<string> {
  const quoted = new Set<string>()
  for (const entry of layers.flatMap(({ entries }) => entries)) {
    const texts = quoted.size < quoteLimit ? textsOf(entry) : null
    if (!texts || texts.a.length > textLimit || texts.b.length > textLimit) continue
    const inB = new Set(texts.b.match(hexadecimal) ?? [])
    for (const digest of texts.a.match(hexadecimal) ?? [])
      if (algorithmOf[digest.length] !== undefined && !inB.has(digest)) quoted.add(digest)
  }
  return quoted
}

const isLargeFile = ({ kind, fields, content }: EntryDifference): boolean =>
  kind === 'changed' && fields.includes('content') && content !== null && !(content.a.whole && content.b.whole)

function digestsOf(algorithms: readonly string[], found: (digests: string[]) => void): Receiver {
  const hashes = algorithms.map(algorithm => createHash(algorithm))
  return {
    write: chunk => {
      for (const hash of hashes) hash.update(chunk)
    },
    end: () => found(hashes.map(hash => hash.digest('hex'))),
  }
}
