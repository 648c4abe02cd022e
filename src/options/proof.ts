import type { Given } from './options.ts'
import { ofReplay, ofTwoBuilds } from './proof-table.ts'
import type { Command, OptionName } from './table.ts'
import { booleanIn, shown } from './value.ts'

/** What one build is written down in or held against. */
export interface ProofOptions {
  /** Path of a record: to be written by `record`, read by `verify`. */
  record: string | undefined
  expectedDigest: string | undefined
  /** A published image, or an archive of one. */
  against: string | undefined
  /** Whether layers that both images name by one digest are read, too. */
  verifyBlobs: boolean
  /** Whether an issue on GitHub tells of drift as long as there is any. */
  driftIssue: boolean
}

/** Commands that build once. */
export const buildsOnce = (command: Command): boolean =>
  command === 'record' || command === 'verify' || command === 'drift'

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
  if (command === 'drift' && (references.length > 1 || expectedDigest !== undefined))
    problems.push(
      `drift holds a build against what was proven before: a record (--record), a published image (--against), or, with neither, the last proof of the ledger${expectedDigest === undefined ? '; two are given' : '. A digest alone cannot say what changed'}`,
    )
  if (command === 'replay') {
    if (references.length !== 1 || expectedDigest !== undefined)
      problems.push(
        `replay builds one thing again: a record (record) or a published image (against); on the command line: repro-gate replay RECORD|IMAGE`,
      )
    for (const name of Object.keys(given) as OptionName[])
      if (!(ofReplay as readonly string[]).includes(name) && given[name] !== undefined)
        problems.push(`${labelOf(name)}: replay builds what the record or the provenance says, and takes none of this`)
  }
  if (buildsOnce(command))
    for (const name of ofTwoBuilds)
      if (given[name] !== undefined)
        problems.push(
          `${labelOf(name)}: ${command} builds once, every step anew, and this is for the gate; leave it out`,
        )
  if (!buildsOnce(command) && command !== 'replay' && references.length > 0)
    problems.push(
      `record, expected-digest and against are for the modes record, verify, drift and replay (repro-gate record, repro-gate verify, repro-gate drift, repro-gate replay)`,
    )
  const driftIssue = booleanIn('drift-issue', given['drift-issue']?.at(-1)?.trim() || undefined, problems)
  if (driftIssue && command !== 'drift') problems.push(`${labelOf('drift-issue')} is for the mode drift`)
  const verifyBlobs = booleanIn('verify-blobs', given['verify-blobs']?.at(-1)?.trim() || undefined, problems)
  if (verifyBlobs && command !== 'compare') problems.push(`${labelOf('verify-blobs')} is for the mode compare`)
  return { record, expectedDigest, against, verifyBlobs, driftIssue }
}

/** The images to compare: of one name alone there is nothing to compare, unless it stands for several. */
export function imagesIn(
  command: Command,
  given: Given,
  labelOf: (name: OptionName) => string,
  problems: string[],
): string[] {
  const images = (given.images ?? []).map(name => name.trim())
  if (command !== 'compare' && images.length > 0)
    problems.push(`${labelOf('images')} is for the mode compare; leave it out, or set mode: compare`)
  if (command === 'compare' && images.length < 2 && !images.some(isGlob))
    problems.push(
      `compare takes two images or more, or a glob of records; given: ${images.length}. See repro-gate compare --help`,
    )
  return images
}

/** Whether a name may stand for several files; a path that exists under it is that path. */
export const isGlob = (name: string): boolean => /[*?[{]/.test(name)
