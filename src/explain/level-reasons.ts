import type { Dockerfile, Instruction } from '../dockerfile/dockerfile.ts'
import type { Comparison, LayerDifference } from '../image/comparison.ts'
import type { Image } from '../image/image.ts'
import { layersOf } from '../image/manifest.ts'
import { type Level, levels } from '../verdict.ts'
import { builderOf } from './blame/builder-of.ts'
import { pairHistories } from './blame/history-lines.ts'
import { configWords, fieldName } from './config/config-words.ts'
import { repackedWords, typesWords } from './packing-words.ts'
import { looksSecret } from './values/excerpt.ts'

export interface LevelInput {
  comparison: Comparison
  imageA: Image
  imageB: Image
  /** Null where the images come from nobody knows where. */
  dockerfile: Dockerfile | null
  /** The instructions that lead to the image. */
  lineage: readonly Instruction[]
  /** The lines of a layer of one side, where they are known. */
  lineOf: (index: number, side: 'A' | 'B') => { line: number | null; endLine: number | null; base: boolean } | undefined
  /** What each side's provenance says of its builder; null where it says nothing. */
  builders?: { A: string | null; B: string | null }
}

/** Why two images do not agree further than they do: a sentence for each step down, the strongest level first. */
export function levelReasons(input: LevelInput): string[] {
  const missed = levels.slice(0, levels.indexOf(input.comparison.level))
  const own: Partial<Record<Level, string[]>> = {
    identical: packaging(input),
    'same-content': configuration(input),
    'same-files': files(input),
  }
  const reasons: string[] = []
  let open: Level[] = []
  for (const level of missed) {
    open.push(level)
    const why = own[level] ?? []
    if (why.length === 0) continue
    reasons.push(`Not ${listed(open, 'or')}: ${why.join('; ')}.`)
    open = []
  }
  return open.length === 0 ? reasons : [...reasons, `Not ${listed(open, 'or')}: ${unseen(input)}.`]
}

/** Where nothing that was compared tells the two apart. */
const unseen = ({ imageA, imageB }: LevelInput): string =>
  [imageA, imageB].some(({ digest, configDigest }) => digest === configDigest)
    ? 'an archive without a manifest cannot show it'
    : 'the manifests hold the same fields, written in other bytes'

/** What differs of equal content: compression, media types, annotations. */
function packaging({ comparison, imageA, imageB, builders }: LevelInput): string[] {
  const [a, b] = [layersOf(imageA), layersOf(imageB)]
  const ofB = new Map(b.map(layer => [layer.diffId, layer]))
  const repacked = a.flatMap(layer => {
    const other = ofB.get(layer.diffId)
    return other && other.descriptor.digest !== layer.descriptor.digest ? [{ a: layer, b: other }] : []
  })
  const reasons: string[] = []
  if (repacked.length > 0) reasons.push(repackedWords(repacked, a.length) + byWhom(imageA, imageB, builders))
  if (isDocker(imageA) !== isDocker(imageB))
    reasons.push(`the media types are Docker's in image ${isDocker(imageA) ? 'A' : 'B'} and OCI's in the other`)
  const annotations = comparison.manifest.filter(({ pointer }) => pointer.includes('/annotations'))
  if (annotations.length > 0) reasons.push(`annotations differ (${pointers(annotations)})`)
  const rest = comparison.manifest.filter(
    ({ pointer }) => !/\/annotations|\/mediaType$/.test(pointer) && !/^\/layers\/\d+$/.test(pointer),
  )
  if (rest.length > 0) reasons.push(`the manifests differ in ${pointers(rest)}`)
  const types = comparison.manifest.some(({ pointer }) => pointer.endsWith('/mediaType'))
  if (reasons.length === 0 && types) reasons.push(typesWords(a, b) + byWhom(imageA, imageB, builders))
  return reasons
}

const isDocker = ({ manifest }: Image): boolean => /\.docker\./.test(manifest.mediaType ?? manifest.config.mediaType)

