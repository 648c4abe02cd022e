import type { Entry } from '../image/image.ts'
import { LayerError } from '../image/layer-error.ts'
import type { TarReader } from '../image/tar.ts'
import { weightOf } from './entry.ts'

const weightLimit = 128 * 1024 * 1024
/** Characters looked at, each path once for each of its folders; a million usual paths take a tenth of it. */
const workLimit = 64 * 1024 ** 3

/**
 * Of two layers with the same entries in another order: the entries whose order may change what is unpacked. A hard
 * link before its target, a file before its parent or before what the parent replaces, a whiteout behind what it hides,
 * two entries of one path. None means that both unpack to the same files.
 */
export async function orderSensitiveDifferences(a: TarReader, b: TarReader): Promise<Entry[]> {
  const entries: Entry[] = []
  const placesA = await placesIn(a, entry => entries.push(entry))
  const placesB = await placesIn(b, () => {})
  const found = new Set<string>()
  const judged = new Set<string>()
  for (const [first, second] of relatedPaths(entries, placesA)) {
    if (found.has(second)) continue
    // A path that is there a million times is judged once.
    const pair = `${first}\0${second}`
    if ((placesA.get(second)?.length ?? 0) > 1 && judged.size < 100_000) {
      if (judged.has(pair)) continue
      judged.add(pair)
    }
    if (!isSameOrder(placesA, placesB, first, second)) found.add(second)
  }
  return [...found].map(path => entries[placesA.get(path)?.[0] as number] as Entry)
}

/** Where each path stands among the entries of a tar. */
async function placesIn(tar: TarReader, visit: (entry: Entry) => void): Promise<Map<string, number[]>> {
  const places = new Map<string, number[]>()
  let weight = 0
  let place = 0
  for (let entry = await tar.next(); entry !== null; entry = await tar.next()) {
    weight += weightOf(entry)
    if (weight > weightLimit) throw new LayerError('it has too many entries in another order to compare them')
    visit(entry)
    const known = places.get(entry.path)
    if (known) known.push(place)
    else places.set(entry.path, [place])
    place += 1
  }
  return places
}

/** Pairs of paths of the layer that touch each other when unpacked. */
function* relatedPaths(entries: readonly Entry[], places: Map<string, number[]>): Generator<[string, string]> {
  const hidden = new Map<string, string>()
  for (const { path } of entries) {
    const whiteout = /^(.*\/)?\.wh\.(?!\.wh\.)([^/]+)$/.exec(path)
    if (whiteout) hidden.set(`${whiteout[1] ?? ''}${whiteout[2]}`, path)
  }
  let work = 0
  for (const { path, type, linkTarget } of entries) {
    work += path.length * path.length
    if (work > workLimit) throw new LayerError('its paths are too long and too deep to compare their order')
    if (type === 'hardlink' && places.has(linkTarget)) yield [linkTarget, path]
    for (const ancestor of [path, ...ancestorsOf(path)]) {
      const opaque = ancestor === path ? null : `${ancestor}/.wh..wh..opq`
      if (ancestor !== path && places.has(ancestor)) yield [ancestor, path]
      if (opaque !== null && opaque !== path && places.has(opaque)) yield [opaque, path]
      const whiteout = hidden.get(ancestor)
      if (whiteout !== undefined) yield [whiteout, path]
    }
    if (path !== '.wh..wh..opq' && places.has('.wh..wh..opq')) yield ['.wh..wh..opq', path]
  }
}

function* ancestorsOf(path: string): Generator<string> {
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1))
    yield path.slice(0, slash)
}

/** Whether the entries of the two paths alternate in the same way on both sides. */
function isSameOrder(a: Map<string, number[]>, b: Map<string, number[]>, first: string, second: string): boolean {
  return alternation(a.get(first), a.get(second)) === alternation(b.get(first), b.get(second))
}

function alternation(first: readonly number[] = [], second: readonly number[] = []): string {
  if (first.length === 1 && second.length === 1) return (first[0] as number) < (second[0] as number) ? '12' : '21'
  const marked = [...first.map(place => ({ place, mark: '1' })), ...second.map(place => ({ place, mark: '2' }))]
  return marked
    .sort((x, y) => x.place - y.place)
    .map(({ mark }) => mark)
    .join('')
}
