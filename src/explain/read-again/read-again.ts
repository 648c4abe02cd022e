import type { ComparedLayer, Comparison, EntryDifference, LayerDifference } from '../../image/comparison.ts'
import type { Contents, Receiver } from '../../image/contents.ts'
import type { Entry } from '../../image/image.ts'

/** Which files a comparison did not keep enough of, and what is made of them when their layers are read again. */
export interface Wish<T> {
  /** Asked once for each difference, in order. */
  wants: (entry: EntryDifference) => boolean
  /** Takes the content of one side's file, and gives what is made of it to `found`. */
  receive: (entry: Entry, found: (result: T) => void) => Receiver | null
  amend: (entry: EntryDifference, a: T | undefined, b: T | undefined) => EntryDifference
}

/** Reads only the layers that wanted files are in; a layer that cannot be read again stays as it was. */
export async function readAgain<T>(comparison: Comparison, contents: Contents, wish: Wish<T>): Promise<Comparison> {
  const layers: LayerDifference[] = []
  for (const layer of comparison.layers) {
    const wanted = new Set(layer.entries.filter(entry => wish.wants(entry)))
    layers.push(wanted.size === 0 ? layer : await readLayer(layer, wanted, contents, wish))
  }
  return { ...comparison, layers }
}

async function readLayer<T>(
  layer: LayerDifference,
  wanted: ReadonlySet<EntryDifference>,
  contents: Contents,
  { receive, amend }: Wish<T>,
): Promise<LayerDifference> {
  const paths = new Set([...wanted].map(({ path }) => path))
  const read = async (side: 'A' | 'B', own: ComparedLayer | null): Promise<Map<string, T>> => {
    const found = new Map<string, T>()
    const visit = (entry: Entry): Receiver | null =>
      entry.type === 'file' && paths.has(entry.path) ? receive(entry, result => found.set(entry.path, result)) : null
    if (own !== null) await contents.read(side, own, visit)
    return found
  }
  try {
    const [a, b] = [await read('A', layer.a), await read('B', layer.b)]
    const amended = (entry: EntryDifference): EntryDifference =>
      wanted.has(entry) ? amend(entry, a.get(entry.path), b.get(entry.path)) : entry
    return { ...layer, entries: layer.entries.map(amended) }
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') throw error
    // What the first look kept must do.
    return layer
  }
}

/** Whether the sizes of both sides still fit into a number of bytes; what fits is taken off it. */
export function purse(bytes: number): (entry: EntryDifference) => boolean {
  let left = bytes
  return ({ a, b }) => {
    const size = (a?.size ?? 0) + (b?.size ?? 0)
    if (size > left) return false
    left -= size
    return true
  }
}
