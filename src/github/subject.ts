import { createHash } from 'node:crypto'
import type { Options } from '../options/options.ts'
import type { Report } from '../report/report.ts'
import { clip, visible } from '../report/visible.ts'
import { counted, subjectName } from '../report/words.ts'
import type { GitHubEvent } from './event.ts'

/** What the user asked for, as far as it tells one job of a matrix from another. */
export type Asked = Pick<
  Options,
  'command' | 'platforms' | 'buildArgs' | 'targets' | 'variations' | 'builders' | 'report' | 'images'
>

/**
 * Whose result this is, the same in every run of it and another for every other: of the workflow, the job, and what is gated. The
 * jobs of a matrix have one name, so what each was asked for counts.
 */
export function subjectKey({ workflow, job }: GitHubEvent, { command, subject }: Report, asked: Asked): string {
  const { context, file, files, target } = subject
  const { platforms, buildArgs, targets, variations, builders, report, images } = asked
  const given = [
    platforms,
    lasting(buildArgs),
    targets,
    variations,
    builders,
    asked.command === 'report' ? lastNames(report) : null,
    ...(images.length > 0 ? [images] : []),
  ]
  return digest([workflow, job, asked.command, command, context, file, files, target, given]).slice(0, 16)
}

/**
 * The name of the check run: GitHub shows the last one of a name, so jobs of a matrix need names of their own. Build arguments
 * may be nobody's business, and only mark it. What another workflow reports has a name that no branch rule asks for.
 */
export function checkName(report: Report, asked: Asked): string {
  const { subject, command, scope } = report
  const published = asked.command === 'report'
  const compares = asked.command === 'compare'
  const platforms = published && command === 'gate' ? (scope?.platforms ?? []) : asked.platforms
  const args = Object.keys(asked.buildArgs).length
  const parts = [
    // That of a record is in anybody's words.
    compares ? '' : (subject.target ?? ''),
    clip(asked.targets.join(', '), 60),
    clip(platforms.join(', '), 60),
    args > 0 ? `${counted(args, 'build argument')} ${digest(lasting(asked.buildArgs)).slice(0, 4)}` : '',
  ]
  const told = parts.filter(Boolean).join(', ')
  const word =
    published || compares ? `repro-gate ${asked.command}` : command === 'lint' ? 'repro-gate lint' : 'repro-gate'
  const what = subjectName(subject)
  return clip(visible(`${word}${what === '' ? '' : ` / ${what}`}${told ? ` (${told})` : ''}`), 200)
}

/** A report's path without the folders that another runner has elsewhere: `report/report.json`. */
const lastNames = (path: string | undefined): string => (path ?? '').split(/[\\/]/).slice(-2).join('/')

/** Build arguments without what changes with every commit or run: its name, and times. */
const lasting = (buildArgs: Readonly<Record<string, string>>): string[][] =>
  Object.entries(buildArgs)
    .map(([name, value]) => [name, value.replace(/[0-9a-f]{7,}|\d{4}-\d\d-\d\d\S*/gi, '*')])
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1))

const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex')
