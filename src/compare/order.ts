import { LayerError } from '../image/layer-error.ts'
import type { EntryStream } from './entry-stream.ts'
import { linksOutOfOrder } from './linked-facts.ts'
import { ancestorsOf, opaque, type Places, type Positions, placesOf } from './places.ts'
import type { Purse } from './purse.ts'
import { placedElsewhere } from './through-links.ts'

/** Characters looked at, each path once for each of its folders; a million usual paths take a tenth of it. */
const workLimit = 64 * 1024 ** 3

/**
 * Of two layers with the same entries in another order: the paths whose order may change what is unpacked. A hard
 * link before its target, two links of one file that say other things of it, a file before its parent or before what the
 * parent replaces, a whiteout behind what it hides or of nothing, two entries of one path, or of what may be one path by way
 * of links. None means that both unpack to the same files.
 * `purse` pays for all paths; `lowest` says that there is no layer below.
 */
export async function orderSensitivePaths(
  a: EntryStream,
  b: EntryStream,
  purse: Purse,
  lowest = false,
): Promise<Set<string>> {
  const places = await placesOf(a, b, purse)
  const found = linksOutOfOrder(places, lowest)
  for (const path of places.numbers.keys()) if (hidesItsFolder.test(path)) found.add(path)
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
  // Only what may be is told where nothing is sure.
  return found.size > 0 ? found : placedElsewhere(places, lowest)
}

/** A whiteout of nothing, `.` or `..`: some engines refuse it, others remove the folder and what came into it by then. */
const hidesItsFolder = /(?:^|\/)\.wh\.\.{0,2}$/

/** Pairs of paths of the layer that touch each other when unpacked. */
function* relatedPaths({ numbers, links }: Places): Generator<[string, string]> {
  const hidden = new Map<string, string>()
  for (const path of numbers.keys()) {
    const whiteout = /^(.*\/)?\.wh\.(?!\.wh\.)([^/]+)$/s.exec(path)
    if (whiteout) hidden.set(`${whiteout[1] ?? ''}${whiteout[2]}`, path)
  }
  let work = 0
  for (const [path, number] of numbers) {
    // What touches the target of a hard link touches the link.
    for (const place of [path, ...(links.get(number) ?? [])]) {
      work += place.length * place.length
      if (work > workLimit) throw new LayerError('its paths are too long and too deep to compare their order')
      for (const ancestor of [place, ...ancestorsOf(place)]) {
        const emptied = ancestor === place ? null : `${ancestor}/${opaque}`
        if (ancestor !== path && numbers.has(ancestor)) yield [ancestor, path]
        if (emptied !== null && emptied !== path && numbers.has(emptied)) yield [emptied, path]
        const whiteout = hidden.get(ancestor)
        if (whiteout !== undefined) yield [whiteout, path]
      }
    }
    if (path !== opaque && numbers.has(opaque)) yield [opaque, path]
  }
}

/** How the entries of two paths alternate on a side. */
function alternation({ first, all }: Positions, before: number, after: number): string {
  const [one, other] = [all.get(before), all.get(after)]
  if (!one && !other) return (first[before] as number) < (first[after] as number) ? '12' : '21'
  const allOf = (several: readonly number[] | undefined, number: number): readonly number[] =>
    several ?? [first[number] as number]
  const marked = [
    ...allOf(one, before).map(place => ({ place, mark: '1' })),
    ...allOf(other, after).map(place => ({ place, mark: '2' })),
  ]
  return marked
    .sort((x, y) => x.place - y.place)
    .map(({ mark }) => mark)
    .join('')
}
