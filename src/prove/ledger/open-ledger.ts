import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createExec } from '../../host/exec.ts'
import { actionsCache } from '../../ledger/actions-cache.ts'
import { folderStore } from '../../ledger/folder-store.ts'
import { whereRun } from '../../ledger/proof.ts'
import type { Options } from '../../options/options.ts'
import type { Ports } from '../../ports.ts'
import type { Ledger } from './ledger.ts'

/**
 * The ledger that the user wants; null: none. A release reads it only where that is said: it is evidence, not authority.
 * @param env of this process: where it runs, and the way to the cache service, which no build is given
 */
export function openLedger(
  { ledger: place, release }: Pick<Options, 'ledger' | 'release'>,
  { log, tempDir, signal }: Pick<Ports, 'log' | 'tempDir' | 'signal'>,
  env: Readonly<Record<string, string | undefined>>,
): Ledger | null {
  if (place === null) return null
  if (release !== null && !place.forRelease) {
    log.info('The ledger is not read for a release: both sides are built. (ledger: release reads it all the same.)')
    return null
  }
  const store =
    place.folder === null
      ? actionsCache({
          env,
          exec: createExec({}, { graceMs: 0 }),
          child: besideUs('../cache/index.cjs'),
          tempDir,
          signal,
        })
      : folderStore(resolve(place.folder), signal)
  return { store, ...whereRun(env), here: process.cwd() }
}

/** A program of ours, beside the bundle that this stands in. */
const besideUs = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
