import { proofIn } from './attestation/proven.ts'
import { scai } from './attestation/scai.ts'
import { svr } from './attestation/svr.ts'
import { vsa } from './attestation/vsa.ts'
import { harmless } from './json.ts'
import type { Report } from './report.ts'

/** The predicates that can be written, and the type that an attestation of each names. */
export const predicateTypes = {
  scai: 'https://in-toto.io/attestation/scai/v0.3',
  svr: 'https://in-toto.io/attestation/svr/v0.2',
  vsa: 'https://slsa.dev/verification_summary/v1',
} as const
export type PredicateKind = keyof typeof predicateTypes

/** What is known beside the report. */
export interface PredicateFacts {
  /** SHA-256 (hex) of the report.json that this is taken from. */
  sha256: string
  /** When it was proven; null where nobody knows. */
  at: Date | null
}

/**
 * The predicate of an in-toto attestation of the images of a gate, or of a build that was held against what was there
 * before, for `actions/attest` or `cosign` to sign; null where not all of it is proven, or that kind cannot say it.
 */
export function renderPredicate(report: Report, kind: PredicateKind, facts: PredicateFacts): string | null {
  const predicate = predicateOf(report, kind, facts)
  return typeof predicate === 'string' ? null : `${harmless(JSON.stringify(predicate, null, 2))}\n`
}

/** Why there is none, as the end of a sentence; null where there is one. */
export function whyNoPredicate(report: Report, kind: PredicateKind, facts: PredicateFacts): string | null {
  const predicate = predicateOf(report, kind, facts)
  return typeof predicate === 'string' ? predicate : null
}

function predicateOf(report: Report, kind: PredicateKind, { sha256, at }: PredicateFacts): object | string {
  const proof = proofIn(report)
  if (proof === null) return 'there is one only of images that a gate proved reproducible, or that were built again'
  if (kind === 'scai') return scai(report, proof, { sha256 })
  if (at === null) return `one of the type ${kind} says when it was verified, which a report that was read does not`
  const { way } = proof
  if (way === null)
    return `one of the type ${kind} is of images that were all proven in one way: some were built twice here, some once`
  if (kind === 'svr') return svr(proof, way, at)
  return vsa(report, proof, way, at) ?? noName
}

const noName = 'one of the type vsa names one image as a registry knows it, and there is no such name, or several'
