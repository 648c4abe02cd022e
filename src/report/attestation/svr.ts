import type { RequiredLevel } from '../../verdict.ts'
import { policyUri, timestamp, verifierId } from './policy.ts'
import type { Proof, Way } from './proven.ts'

const strongestFirst: readonly RequiredLevel[] = ['identical', 'same-content', 'same-files']

const wordOf: Record<Way, string> = { 'two-builds': 'TWO_BUILDS', rebuilt: 'REBUILT' }

const upper = (text: string): string => text.toUpperCase().replaceAll('-', '_')

/**
 * A Simple Verification Result 0.2: what holds for every image of the run, as a policy engine asks for it. A level
 * implies the weaker ones, so that it is enough to ask for one.
 */
export function svr({ scope, all, level }: Proof, way: Way, at: Date): object {
  const { machines, variations } = scope
  const properties = [
    ...strongestFirst.slice(strongestFirst.indexOf(level)).map(one => `REPRO_GATE_${wordOf[way]}_${upper(one)}`),
    ...(all.every(({ against }) => against?.inputs === 'same') ? ['REPRO_GATE_SAME_INPUTS'] : []),
    ...(all.every(({ against }) => against?.kind === 'ledger') ? ['REPRO_GATE_BY_LEDGER'] : []),
    ...(machines === 'two-builders' ? ['REPRO_GATE_TWO_BUILDERS'] : []),
    // Of a build that was made before, nobody varied anything in this run.
    ...(way === 'two-builds' ? [...variations].sort().map(id => `REPRO_GATE_VARIED_${upper(id)}`) : []),
  ]
  return {
    verifier: { id: verifierId, policies: [{ uri: policyUri({ way, level }) }] },
    timeCreated: timestamp(at),
    properties: properties.filter(property => /^[A-Z0-9_]{1,100}$/.test(property)),
  }
}
