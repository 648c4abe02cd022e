import type { attestationTable } from './attestation-table.ts'
import type { Given } from './options.ts'
import { shown } from './value.ts'

const types = ['scai', 'svr', 'vsa'] as const

export interface AttestationOptions {
  /** Where the predicate goes; undefined: nowhere. */
  predicate: string | undefined
  predicateType: (typeof types)[number]
}

export function attestationIn(given: Given, problems: string[]): AttestationOptions {
  const last = (name: keyof typeof attestationTable) => given[name]?.at(-1)?.trim() || undefined
  const wanted = last('predicate-type') ?? 'scai'
  const type = types.find(one => one === wanted)
  if (type === undefined)
    problems.push(`predicate-type (--predicate-type): '${shown(wanted)}' is not one of ${types.join(', ')}`)
  return { predicate: last('predicate'), predicateType: type ?? 'scai' }
}
