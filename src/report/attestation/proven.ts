import type { Against, RequiredLevel, Scope } from '../../verdict.ts'
import type { Report, ReportBuild } from '../report.ts'

/** An image for one platform that a statement can be made of. */
export interface Proven {
  /** Its name in a bake or compose file; null for the one image of a Dockerfile. */
  image: string | null
  platform: string
  level: RequiredLevel
  /** Its Dockerfile. */
  file: string
  /** What the statement is of: build A's manifest, or that of the image that was there before. */
  digest: string
  a: Digests
  /** Null where no more than the ledger tells of it. */
  b: Digests | null
  /** What the one build was held against; null: there were two in this run. */
  against: Against | null
}

type Digests = Pick<ReportBuild, 'digest' | 'configDigest'>

/** `two-builds` of this run, or one `rebuilt` that was held against what was there before. */
export type Way = 'two-builds' | 'rebuilt'

export const wayOf = ({ against }: Pick<Proven, 'against'>): Way => (against === null ? 'two-builds' : 'rebuilt')

/** What stands behind a statement. */
export interface Proof {
  scope: Scope
  /** Of all images alike; null where it is not one. */
  way: Way | null
  all: Proven[]
  /** The weakest of all images. */
  level: RequiredLevel
}

const strengths = ['identical', 'same-content', 'same-files'] as const

/** What a report proves; null where that is nothing, or not all of it, or where the report contradicts itself. */
export function proofIn(report: Report): Proof | null {
  const { verdict, command, scope, failure } = report
  if (verdict !== 'reproducible' || scope === null || failure !== null) return null
  // Of two images, or two records, that somebody else made nothing was built here.
  const isBuilt = command === 'gate' || (scope.against !== undefined && scope.against.kind !== 'records')
  const found = isBuilt ? resultsOf(report).map(result => provenOf(report, result)) : []
  const all = found.filter(one => one !== null)
  const level = strengths[Math.max(...all.map(one => strengths.indexOf(one.level)))]
  if (level === undefined || all.length < found.length) return null
  const [way = null, ...others] = new Set(all.map(wayOf))
  return { scope, way: others.length > 0 ? null : way, all, level }
}

type Result = Pick<
  NonNullable<Report['results']>[number],
  'image' | 'platform' | 'verdict' | 'level' | 'file' | 'against'
>

/** The gate says what came of each image; of one build that was held against something it is in the digests. */
function resultsOf({ results, builds, level, verdict, subject, scope }: Report): Result[] {
  if (results !== undefined) return results
  return builds
    .filter(({ side }) => side === 'A')
    .map(a => {
      const b = builds.find(one => one.side === 'B' && one.platform === a.platform)
      const reached = b && a.digest === b.digest ? 'identical' : b && agreesInContent(a, b) ? 'same-content' : level
      const against = scope?.against ? { against: scope.against } : {}
      const { platform } = a
      return { image: null, platform, verdict: verdict ?? 'undecided', level: reached, file: subject.file, ...against }
    })
}

const agreesInContent = (a: Digests, b: Digests): boolean => a.configDigest === b.configDigest

function provenOf({ builds }: Report, { image, platform, level, verdict, file, against: held }: Result): Proven | null {
  const against = held ?? null
  const [a, b = null] = (['A', 'B'] as const).map(side =>
    builds.find(one => one.side === side && one.platform === platform && (one.image ?? null) === image),
  )
  if (verdict !== 'reproducible' || level === null || level === 'different' || !a || !isDigest(a)) return null
  // The digest of a manifest need not be known where an image id was expected.
  const isKnown = b !== null && (isDigest(b) || (b.digest === '' && agreesInContent(a, b) && level !== 'identical'))
  if (b === null ? against?.kind !== 'ledger' : !isKnown || !agree(level, a, b)) return null
  const isOfOther = b !== null && b.digest !== '' && against !== null && against.kind !== 'ledger'
  return { image, platform, level, file, digest: isOfOther ? b.digest : a.digest, a, b, against }
}

/** A report that contradicts itself proves nothing. */
const agree = (level: RequiredLevel, a: Digests, b: Digests): boolean =>
  (level !== 'identical' || a.digest === b.digest) && (level !== 'same-content' || agreesInContent(a, b))

const isDigest = ({ digest, configDigest }: Digests): boolean =>
  [digest, configDigest].every(text => /^[a-z0-9]+:[0-9a-f]{32,}$/.test(text))
