import { access, constants, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { spaceAt } from '../build/disk.ts'

/** Less than this may be too little for the layers that differ. */
const enough = 4 * 1024 ** 3

/**
 * Where a run's temporary files go: the place that is meant for them, unless it is short of space and another that we may
 * write to has at least twice as much. A place that the user names is never left.
 * @param environment the caller's own: RUNNER_TEMP, TMPDIR
 */
export async function tempPlace(environment: NodeJS.ProcessEnv): Promise<string> {
  const { RUNNER_TEMP: runner, TMPDIR: named } = environment
  if (!runner && named) return tmpdir()
  // Hosted runners have a disk of their own for such files, which some workflows open up.
  const [first, ...others] = runner ? [runner, ...(named ? [named] : []), '/mnt'] : [tmpdir(), '/var/tmp']
  const open = await Promise.all(others.map(async path => ({ path, free: await freeFor(path) })))
  return roomiest({ path: first as string, free: (await spaceAt(first as string))?.free ?? null }, open)
}

/** @param others where we may not write, `free` is null */
export function roomiest(
  first: { path: string; free: number | null },
  others: readonly { path: string; free: number | null }[],
): string {
  if (first.free === null || first.free >= enough) return first.path
  const best = others.reduce((best, one) => ((one.free ?? 0) > (best.free ?? 0) ? one : best), first)
  return (best.free ?? 0) >= 2 * first.free ? best.path : first.path
}

/** A folder in which anybody may take away what we make is no place for it. */
async function freeFor(path: string): Promise<number | null> {
  try {
    const { mode } = await stat(path)
    await access(path, constants.W_OK | constants.X_OK)
    const isSafe = (mode & 0o002) === 0 || (mode & 0o1000) !== 0
    return isSafe ? ((await spaceAt(path))?.free ?? null) : null
  } catch {
    return null
  }
}
