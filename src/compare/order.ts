import { LayerError } from '../image/layer-error.ts'
import { textWeight } from './entry.ts'
import type { EntryStream } from './entry-stream.ts'
import type { Purse } from './purse.ts'

/** Characters looked at, each path once for each of its folders; a million usual paths take a tenth of it. */
const workLimit = 64 * 1024 ** 3

/** The paths of a layer, each known by a number, and where they stand in the tars of both sides. */
interface Places {
  numbers: Map<string, number>
  a: Positions
  b: Positions
  /** Target of each hard link of A. */
  links: Map<number, string>
}

/** Of most paths the one place; of those that are there several times, all. */
interface Positions {
  first: number[]
  all: Map<number, number[]>
}

/**
 * Of two layers with the same entries in another order: the paths whose order may change what is unpacked. A hard
 * link before its target, a file before its parent or before what the parent replaces, a whiteout behind what it hides,
 * two entries of one path. None means that both unpack to the same files. `purse` pays for all paths.
 */
export async function orderSensitivePaths(a: EntryStream, b: EntryStream, purse: Purse): Promise<Set<string>> {
  const positions = (): Positions => ({ first: [], all: new Map() })
  const places: Places = { numbers: new Map(), a: positions(), b: positions(), links: new Map() }
  await note(a, places, places.a, purse)
  await note(b, places, places.b, purse)
  const found = new Set<string>()
  const judged = new Set<string>()
  for (const [first, second] of relatedPaths(places)) {
    if (found.has(second)) continue
    const [before, after] = [places.numbers.get(first) ?? 0, places.numbers.get(second) ?? 0]
    // A path that is there a million times is judged once.
    if (places.a.all.has(after) && judged.size < 100_000) {
      const pair = `${before} ${after}`
      if (judged.has(pair)) continue
      judged.add(pair)
    }
    if (alternation(places.a, before, after) !== alternation(places.b, before, after)) found.add(second)
  }
  return found
}

/** Notes where each path stands among the entries of a tar. */
async function note(tar: EntryStream, { numbers, links, a }: Places, own: Positions, purse: Purse): Promise<void> {
  let place = 0
  for (let entry = await tar.next(); entry !== null; entry = await tar.next()) {
    const { path, type, linkTarget } = entry
    const known = numbers.get(path)
    const link = type === 'hardlink' && own === a ? 80 + textWeight(linkTarget) : 0
    if (!purse.take((known === undefined ? 100 + textWeight(path) : 20) + link))
      throw new LayerError('it has too many entries in another order to compare them')
    const number = known ?? numbers.size
    if (known === undefined) numbers.set(path, number)
    if (link > 0) links.set(number, linkTarget)
    const first = own.first[number]
    if (first === undefined) own.first[number] = place
    else {
      const all = own.all.get(number)
      if (all) all.push(place)
      else own.all.set(number, [first, place])
    }
    place += 1
  }
}

/** Pairs of paths of the layer that touch each other when unpacked. */
function* relatedPaths({ numbers, links }: Places): Generator<[string, string]> {
  const hidden = new Map<string, string>()
  for (const path of numbers.keys()) {
    const whiteout = /^(.*\/)?\.wh\.(?!\.wh\.)([^/]+)$/.exec(path)
    if (whiteout) hidden.set(`${whiteout[1] ?? ''}${whiteout[2]}`, path)
  }
  let work = 0
  for (const [path, number] of numbers) {
    work += path.length * path.length
    if (work > workLimit) throw new LayerError('its paths are too long and too deep to compare their order')
    const target = links.get(number)
    if (target !== undefined && numbers.has(target)) yield [target, path]
    for (const ancestor of [path, ...ancestorsOf(path)]) {
      const opaque = ancestor === path ? null : `${ancestor}/.wh..wh..opq`
      if (ancestor !== path && numbers.has(ancestor)) yield [ancestor, path]
      if (opaque !== null && opaque !== path && numbers.has(opaque)) yield [opaque, path]
      const whiteout = hidden.get(ancestor)
      if (whiteout !== undefined) yield [whiteout, path]
    }
    if (path !== '.wh..wh..opq' && numbers.has('.wh..wh..opq')) yield ['.wh..wh..opq', path]
  }
}

function* ancestorsOf(path: string): Generator<string> {
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1))
    yield path.slice(0, slash)
}

/** How the entries of two paths alternate on a side. */
function alternation({ first, all }: Positions, before: number, after: number): string {
  const [one, other] = [all.get(before), all.get(after)]
  if (!one && !other) return (first[before] as number) < (first[after] as number) ? '12' : '21'
  const placesOf = (several: readonly number[] | undefined, number: number): readonly number[] =>
    several ?? [first[number] as number]
  const marked = [
    ...placesOf(one, before).map(place => ({ place, mark: '1' })),
    ...placesOf(other, after).map(place => ({ place, mark: '2' })),
  ]
  return marked
    .sort((x, y) => x.place - y.place)
    .map(({ mark }) => mark)
    .join('')
}
