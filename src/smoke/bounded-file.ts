import { stat } from 'node:fs/promises'

/** What the files of one run may have together: they are written to this machine's disk before they are read. */
export const mostTaken = 2 * 1024 ** 3

/** So often the file that grows is looked at. */
const lookMs = 200

/**
 * Does some work that writes a file, and ends it once the file is larger than it may be.
 * @param most bytes
 * @returns whether it became larger; what the work gave is of no use then
 */
export async function bounded<T>(
  { path, most = mostTaken, signal }: { path: string; most?: number; signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<{ result: T; isTooLarge: boolean }> {
  const tooLarge = new AbortController()
  const look = async (): Promise<void> => {
    const size = await stat(path).then(
      stats => stats.size,
      () => 0,
    )
    if (size > most) tooLarge.abort(new Error('a file became too large'))
  }
  const looking = setInterval(() => void look(), lookMs)
  try {
    const result = await work(AbortSignal.any([signal, tooLarge.signal]))
    await look()
    return { result, isTooLarge: tooLarge.signal.aborted }
  } finally {
    clearInterval(looking)
  }
}
