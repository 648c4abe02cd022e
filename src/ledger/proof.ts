import { jsonObject } from '../image/json.ts'
import { list, matching, nullable, object, oneOf, type Shape, ShapeProblem, text, whole } from '../shape.ts'
import { levels, type RequiredLevel } from '../verdict.ts'
import { RecordError } from './record.ts'

/**
 * What stands beside a record: when two builds agreed on it, and where. A record has no clock and no run, so that equal
 * builds have equal ones. It is as good as whoever could write it, and claims no more than that.
 */
export interface Proof {
  kind: typeof proofKind
  schemaVersion: typeof proofVersion
  /** What `inputsDigest` gives for the inputs of the record. */
  inputs: string
  commit: string | null
  /** SOURCE_DATE_EPOCH, seconds since 1970. */
  epoch: number
  /** When the second of the builds was done: ISO 8601 in UTC. */
  at: string
  /** Null: on no runner of GitHub's kind. */
  run: ProofRun | null
  runner: ProofRunner | null
  /** How far the two builds agreed. */
  level: RequiredLevel
  /** Ids of what was made to differ between them. */
  variations: string[]
  /** Ids of what was to be made to differ: less of it may have applied. */
  asked: string[]
  platforms: ProvenPlatform[]
  tool: { name: string; version: string }
}

export interface ProofRun {
  id: string
  attempt: number
  /** Of the run's page. */
  url: string
  workflow: string
}

export interface ProofRunner {
  os: string
  arch: string
  name: string
  /** Of the runner's system, as `ubuntu24 20261110.1`; empty where it does not say. */
  image: string
}

export interface ProvenPlatform {
  platform: string
  digest: string
  configDigest: string
  /** What the two builds showed though they agreed: that something depends on the machine. */
  shown: ShownFinding[]
}

/** As much of a finding as one build can stand by, which did not show it again. */
export interface ShownFinding {
  id: string
  level: 'warning' | 'notice'
  title: string
  location: { file: string; line: number; endLine: number } | null
}

export const proofKind = 'repro-gate-proof'
export const proofVersion = 1
/** Findings that a proof keeps of a platform. */
export const shownLimit = 20
/** Bytes of a proof. */
export const proofLimit = 64 * 1024

/** Texts that a terminal, a page and a log show as they are. */
const plainText = (most: number): Shape<string> =>
  matching(new RegExp(`^(?=.{0,${most}}$)[^\\p{Cc}\\p{Cf}\\p{Cs}\\u2028\\u2029]*$`, 'su'), 'a plain text')
const digest = matching(/^sha256:[0-9a-f]{64}$/, 'a digest')
const platformName = matching(/^[\w.-]{1,60}\/[\w.-]{1,60}(?:\/[\w.-]{1,60})?$/, 'a platform')
const run = object<ProofRun>({
  id: matching(/^\d{1,20}$/, 'the id of a run'),
  attempt: whole(1, 10_000),
  url: matching(/^https?:\/\/[\w.:/%~-]{1,500}$/, 'an address'),
  workflow: plainText(200),
})

const variations = list(matching(/^[a-z-]{1,40}$/, 'a variation'), 40)

const shown = object<ShownFinding>({
  ...{ id: matching(/^[a-z][a-z0-9-]{0,60}$/, 'the id of a cause'), level: oneOf('warning', 'notice') },
  title: plainText(300),
  location: nullable(object({ file: plainText(500), line: whole(1), endLine: whole(1) })),
})

const proof = object<Proof>({
  kind: oneOf(proofKind),
  schemaVersion: oneOf(proofVersion),
  inputs: digest,
  commit: nullable(matching(/^[0-9a-f]{40,64}$/, 'a commit')),
  epoch: whole(-(2 ** 53 - 1)),
  at: text(40),
  run: nullable(run),
  runner: nullable(
    object<ProofRunner>({ os: plainText(60), arch: plainText(60), name: plainText(200), image: plainText(200) }),
  ),
  level: oneOf(...(levels.filter(level => level !== 'different') as RequiredLevel[])),
  variations,
  asked: variations,
  platforms: list(
    object<ProvenPlatform>({ platform: platformName, digest, configDigest: digest, shown: list(shown, shownLimit) }),
    64,
  ),
  tool: object({ name: plainText(60), version: plainText(60) }),
})

/** The file, which `proofIn` reads again. */
export const proofText = (given: Proof): string => `${JSON.stringify(proof.read(given, ''), null, 1)}\n`

/**
 * Reads a proof that anybody may have written.
 * @throws RecordError with what is wrong, as the end of a sentence whose subject is the file
 */
export function proofIn(bytes: Uint8Array): Proof {
  if (bytes.length > proofLimit) throw new RecordError(`it is longer than ${proofLimit} bytes`)
  const value = jsonObject(bytes, { depth: 8, values: 5000, unique: true })
  if (typeof value === 'string') throw new RecordError(`it ${value}`)
  try {
    const read = proof.read(value, '')
    if (!isTime(read.at)) throw new ShapeProblem('at is not a time in UTC')
    if (read.platforms.length === 0) throw new ShapeProblem('platforms is not a list of at least one')
    return read
  } catch (error) {
    if (error instanceof ShapeProblem) throw new RecordError(error.message)
    throw error
  }
}

/** As `Date` writes it, so that there is one way to read it. */
function isTime(at: string): boolean {
  const time = Date.parse(at)
  return Number.isFinite(time) && time >= 0 && new Date(time).toISOString() === at
}

/** The run and the runner that a job's environment tells; null where it is no such job, or says what cannot be shown. */
export function whereRun(env: Readonly<Record<string, string | undefined>>): Pick<Proof, 'run' | 'runner'> {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id = '' } = env
  const given: ProofRun = {
    ...{ id, attempt: Number(env.GITHUB_RUN_ATTEMPT || 1), workflow: plain(env.GITHUB_WORKFLOW) },
    url: `${server}/${repository}/actions/runs/${id}`,
  }
  const runner: ProofRunner = {
    ...{ os: plain(env.RUNNER_OS, 60), arch: plain(env.RUNNER_ARCH, 60), name: plain(env.RUNNER_NAME) },
    image: plain([env.ImageOS, env.ImageVersion].filter(Boolean).join(' ')),
  }
  return { run: asRun(given), runner: env.RUNNER_OS ? runner : null }
}

function asRun(given: ProofRun): ProofRun | null {
  try {
    return run.read(given, '')
  } catch {
    return null
  }
}

const plain = (value = '', most = 200): string =>
  value.slice(0, most).replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '?')
