import { fullName } from '../build/bases.ts'
import { vanishedIn } from '../build/vanished.ts'
import type { Dockerfile } from '../dockerfile/dockerfile.ts'
import { stageEdges } from '../dockerfile/stage.ts'
import { byWeight, docsUrl, type Finding, type Location } from '../finding.ts'
import { packagesByPaths } from '../packages/by-paths.ts'
import type { MovedBase, ReportDrift } from '../report/drift-report.ts'
import { vanishedFinding } from '../report/drift-words.ts'
import { failuresOf, type Report, type ReportFailure } from '../report/report.ts'
import type { ScopeProof } from '../verdict.ts'

/** What is known of the build of then, and of its base images today. */
export interface Before {
  /** Of the ledger; null: nobody knows when and where it was proven. */
  proof: ScopeProof | null
  /** Milliseconds since 1970. */
  now: number
  commit: string | null
  moved: readonly MovedBase[]
  notes: readonly string[]
  /** Null where it could not be read. */
  dockerfile: Dockerfile | null
  buildArgs: Readonly<Record<string, string>>
}

/** The report on a build that was held against what was proven before, as what it says of drift. The verdict stays. */
export function drifted(made: Report, before: Before): Report {
  const { proof, commit, moved, notes, dockerfile, buildArgs } = before
  const report = tellingFirst(made)
  const kind = kindOf(report, moved)
  const [failure] = failuresOf(report)
  const vanished = kind === 'cannot-build' && failure ? vanishedIn(failure) : null
  const drift: ReportDrift = {
    ...{ kind, since: proof?.at ?? null, commit, bases: [...moved], vanished },
    packages: kind === 'differs' ? packagesOf(report) : [],
  }
  const gone = vanished && failure ? [vanishedFinding(vanished, failure)] : []
  const tags = moved.map(base => tagFinding(base, placeOfBase(base.reference, dockerfile, buildArgs)))
  return {
    ...{ ...report, drift, scope: scopeOf(report, before) },
    ...(proof && report.images
      ? { images: { ...report.images, B: report.scope?.against?.name ?? report.images.B } }
      : {}),
    findings: [...report.findings, ...gone, ...tags].sort(byWeight),
    notes: [...report.notes, ...notes, ...(drift.packages.some(nobodyKnows) ? [unknownVersions] : [])],
  }
}

/** What the ledger tells of then. */
function scopeOf({ scope }: Report, { proof, now }: Before): Report['scope'] {
  if (scope === null || proof === null || !scope.against) return scope
  const secondsApart = Math.max(0, (now - Date.parse(proof.at)) / 1000)
  return { ...scope, secondsApart, against: { ...scope.against, kind: 'ledger', proof } }
}

function kindOf(report: Report, moved: readonly MovedBase[]): ReportDrift['kind'] {
  if (report.verdict === 'not-reproducible') return 'differs'
  if (failuresOf(report).some(isOfTheSources)) return 'cannot-build'
  if (report.verdict !== 'reproducible') return 'undecided'
  return moved.length > 0 ? 'base-moved' : 'same'
}

/** Of several platforms the failure that says most of the sources stands first: it is the one that is put into words. */
function tellingFirst(report: Report): Report {
  const { failures } = report
  if (failures === undefined) return report
  const told = (failure: ReportFailure): number =>
    isOfTheSources(failure) ? (vanishedIn(failure) === null ? 1 : 0) : 2
  const ordered = failures.toSorted((one, other) => told(one) - told(other))
  return { ...report, failures: ordered, failure: ordered[0] ?? null }
}

/** That a limit ended the build, or that this machine or its builder is not fit for it, says nothing of what it is built of. */
const isOfTheSources = (failure: ReportFailure): boolean =>
  !failure.stopped &&
  (vanishedIn(failure) !== null ||
    (failure.step !== null &&
      !/^(?:The disk is full|A program is made for another CPU|The builder stopped answering)/.test(failure.message)))

/** Versions as the databases of both images tell them; else the packages whose own files have other digests. */
function packagesOf({ findings, entries }: Report): ReportDrift['packages'] {
  const told = findings
    .filter(({ id }) => id === 'package-version')
    .flatMap(({ evidence }) => evidence)
    .flatMap(({ what, a, b }) =>
      a === undefined || b === undefined ? [] : [{ name: nameIn(what), from: version(b), to: version(a) }],
    )
  return told.length > 0 ? told : packagesByPaths(entries?.list ?? [])
}

/** `curl 8.5 → 8.6 (3 files)` */
const nameIn = (what: string): string => what.split(' ', 1)[0] as string
const version = (text: string): string | null => (text === '(not installed)' ? null : text)

const nobodyKnows = ({ from, to }: ReportDrift['packages'][number]): boolean => from === null && to === null

const unknownVersions =
  'Of packages whose versions are not named, the files that dpkg keeps of them differ. A record has digests and no contents: hold the build against the published image (against) to see both versions.'

/** The first line that takes something from it. */
function placeOfBase(
  reference: string,
  dockerfile: Dockerfile | null,
  buildArgs: Readonly<Record<string, string>>,
): Location | null {
  if (dockerfile === null) return null
  const edges = dockerfile.stages.flatMap(stage => stageEdges(dockerfile, stage, buildArgs))
  const edge = edges.find(({ target, reference: { value } }) => target === null && isNamed(value, reference))
  return edge ? { file: dockerfile.file, line: edge.instruction.line, endLine: edge.instruction.endLine } : null
}

/** `debian` is `docker.io/library/debian:latest`. */
function isNamed(written: string, reference: string): boolean {
  const whole = (name: string): string => {
    const full = fullName(name)
    return /:[^/]*$/.test(full) ? full : `${full}:latest`
  }
  return whole(written) === whole(reference)
}

const tagFinding = ({ reference, from, to }: MovedBase, location: Location | null): Finding => ({
  ...{ id: 'base-tag-moved', source: 'comparison', level: 'warning', class: 'drift' },
  title: to === null ? `The tag ${reference} is gone` : `The tag ${reference} stands for another image now`,
  message: `It stood for ${from} when the image was proven, and ${to === null ? 'its registry has no such tag any more' : `stands for ${to} now`}. This build was held to the image of then, which the verdict is about; a build that follows the tag ${to === null ? 'fails' : 'is made on another base'}.`,
  ...(location ? { location } : {}),
  ...{ paths: [], count: 1, confidence: 'certain' },
  evidence: [{ what: `what ${reference} stands for: now, and then`, a: to ?? '(nothing)', b: from }],
  fix: {
    text: 'Pin the base image by digest, so that every build is made on the same one, and let Renovate or Dependabot move the digest in a pull request, where the gate sees what it changes.',
    snippet: `FROM ${reference}@${from}`,
  },
  docs: docsUrl('base-tag-moved'),
})
