import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import type { Subject } from '../../ledger/keys.ts'
import { openProven, type Proven, readProof } from '../../ledger/proven.ts'
import type { Ports } from '../../ports.ts'
import { type Ledger, lastPrefix, nameOf, proofPrefix } from './ledger.ts'

/** A record of a few million files is read in that time. */
const readingMs = 60_000

/**
 * The last proof of an image, whatever it is made of today. Close its record.
 * @returns a text where there is none: why, as a sentence
 */
export async function lastProven(
  { store }: Ledger,
  subject: Subject,
  { tempDir, signal, now }: Pick<Ports, 'tempDir' | 'signal' | 'now'>,
): Promise<Proven | string> {
  const find = async (newest: string): Promise<string | { problem: string | null }> => {
    const folder = await mkdtemp(join(tempDir, 'ledger-'))
    const found = await store.find({ newest }, folder)
    return typeof found === 'object' && 'key' in found ? folder : { problem: found === 'none' ? null : found.problem }
  }
  try {
    const told = await find(lastPrefix(subject))
    if (typeof told !== 'string')
      return (
        told.problem ??
        `In ${store.name} there is no proof of ${subject.file}: no gate with a ledger has proven it yet, or it was evicted.`
      )
    const last = await readProof(told)
    if (Date.parse(last.at) > now() + 600_000)
      return `The last proof in ${store.name}, ${nameOf(last)}, lies in the future.`
    const whole = await find(proofPrefix(last.inputs))
    if (typeof whole !== 'string')
      return (
        whole.problem ??
        `The record of ${nameOf(last)}, the last that proved ${subject.file}, is in ${store.name} no more.`
      )
    const proven = await openProven(whole, AbortSignal.any([signal, AbortSignal.timeout(readingMs)]))
    if (proven.proof.inputs === last.inputs) return proven
    await proven.record.close()
    return `What ${store.name} has as the record of ${nameOf(last)} is of other inputs.`
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return `The last proof in ${store.name} cannot be used: ${code === 'ENOENT' ? 'a file is missing' : message}.`
  }
}
