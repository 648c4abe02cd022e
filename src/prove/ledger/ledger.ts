import type { Dockerfile } from '../../dockerfile/dockerfile.ts'
import { lastPrefix, proofPrefix, type Subject, subjectOf } from '../../ledger/keys.ts'
import type { Proof } from '../../ledger/proof.ts'
import type { LedgerStore } from '../../ledger/store.ts'
import type { GatedImage } from '../../subjects/images.ts'
import type { ScopeProof } from '../../verdict.ts'

/** Where proofs are kept, and what those of this run say of where it ran. */
export interface Ledger extends Pick<Proof, 'run' | 'runner'> {
  store: LedgerStore
  /** The folder that the gate runs in: paths in keys are relative to it. */
  here: string
}

export { lastPrefix, proofPrefix }

/** An image, whether its Dockerfile was read or is but named. */
export type NamedImage = Pick<GatedImage, 'name' | 'options'> & { sources: { dockerfile: Pick<Dockerfile, 'file'> } }

/** What an image is called in the ledger, whatever it is made of today. */
export const subjectOfImage = ({ name, options, sources }: NamedImage, here: string): Subject =>
  subjectOf(
    {
      ...{ image: name, file: sources.dockerfile.file, context: options.contextName ?? options.context },
      ...{ target: options.target ?? null, platforms: options.platforms },
    },
    here,
  )

/** `run 123 of 9 November 2026`. */
export const nameOf = ({ run, at }: Pick<Proof, 'run' | 'at'>): string =>
  `${run === null ? 'a run' : `run ${run.id}${run.attempt > 1 ? `, attempt ${run.attempt},` : ''}`} of ${dayOf(at)}`

const months = 'January February March April May June July August September October November December'.split(' ')

const dayOf = (at: string): string => {
  const day = new Date(at)
  return `${day.getUTCDate()} ${months[day.getUTCMonth()]} ${day.getUTCFullYear()}`
}

/** What a verdict says that stands on a proof of the ledger. */
export const toldProof = (proof: Proof, { runner }: Pick<Proof, 'runner'>): ScopeProof => ({
  ...{ at: proof.at, level: proof.level, variations: proof.variations, commit: proof.commit },
  ...(proof.run === null ? {} : { url: proof.run.url }),
  ...(proof.runner === null ? {} : { runner: runnerWords(proof.runner) }),
  otherRunner: proof.runner !== null && runner !== null && proof.runner.name !== runner.name,
})

const runnerWords = ({ name, os, arch, image }: NonNullable<Proof['runner']>): string =>
  [name, [os, arch].filter(Boolean).join(' '), image].filter(Boolean).join(', ')
