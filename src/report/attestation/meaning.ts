import type { Against, Scope } from '../../verdict.ts'
import { levelWords } from '../words.ts'
import type { Proven } from './proven.ts'

const heldAgainst: Record<Against['kind'], string> = {
  record: 'the record of another build',
  records: 'records',
  image: 'an image that was there before',
  digest: 'a digest that was known before',
  ledger: 'what a ledger keeps of two builds of an earlier run',
}

const notKnown =
  'Who made that, where, when and of what is not known beyond what is told here, so this is not said to be a rebuild by an independent party'

/** In words, for those who read it: what was done, and what that does not prove. */
export function meaning({ machines, secondsApart, variations }: Scope, { against, level }: Proven): string {
  const gave = levelWords[level]
  const no = 'and not SLSA_BUILD_REPRODUCED.'
  if (against !== null)
    return `One build in one run of one operator, held against ${heldAgainst[against.kind]}, gave ${gave}. ${inputs(against)}${notKnown}, ${no}`
  // One run has both builds in one hand, whichever machines they ran on.
  const where = machines === 'two-builders' ? 'on two builders' : 'on the same machine'
  const apart = secondsApart === null ? '' : `, ${Math.round(secondsApart)} seconds apart`
  const varied = variations.length > 0 ? ` with ${[...variations].sort().join(', ')} made to differ` : ''
  return `Two builds in one run of one operator, ${where}${apart}${varied}, gave ${gave}. This is not a rebuild by an independent party, ${no}`
}

const inputs = ({ inputs: known }: Against): string =>
  known === 'same'
    ? 'The inputs of both were the same part by part, as that tells its own. '
    : known === 'partly-known'
      ? 'The inputs of both were the same as far as that tells its own. '
      : ''
