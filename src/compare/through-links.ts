import { ancestorsOf, nameOf, opaque, type Places, type Positions } from './places.ts'

/**
 * Of two layers with the same entries in another order: the paths that may be unpacked to another place than they say, by way
 * of a symbolic link, and whose order then matters to paths of other names.
 *
 * A link of the layer itself may be anywhere among the entries, so whatever lies below one is told. Links of the layers below are
 * not known here: a folder that this layer does not make one before may be such a link, and two entries of one name may be
 * one file (`lib/x` and `usr/lib/x`); and where such a link leads, folders and links of this layer may change on the way.
 * No builder writes either: a layer has the folders of its files.
 */
export function placedElsewhere(places: Places, lowest: boolean): Set<string> {
  const found = new Set<string>()
  if (lowest && places.symlinks.size === 0) return found
  const names = new Set<string>()
  const notFolders = new Set<string>()
  const unknown = new Map<number, string>()
  for (const [path, place, number] of allPlaces(places)) {
    const reach = reachOf(place, number, places)
    if (reach === 'through a link') found.add(path)
    if (reach !== 'unknown' || lowest) continue
    if (nameOf(place) === opaque) found.add(path)
    names.add(nameOf(place))
    unknown.set(number, path)
    if (place !== path || !places.folders.has(number)) notFolders.add(nameOf(place))
  }
  if (names.size === 0) return found
  const named = new Map<string, Map<number, string>>()
  for (const [path, place, number] of allPlaces(places)) {
    const name = nameOf(place)
    if (names.has(name)) named.set(name, (named.get(name) ?? new Map()).set(number, path))
    // What ends a folder elsewhere may end this one, and then this entry has gone, or lies elsewhere.
    if (
      notFolders.size > 0 &&
      place
        .split('/')
        .slice(0, -1)
        .some(step => notFolders.has(step))
    )
      found.add(path)
  }
  for (const path of movedPast(unknown, places)) found.add(path)
  for (const paths of named.values()) for (const path of inAnotherOrder(paths, places)) found.add(path)
  return found
}

/** Each path as it stands, and where a hard link leads. */
function* allPlaces({ numbers, links }: Places): Generator<[path: string, place: string, number: number]> {
  for (const [path, number] of numbers) {
    yield [path, path, number]
    for (const target of links.get(number) ?? []) yield [path, target, number]
  }
}

/** Whether all folders of a place are folders for sure when the entry of this number is unpacked. */
function reachOf(place: string, number: number, { numbers, folders, symlinks, a }: Places): string {
  let reach = 'itself'
  for (const folder of ancestorsOf(place)) {
    const own = numbers.get(folder)
    if (own !== undefined && symlinks.has(own)) return 'through a link'
    const isMade = own !== undefined && folders.has(own) && (a.first[own] as number) < (a.first[number] as number)
    if (!isMade) reach = 'unknown'
  }
  return reach
}

/** Of these paths, those that do not come behind the same folders, links and whiteouts on both sides. */
function movedPast(paths: Map<number, string>, { numbers, movers, a, b }: Places): Set<string> {
  const moved = new Set<string>()
  if (paths.size === 0) return moved
  const passedInA = new Uint32Array(a.count)
  let passed = 0
  for (const [place, number] of numbersOf(a).entries()) {
    passedInA[place] = passed
    if (movers.has(number)) passed += 1
  }
  const seen = new Uint32Array(numbers.size)
  let latest = -1
  passed = 0
  for (const number of numbersOf(b)) {
    const nth = (seen[number] as number)++
    const inA = passedInA[a.all.get(number)?.[nth] ?? (a.first[number] as number)] as number
    const path = paths.get(number)
    // As many came by as on the other side, and none of them comes later there.
    if (path !== undefined && (inA !== passed || latest >= passed)) moved.add(path)
    if (!movers.has(number)) continue
    passed += 1
    latest = Math.max(latest, inA)
  }
  return moved
}

/** The path at each place of a tar, by its number. */
function numbersOf({ count, first, all }: Positions): Uint32Array {
  const numbers = new Uint32Array(count)
  for (const [number, place] of first.entries()) numbers[place] = number
  for (const [number, places] of all) for (const place of places) numbers[place] = number
  return numbers
}

/** Of these paths, those that do not come in one order on both sides. */
export function inAnotherOrder(paths: Map<number, string>, { a, b }: Pick<Places, 'a' | 'b'>): string[] {
  if (paths.size < 2) return []
  const [inA, inB] = [a, b].map(({ first, all }) =>
    [...paths.keys()]
      .flatMap(number => (all.get(number) ?? [first[number] as number]).map(place => ({ place, number })))
      .sort((one, other) => one.place - other.place),
  )
  return (inA ?? [])
    .filter(({ number }, at) => inB?.[at]?.number !== number)
    .map(({ number }) => paths.get(number) as string)
}
