/** How far two images agree, strongest first: manifest digest; config digest; every layer's file tree; not even that. */
export const levels = ['identical', 'same-content', 'same-files', 'different'] as const
export type Level = (typeof levels)[number]
/** The levels a user may ask for. */
export type RequiredLevel = Exclude<Level, 'different'>

export type Verdict = 'reproducible' | 'not-reproducible' | 'undecided'

/** What a verdict covers, and so what it does not: every report says it. */
export interface Scope {
  /** Inputs that were made to differ on purpose between A and B. Empty: nothing but time and chance. */
  variations: string[]
  /** Inputs that were made to differ in a build beside A and B: the verdict leaves it out, findings and notes tell of it. */
  tried?: string[]
  /** `same-machine`: both builds ran on one builder or host. `unknown`: one of them was made before, or elsewhere, by anybody. */
  machines: 'same-machine' | 'two-builders' | 'unknown'
  /** Seconds between the starts of the two builds; null when they did not both run. */
  secondsApart: number | null
  /** As `linux/amd64`; what was built and compared. */
  platforms: string[]
  /** SOURCE_DATE_EPOCH in seconds since 1970, and where it came from in words (`commit 1a2b3c4 of 2026-11-21`). */
  epoch: { seconds: number; from: string } | null
  /** The base images that both sides were built on, as `debian:12@sha256:…`: another day the name may stand for another. */
  bases?: string[]
  /** What the one build was held against, where there was no second one; `records`: two, or as many as it says, and nothing was built. */
  against?: Against
}

export interface Against {
  kind: 'record' | 'records' | 'image' | 'digest' | 'ledger'
  name: string
  inputs?: InputsKnown
  records?: number
  /** Of the ledger: what it says of the two builds that proved the image then. */
  proof?: ScopeProof
  /** The images and platforms that this is about; absent: all. The others were built twice. */
  of?: string[]
}

/** As whoever could write the ledger wrote it. */
export interface ScopeProof {
  /** When: ISO 8601 in UTC. */
  at: string
  /** How far those two agreed. */
  level: RequiredLevel
  /** What was made to differ between those two. */
  variations: string[]
  commit: string | null
  /** Of the run. */
  url?: string
  /** The runner, in its own words. */
  runner?: string
  /** Whether that has another name than this one; two of one name may be two machines. */
  otherRunner: boolean
}

/** Whether two builds were given the same, as far as both tell; absent where one of them does not tell at all. */
export type InputsKnown = 'same' | 'partly-known' | 'differ'

/** The level that digests alone prove: without a look into the images, what differs is different. */
export function digestLevel(
  a: { digest: string; configDigest: string },
  b: { digest: string; configDigest: string },
): Level {
  if (a.digest === b.digest) return 'identical'
  return a.configDigest === b.configDigest ? 'same-content' : 'different'
}

/**
 * The verdict on one pair of images. Whatever could not be compared, or was not a fair comparison, is undecided:
 * a reason to doubt always beats equal digests.
 */
export function decide(reached: Level | null, required: RequiredLevel, doubts: readonly string[]): Verdict {
  if (reached === null || doubts.length > 0) return 'undecided'
  return levels.indexOf(reached) <= levels.indexOf(required) ? 'reproducible' : 'not-reproducible'
}

/** The verdict on several platforms: the worst; none at all is undecided. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.length === 0) return 'undecided'
  if (verdicts.includes('not-reproducible')) return 'not-reproducible'
  return verdicts.includes('undecided') ? 'undecided' : 'reproducible'
}

/**
 * How a run ends: 0 fine, 1 something that fails was found, 2 undecided.
 * @param verdict null for a lint, which builds nothing
 * @param counts findings by level
 */
export function exitCode(
  verdict: Verdict | null,
  counts: { error: number; warning: number },
  failOn: 'never' | 'difference' | 'error' | 'warning',
): 0 | 1 | 2 {
  if (failOn === 'never') return 0
  if (verdict === 'not-reproducible') return 1
  if (verdict === 'undecided') return 2
  if (failOn === 'error' && counts.error > 0) return 1
  if (failOn === 'warning' && counts.error + counts.warning > 0) return 1
  return 0
}
