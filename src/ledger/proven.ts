import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Proof, proofIn, proofLimit } from './proof.ts'
import { type OpenedRecord, openRecord } from './read-record.ts'
import { RecordError } from './record.ts'
import { inputsDigest } from './record-head.ts'

/** A proof, and the record that it stands beside: they tell of one and the same build. */
export interface Proven {
  proof: Proof
  record: OpenedRecord
}

/**
 * Reads the proof of an entry that a store put into a folder. Anybody may have written it.
 * @throws RecordError with what is wrong, as the end of a sentence whose subject is the entry; and what the file system says
 */
export async function readProof(folder: string): Promise<Proof> {
  const path = join(folder, 'proof.json')
  if ((await stat(path)).size > proofLimit) throw new RecordError(`its proof is longer than ${proofLimit} bytes`)
  return proofIn(await readFile(path))
}

/**
 * Opens an entry whole: its record is read to its end, and must be of the inputs and the images that its proof names.
 * Close the record.
 * @throws as `readProof` does
 */
export async function openProven(folder: string, signal?: AbortSignal): Promise<Proven> {
  const proof = await readProof(folder)
  const record = await openRecord(join(folder, 'record.json.gz'), signal)
  const why = mismatch(proof, record)
  if (why === null) return { proof, record }
  await record.close()
  throw new RecordError(why)
}

function mismatch(proof: Proof, { inputs, platforms }: OpenedRecord): string | null {
  if (inputsDigest(inputs) !== proof.inputs) return 'its record is of other inputs than its proof says'
  if (inputs.epoch !== proof.epoch) return 'its record is of another time than its proof says'
  const named = proof.platforms.map(one => [one.platform, one.digest, one.configDigest].join(' '))
  const held = platforms.map(({ platform, image }) => [platform, image.digest, image.configDigest].join(' '))
  return named.sort().join('\n') === held.sort().join('\n') ? null : 'its record holds other images than its proof says'
}
