import { createHash } from 'node:crypto'
import type { Entry } from '../image/image.ts'
import { LayerError } from '../image/layer-error.ts'
import { textWeight } from './entry.ts'
import type { EntryStream } from './entry-stream.ts'
import type { Purse } from './purse.ts'

/** The paths of a layer, each known by a number, and where they stand in the tars of both sides. */
export interface Places {
  numbers: Map<string, number>
  a: Positions
  b: Positions
  /** Targets of each hard link of A, of all that one path is in turn. */
  links: Map<number, string[]>
  /** What each hard link of A says of the file, which has the permissions, owner and time of the link that is unpacked last. */
  facts: Map<number, string>
  /** Paths that are folders in A, and never anything else. */
  folders: Set<number>
  /** Paths that are symbolic links in A, if only for a while, or hard links, which may be links to such. */
  symlinks: Set<number>
  /** Paths that are a folder, a link or a whiteout in A, if only for a while: what they replace or hide may have led elsewhere. */
  movers: Set<number>
}

/** Of most paths the one place; of those that are there several times, all. */
export interface Positions {
  /** Of all entries. */
  count: number
  first: number[]
  all: Map<number, number[]>
}

/** Notes all paths of two tars that hold the same entries; `purse` pays for them. */
export async function placesOf(a: EntryStream, b: EntryStream, purse: Purse): Promise<Places> {
  const positions = (): Positions => ({ count: 0, first: [], all: new Map() })
  const kinds = {
    links: new Map(),
    facts: new Map(),
    folders: new Set<number>(),
    symlinks: new Set<number>(),
    movers: new Set<number>(),
  }
  const places: Places = { numbers: new Map(), a: positions(), b: positions(), ...kinds }
  await note(a, places, places.a, purse)
  await note(b, places, places.b, purse)
  return places
}

/** Notes where each path stands among the entries of a tar. */
async function note(tar: EntryStream, places: Places, own: Positions, purse: Purse): Promise<void> {
  const { numbers, links, facts, folders, symlinks, movers, a } = places
  for (let entry = await tar.next(); entry !== null; entry = await tar.next()) {
    const { path, type, linkTarget } = entry
    const known = numbers.get(path)
    const link = type === 'hardlink' && own === a ? 120 + textWeight(linkTarget) + factsWeight : 0
    if (!purse.take((known === undefined ? 100 + textWeight(path) : 20) + link))
      throw new LayerError('it has too many entries in another order to compare them')
    const number = known ?? numbers.size
    if (known === undefined) numbers.set(path, number)
    if (own === a) {
      if (type === 'directory' && known === undefined) folders.add(number)
      if (type !== 'directory') folders.delete(number)
      if (type === 'symlink' || type === 'hardlink') symlinks.add(number)
      if (isMover(entry)) movers.add(number)
      if (type === 'hardlink') {
        noteTarget(links, number, withoutSteps(linkTarget))
        facts.set(number, factsOf(entry, facts.get(number)))
      }
    }
    const place = own.count
    const first = own.first[number]
    if (first === undefined) own.first[number] = place
    else {
      const all = own.all.get(number)
      if (all) all.push(place)
      else own.all.set(number, [first, place])
    }
    own.count += 1
  }
}

/** About the most that they take. */
const factsWeight = 240

/** In few bytes, whatever is said; of several links of one path, of all of them. */
function factsOf({ mode, uid, gid, mtime, pax }: Entry, before = ''): string {
  const all = `${before} ${JSON.stringify([mode, uid, gid, mtime, pax])}`
  return all.length < 100 ? all : createHash('sha256').update(all).digest('hex')
}

const isMover = ({ path, type }: Entry): boolean =>
  type === 'directory' ||
  type === 'symlink' ||
  type === 'hardlink' ||
  path.startsWith('.wh.', path.lastIndexOf('/') + 1)

function noteTarget(links: Map<number, string[]>, number: number, target: string): void {
  const targets = links.get(number)
  if (targets === undefined) links.set(number, [target])
  else if (targets.at(-1) !== target) targets.push(target)
}

/** A target as unpackers take it, none of which lets it lead out of the image. */
function withoutSteps(target: string): string {
  if (!target.includes('..')) return target
  const steps: string[] = []
  for (const step of target.split('/')) {
    if (step === '..') steps.pop()
    else if (step !== '' && step !== '.') steps.push(step)
  }
  return steps.join('/') || '.'
}

/** The folders that a path lies in, the nearest first. */
export function* ancestorsOf(path: string): Generator<string> {
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1))
    yield path.slice(0, slash)
}

/** The name of a path in its folder; of a whiteout that of what it hides. */
export function nameOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return name.startsWith('.wh.') && name !== opaque ? name.slice('.wh.'.length) : name
}

/** The name of the entry that empties its folder of what layers below have in it. */
export const opaque = '.wh..wh..opq'
