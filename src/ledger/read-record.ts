import { type FileHandle, open } from 'node:fs/promises'
import type { Entry } from '../image/image.ts'
import { jsonProblem } from '../image/json.ts'
import { parseImage } from '../image/manifest.ts'
import { boundedLines } from './bounded-lines.ts'
import { RecordError, type RecordedEntry, type RecordedPlatform, type RecordHead } from './record.ts'
import { headIn, layerIn, platformIn } from './record-head.ts'
import { entryOfRow, wrong } from './record-lines.ts'

/** A record whose every line was read once and found to be in order. Close it. */
export interface OpenedRecord extends RecordHead {
  platforms: RecordedPlatform[]
  entries: number
  /** The entries of a layer of a platform, read anew. */
  entriesOf(platform: number, layer: number): RecordedEntries
  close(): Promise<void>
}

/** Entries in the order of the layer's tar. As a stream of entries, it has digests in the place of contents. */
export interface RecordedEntries {
  next(): Promise<Entry | null>
  /** There are no bytes. */
  chunk(): Promise<null>
  /** SHA-256 (hexadecimal) of the content of the entry just given; null where it has none. */
  contentDigest(): string | null
  close(): Promise<void>
}

/** Bytes of the lines that hold texts of the image, and of one entry; and what there may be of all. */
const limits = { texts: 48 * 1024 ** 2, entry: 256 * 1024, platforms: 64, layers: 2000, entries: 20_000_000 }

/**
 * Opens a record that anybody may have written: data, and nothing else. All of it is read once, in bounded memory, and
 * must be what a writer of records writes, to the byte: then nobody can read another thing in it.
 * @throws RecordError with what is wrong, as the end of a sentence whose subject is the file; and what the file system says
 */
