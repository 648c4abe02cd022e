import type { Instruction, Range } from '../dockerfile/dockerfile.ts'
import { type Pair, pairsOf } from '../dockerfile/pairs.ts'
import type { ImageUse } from './image-use.ts'
import type { Draft } from './rule.ts'
import { codeOf, type View } from './view.ts'
import { quote } from './wording.ts'

/**
 * How to give an image its digest: the index's, so that every platform keeps working, with the tag kept for people. The
 * lookup writes it where the whole reference stands; what is put together from variables has no such place.
 */
export function pinOf(view: View, use: ImageUse): Pick<Draft, 'fix' | 'lookup'> {
  const named = use.text.split('@')[0] ?? use.text
  const place = placeOfReference(view, use)
  const fix = { text: `${howTo(use, named, place)} ${upkeep}`, snippet: inspect(named) }
  if (place === null) return { fix }
  const edit = { range: { start: place.end, end: place.end }, text: '@{}' }
  return { fix, lookup: { kind: 'image-digest', reference: use.text, edit } }
}

/** A digest that is none, replaced: only where a tag says which image was meant. */
export function correctedDigest(view: View, use: ImageUse): Pick<Draft, 'fix' | 'lookup'> {
  const named = use.text.split('@')[0] ?? use.text
  const text = `Look up the digest of ${quote(named, 200)} and write it here. ${upkeep}`
  const fix = { text, snippet: inspect(named) }
  const place = placeOfReference(view, use)
  if (place === null || use.reference.tag === null) return { fix }
  const range = { start: place.start + named.length + 1, end: place.end }
  return { fix, lookup: { kind: 'image-digest', reference: named, edit: { range, text: '{}' } } }
}

/** Where the digest of a use stands, be it in the default of an ARG; the whole reference where it cannot be found. */
export function placeOfDigest(view: View, use: ImageUse): Range {
  const { text } = view.dockerfile
  const digest = use.reference.digest ?? ''
  const places = [use.range, ...globalArgs(view).flatMap(({ value }) => (value === null ? [] : [value.range]))]
  for (const wanted of [digest, digest.replace(/^\w+:/, '')]) {
    for (const { start, end } of places) {
      const at = wanted === '' ? -1 : text.slice(start, end).lastIndexOf(wanted)
      if (at >= 0) return { start: start + at, end: start + at + wanted.length }
    }
  }
  return use.range
}

const upkeep = 'Renovate or Dependabot can keep it up to date.'
const inspect = (named: string): string =>
  `docker buildx imagetools inspect ${named} --format '{{json .Manifest.Digest}}'`

function howTo(use: ImageUse, named: string, place: Range | null): string {
  const pinned = quote(`${named}@sha256:<that digest>`, 300)
  if (place !== null && place.start < use.range.start)
    return `Look up the digest, then write ${pinned} where the ARG has its default: the tag stays for people, the digest decides.`
  if (place !== null || !use.written.includes('$'))
    return `Look up the digest, then write ${pinned}: the tag stays for people, the digest decides.`
  const name = wholeVariable(unquoted(use.written))
  if (name !== null)
    return `Look up the digest, then give ${pinned} wherever ${quote(name)} gets its value: an ARG, or the build argument.`
  return `A digest belongs to one image, so a name put together from variables cannot carry it. Give one ARG the whole reference, ${pinned}, and write FROM with that ARG alone.`
}

/** Where the reference stands letter by letter: in the instruction, in a `${X:-default}`, or in the default of an ARG. */
function placeOfReference(view: View, { range, written, text }: ImageUse): Range | null {
  const start = range.start + (/^["']/.test(written) ? 1 : 0)
  const plain = unquoted(written)
  if (plain === text) return { start, end: start + plain.length }
  const name = wholeVariable(plain)
  if (name !== null) return placeInArg(view, name, text, 0)
  const fallback = /^\$\{\w+:?-([^${}]*)\}$/.exec(plain)?.[1]
  if (fallback !== text) return null
  const end = start + plain.length - 1
  return { start: end - text.length, end }
}

function placeInArg(view: View, name: string, text: string, depth: number): Range | null {
  const pair = globalArgs(view).findLast(one => one.name === name)
  const { start, end } = pair?.value?.range ?? { start: 0, end: 0 }
  const written = view.dockerfile.text.slice(start, end)
  const next = wholeVariable(unquoted(written))
  if (pair === undefined || depth > 10 || isReadElsewhere(view, name)) return null
  if (next !== null) return placeInArg(view, next, text, depth + 1)
  if (unquoted(written) !== text) return null
  const from = start + (unquoted(written) === written ? 0 : 1)
  return { start: from, end: from + text.length }
}

/** Another value would mean another thing there: in a name it is a part of, in a stage that declares it again. */
function isReadElsewhere(view: View, name: string): boolean {
  const mention = new RegExp(`(?<!\\w)${name}(?!\\w)`)
  return view.dockerfile.instructions.some(instruction => {
    if (!mention.test(codeOf(view, instruction))) return false
    if (instruction.keyword === 'FROM') return wholeVariable(unquoted(instruction.words[0]?.raw ?? '')) !== name
    return instruction.stage !== null || !isPlainDefault(instruction, name)
  })
}

/** `ARG X=…` itself, or `ARG Y=${X}`, which hands it on whole. */
const isPlainDefault = (instruction: Instruction, name: string): boolean =>
  pairsOf(instruction).every(
    pair => pair.name === name || !pair.value?.raw.includes(name) || wholeVariable(unquoted(pair.value.raw)) === name,
  )

const globalArgs = ({ dockerfile }: View): Pair[] =>
  dockerfile.instructions.filter(({ stage, keyword }) => stage === null && keyword === 'ARG').flatMap(pairsOf)

const wholeVariable = (text: string): string | null => {
  const [, braced, bare] = /^\$(?:\{(\w+)\}|(\w+))$/.exec(text) ?? []
  return braced ?? bare ?? null
}

const unquoted = (text: string): string => /^(["'])(.*)\1$/s.exec(text)?.[2] ?? text
