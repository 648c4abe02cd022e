import * as core from '@actions/core'
import type { Report, ReportBuild } from '../report/report.ts'

/**
 * Sets the outputs of the action.
 * @param path of report.json; empty when there is none
 * @param wasRead the report is of another run: what it calls proven was not proven here, and no later step may push it
 */
export function setOutputs(report: Report | null, path: string, wasRead = false): void {
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
  core.setOutput('report', path)
  core.setOutput('findings', String(report?.findings.length ?? 0))
}

/** Of the images of a bake file each line says whose it is: `web@sha256:…`. */
const named = ({ image }: ReportBuild, digest: string): string => (image === undefined ? digest : `${image}@${digest}`)
