import { createHash } from 'node:crypto'
import type { ComparedLayer, Comparison, EntryDifference, LayerDifference } from '../image/comparison.ts'
import type { Contents } from '../image/contents.ts'
import { textsOf } from './content.ts'

/** Bytes of files read again for their digests, longest text that is searched for digests, and most digests looked for. */
const [budget, textLimit, quoteLimit] = [2 * 1024 ** 3, 256 << 10, 5_000]

const algorithmOf: Record<number, string> = { 32: 'md5', 40: 'sha1', 64: 'sha256', 96: 'sha384', 128: 'sha512' }
const hexadecimal = /(?<![0-9a-f])[0-9a-f]{32,128}(?![0-9a-f])/gi

/**
 * The comparison with the digests of files too large for a sample, where a text differs by what may be one: a checksum list says
 * nothing new when the files it names differ. Reads only the layers that such files are in, and nothing when no text asks.
 */
export async function withQuotedDigests(comparison: Comparison, contents: Contents | undefined): Promise<Comparison> {
  const quoted = contents ? quotedIn(comparison) : new Set<string>()
  if (!contents || quoted.size === 0) return comparison
  const algorithms = [...new Set([...quoted].map(({ length }) => algorithmOf[length] ?? ''))]
  let left = budget
  const layers: LayerDifference[] = []
  for (const layer of comparison.layers) {
    const wanted = layer.entries.filter(entry => {
      const size = (entry.a?.size ?? 0) + (entry.b?.size ?? 0)
      if (!isLargeFile(entry) || size > left) return false
      left -= size
      return true
    })
    layers.push(wanted.length === 0 ? layer : await withDigests(layer, wanted, algorithms, contents))
  }
  return { ...comparison, layers }
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

async function withDigests(
  layer: LayerDifference,
  wanted: readonly EntryDifference[],
  algorithms: readonly string[],
  contents: Contents,
): Promise<LayerDifference> {
  try {
    const paths = new Set(wanted.map(({ path }) => path))
    const [a, b] = [
      layer.a ? await digestsIn(contents, 'A', layer.a, paths, algorithms) : new Map<string, string[]>(),
      layer.b ? await digestsIn(contents, 'B', layer.b, paths, algorithms) : new Map<string, string[]>(),
    ]
    const entries = layer.entries.map(entry => {
      const digests = paths.has(entry.path) ? [...(a.get(entry.path) ?? []), ...(b.get(entry.path) ?? [])] : []
      return digests.length > 0 ? { ...entry, digests } : entry
    })
    return { ...layer, entries }
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') throw error
    // The layer cannot be read again: then a list of digests stays unexplained.
    return layer
  }
}

async function digestsIn(
  contents: Contents,
  side: 'A' | 'B',
  layer: ComparedLayer,
  paths: ReadonlySet<string>,
  algorithms: readonly string[],
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  await contents.read(side, layer, entry => {
    if (entry.type !== 'file' || !paths.has(entry.path)) return null
    const hashes = algorithms.map(algorithm => createHash(algorithm))
    return {
      write: chunk => {
        for (const hash of hashes) hash.update(chunk)
      },
      end: () =>
        found.set(
          entry.path,
          hashes.map(hash => hash.digest('hex')),
        ),
    }
  })
  return found
}
