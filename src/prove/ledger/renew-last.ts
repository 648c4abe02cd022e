import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { keyFor } from '../../ledger/keys.ts'
import { type Proof, proofText } from '../../ledger/proof.ts'
import { readProof } from '../../ledger/proven.ts'
import type { Proving } from '../pair.ts'
import { type Ledger, lastPrefix, nameOf, subjectOfImage } from './ledger.ts'

/**
 * Makes a proof that was found again the last one of its image, where another one is or none is left: whoever asks for what
 * was proven last means this. It stays as old as it is. Asking alone keeps an Actions cache from evicting the entry.
 * Whatever goes wrong changes nothing of what was proven, and is a line of the log.
 */
export async function renewLast(
  proof: Proof,
  { image, options, sources, ports }: Pick<Proving, 'image' | 'options' | 'sources' | 'ports'>,
  { store, run, here }: Ledger,
): Promise<void> {
  const prefix = lastPrefix(subjectOfImage({ name: image, options, sources }, here))
  let folder: string | null = null
  try {
    folder = await mkdtemp(join(ports.tempDir, 'last-'))
    const found = await store.find({ newest: prefix }, join(folder, 'found'))
    if (typeof found === 'object' && 'problem' in found) return
    const last = found === 'none' ? null : await readProof(join(folder, 'found')).catch(() => null)
    if (last?.inputs === proof.inputs && last.at >= proof.at) return
    await writeFile(join(folder, 'proof.json'), proofText(proof))
    const kept = await store.keep(keyFor(prefix, ports.now(), run?.id ?? null), folder)
    if (kept !== 'kept') ports.log.info(`${nameOf(proof)} is not noted as the last proof: ${kept.problem}`)
  } catch (error) {
    ports.log.info(`${nameOf(proof)} is not noted as the last proof: ${(error as Error).message}`)
  } finally {
    if (folder !== null) await rm(folder, { recursive: true, force: true }).catch(() => {})
  }
}
