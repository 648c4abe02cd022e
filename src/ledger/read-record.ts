import { open, stat } from 'node:fs/promises'
import { RecordError, type RecordedPlatform, type RecordHead } from './record.ts'
import { wrong } from './record-lines.ts'
import { type Part, partsOf } from './record-parts.ts'
import { LayerReader, type RecordedEntries } from './recorded-entries.ts'

export type { RecordedEntries } from './recorded-entries.ts'

/** A record whose every line was read once and found to be in order. Close it. */
export interface OpenedRecord extends RecordHead {
  platforms: RecordedPlatform[]
  entries: number
  /** The entries of a layer of a platform, read from the file. */
  entriesOf(platform: number, layer: number): RecordedEntries
  close(): Promise<void>
}

/** What there may be of all. */
const limits = { platforms: 64, layers: 2000, entries: 5_000_000 }

/** So often one path may follow itself in a layer: tars that were appended to repeat some, and none does so without end. */
const repeats = 100

/**
 * Opens a record that anybody may have written: data, and nothing else. All of it is read once, in bounded memory, and
 * must be what a writer of records writes, to the byte: then nobody can read another thing in it.
 * @throws RecordError with what is wrong, as the end of a sentence whose subject is the file; and what the file system says
 */
export async function openRecord(path: string, signal?: AbortSignal): Promise<OpenedRecord> {
  // Whoever opens a pipe waits for its writer.
  if (!(await stat(path)).isFile()) throw new RecordError('it is no file')
  const file = await open(path, 'r')
  try {
    const seen = new Parts()
    for await (const part of partsOf(file)) {
      signal?.throwIfAborted()
      seen.add(part)
    }
    const { head, platforms, entries } = seen.whole()
    const reader = new LayerReader(() => partsOf(file))
    return {
      ...{ ...head, platforms, entries },
      entriesOf: (platform, layer) => reader.entriesOf(platform, layer),
      async close() {
        await reader.close()
        await file.close()
      },
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

/** What was read so far, and whether it goes together. */
class Parts {
  #head: RecordHead | null = null
  #platforms: RecordedPlatform[] = []
  #entries = 0
  #layers = 0
  #ended = false
  #path = ''
  #repeated = 0

  add(part: Part): void {
    if (part.kind === 'entry') {
      this.#entries += 1
      if (this.#entries > limits.entries) wrong(`it has more than ${limits.entries} entries`)
      this.#seeRepeats(part.entry.entry.path)
    } else if (part.kind === 'head') this.#head = part.head
    else if (part.kind === 'platform') this.#addPlatform(part.platform)
    else if (part.kind === 'layer') this.#addLayer(part.layer)
    else {
      this.#seeAll()
      if (part.entries !== this.#entries || part.layers !== this.#layers) wrong('it has not as much as its end says')
      this.#ended = true
    }
  }

  #seeRepeats(path: string): void {
    this.#repeated = path === this.#path ? this.#repeated + 1 : 0
    this.#path = path
    if (this.#repeated > repeats) wrong(`an entry of it comes more than ${repeats} times in a row`)
  }

  whole(): { head: RecordHead; platforms: RecordedPlatform[]; entries: number } {
    if (this.#head === null || !this.#ended) return wrong('it is cut off')
    if (this.#platforms.length === 0) wrong('it has no image')
    return { head: this.#head, platforms: this.#platforms, entries: this.#entries }
  }

  #addPlatform(platform: Omit<RecordedPlatform, 'layers'>): void {
    this.#seeAll()
    if (this.#platforms.some(one => one.platform === platform.platform)) wrong('it has a platform twice')
    if (this.#platforms.length >= limits.platforms) wrong(`it has more than ${limits.platforms} platforms`)
    this.#platforms.push({ ...platform, layers: [] })
  }

  #addLayer(layer: RecordedPlatform['layers'][number]): void {
    const { image, layers } = this.#platforms.at(-1) as RecordedPlatform
    const descriptor = image.manifest.layers[layers.length]
    const diffId = image.config.rootfs.diff_ids[layers.length]
    if (descriptor?.digest !== layer.digest || descriptor.size !== layer.size || diffId !== layer.diffId)
      wrong('its layers are not those of its image')
    if (layers.length >= limits.layers) wrong(`it has more than ${limits.layers} layers`)
    layers.push(layer)
    this.#layers += 1
    this.#path = ''
  }

  /** Of the platform before, every layer must have come. */
  #seeAll(): void {
    const last = this.#platforms.at(-1)
    if (last && last.layers.length !== last.image.manifest.layers.length) wrong('a layer of its image is missing')
  }
}
