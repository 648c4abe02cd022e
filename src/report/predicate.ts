import type { Level, Scope } from '../verdict.ts'
import { harmless } from './json.ts'
import type { Report, ReportBuild } from './report.ts'
import { levelWords } from './words.ts'

/** The type that an attestation of this predicate names. */
export const predicateType = 'https://in-toto.io/attestation/scai/attribute-report/v0.2'

/** What report.json is, to whoever finds it beside an attestation. */
export const reportMediaType = 'application/vnd.repro-gate.report.v1+json'

/** A part of in-toto's ResourceDescriptor. */
interface Resource {
  name: string
  uri?: string
  digest?: Record<string, string>
  mediaType?: string
  annotations?: Record<string, string>
}

/** One thing that is said of the image, and what it stands on. */
interface Attribute {
  attribute: string
  target: Resource
  conditions: Record<string, unknown>
  evidence: Resource
}

/** Each level by a name of its own: who asks for the strongest must not be given a weaker one. */
const attributeOf: Record<Level, string | null> = {
  identical: 'REPRODUCIBLE',
  'same-content': 'REPRODUCIBLE_CONTENT',
  'same-files': 'REPRODUCIBLE_FILES',
  different: null,
}

/**
 * The predicate of an in-toto attestation (SCAI attribute report 0.2) of the images of a gate, for `actions/attest` to
 * sign: one attribute for each image and platform. Null where anything is not proven: there is nothing to attest.
 * @param evidence SHA-256 (hex) of the report.json that this is taken from
 */
export function renderPredicate(report: Report, evidence: { sha256: string }): string | null {
  const { verdict, command, scope, results = [], failure } = report
  if (verdict !== 'reproducible' || command !== 'gate' || scope === null || failure !== null) return null
  const attributes = results.map(result => attributeFor(report, scope, result, evidence))
  if (attributes.length === 0 || attributes.includes(null)) return null
  const { name, version } = report.tool
  const producer: Resource = { name: `${name} ${version}`, uri: 'https://github.com/repro-gate/repro-gate' }
  return `${harmless(JSON.stringify({ attributes, producer }, null, 2))}\n`
}

function attributeFor(
  report: Report,
  scope: Scope,
  { image, platform, level, verdict, file }: NonNullable<Report['results']>[number],
  { sha256 }: { sha256: string },
): Attribute | null {
  const attribute = level === null ? null : attributeOf[level]
  const [a, b] = (['A', 'B'] as const).map(side =>
    report.builds.find(one => one.side === side && one.platform === platform && (one.image ?? null) === image),
  )
  if (!attribute || level === null || verdict !== 'reproducible' || !a || !b || !agree(level, a, b)) return null
  const digests = { manifestA: a.digest, manifestB: b.digest, configA: a.configDigest, configB: b.configDigest }
  return {
    attribute,
    target: { name: image === null ? platform : `${image} (${platform})`, digest: digestSet(a.digest) },
    conditions: {
      meaning: meaning(scope, level),
      level,
      builds: 2,
      ...digests,
      machines: scope.machines,
      independentlyOperated: false,
      secondsApart: scope.secondsApart,
      variations: [...scope.variations].sort(),
      sourceDateEpoch: scope.epoch,
      commit: report.subject.commit,
      dockerfile: file,
      target: report.subject.target,
      bases: scope.bases ?? [],
      builders: Object.fromEntries(Object.entries(report.versions).sort(([x], [y]) => (x < y ? -1 : 1))),
      ignored: report.ignored.length,
    },
    evidence: { name: 'report.json', digest: { sha256 }, mediaType: reportMediaType, annotations: digests },
  }
}

/** A report that contradicts itself proves nothing. */
const agree = (level: Level, a: ReportBuild, b: ReportBuild): boolean =>
  (level !== 'identical' || a.digest === b.digest) &&
  (level !== 'same-content' || a.configDigest === b.configDigest) &&
  [a, b].every(({ digest, configDigest }) =>
    [digest, configDigest].every(text => /^[a-z0-9]+:[0-9a-f]{32,}$/.test(text)),
  )

const digestSet = (digest: string): Record<string, string> => {
  const [algorithm = '', hex = ''] = digest.split(':')
  return { [algorithm]: hex }
}

/** In words, for those who read it: one run has both builds in one hand, whichever machines they ran on. */
function meaning({ machines, secondsApart, variations }: Scope, level: Level): string {
  const where = machines === 'two-builders' ? 'on two builders' : 'on the same machine'
  const apart = secondsApart === null ? '' : `, ${Math.round(secondsApart)} seconds apart`
  const varied = variations.length > 0 ? ` with ${[...variations].sort().join(', ')} made to differ` : ''
  return (
    `Two builds in one run of one operator, ${where}${apart}${varied}, gave ${levelWords[level]}. ` +
    'This is not a rebuild by an independent party, and not SLSA_BUILD_REPRODUCED.'
  )
}
