import type { Against, Scope } from '../verdict.ts'
import { clip, visible } from './visible.ts'
import { duration, utc } from './words.ts'

/** Whether side B of any image was not built, because the ledger has an equal one. */
export const isFromLedger = (scope: Pick<Scope, 'against'> | null): boolean => scope?.against?.kind === 'ledger'

/** Instead of "Two builds": what was held against each other. Null where there were two builds. */
export function buildsHeld(scope: Pick<Scope, 'against'> | null): string | null {
  const against = scope?.against
  if (against?.kind !== 'ledger') return null
  return against.of === undefined
    ? `One build, and the two that the ledger has of ${shown(against.name)},`
    : `Two builds each, or one and the two that the ledger has (${of(against)}),`
}

/** What a verdict covers that stands on a proof of the ledger, and what it does not: exactly what it is, and no more. */
export function ledgerWords({ against, platforms, epoch, secondsApart, bases = [] }: Scope): {
  covers: string
  omits: string
} {
  const proof = against?.proof
  const then =
    proof && proof.variations.length > 0 ? `varied on purpose between those: ${proof.variations.join(', ')}` : null
  const covers = [
    `${against?.of === undefined ? '' : `of ${of(against)}: `}one build, made here and now, in which nothing was varied, equal to what two builds of ${shown(against?.name ?? '')} gave, as the ledger has it, from the same inputs part by part`,
    secondsApart === null || against?.of ? null : `${apart(secondsApart)} after that proof`,
    then ?? (proof ? 'nothing varied on purpose between those' : null),
    proof?.runner && proof.otherRunner ? `made on another runner, by its name (${shown(proof.runner)})` : null,
    against?.of ? 'of all others: two builds each' : null,
    platforms.length > 0 ? platforms.slice(0, 20).join(', ') : null,
    epoch ? `file times set to ${utc(epoch.seconds)} (SOURCE_DATE_EPOCH ${epoch.seconds}, from ${epoch.from})` : null,
    bases.length > 0
      ? `on ${bases
          .slice(0, 3)
          .map(base => base.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+$/, '$1'))
          .join(', ')}`
      : null,
  ]
  const omits = [
    'whether the ledger tells the truth: it is as good as whoever may write it (on GitHub: the workflows of this branch and of the default branch)',
    proof?.otherRunner ? 'whether that runner is another machine' : 'another machine',
    'another day, when a tag, a mirror or a package index has moved',
  ]
  return { covers: covers.filter(part => part !== null).join('; '), omits: omits.join('; ') }
}

const apart = (seconds: number): string =>
  seconds < 2 * 86_400 ? duration(seconds * 1000) : `${Math.floor(seconds / 86_400)} days`

const of = ({ of: names = [] }: Against): string =>
  shown(`${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`)

/** Whoever wrote the ledger wrote it. */
const shown = (text: string): string => clip(visible(text), 200)
