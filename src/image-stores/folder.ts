import { createReadStream } from 'node:fs'
import { readFile, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { quoted } from '../image/layer-error.ts'
import { type Files, pieceSize, reading } from './files.ts'
import { StoreError } from './store-error.ts'

/** The files below a folder. Links are followed within it, never out of it. */
export async function folderFiles(place: string): Promise<Files> {
  const root = await realpath(place)
  const find = (path: string) => fileIn(root, place, path)
  return {
    place,
    size: async path => (await find(path))?.size ?? null,
    nameOf: async path => relativeName(root, (await find(path))?.real),
    async read(path, limit) {
      const { real, size } = thereIs(await find(path), place, path)
      if (size > limit) throw new StoreError(`${place}: ${quoted(path)} has ${size} bytes; at most ${limit} are read`)
      return await reading(place, path, () => readFile(real))
    },
    async open(path) {
      const { real } = thereIs(await find(path), place, path)
      return createReadStream(real, { highWaterMark: pieceSize })
    },
    close: async () => {},
  }
}

const relativeName = (root: string, real: string | undefined): string | null =>
  real === undefined ? null : real.slice(root.length).split(sep).filter(Boolean).join('/')

interface Found {
  /** Absolute, without links. */
  real: string
  size: number
}

async function fileIn(root: string, place: string, path: string): Promise<Found | null> {
  if (path.includes('\0') || path.split('/').some(part => part === '' || part === '.' || part === '..'))
    throw new StoreError(`${place}: ${quoted(path)} is not a path inside of this folder`)
  let real: string
  try {
    real = await realpath(join(root, path))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw new StoreError(`${place}: ${quoted(path)} cannot be read (${code})`, { cause: error })
  }
  if (!real.startsWith(root.endsWith(sep) ? root : root + sep))
    throw new StoreError(`${place}: ${quoted(path)} is a link that leads out of this folder; it is not followed`)
  const { size, ...stats } = await stat(real)
  // A pipe would wait for ever, a device never end.
  if (!isRegular(stats.mode)) throw new StoreError(`${place}: ${quoted(path)} is not a file`)
  return { real, size }
}

const isRegular = (mode: number): boolean => (mode & 0o170000) === 0o100000

function thereIs(found: Found | null, place: string, path: string): Found {
  if (found === null) throw new StoreError(`${place}: there is no ${quoted(path)}`)
  return found
}
