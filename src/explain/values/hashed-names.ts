import type { EntryDifference, LayerDifference } from '../../image/comparison.ts'
import { textOf, textsOf } from '../content.ts'
import { digestsOf } from '../content-digest.ts'
import { digestInNames } from './name-digest.ts'

/** A file of each side, alike in name but for a digest of its content: `main.3f2a….js` and `main.9c81….js`. */
export interface HashedPair {
  a: EntryDifference
  b: EntryDifference
  tokenA: string
  tokenB: string
}

/** Why a pair is one file under the names of its contents, and which others these contents name. */
export interface NameProof {
  /** The digest that the names are made of; null where they are none that is known here. */
  digest: string | null
  /** A text names both sides' files, as the pages of a bundler do. */
  named: boolean
}

export interface HashedNames {
  of: (path: string) => HashedPair | null
  /** The pairs whose tokens the texts quote, when they differ by such tokens alone. */
  quotedBy: (entry: EntryDifference) => HashedPair[]
  /** The pairs that the contents of one name, when they differ by such names alone. */
  quotedIn: (pair: HashedPair) => HashedPair[]
  proofOf: (pair: HashedPair) => NameProof
}

const entryLimit = 4_000
const cache = new WeakMap<LayerDifference, HashedNames>()

/** The pairs of a layer; found once. */
export function hashedNames(layer: LayerDifference): HashedNames {
  const known = cache.get(layer)
  if (known) return known
  const made = namesOf(findPairs(layer.entries), layer.entries)
  cache.set(layer, made)
  return made
}

function namesOf(pairs: readonly HashedPair[], entries: readonly EntryDifference[]): HashedNames {
  const byPath = new Map(pairs.flatMap(pair => [[pair.a.path, pair] as const, [pair.b.path, pair] as const]))
  const proofs = new Map<HashedPair, NameProof>()
  const quoted = (texts: { a: string; b: string } | null): HashedPair[] => {
    if (!texts || texts.a === texts.b || withTokensOfB(texts.a, pairs) !== texts.b) return []
    return pairs.slice(0, 200).filter(({ tokenA }) => texts.a.includes(tokenA))
  }
  return {
    of: path => byPath.get(path) ?? null,
    quotedBy: entry => (pairs.length > 0 ? quoted(textsOf(entry)) : []),
    quotedIn: pair => quoted(textsOfPair(pair)).filter(other => other !== pair),
    proofOf: pair => {
      const known = proofs.get(pair) ?? proofOf(pair, entries)
      proofs.set(pair, known)
      return known
    },
  }
}

function proofOf(pair: HashedPair, entries: readonly EntryDifference[]): NameProof {
  const [tokenA, tokenB] = [pair.tokenA, pair.tokenB]
  const digest = digestInNames(
    { token: tokenA, sample: pair.a.content?.a, sha256: digestsOf(pair.a).a },
    { token: tokenB, sample: pair.b.content?.b, sha256: digestsOf(pair.b).b },
  )
  const named = entries.slice(0, 500).some(entry => {
    const texts = entry === pair.a ? textsOfPair(pair) : textsOf(entry)
    return texts?.a.includes(tokenA) === true && texts.b.includes(tokenB)
  })
  return { digest, named }
}

function textsOfPair({ a, b }: HashedPair): { a: string; b: string } | null {
  const [textA, textB] = [a.content ? textOf(a.content.a) : null, b.content ? textOf(b.content.b) : null]
  return textA === null || textB === null ? null : { a: textA, b: textB }
}

const withTokensOfB = (text: string, pairs: readonly HashedPair[]): string =>
  pairs.slice(0, 200).reduce((result, { tokenA, tokenB }) => result.replaceAll(tokenA, tokenB), text)

function findPairs(entries: readonly EntryDifference[]): HashedPair[] {
  if (entries.length > entryLimit) return []
  const waiting = new Map<string, EntryDifference[]>()
  const keyed = (entry: EntryDifference): string[] => keysOf(entry.path)
  for (const entry of entries.filter(isFileOf('only-in-b')))
    for (const key of keyed(entry)) waiting.set(key, [...(waiting.get(key) ?? []), entry])
  const ofA = entries.filter(isFileOf('only-in-a'))
  const counts = new Map<string, number>()
  for (const entry of ofA) for (const key of keyed(entry)) counts.set(key, (counts.get(key) ?? 0) + 1)
  const taken = new Set<string>()
  return ofA.flatMap(a => {
    for (const key of keyed(a)) {
      const choices = waiting.get(key) ?? []
      const b = choices[0]
      if (!b || choices.length !== 1 || counts.get(key) !== 1 || taken.has(b.path)) continue
      const [tokenA, tokenB] = [tokenOf(a.path, key), tokenOf(b.path, key)]
      if (!looksDrawn(tokenA, tokenB)) continue
      taken.add(b.path)
      return [{ a, b, tokenA, tokenB }]
    }
    return []
  })
}

const isFileOf =
  (kind: EntryDifference['kind']) =>
  (entry: EntryDifference): boolean =>
    entry.kind === kind && (entry.a ?? entry.b)?.type === 'file'

/** The name around its token and the token's length, in all ways in which the name can be read. */
function keysOf(path: string): string[] {
  const slash = path.lastIndexOf('/') + 1
  const name = path.slice(slash)
  const dot = name.search(/\.[\w-]{1,12}(?:\.[\w-]{1,12}){0,3}$/)
  if (name.length > 200 || dot < 0) return []
  const keys: string[] = []
  for (let end = dot; end < name.length && end > 0; end = name.indexOf('.', end + 1)) {
    const start = Math.max(...['.', '-', '_', '~'].map(mark => name.lastIndexOf(mark, end - 9))) + 1
    const token = name.slice(start, end)
    if (/^[\w-]{8,64}$/.test(token))
      keys.push(`${slash + start} ${token.length}\0${path.slice(0, slash + start)}\0${name.slice(end)}`)
    if (name.indexOf('.', end + 1) < 0) break
  }
  return keys
}

function tokenOf(path: string, key: string): string {
  const [start = 0, length = 0] = (key.split('\0')[0] ?? '').split(' ').map(Number)
  return path.slice(start, start + length)
}

/** Digests share few characters; two words or versions many, or they are no digits and letters mixed. */
function looksDrawn(a: string, b: string): boolean {
  let equal = 0
  for (let at = 0; at < a.length; at++) if (a[at] === b[at]) equal++
  const mixed = (text: string): boolean =>
    /\d/.test(text) ? /[a-zA-Z]/.test(text) : /[a-z]/.test(text) && /[A-Z]/.test(text)
  return equal * 2 < a.length && mixed(a) && mixed(b)
}

/** The pair as one file whose content differs by what is not a name; null when its texts are not here. */
export function asChanged(pair: HashedPair, layer: LayerDifference): EntryDifference | null {
  const [a, b, texts] = [pair.a.content?.a, pair.b.content?.b, textsOfPair(pair)]
  if (!a || !b || texts === null) return null
  const all = layer.entries.flatMap(entry => {
    const other = entry.kind === 'only-in-a' ? hashedNames(layer).of(entry.path) : null
    return other ? [other] : []
  })
  const head = Buffer.from(withTokensOfB(texts.a, all), 'latin1')
  return {
    path: pair.a.path,
    kind: 'changed',
    fields: ['content'],
    a: pair.a.a,
    b: pair.b.b,
    digestA: null,
    digestB: null,
    content: { a: { ...a, size: head.length, head }, b, runs: [], complete: false },
  }
}
