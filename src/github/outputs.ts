import * as core from '@actions/core'
import { HostError, hostProblem } from '../host/problem.ts'
import { rebuiltSubjects } from '../report/attestation/subject.ts'
import type { RecordReport } from '../report/record-report.ts'
import { publishedAs } from '../report/release-lines.ts'
import type { Report, ReportBuild, ReportRelease } from '../report/report.ts'

/** Files that were written; empty where there is none. */
export interface WrittenPaths {
  report: string
  predicate: string
  /** The type that an attestation of that predicate names. */
  predicateType?: string
}

/** The file that a runner takes outputs from is its own: where it cannot be written, no output is there at all. */
function setOutput(name: string, value: string): void {
  try {
    core.setOutput(name, value)
  } catch (error) {
    const { message } = error as Error
    throw new HostError(
      `The outputs could not be written for later steps: ${hostProblem(error) ?? message}. The runner names their file in GITHUB_OUTPUT; this log has the whole result.`,
    )
  }
}

/**
 * Sets the outputs of the action.
 * @throws HostError where the runner's file cannot be written
 * @param wasRead the report is of another run: what it calls proven was not proven here, and no later step may push it
 */
export function setOutputs(report: Report | null, written: WrittenPaths, wasRead = false): void {
  const proven = report?.verdict === 'reproducible' && !wasRead ? report.builds.filter(({ side }) => side === 'A') : []
  // Of what was compared the names are those of the others, and the image is A.
  const lineOf = report?.command === 'compare' ? (_: ReportBuild, digest: string) => digest : named
  const provenLines = (digestOf: (build: ReportBuild) => string): string =>
    [...new Set(proven.map(build => lineOf(build, digestOf(build))))].join('\n')
  setOutput('verdict', report === null ? 'undecided' : (report.verdict ?? ''))
  setOutput(
    'reproducible',
    { reproducible: 'true', 'not-reproducible': 'false', undecided: 'unknown' }[report?.verdict ?? 'undecided'],
  )
  setOutput('level', report?.level ?? '')
  setOutput(
    'digest',
    provenLines(build => build.digest),
  )
  setOutput(
    'config-digest',
    provenLines(build => build.configDigest),
  )
  setOutput('logs', (report?.logs ?? []).join('\n'))
  setOutput('report', written.report)
  setOutput('predicate', written.predicate)
  setOutput('predicate-type', written.predicateType ?? '')
  setOutput('findings', String(report?.findings.length ?? 0))
  const release = wasRead ? undefined : report?.release
  const rebuilt = report === null || wasRead ? [] : rebuiltSubjects(report)
  const subjects = release?.state === 'published' ? subjectsOf(release) : rebuilt
  // Of several images, or platforms without an index, none is the one.
  const [one] = release?.digests || rebuilt.length > 1 ? [] : subjects
  setOutput('drift', report?.drift?.kind ?? '')
  setOutput('release', release?.state ?? '')
  setOutput('subject-name', one?.name ?? '')
  setOutput('subject-digest', one?.digest ?? '')
  setOutput('subjects', subjects.map(({ name, digest }) => `${digest.replace(/^sha256:/, '')}  ${name}`).join('\n'))
}

/** What was published, as attestations name it: first what the tags stand for, then each platform's own image. */
function subjectsOf(release: ReportRelease): { name: string; digest: string }[] {
  const all = publishedAs(release).flatMap(({ image, name, digest }) => [
    { name, digest },
    ...release.images
      .filter(one => one.repository === name && (one.image ?? null) === image)
      .map(one => ({ name, digest: one.digest })),
  ])
  const seen = new Set<string>()
  return all.filter(({ name, digest }) => !seen.has(`${name}@${digest}`) && seen.add(`${name}@${digest}`))
}

/** The same of a build that was written down: nothing is proven by it. */
export function setRecordOutputs({ record, platforms, problems }: RecordReport): void {
  setOutput('record', record ?? '')
  setOutput('digest', platforms.map(({ digest }) => digest).join('\n'))
  setOutput('config-digest', platforms.map(({ configDigest }) => configDigest).join('\n'))
  setOutput('findings', String(problems.length))
}

/** Of the images of a bake file each line says whose it is: `web@sha256:…`. */
const named = ({ image }: ReportBuild, digest: string): string => (image === undefined ? digest : `${image}@${digest}`)
