import type { Proof, Way } from './proven.ts'

/** Who verified: whoever signs the statement ran this. The number changes when what is verified does. */
export const verifierId = 'https://github.com/repro-gate/repro-gate/verifier/v1'

/** What was asked, as a page says it that also says what that does not prove. */
export const policyUri = ({ way, level }: { way: Way; level: Proof['level'] }): string =>
  `https://github.com/repro-gate/repro-gate/blob/main/docs/attestation.md#policy-${way}-${level}`

/** As in-toto writes a moment: RFC 3339, UTC. */
export const timestamp = (at: Date): string => at.toISOString().replace(/\.\d+Z$/, 'Z')
