import type { Given } from './options.ts'
import { ofTwoBuilds } from './proof-table.ts'
import type { Command, OptionName } from './table.ts'
import { shown } from './value.ts'

/** What one build is written down in or held against. */
export interface ProofOptions {
  /** Path of a record: to be written by `record`, read by `verify`. */
  record: string | undefined
  expectedDigest: string | undefined
  /** A published image, or an archive of one. */
  against: string | undefined
}

/** Commands that build once. */
export const buildsOnce = (command: Command): boolean => command === 'record' || command === 'verify'

/** Checks what is given for them. */
export function proofIn(
  command: Command,
  given: Given,
  labelOf: (name: OptionName) => string,
  problems: string[],
): ProofOptions {
  const last = (name: 'record' | 'expected-digest' | 'against') => given[name]?.at(-1)?.trim() || undefined
  const [record, expectedDigest, against] = [last('record'), last('expected-digest'), last('against')]
  // No builder gives another kind: of that every build would be another image.
  if (expectedDigest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(expectedDigest))
    problems.push(`${labelOf('expected-digest')}: '${shown(expectedDigest)}' is no digest such as sha256:… (64 digits)`)
  if (command === 'record' && record === undefined)
    problems.push(`${labelOf('record')}: say where the record is to be written`)
  const references = [record, expectedDigest, against].filter(one => one !== undefined)
  if (command === 'verify' && references.length !== 1)
    problems.push(
      `verify holds a build against one thing: a record (--record), a digest (--expected-digest) or an image (--against); ${references.length === 0 ? 'none is given' : `${references.length} are given`}`,
    )
  if (buildsOnce(command))
    for (const name of ofTwoBuilds)
      if (given[name] !== undefined)
        problems.push(
          `${labelOf(name)}: ${command} builds once, every step anew, and this is for the gate; leave it out`,
        )
  if (!buildsOnce(command) && references.length > 0)
    problems.push(
      `record, expected-digest and against are for the modes record and verify (repro-gate record, repro-gate verify)`,
    )
  return { record, expectedDigest, against }
}