/** Who made which side, where that tells them apart. */
function byWhom(imageA: Image, imageB: Image, builders: LevelInput['builders']): string {
  const attested = builders !== undefined && builders.A !== null && builders.B !== null
  const [a, b] = attested ? [builders.A, builders.B] : [builderOf(imageA), builderOf(imageB)]
  return a !== null && b !== null && a !== b ? `, A by ${a}, B by ${b}` : ''
}

/** What differs of equal files: the config, its history, the order or the headers of a layer's tar. */
function configuration(input: LevelInput): string[] {
  const { comparison, imageA, imageB, dockerfile, lineage } = input
  const fields = configWords(comparison, imageA, imageB)
  const history = historyWords(pairHistories(imageA, imageB, dockerfile, lineage))
  const same = comparison.layers.filter(({ total, a, b }) => total === 0 && a !== null && b !== null)
  const reordered = same.filter(layer => layer.reordered)
  const repacked = same.filter(layer => !layer.reordered)
  const reasons: string[] = []
  if (imageA.configDigest !== imageB.configDigest && comparison.config.length + comparison.layers.length === 0)
    reasons.push('the configs say the same in other bytes (fields in another order, or other spacing)')
  const onlyOne = fields.length === 1 && history === null && comparison.layers.length === 0
  if (fields.length > 0)
    reasons.push(`${onlyOne ? 'only ' : ''}${clipped(fields, 6)} ${fields.length > 1 ? 'differ' : 'differs'}`)
  if (history !== null) reasons.push(history)
  if (reordered.length > 0)
    reasons.push(`${layersWords(reordered, input, ['lists', 'list'])} the same files in another order in the tar`)
  if (repacked.length > 0)
    reasons.push(
      `${layersWords(repacked, input, ['holds', 'hold'])} the same files under other tar headers${headerWords(repacked)}`,
    )
  return reasons
}

/** ` (PAX global header `comment`)`; '' where the headers say the same in other bytes. */
function headerWords(layers: readonly LayerDifference[]): string {
  const words = [...new Set(layers.flatMap(({ headers }) => headers ?? []))]
  return words.length === 0 ? '' : ` (${clipped(words, 4)})`
}

/** Where the histories part, with the line where it is known; null when they are equal. */
function historyWords(pairs: ReturnType<typeof pairHistories>): string | null {
  const differing = pairs.filter(({ a, b }) => JSON.stringify(a) !== JSON.stringify(b))
  const [first] = differing
  if (first === undefined) return null
  const steps = differing.filter(({ a, b }) => a?.created_by !== b?.created_by || a?.empty_layer !== b?.empty_layer)
  const [step] = steps
  if (step === undefined) {
    const remarks = differing.filter(({ a, b }) => a?.comment !== b?.comment)
    // Buildah notes the ID of the image that a step began with.
    const ids = remarks.every(({ a, b }) => [a, b].every(entry => entry?.comment?.startsWith('FROM ')))
    const what = !ids
      ? 'which builder ran its steps'
      : [
          ...(differing.some(({ a, b }) => a?.created !== b?.created) || remarks.length === 0
            ? ['when its steps ran']
            : []),
          ...(remarks.length > 0 ? ['which image a step began with'] : []),
        ].join(' and ')
    return `the history says differently ${what} (${entries(differing.length)}, the first is ${stepWords(first)})`
  }
  const more = steps.length > 1 ? `, and at ${steps.length - 1} more` : ''
  if (step.a !== null && step.b !== null) return `history differs at ${stepWords(step)}${more}`
  return `only the history of image ${step.a ? 'A' : 'B'} has ${stepWords(step)}${more}`
}

const entries = (count: number): string => (count === 1 ? '1 entry' : `${count} entries`)

