import { createHash } from 'node:crypto'
import type { ContentSample, EntryDifference } from '../image/comparison.ts'

/** SHA-256 (hex) of both sides' contents, as far as they are known or can be made from what is here. */
export interface ContentDigests {
  a: string | null
  b: string | null
}

/** The digests of an entry's contents; a comparison that sees both at once does not need them and leaves them out. */
export function digestsOf(entry: EntryDifference): ContentDigests {
  if (entry.a?.type !== 'file' && entry.b?.type !== 'file') return { a: null, b: null }
  return {
    a: entry.digestA ?? (entry.a ? wholeDigest(entry.content?.a) : null),
    b: entry.digestB ?? (entry.b ? wholeDigest(entry.content?.b) : null),
  }
}

const wholeDigest = (sample: ContentSample | undefined): string | null =>
  sample?.whole ? hexDigest('sha256', sample.head) : null

const known = new WeakMap<Uint8Array, Record<string, string>>()

/** Worked out once for each content: many causes of many paths ask for it. */
function hexDigest(algorithm: string, bytes: Uint8Array): string {
  const own = known.get(bytes) ?? {}
  own[algorithm] ??= createHash(algorithm).update(bytes).digest('hex')
  known.set(bytes, own)
  return own[algorithm]
}

/** Both sides' MD5, SHA-1 and SHA-512 (hex), which checksum lists hold too, of contents that are whole and not large. */
export function otherDigests({ kind, content }: EntryDifference): string[] {
  if (kind !== 'changed' || !content?.a.whole || !content.b.whole) return []
  return [content.a.head, content.b.head].flatMap(head =>
    head.length > 64 << 10 ? [] : ['md5', 'sha1', 'sha512'].flatMap(name => digestBy(name, head)),
  )
}

/** None where the machine's policy forbids the algorithm. */
function digestBy(algorithm: string, bytes: Uint8Array): string[] {
  try {
    return [hexDigest(algorithm, bytes)]
  } catch {
    return []
  }
}

/**
 * Stands for the pair of contents of a file whose content differs; null for any other. Of contents that are not whole here,
 * size, both ends and the differing places speak.
 */
export function pairOfContents(entry: EntryDifference): string | null {
  if (entry.kind !== 'changed' || !entry.fields.includes('content')) return null
  const { a, b } = digestsOf(entry)
  if (a !== null && b !== null) return a === b ? null : `${a}:${b}`
  if (!entry.content) return null
  const hash = createHash('sha256')
  for (const sample of [entry.content.a, entry.content.b])
    hash.update(`${sample.size}\n`).update(sample.head).update(sample.tail)
  for (const run of entry.content.runs) hash.update(`${run.offset} ${run.length}\n`).update(run.a).update(run.b)
  return `part:${hash.digest('hex')}`
}

/** Notes by which digests a path may be told again. */
export function noteDigests(pathOfDigest: Map<string, string>, entry: EntryDifference): void {
  const { a, b } = digestsOf(entry)
  if (a !== null && a === b) return
  // Of a content too large to be kept whole, what was kept stands for it.
  const pair = a === null || b === null ? pairOfContents(entry) : null
  if (pair !== null) pathOfDigest.set(pair, entry.path)
  for (const digest of [a, b]) if (digest !== null) pathOfDigest.set(digest, entry.path)
  const alone = aloneKey(entry)
  if (alone !== null) pathOfDigest.set(alone, entry.path)
  for (const digest of [...otherDigests(entry), ...(entry.digests ?? [])]) pathOfDigest.set(digest, entry.path)
}

/** Stands for a file that one side alone has, by its name and its content; null for any other. */
export function aloneKey(entry: EntryDifference): string | null {
  const { a, b } = entry.kind === 'changed' ? { a: null, b: null } : digestsOf(entry)
  return (a ?? b) === null ? null : `${entry.kind}:${a ?? b}:${nameOf(entry.path)}`
}

/** The name of a file, of one in an archive (`srv.zip → app.js`) likewise. */
const nameOf = (path: string): string => path.split(/\/| → /).at(-1) ?? path

/** Looks up which path has a content. */
export type PathOfDigest = Pick<ReadonlyMap<string, string>, 'get' | 'has'>

/** Both as one, the first before the other; never copied: a hostile image has thousands of layers and archives. */
export function layeredPaths(first: PathOfDigest, other: PathOfDigest): PathOfDigest {
  return {
    get: digest => first.get(digest) ?? other.get(digest),
    has: digest => first.has(digest) || other.has(digest),
  }
}
