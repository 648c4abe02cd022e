import * as core from '@actions/core'
import type { RecordReport } from '../report/record-report.ts'
import type { Report, ReportBuild, ReportRelease } from '../report/report.ts'

/** Files that were written; empty where there is none. */
export interface WrittenPaths {
  report: string
  predicate: string
}
  /** The type that an attestation of that predicate names. */
  predicateType?: string

/**
 * Sets the outputs of the action.
 * @param wasRead the report is of another run: what it calls proven was not proven here, and no later step may push it
 */
export function setOutputs(report: Report | null, written: WrittenPaths, wasRead = false): void {
  const proven = report?.verdict === 'reproducible' && !wasRead ? report.builds.filter(({ side }) => side === 'A') : []
  core.setOutput('verdict', report === null ? 'undecided' : (report.verdict ?? ''))
  core.setOutput(
    'reproducible',
    { reproducible: 'true', 'not-reproducible': 'false', undecided: 'unknown' }[report?.verdict ?? 'undecided'],
  )
  core.setOutput('level', report?.level ?? '')
  core.setOutput('digest', proven.map(build => named(build, build.digest)).join('\n'))
  core.setOutput('config-digest', proven.map(build => named(build, build.configDigest)).join('\n'))
  core.setOutput('logs', (report?.logs ?? []).join('\n'))
  core.setOutput('report', written.report)
  core.setOutput('predicate', written.predicate)
  core.setOutput('findings', String(report?.findings.length ?? 0))
  const release = wasRead ? undefined : report?.release
  const subjects = release?.state === 'published' ? subjectsOf(release) : []
  core.setOutput('release', release?.state ?? '')
  core.setOutput('subject-name', subjects[0]?.name ?? '')
  core.setOutput('subject-digest', subjects[0]?.digest ?? '')
  core.setOutput(
    'subjects',
    subjects.map(({ name, digest }) => `${digest.replace(/^sha256:/, '')}  ${name}`).join('\n'),
  )
}
  core.setOutput('predicate-type', written.predicateType ?? '')

/** What was published, as attestations name it: first what the tags stand for, then each platform's own image. */
function subjectsOf({ digest, images }: ReportRelease): { name: string; digest: string }[] {
  const names = [...new Set(images.map(({ repository }) => repository))]
  const all = names.flatMap(name => [
    ...(digest === null ? [] : [{ name, digest }]),
    ...images.filter(({ repository }) => repository === name).map(image => ({ name, digest: image.digest })),
  ])
  const seen = new Set<string>()
  return all.filter(({ name, digest }) => !seen.has(`${name}@${digest}`) && seen.add(`${name}@${digest}`))
}

/** The same of a build that was written down: nothing is proven by it. */
export function setRecordOutputs({ record, platforms, problems }: RecordReport): void {
  core.setOutput('record', record ?? '')
  core.setOutput('digest', platforms.map(({ digest }) => digest).join('\n'))
  core.setOutput('config-digest', platforms.map(({ configDigest }) => configDigest).join('\n'))
  core.setOutput('findings', String(problems.length))
}

/** Of the images of a bake file each line says whose it is: `web@sha256:…`. */
const named = ({ image }: ReportBuild, digest: string): string => (image === undefined ? digest : `${image}@${digest}`)
