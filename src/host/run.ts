import { setMaxListeners } from 'node:events'
import { rmSync } from 'node:fs'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keepHeapSmall } from './heap.ts'
import { HostError, hostProblem } from './problem.ts'

/** What ends a run early, and what it leaves behind: nothing. Shared by both entries. */
export interface Run {
  signal: AbortSignal
  tempDir: string
  /** The signal that ended the run, when one did. */
  endedBy: () => NodeJS.Signals | null
}

/**
 * Gives the work a folder of its own and a signal that Ctrl-C, SIGTERM or a closed terminal aborts; removes the folder
 * whatever happens. The first signal asks the work to end, the second ends the process at once.
 * @param parent where the folder is made; the system's own place when undefined
 * @throws HostError when the folder cannot be made, and whatever the work throws
 */
export async function withRun<T>(parent: string | undefined, work: (run: Run) => Promise<T>): Promise<T> {
  keepHeapSmall()
  let tempDir: string | undefined
  const controller = new AbortController()
  // Each of many builds at a time listens: that is no leak to warn of in the user's log.
  setMaxListeners(0, controller.signal)
  let endedBy: NodeJS.Signals | null = null
  const end = (signal: NodeJS.Signals) => {
    if (endedBy !== null) {
      forget()
      process.exit(130)
    }
    endedBy = signal
    controller.abort(new Error(`ended by ${signal}`))
  }
  // However the process ends: by the second signal, by a fault of ours.
  const forget = () => {
    try {
      if (tempDir !== undefined) rmSync(tempDir, { recursive: true, force: true })
    } catch {
      // Somebody still writes into it.
    }
  }
  process.on('exit', forget)
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  // Before there is a folder that a signal could leave behind.
  for (const signal of signals) process.on(signal, end)
  try {
    tempDir = await makeFolder(parent ?? tmpdir())
    return await work({ signal: controller.signal, tempDir, endedBy: () => endedBy })
  } finally {
    if (tempDir !== undefined) await rm(tempDir, { recursive: true, force: true, maxRetries: 3 })
    // Not before: a second signal would end us in the middle of that.
    for (const signal of signals) process.off(signal, end)
    process.off('exit', forget)
  }
}

/** @throws HostError when there is no place for it */
async function makeFolder(parent: string): Promise<string> {
  try {
    return await mkdtemp(join(await realpath(parent), 'repro-gate-'))
  } catch (error) {
    throw new HostError(
      `No folder for temporary files could be made in '${parent}': ${hostProblem(error) ?? (error as Error).message}. TMPDIR names another place.`,
    )
  }
}
