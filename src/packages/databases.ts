import type { Receiver } from '../image/contents.ts'
import type { Entry } from '../image/image.ts'
import { type Inventory, inventoryOf } from './inventory.ts'
import { type Distribution, distributionIn, isOsRelease, osReleaseLimit } from './os-release.ts'
import { type DatabaseFile, nothingIn, type PackageReader, type Wanted } from './package.ts'
import { readerOf } from './readers.ts'
import { noRoom, roomOfImage, weightOfFile } from './room.ts'

/** Files of databases kept of one image; npm has one for each package. */
const fileLimit = 200_000

/**
 * The package databases of one image, layer by layer: what a later layer has replaces what an earlier one had, and a whiteout
 * deletes it. Of each file only what was read of it is kept.
 */
export class Databases {
  #files = new Map<string, DatabaseFile>()
  #releases = new Map<string, Distribution>()
  #wanted: Wanted
  #room: number

  /**
   * @param wanted the paths whose owners will be asked for
   * @param room bytes of memory that all that is kept may take; what does not fit is said to be unread
   */
  constructor(wanted: Wanted, room = roomOfImage) {
    this.#wanted = wanted
    this.#room = room
  }

  /** Whether nothing was found in any layer so far: then only the databases of a layer matter, nothing else that it holds. */
  get isEmpty(): boolean {
    return this.#files.size === 0 && this.#releases.size === 0
  }

  /** Begins a layer: `visit` takes its entries, in any order, and `end` lays it over the layers before. */
  layer(): { visit: (entry: Entry) => Receiver | null; end: () => void } {
    const files = new Map<string, DatabaseFile>()
    const releases = new Map<string, Distribution>()
    const hidden: { path: string; itself: boolean }[] = []
    const known = [...this.#files.keys()].sort()
    const visit = (entry: Entry): Receiver | null => {
      const whiteout = /^((?:.*\/)?)\.wh\.(.+)$/.exec(entry.path)
      if (whiteout !== null) {
        const opaque = whiteout[2] === '.wh..opq'
        hidden.push({
          path: opaque ? (whiteout[1] as string).slice(0, -1) : `${whiteout[1]}${whiteout[2]}`,
          itself: !opaque,
        })
        return null
      }
      if (entry.type === 'directory') return null
      if (this.#files.has(entry.path) || isAbove(entry.path, known)) hidden.push({ path: entry.path, itself: true })
      if (isOsRelease(entry.path) && entry.type === 'file' && entry.size <= osReleaseLimit)
        return whole(entry.size, bytes => releases.set(entry.path, distributionIn(bytes)))
      const reader = readerOf(entry.path)
      if (reader === null || files.size >= fileLimit) return null
      return receiverOf(entry, reader, this.#wanted, files)
    }
    const end = () => {
      this.#hide(hidden)
      for (const [path, file] of files) if (this.#files.size < fileLimit) this.#files.set(path, this.#paid(file))
      for (const [path, release] of releases) this.#releases.set(path, release)
    }
    return { visit, end }
  }

  /** What is installed, all layers so far taken together. */
  inventory(): Inventory {
    const release = this.#releases.get('etc/os-release') ?? this.#releases.get('usr/lib/os-release') ?? null
    return inventoryOf(this.#files, release, this.#wanted)
  }

  /** What is left out says so; that it was there counts. */
  #paid(file: DatabaseFile): DatabaseFile {
    const weight = weightOfFile(file)
    if (weight > this.#room && file.packages.length + file.claims.length > 0) return nothingIn(file.kind, noRoom)
    this.#room -= weight
    return file
  }

  #hide(hidden: readonly { path: string; itself: boolean }[]): void {
    if (hidden.length === 0) return
    const exact = new Set(hidden.filter(({ itself }) => itself).map(({ path }) => path))
    const above = new Set(hidden.map(({ path }) => path))
    const lengths = new Set([...above].map(({ length }) => length))
    for (const known of [this.#files, this.#releases]) {
      for (const path of known.keys()) {
        if (exact.has(path) || above.has('') || isBelow(path, above, lengths)) known.delete(path)
      }
    }
  }
}

function receiverOf(
  { path, type, size, linkTarget }: Entry,
  reader: PackageReader,
  wanted: Wanted,
  files: Map<string, DatabaseFile>,
): Receiver | null {
  const { kind } = reader
  if (type === 'hardlink') {
    // A second name of a file that is read under its first one says nothing new.
    if (readerOf(linkTarget) === null) files.set(path, nothingIn(kind, 'it is a hard link to a file that is not read'))
    return null
  }
  // A link's target is read where it lies.
  if (type !== 'file') return null
  const limit = reader.limitFor(path)
  if (size > limit) {
    files.set(path, nothingIn(kind, `it has ${size} bytes; no more than ${limit} are read`))
    return null
  }
  return whole(size, bytes => files.set(path, readOrSay(reader, path, bytes, wanted)))
}

function readOrSay(reader: PackageReader, path: string, bytes: Buffer, wanted: Wanted): DatabaseFile {
  try {
    return reader.read(path, bytes, wanted)
  } catch (error) {
    return nothingIn(reader.kind, `it could not be read: ${String((error as Error)?.message ?? error).slice(0, 200)}`)
  }
}

/** Gathers a file of bounded size, which it has once in memory. */
function whole(size: number, use: (bytes: Buffer) => void): Receiver {
  const bytes = Buffer.allocUnsafeSlow(size)
  let at = 0
  return {
    write: chunk => {
      at += chunk.copy(bytes, at)
    },
    end: () => use(bytes.subarray(0, at)),
  }
}

/** Whether a path is a folder above one of these, which are sorted. Nothing is made of their folders: they may be deep. */
function isAbove(path: string, sorted: readonly string[]): boolean {
  const start = `${path}/`
  let [from, to] = [0, sorted.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((sorted[middle] as string) < start) from = middle + 1
    else to = middle
  }
  return sorted[from]?.startsWith(start) ?? false
}

/** Whether one of the folders above a path is among these. Only those that have the length of one are looked up. */
function isBelow(path: string, folders: ReadonlySet<string>, lengths: ReadonlySet<number>): boolean {
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1))
    if (lengths.has(slash) && folders.has(path.slice(0, slash))) return true
  return false
}
