import type { Entry } from '../image/image.ts'
import type { Part } from './record-parts.ts'

/** Entries in the order of the layer's tar. As a stream of entries, it has digests in the place of contents. */
export interface RecordedEntries {
  next(): Promise<Entry | null>
  /** There are no bytes. */
  chunk(): Promise<null>
  /** SHA-256 (hexadecimal) of the content of the entry just given; null where it has none. */
  contentDigest(): string | null
  close(): Promise<void>
}

/** A reading of the record from its beginning, and the layer whose head or entries it came to. */
interface Walk {
  parts: AsyncGenerator<Part>
  platform: number
  layer: number
  /** Whether entries of that layer were read. */
  entered: boolean
  over: boolean
}

/**
 * The entries of one layer after the other. Layers are asked for in their order, mostly: a walk that ended at one is kept for
 * those behind it, so that a record of thousands of layers is not read from its beginning for each.
 */
export class LayerReader {
  #walks: () => AsyncGenerator<Part>
  #kept: Walk | null = null

  constructor(walks: () => AsyncGenerator<Part>) {
    this.#walks = walks
  }

  entriesOf(platform: number, layer: number): RecordedEntries {
    const walk = this.#walkTo(platform, layer)
    let digest: string | null = null
    return {
      async next() {
        for (
          let part = await nextOf(walk, platform, layer);
          part !== null;
          part = await nextOf(walk, platform, layer)
        ) {
          if (part.kind !== 'entry' || walk.platform !== platform || walk.layer !== layer) continue
          digest = part.entry.digest
          return part.entry.entry
        }
        return null
      },
      chunk: async () => null,
      contentDigest: () => digest,
      close: () => this.#keep(walk),
    }
  }

  async close(): Promise<void> {
    const kept = this.#kept
    this.#kept = null
    await kept?.parts.return(undefined)
  }

  #walkTo(platform: number, layer: number): Walk {
    const kept = this.#kept
    if (kept !== null && isBefore(kept, platform, layer)) {
      this.#kept = null
      return kept
    }
    return { parts: this.#walks(), platform: -1, layer: -1, entered: false, over: false }
  }

  async #keep(walk: Walk): Promise<void> {
    await this.close()
    if (walk.over) await walk.parts.return(undefined)
    else this.#kept = walk
  }
}

/** Whether all entries of a layer are still to come. */
const isBefore = (walk: Walk, platform: number, layer: number): boolean =>
  walk.platform < platform ||
  (walk.platform === platform && (walk.layer < layer || (walk.layer === layer && !walk.entered)))

/** Null behind the layer's last entry. */
async function nextOf(walk: Walk, platform: number, layer: number): Promise<Part | null> {
  const isPast = (): boolean => walk.platform > platform || (walk.platform === platform && walk.layer > layer)
  if (walk.over || isPast()) return null
  walk.over = true
  const { done, value } = await walk.parts.next()
  walk.over = done === true
  if (done) return null
  if (value.kind === 'platform') [walk.platform, walk.layer, walk.entered] = [walk.platform + 1, -1, false]
  if (value.kind === 'layer') [walk.layer, walk.entered] = [walk.layer + 1, false]
  if (value.kind === 'entry') walk.entered = true
  return isPast() ? null : value
}