export async function openRecord(path: string): Promise<OpenedRecord> {
  const file = await open(path, 'r')
  try {
    const stats = await file.stat()
    if (!stats.isFile()) throw new RecordError('it is no file')
    const seen = new Parts()
    for await (const part of partsOf(file)) seen.add(part)
    const { head, platforms, entries } = seen.whole()
    return {
      ...{ ...head, platforms, entries, close: () => file.close() },
      entriesOf: (platform, layer) => streamed(partsOf(file), platform, layer),
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

type Part =
  | { kind: 'head'; head: RecordHead }
  | { kind: 'platform'; platform: Omit<RecordedPlatform, 'layers'> }
  | { kind: 'layer'; layer: RecordedPlatform['layers'][number] }
  | { kind: 'entry'; entry: RecordedEntry }
  | { kind: 'end'; layers: number; entries: number }

/** The parts of a record in their order, which the lines must have: a line is a part, or the end of a list. */
async function* partsOf(file: FileHandle): AsyncGenerator<Part> {
  let place: 'head' | 'platforms' | 'layers' | 'entries' | 'over' = 'head'
  /** Whether the line before says that one more comes, or that none does; null at the beginning of a list. */
  let more: boolean | null = null
  const most = (): number => (place === 'entries' ? limits.entry : limits.texts)
  for await (const line of boundedLines(file.createReadStream({ start: 0, autoClose: false }), most)) {
    if (place === 'over') wrong('there is something behind its end')
    if (place === 'head') {
      const { kind: _, schemaVersion: __, ...head } = headIn(jsonIn(`${line}]}`))
      yield { kind: 'head', head }
      ;[place, more] = ['platforms', null]
    } else if (line.startsWith(']')) {
      if (more === true) wrong('a list of it ends behind a comma')
      if (place === 'platforms') {
        yield { kind: 'end', ...totalsIn(jsonIn(`{"platforms":[${line}`)) }
        place = 'over'
      } else {
        if (line !== ']}' && line !== ']},') wrong('a list of it does not end as it must')
        ;[place, more] = [place === 'entries' ? 'layers' : 'platforms', line === ']},']
      }
    } else {
      if (more === false) wrong('a comma is missing in a list of it')
      if (place === 'platforms') {
        yield { kind: 'platform', platform: imageIn(platformIn(jsonIn(`${line}]}`))) }
        ;[place, more] = ['layers', null]
      } else if (place === 'layers') {
        yield { kind: 'layer', layer: layerIn(jsonIn(`${line}]}`)) }
        ;[place, more] = ['entries', null]
      } else {
        more = line.endsWith(',')
        yield { kind: 'entry', entry: entryOfRow(jsonIn(more ? line.slice(0, -1) : line)) }
      }
    }
  }
  if (place !== 'over') wrong('it is cut off')
}

/** Deeper than any line of ours, and more values: args, contexts and bases are lists of a few. */
const jsonLimits = { depth: 8, values: 250_000 }

/** A text that is JSON as JSON.stringify writes it: a key that comes twice, a blank, a number in another form are none of ours. */
function jsonIn(text: string): unknown {
  const problem = jsonProblem(Buffer.from(text), jsonLimits)
  if (problem !== null) wrong(`a line of it ${problem}`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    wrong('a line of it is not what a record has there')
  }
  if (JSON.stringify(value) !== text) wrong('a line of it is not written as records are')
  return value
}

function totalsIn(value: unknown): { layers: number; entries: number } {
  const { layers, entries, ...rest } = value as Record<string, unknown>
  if (Object.keys(rest).join() !== 'platforms' || !Number.isSafeInteger(layers) || !Number.isSafeInteger(entries))
    wrong('its last line does not count what is in it')
  return { layers: layers as number, entries: entries as number }
}

/** The image that the texts say, whose digests are made of those texts: none of them can be another's. */
function imageIn(given: ReturnType<typeof platformIn>): Omit<RecordedPlatform, 'layers'> {
  const { platform, manifestDigest, configDigest, manifest, config } = given
  const { image, problem } = parseImage(Buffer.from(manifest), Buffer.from(config))
  if (image === null) wrong(`its image for ${platform} is none: ${problem}`)
  if (image.digest !== manifestDigest || image.configDigest !== configDigest)
    wrong(`the manifest or config of its image for ${platform} does not have the digest that it says`)
  return { platform, image }
}

/** What was read so far, and whether it goes together. */
class Parts {
  #head: RecordHead | null = null
  #platforms: RecordedPlatform[] = []
  #entries = 0
  #layers = 0
  #ended = false

  add(part: Part): void {
    if (part.kind === 'entry') {
      this.#entries += 1
      if (this.#entries > limits.entries) wrong(`it has more than ${limits.entries} entries`)
    } else if (part.kind === 'head') this.#head = part.head
    else if (part.kind === 'platform') this.#addPlatform(part.platform)
    else if (part.kind === 'layer') this.#addLayer(part.layer)
    else {
      this.#seeAll()
      if (part.entries !== this.#entries || part.layers !== this.#layers) wrong('it has not as much as its end says')
      this.#ended = true
    }
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
  }

  /** Of the platform before, every layer must have come. */
  #seeAll(): void {
    const last = this.#platforms.at(-1)
    if (last && last.layers.length !== last.image.manifest.layers.length) wrong('a layer of its image is missing')
  }
}

function streamed(parts: AsyncGenerator<Part>, platform: number, layer: number): RecordedEntries {
  let [atPlatform, atLayer] = [-1, -1]
  let digest: string | null = null
  const isHere = (): boolean => atPlatform === platform && atLayer === layer
  return {
    async next() {
      for (;;) {
        const { done, value } = await parts.next()
        if (done) return null
        if (value.kind === 'platform') [atPlatform, atLayer] = [atPlatform + 1, -1]
        if (value.kind === 'layer') atLayer += 1
        // What comes behind the last entry of the layer is not looked for.
        if (atPlatform > platform || (atPlatform === platform && atLayer > layer)) return null
        if (value.kind !== 'entry' || !isHere()) continue
        digest = value.entry.digest
        return value.entry.entry
      }
    },
    chunk: async () => null,
    contentDigest: () => digest,
    async close() {
      await parts.return(undefined)
    },
  }
}
