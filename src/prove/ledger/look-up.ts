import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import type { SideBuild } from '../../build/build.ts'
import { openProven, type Proven } from '../../ledger/proven.ts'
import { inputsDigest } from '../../ledger/record-head.ts'
import { fingerprint } from '../fingerprint.ts'
import type { Proving } from '../pair.ts'
import { type Ledger, nameOf, proofPrefix } from './ledger.ts'

/** What the ledger has of an image whose side A is built. */
export interface LookedUp {
  /** What stands for all its inputs; null where nobody can say that two builds have the same. */
  inputs: string | null
  /** Of the same inputs, and read whole. Close its record. */
  proven: Proven | null
  /** Why there is none, where that is worth telling. */
  notes: string[]
}

/** A record of a few million files is read in that time. */
const readingMs = 60_000

/** Two clocks may be apart by so much. */
const clockSlackMs = 10 * 60_000

/** Asks the ledger for a proof of these very inputs. Whatever it holds instead of one is no more than none. */
export async function lookUp(
  { store }: Ledger,
  builds: readonly SideBuild[],
  { image, options, sources, setting, ports }: Proving,
): Promise<LookedUp> {
  let inputs: string | null
  try {
    inputs = inputsDigest(await fingerprint({ name: image, options, sources }, builds, setting, ports))
  } catch (error) {
    // A label that no record has room for, a folder that is gone: the builds go on all the same.
    const why = `The ledger was not used: the inputs of this build could not be written down: ${(error as Error).message}.`
    return { inputs: null, proven: null, notes: [why] }
  }
  if (inputs === null)
    return {
      ...{ inputs, proven: null },
      notes: [
        `The ledger was not used: not every input of this build is known to be the same another day (a build argument that may be secret, a context that could not be read whole or that is an address).`,
      ],
    }
  const none = (why: string): LookedUp => {
    ports.log.info(why)
    return { inputs, proven: null, notes: [`${why} Both sides were built, as they are without a ledger.`] }
  }
  try {
    const folder = await mkdtemp(join(ports.tempDir, 'ledger-'))
    const found = await store.find({ newest: proofPrefix(inputs) }, folder)
    if (found === 'none') return { inputs, proven: null, notes: [] }
    if ('problem' in found) return none(found.problem)
    const proven = await openProven(folder, AbortSignal.any([ports.signal, AbortSignal.timeout(readingMs)]))
    const why = unusable(proven, inputs, builds, ports.now())
    if (why === null) return { inputs, proven, notes: [] }
    await proven.record.close()
    return none(`What ${store.name} has for these inputs cannot be used: ${why}.`)
  } catch (error) {
    // Whatever is wrong with it, it is not to be worse than none.
    const { code, message } = error as NodeJS.ErrnoException
    return none(
      `What ${store.name} has for these inputs cannot be used: ${code === 'ENOENT' ? 'a file is missing' : message}.`,
    )
  }
}

function unusable({ proof, record }: Proven, inputs: string, builds: readonly SideBuild[], now: number): string | null {
  if (proof.inputs !== inputs) return 'it is of other inputs'
  if (Date.parse(proof.at) > now + clockSlackMs) return `${nameOf(proof)} lies in the future`
  const [own, held] = [builds, record.platforms].map(all =>
    all
      .map(({ platform }) => platform)
      .sort()
      .join(', '),
  )
  return own === held ? null : `it is of other platforms (${held})`
}
