import type { ComparedLayer, LayerDifference } from '../image/comparison.ts'
import type { Contents, Receiver, Visit } from '../image/contents.ts'
import type { Entry } from '../image/image.ts'
import { isOsRelease } from './os-release.ts'
import { readerOf } from './readers.ts'

/** Bytes kept of both images together. What does not fit is read again where it is needed. */
const keptLimit = 16 * 1024 * 1024
/** What an entry takes besides its content. */
const entryWeight = 800

interface Kept {
  files: { entry: Entry; bytes: Buffer }[]
  /** Not all of the layer's databases are here. */
  isPartial: boolean
  weight: number
}

/** The package databases of layers that are compared, kept as they pass: such a layer need not be read again for them. */
export class KeptDatabases {
  #layers = new Map<string, Kept>()
  #left = keptLimit

  /** Sees all entries of a layer, from its beginning; of one that is read again, what was kept is dropped. */
  watch(side: 'A' | 'B', layer: ComparedLayer): Visit {
    const name = nameOf(side, layer)
    this.#left += this.#layers.get(name)?.weight ?? 0
    const kept: Kept = { files: [], isPartial: false, weight: 0 }
    this.#layers.set(name, kept)
    return entry => {
      if (entry.type === 'directory' || !isDatabase(entry.path) || kept.isPartial) return null
      return this.#room(kept, entry) ? receiverOf(kept, entry) : null
    }
  }

  /** Shows the databases of a layer that both sides have, and the files of these paths; null when not all of that is here. */
  contentsOf(layer: LayerDifference, paths: ReadonlySet<string>): Pick<Contents, 'read'> | null {
    const { a, b } = layer
    if (a === null || b === null || this.#of('A', a) === null || this.#of('B', b) === null) return null
    const changed = layer.entries.filter(({ path }) => paths.has(path) && !isDatabase(path))
    if (changed.some(({ content }) => !content?.a.whole || !content.b.whole)) return null
    return {
      read: async (side, of, visit) => {
        for (const { entry, bytes } of this.#of(side, of)?.files ?? []) show(visit(entry), bytes)
        for (const { a, b, content } of changed) {
          const [entry, sample] = side === 'A' ? [a, content?.a] : [b, content?.b]
          if (entry && sample) show(visit(entry), sample.head)
        }
      },
    }
  }

  #of(side: 'A' | 'B', layer: ComparedLayer): Kept | null {
    const kept = this.#layers.get(nameOf(side, layer))
    return kept === undefined || kept.isPartial ? null : kept
  }

  #room(kept: Kept, { path, pax, size }: Entry): boolean {
    const texts = Object.values(pax).reduce((sum, text) => sum + text.length, path.length)
    const weight = entryWeight + 2 * texts + size
    if (weight > this.#left) {
      this.#left += kept.weight
      Object.assign(kept, { files: [], isPartial: true, weight: 0 })
      return false
    }
    this.#left -= weight
    kept.weight += weight
    return true
  }
}

const nameOf = (side: string, { descriptor, diffId }: ComparedLayer): string => `${side} ${descriptor.digest} ${diffId}`

/** Most paths are none: told from their last part before each reader is asked. */
const maybe =
  /(?:\/(?:installed|status(?:-old)?|status\.d\/[^/]+|rpmdb\.sqlite(?:-wal)?|Packages(?:\.db)?|METADATA|RECORD|PKG-INFO|os-release)|\.(?:list|md5sums|json|txt|egg-info|gemspec))$/

const isDatabase = (path: string): boolean => maybe.test(path) && (readerOf(path) !== null || isOsRelease(path))

function receiverOf(kept: Kept, entry: Entry): Receiver {
  const bytes = Buffer.allocUnsafeSlow(entry.size)
  let at = 0
  return {
    write: chunk => {
      at += chunk.copy(bytes, at)
    },
    end: () => {
      if (!kept.isPartial) kept.files.push({ entry, bytes })
    },
  }
}

function show(receiver: Receiver | null, bytes: Uint8Array): void {
  if (receiver === null) return
  if (bytes.length > 0) receiver.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  receiver.end()
}
