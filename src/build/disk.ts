import { statfs } from 'node:fs/promises'

/** A place that a run fills, as messages name it. */
export interface Place {
  what: string
  path: string
}

/** What a file system has, in bytes. */
export interface Space {
  free: number
  total: number
}

/** Null where it cannot be asked: on another machine, or not there. */
export async function spaceAt(path: string): Promise<Space | null> {
  try {
    const { bavail, bsize, blocks } = await statfs(path)
    return { free: bavail * bsize, total: blocks * bsize }
  } catch {
    return null
  }
}

/** A disk with less left than this is as good as full: programs beside us fail, too. */
export const floorOf = ({ total }: Space): number => Math.min(512 * 1024 ** 2, Math.floor(total / 50))

/** Why work that needs so much cannot be done there; null: it can, as far as anybody can tell. */
export function shortOf({ what, path }: Place, space: Space, need: number, why: string): string | null {
  const floor = floorOf(space)
  if (space.free - need >= floor) return null
  const needs = need > 0 ? `at least ${size(need)} are needed there (${why}), and ` : ''
  return `There is too little space in ${what} (${path}): ${needs}${size(space.free)} of ${size(space.total)} are free, of which ${size(floor)} must stay. ${wayOut(what)}`
}

/** The engine's own data is not where TMPDIR says. */
const wayOut = (what: string): string =>
  `Free some (\`docker buildx prune\`, \`docker system prune\`), or use a bigger disk${/temp/i.test(what) ? '; TMPDIR names another place for temporary files' : ''}.`

/** Why a run must end whose disk fills; null: it may go on. */
export function overflow({ what, path }: Place, before: Space, now: Space, most: number | undefined): string | null {
  const used = before.free - now.free
  if (most !== undefined && used > most)
    return `since the run began ${size(used)} more are in use in ${what} (${path}), and max-disk allows ${size(most)}`
  const floor = Math.min(floorOf(now), before.free / 2)
  return now.free < floor
    ? `the disk is nearly full: ${size(now.free)} of ${size(now.total)} are free in ${what} (${path}). ${wayOut(what)}`
    : null
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** `512 B`, `1.5 KiB`, `12 MiB`, `4.2 GiB`. */
export function size(bytes: number): string {
  let value = Math.max(0, bytes)
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : Number(value.toFixed(1))} ${units[unit]}`
}
