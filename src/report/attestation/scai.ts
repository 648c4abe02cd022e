import type { RequiredLevel, Scope } from '../../verdict.ts'
import type { Report } from '../report.ts'
import { meaning } from './meaning.ts'
import { type Proof, type Proven, type Way, wayOf } from './proven.ts'

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

/**
 * Each way and level by a name of its own: who asks for the strongest must not be given a weaker one, and who asks for
 * two builds not one.
 */
const attributeOf: Record<Way, Record<RequiredLevel, string>> = {
  'two-builds': {
    identical: 'REPRODUCIBLE',
    'same-content': 'REPRODUCIBLE_CONTENT',
    'same-files': 'REPRODUCIBLE_FILES',
  },
  rebuilt: { identical: 'REPRODUCED', 'same-content': 'REPRODUCED_CONTENT', 'same-files': 'REPRODUCED_FILES' },
}

/**
 * A SCAI attribute report 0.3: one attribute for each image and platform.
 * @param evidence SHA-256 (hex) of the report.json that this is taken from
 */
export function scai(report: Report, proof: Proof, evidence: { sha256: string }): object {
  const { name, version } = report.tool
  const producer: Resource = { name: `${name} ${version}`, uri: 'https://github.com/repro-gate/repro-gate' }
  return { attributes: proof.all.map(one => attributeFor(report, proof.scope, one, evidence)), producer }
}

function attributeFor(report: Report, scope: Scope, proven: Proven, { sha256 }: { sha256: string }): Attribute {
  const { image, platform, level, file, digest, a, b, against } = proven
  const way = wayOf(proven)
  const digests = {
    ...{ manifestA: a.digest, manifestB: b?.digest ?? '', configA: a.configDigest, configB: b?.configDigest ?? '' },
  }
  return {
    attribute: attributeOf[way][level],
    target: { name: image === null ? platform : `${image} (${platform})`, digest: digestSet(digest) },
    conditions: {
      meaning: meaning(scope, proven),
      level,
      builds: way === 'rebuilt' ? 1 : 2,
      ...(against === null ? {} : { against: inOrder({ inputs: 'not-known', ...against }) }),
      ...digests,
      machines: scope.machines,
      // Of what was there before nobody here knows who made it.
      independentlyOperated: way === 'rebuilt' ? null : false,
      secondsApart: scope.secondsApart,
      // Of one build nothing was made to differ.
      variations: way === 'rebuilt' ? [] : [...scope.variations].sort(),
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

/** The same bytes for the same facts, in whatever order they were read. */
const inOrder = (facts: object): object =>
  Object.fromEntries(
    Object.entries(facts)
      .sort(([x], [y]) => (x < y ? -1 : 1))
      .map(([key, value]) => [
        key,
        typeof value === 'object' && value !== null && !Array.isArray(value) ? inOrder(value) : value,
      ]),
  )

const digestSet = (digest: string): Record<string, string> => {
  const [algorithm = '', hex = ''] = digest.split(':')
  return { [algorithm]: hex }
}
