import type { FileHandle } from 'node:fs/promises'
import { jsonProblem } from '../image/json.ts'
import { parseImage } from '../image/manifest.ts'
import { boundedLines } from './bounded-lines.ts'
import type { RecordedEntry, RecordedLayer, RecordedPlatform, RecordHead } from './record.ts'
import { headIn, layerIn, platformIn } from './record-head.ts'
import { entryOfRow, wrong } from './record-lines.ts'

export type Part =
  | { kind: 'head'; head: RecordHead }
  | { kind: 'platform'; platform: Omit<RecordedPlatform, 'layers'> }
  | { kind: 'layer'; layer: RecordedLayer }
  | { kind: 'entry'; entry: RecordedEntry }
  | { kind: 'end'; layers: number; entries: number }

/** Characters of a line that holds texts of the image, of one entry, and of all such texts, which are kept in memory. */
const limits = { texts: 48 * 1024 ** 2, entry: 256 * 1024, allTexts: 96 * 1024 ** 2 }

/** The parts of a record in their order, which the lines must have: a line is a part, or the end of a list. */
export async function* partsOf(file: FileHandle): AsyncGenerator<Part> {
  let place: 'head' | 'platforms' | 'layers' | 'entries' | 'over' = 'head'
  /** Whether the line before says that one more comes, or that none does; null at the beginning of a list. */
  let more: boolean | null = null
  let texts = 0
  const most = (): number => (place === 'entries' ? limits.entry : limits.texts)
  for await (const line of boundedLines(file.createReadStream({ start: 0, autoClose: false }), most)) {
    if (place !== 'entries') texts += line.length
    if (texts > limits.allTexts) wrong('its images and instructions are longer than any that are written')
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
  const problem = isFlat(text) ? null : jsonProblem(Buffer.from(text), jsonLimits)
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

/** A short list of nothing but texts and numbers, as most entries are: it cannot nest, nor hold much. */
const isFlat = (text: string): boolean => text.length < 10_000 && !text.includes('[', 1) && !text.includes('{')

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