function stepWords({ a, b, instruction }: ReturnType<typeof pairHistories>[number]): string {
  const told = (a?.created_by ?? b?.created_by ?? '')
    .replace(/^\/bin\/sh -c (?:#\(nop\)\s*)?/, '')
    .replace(/\s+/g, ' ')
    .trim()
  const text = told === '' ? 'a step without text' : quoted(looksSecret(told) ? `${told.split(' ', 1)[0]} …` : told)
  return instruction === null ? text : `${text} (${linesOf(instruction.line, instruction.endLine)})`
}

/** Which layers hold other files. */
function files(input: LevelInput): string[] {
  const { comparison, imageA, imageB } = input
  const differing = comparison.layers.filter(({ total }) => total > 0)
  if (differing.length === 0) return []
  const paths = differing.reduce((sum, { total }) => sum + total, 0)
  const counts = [imageA, imageB].map(image => image.manifest.layers.length)
  const number =
    counts[0] === counts[1] || eachHasItsOwn(differing)
      ? ''
      : `image A has ${layerCount(counts[0])}, image B ${layerCount(counts[1])}; `
  return [
    `${number}${layersWords(differing, input, ['differs', 'differ'])} in ${paths === 1 ? '1 path' : `${paths} paths`}`,
  ]
}

const layerCount = (count = 0): string => (count === 1 ? '1 layer' : `${count} layers`)

/** `2 of 14 layers differ (lines 3–5, 8)`. */
function layersWords(
  layers: readonly LayerDifference[],
  input: LevelInput,
  [does, doing]: readonly [string, string],
): string {
  return `${countWords(layers, input)}${placeWords(layers, input)} ${layers.length === 1 ? does : doing}`
}

/** Both images have layers that the other one lacks. */
const eachHasItsOwn = (layers: readonly LayerDifference[]): boolean =>
  layers.some(({ a }) => a === null) && layers.some(({ b }) => b === null)

/** A layer that only one image has is no layer of the other one. */
function countWords(layers: readonly LayerDifference[], { imageA, imageB }: LevelInput): string {
  const [allA, allB] = [imageA, imageB].map(({ manifest }) => manifest.layers.length) as [number, number]
  const [inA, inB] = [layers.filter(({ a }) => a !== null).length, layers.filter(({ b }) => b !== null).length]
  if (eachHasItsOwn(layers))
    return inA === inB && allA === allB
      ? `${inA} of ${layerCount(allA)} of each image`
      : `${inA} of ${layerCount(allA)} of image A and ${inB} of ${layerCount(allB)} of image B`
  const all = Math.max(allA, allB)
  if (layers.length === all) return all === 1 ? 'the only layer' : `all ${all} layers`
  return `${layers.length} of ${all} layers`
}

/** ` (base image, lines 3–5, 8)`; '' where the lines of some are not known. */
function placeWords(layers: readonly LayerDifference[], { lineOf }: LevelInput): string {
  const lines = layers.flatMap(({ index, a }) => {
    const at = lineOf(index, a === null ? 'B' : 'A')
    if (at?.base) return ['base image']
    return at?.line ? [range(at.line, at.endLine ?? at.line)] : []
  })
  const unique = [...new Set(lines)]
  const known = lines.length === layers.length && unique.length > 0
  const base = unique.includes('base image') ? ['base image'] : []
  const numbers = unique.filter(text => text !== 'base image')
  const named =
    numbers.length > 0
      ? [`line${numbers.length > 1 || numbers[0]?.includes('–') ? 's' : ''} ${clipped(numbers, 8)}`]
      : []
  return known ? ` (${[...base, ...named].join(', ')})` : ''
}

const range = (line: number, endLine: number): string => (endLine > line ? `${line}–${endLine}` : String(line))
const linesOf = (line: number, endLine: number): string => `line${endLine > line ? 's' : ''} ${range(line, endLine)}`

const pointers = (differences: readonly { pointer: string }[]): string =>
  clipped(
    differences.map(({ pointer }) => fieldName(pointer)),
    4,
  )

function clipped(items: readonly string[], most: number): string {
  const left = items.length - most
  return left > 0 ? `${items.slice(0, most).join(', ')} and ${left} more` : listed(items, 'and')
}

const listed = (items: readonly string[], last: string): string =>
  items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} ${last} ${items.at(-1)}`

/** A foreign text in backticks, shortened. */
const quoted = (text: string): string => `\`${text.replaceAll('`', "'").slice(0, 60)}${text.length > 60 ? '…' : ''}\``
