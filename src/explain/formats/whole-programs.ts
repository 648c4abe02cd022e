import type { Comparison, ContentSample, EntryDifference, LayerDifference } from '../../image/comparison.ts'
import type { Contents, Receiver } from '../../image/contents.ts'
import { bothBegin, contentDiffers } from '../content.ts'

/** Largest program read whole, bytes kept of all programs, and how many. */
const [sizeLimit, budget, countLimit] = [24 << 20, 48 << 20, 12]
const elf = [0x7f, 0x45, 0x4c, 0x46]

/**
 * The comparison with programs too large for a sample read whole, as far as memory allows: what differs in one can only be told
 * section by section. Reads only the layers that such programs are in; what cannot be read again stays as it was.
 */
export async function withWholePrograms(comparison: Comparison, contents: Contents | undefined): Promise<Comparison> {
  if (contents === undefined) return comparison
  let left = budget
  let count = 0
  const layers: LayerDifference[] = []
  for (const layer of comparison.layers) {
    const wanted = new Set(
      layer.entries.filter(entry => {
        const size = (entry.a?.size ?? 0) + (entry.b?.size ?? 0)
        if (!isLargeProgram(entry) || size > left || count >= countLimit) return false
        left -= size
        count++
        return true
      }),
    )
    layers.push(wanted.size === 0 ? layer : await readPrograms(layer, wanted, contents))
  }
  return count === 0 ? comparison : { ...comparison, layers }
}

const isLargeProgram = (entry: EntryDifference): boolean =>
  contentDiffers(entry) &&
  entry.content !== null &&
  bothBegin(entry.content, elf) &&
  !(entry.content.a.whole && entry.content.b.whole) &&
  [entry.content.a, entry.content.b].every(({ size }) => size <= sizeLimit)

async function readPrograms(
  layer: LayerDifference,
  wanted: ReadonlySet<EntryDifference>,
  contents: Contents,
): Promise<LayerDifference> {
  try {
    const paths = new Set([...wanted].map(({ path }) => path))
    const a = layer.a ? await read(contents, 'A', layer.a, paths) : new Map<string, Buffer>()
    const b = layer.b ? await read(contents, 'B', layer.b, paths) : new Map<string, Buffer>()
    const entries = layer.entries.map(entry => {
      const [p, q] = [a.get(entry.path), b.get(entry.path)]
      if (!wanted.has(entry) || !p || !q || !entry.content) return entry
      const sizes = p.length === entry.content.a.size && q.length === entry.content.b.size
      return sizes ? { ...entry, content: { ...entry.content, a: whole(p), b: whole(q) } } : entry
    })
    return { ...layer, entries }
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') throw error
    // The layer cannot be read again: the samples must do.
    return layer
  }
}

const whole = (bytes: Buffer): ContentSample => ({
  size: bytes.length,
  head: bytes,
  whole: true,
  tail: Buffer.alloc(0),
})

async function read(
  contents: Contents,
  side: 'A' | 'B',
  layer: NonNullable<LayerDifference['a']>,
  paths: ReadonlySet<string>,
): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>()
  await contents.read(side, layer, entry => {
    if (entry.type !== 'file' || !paths.has(entry.path) || entry.size > sizeLimit) return null
    const receiver: Receiver & { bytes: Buffer; at: number } = {
      bytes: Buffer.alloc(entry.size),
      at: 0,
      write(chunk) {
        this.at += chunk.copy(this.bytes, this.at)
      },
      end() {
        if (this.at === this.bytes.length) found.set(entry.path, this.bytes)
      },
    }
    return receiver
  })
  return found
}
