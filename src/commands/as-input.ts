import { RegistryError } from '../image-stores/registry-error.ts'
import { StoreError } from '../image-stores/store-error.ts'
import { RecordError } from '../ledger/record.ts'
import { InputError } from '../options/options.ts'
import { shown } from '../options/value.ts'

/**
 * What cannot be opened is told as wrong input: which image, and where in it.
 * @param given its name, and what ends the run before it was opened
 */
export async function asInput<T>(work: () => Promise<T>, given?: { name: string; signal: AbortSignal }): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (given?.signal.aborted) throw notToItsEnd(given.name, given.signal)
    if (error instanceof StoreError || error instanceof RegistryError) throw new InputError([error.message])
    throw error
  }
}

/** The same of a record, which goes by its path. */
export async function asRecordInput<T>(path: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (signal.aborted) throw notToItsEnd(path, signal)
    if (error instanceof RecordError)
      throw new InputError([`${shown(path)} is no record of repro-gate, or not a whole one: ${error.message}`])
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new InputError([`There is no file ${shown(path)}`])
    if (code !== undefined) throw new InputError([`${shown(path)} cannot be read: ${message}`])
    throw error
  }
}

/** Of what was being read when the run ended. */
export const notToItsEnd = (name: string, { reason }: AbortSignal): InputError =>
  new InputError([`${shown(name)} was not read to its end: ${String((reason as Error | undefined)?.message)}`])
