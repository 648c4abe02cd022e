import { createHash } from 'node:crypto'
import { relative, resolve } from 'node:path'

/** What a build is of, whatever it is made of today: the last proof of it is found by this. */
export interface Subject {
  /** Of the Dockerfile and the context, relative to the repository or the folder that the gate runs in. */
  file: string
  context: string
  target: string | null
  platforms: readonly string[]
  /** Its name in a bake or compose file. */
  image: string | null
}

/** The same in every checkout: paths relative to the folder that the gate runs in; an address without the commit it led to. */
export function subjectOf(of: Subject, here: string): Subject {
  const isAddress = (path: string): boolean => /^[a-z-]+:\/\/|^[\w.-]+@[\w.-]+:/.test(path)
  const short = (path: string): string =>
    isAddress(path)
      ? path.replace(/#[0-9a-f]{12,64}(?=:|$)/, '#')
      : relative(here, resolve(here, path)).replaceAll('\\', '/')
  return { ...of, file: short(of.file), context: short(of.context), platforms: [...of.platforms].sort() }
}

/**
 * Keys of a ledger cannot be written twice, so each ends in when and where it was made; the newest that begins so counts.
 * @param inputs what `inputsDigest` gives
 */
export const proofPrefix = (inputs: string): string => `repro-gate-proof-v1-${inputs.replace('sha256:', '')}-`

export const lastPrefix = ({ file, context, target, platforms, image }: Subject): string =>
  `repro-gate-last-v1-${createHash('sha256')
    .update(JSON.stringify([file, context, target, platforms, image]))
    .digest('hex')}-`

/**
 * The key of a new entry.
 * @param now milliseconds since 1970
 * @param run id of the run, where there is one
 */
export const keyFor = (prefix: string, now: number, run: string | null): string =>
  `${prefix}${Math.floor(now / 1000)}-${run ?? 'here'}`
