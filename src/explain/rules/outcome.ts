import type { Finding } from '../../finding.ts'
import { atOnePlace, foresees } from './foreseen.ts'

/** What is known of the builds that a finding of the lint is held against. */
export interface SeenRun {
  /** Findings from the bytes, of all platforms. */
  proven: readonly Finding[]
  /** Both builds of every platform were compared, and fairly. */
  decided: boolean
  /** The least gap between the starts of two builds; null when not known. */
  secondsApart: number | null
}

/** They are about the Dockerfile as a text: no build can show or refute them. */
const aboutText = /^RG(?:00\d|705|707)$/

/** A cause that was not found at all may be any. */
const unexplained = ['unknown-difference', 'more-differences']

/**
 * The lint's findings, each with what two builds showed of it. There is none where that cannot be said: of an undecided
 * run, and beside a difference that nobody could explain.
 */
export const withOutcomes = (feared: readonly Finding[], run: SeenRun): Finding[] =>
  feared.map(finding => {
    const outcome = finding.source === 'lint' ? outcomeOf(finding, run) : undefined
    return outcome ? { ...finding, outcome } : finding
  })

function outcomeOf(rule: Finding, { proven, decided, secondsApart }: SeenRun): Finding['outcome'] {
  if (aboutText.test(rule.id)) return undefined
  const shown = proven.filter(cause => foresees(rule, cause))
  if (shown.length > 0) {
    const ids = [...new Set(shown.map(({ id }) => `\`${id}\``))].sort().join(', ')
    return { seen: 'confirmed', why: `The two builds show it: ${ids}.` }
  }
  if (!decided || proven.some(({ id }) => id === 'unread-difference')) return undefined
  if (proven.some(cause => unexplained.includes(cause.id) && (!cause.location || atOnePlace(rule, cause))))
    return undefined
  const others = proven.filter(cause => atOnePlace(rule, cause)).map(({ id }) => `\`${id}\``)
  return { seen: 'not-seen', why: whyNotSeen(rule, secondsApart, others) }
}

/**
 * Why what two builds did not show may matter even so.
 * @param others what did differ at this instruction
 */
function whyNotSeen({ id, class: kind }: Finding, secondsApart: number | null, others: readonly string[]): string {
  if (/^RG(?:504|708)$/.test(id))
    return 'Both builds were given the same build arguments; with another value it is another image.'
  if (kind === 'drift') {
    const apart = secondsApart === null ? 'shortly after one another' : `${gap(secondsApart)} apart`
    return `The two builds started ${apart}; ${mover(id)}.`
  }
  if (kind === 'machine')
    return `Both builds ran on one machine${/^RG(?:505|6)/.test(id) ? ', with the same files' : ''}; another machine may give something else.`
  if (others.length > 0)
    return `What differs here has another cause (${[...new Set(others)].sort().join(', ')}). What this is about may be replaced or deleted later, may not come into the image, or was alike by luck.`
  return 'This time both builds gave the same here: what it writes may be replaced or deleted later, may not come into the image, or was alike by luck.'
}

function gap(seconds: number): string {
  if (seconds < 120) return `${Math.max(1, Math.round(seconds))} s`
  return `${Math.round(seconds / 60)} min`
}

/** What moves between this run and the next week, by the rule's theme. */
function mover(id: string): string {
  if (id === 'RG105') return 'the frontend can be another one tomorrow'
  if (/^RG10/.test(id)) return 'the tag can move tomorrow'
  if (/^RG2/.test(id)) return 'the archive can have other packages tomorrow'
  if (/^RG3/.test(id)) return 'the package index can have other versions tomorrow'
  if (/^RG407/.test(id)) return 'its owners can upload others tomorrow'
  if (/^RG4/.test(id)) return 'what is downloaded can be something else tomorrow'
  if (/^RG5/.test(id)) return 'on another day it can differ'
  return 'what it depends on can change tomorrow'
}
