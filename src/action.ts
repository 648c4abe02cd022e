import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as core from '@actions/core'
import { lintAll } from './commands/lint.ts'
import { readReport } from './commands/report.ts'
import { gate } from './gate.ts'
import { commitTime } from './github/commit.ts'
import { blobUrl, type GitHubEvent, readEvent, untrusted } from './github/event.ts'
import { writeJobSummary } from './github/job-summary.ts'
import { publish } from './github/publish.ts'
import { runnerExec } from './github/runner-exec.ts'
import { endChildren } from './host/children.ts'
import { inert, runnerLog } from './host/log.ts'
import { problemsIn } from './host/problem.ts'
import { childEnvironment, type Run, withRun } from './host/run.ts'
import { tempPlace } from './host/temp-place.ts'
import { version } from './host/version.ts'
import { readConfig } from './options/config-file.ts'
import { givenInputs } from './options/inputs.ts'
import { checkOptions, InputError, modeIn, type Options } from './options/options.ts'
import type { Log } from './ports.ts'
import { countByLevel, type Report, type ReportBuild } from './report/report.ts'
import { renderSummary } from './report/summary.ts'
import { sourcesOf, writeReportFiles } from './report-files.ts'
import { placed } from './subjects/placed.ts'
import { exitCode } from './verdict.ts'

async function main(run: Run, log: Log): Promise<void> {
  const event = readEvent(process.env)
  const token = core.getInput('github-token')
  const given = givenInputs(name => core.getInput(name, { trimWhitespace: false }))
  mask([token, ...secretValues(given.secrets ?? [])])
  const asked = checkOptions(modeIn(given), given, process.env, await readConfig(given.config?.at(-1)))
  const refusal = untrusted(event, asked.allowUntrusted)
  if (refusal !== null) throw new InputError([refusal])

  const env = childEnvironment(process.env)
  const ports = { log, exec: runnerExec(env), env, now: Date.now, signal: run.signal, tempDir: run.tempDir }
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env
  const options = await placed(asked, ports, server && name ? { own: { repository: `${server}/${name}`, token } } : {})
  const work = { gate, lint: lintAll, report: readReport }[options.command as 'gate' | 'lint' | 'report']
  const logs = options.logs ?? join(process.env.RUNNER_TEMP ?? tmpdir(), `repro-gate-logs-${randomUUID()}`)
  const report = await work({ ...options, logs }, ports, {
    version,
    headSha: event.pullRequest === null ? undefined : (event.headSha ?? undefined),
    commitTime: sha => commitTime(event, token, sha, run.signal),
  })
  // A lint that was cancelled has nothing undecided in it, and may not be whole.
  const cancelled = report.command === 'lint' && run.endedBy() !== null
  const code = cancelled ? 2 : exitCode(report.verdict, countByLevel(report.findings), options.failOn)
  await tell(report, options, { event, token, failed: code !== 0, signal: run.signal }, log)
  if (code !== 0) core.setFailed(inert(failureTitle(report, run.endedBy())))
  else process.exitCode = core.ExitCode.Success
}

/** The runner shows three stars for these from here on. */
function mask(texts: readonly string[]): void {
  for (const text of texts) if (text.trim() !== '') core.setSecret(text)
}

/** The values of `id=value`; of a value on several lines each line as well, because a log shows one at a time. */
function secretValues(entries: readonly string[]): string[] {
  return entries.flatMap(entry => {
    const value = entry.slice(entry.indexOf('=') + 1)
    return [value, ...value.split(/\r?\n/).map(line => line.trim())]
  })
}

/** How the report is told. An aborted run has no time for GitHub's API. */
interface Telling {
  event: GitHubEvent
  token: string
  failed: boolean
  signal: AbortSignal
}

/** Hands the report to people and to later steps. Nothing here changes the verdict. */
async function tell(report: Report, options: Options, { event, token, failed, signal }: Telling, log: Log) {
  setOutputs(report, await save(report, options, { event, signal }, log))
  if (options.summary === 'always' || (options.summary === 'on-failure' && failed)) {
    const problem = await writeJobSummary(
      process.env.GITHUB_STEP_SUMMARY,
      renderSummary(report, { blobUrl: blobUrl(event) }),
    )
    if (problem) log.info(`No job summary: ${problem}`)
  }
  if (signal.aborted) return
  const publication = await publish({
    report,
    event,
    token,
    mode: options.annotate === 'never' ? 'never' : options.checkRun ? 'check' : 'log',
    failed,
    signal,
  })
  if (publication.kind === 'check-run') log.info(`Check run: ${publication.url ?? publication.id}`)
}

function setOutputs(report: Report | null, path: string): void {
  const proven = report?.verdict === 'reproducible' ? report.builds.filter(({ side }) => side === 'A') : []
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

/**
 * Writes the report where the user wants it, and report.json in any case: beside the runner's other temporary files.
 * @returns its path; empty when it could not be, and where an aborted run would leave a folder behind that nobody asked for
 */
async function save(
  report: Report,
  options: Options,
  { event, signal }: Pick<Telling, 'event' | 'signal'>,
  log: Log,
): Promise<string> {
  const wasRead = options.command === 'report'
  const own =
    wasRead || (signal.aborted && options.report === undefined) ? undefined : (options.report ?? besidesOthers())
  const surroundings = { blobUrl: blobUrl(event), sources: await sourcesOf(report, options), wasRead }
  const written = await writeReportFiles(report, { ...options, report: own }, surroundings, log)
  return written.report ?? (wasRead ? (options.report ?? '') : '')
}

const besidesOthers = (): string =>
  join(process.env.RUNNER_TEMP ?? tmpdir(), `repro-gate-report-${randomUUID()}`, 'report.json')

function failureTitle({ command, verdict, doubts, failure, findings }: Report, endedBy: NodeJS.Signals | null): string {
  if (endedBy !== null) return `Undecided: the job was cancelled (${endedBy}) before anything was proven.`
  if (verdict === 'not-reproducible')
    return `Not reproducible: two builds gave different images. The job summary names the lines and the causes.`
  if (verdict === 'undecided')
    return `Undecided: nothing was proven, so this is not a pass. ${failure?.message ?? doubts[0] ?? ''}`.trim()
  const { error, warning } = countByLevel(findings)
  if (command === 'lint')
    return `The lint found ${error} errors and ${warning} warnings. The job summary says where, and what to do.`
  return `Reproducible, but the lint found ${error} errors and ${warning} warnings, and fail-on asks for that to fail.`
}

// Until the very end says otherwise: a run that stops half-way, however it does, must never look like a pass.
process.exitCode = core.ExitCode.Failure
// A second signal ends the process at once.
process.on('exit', endChildren)
const log = runnerLog(core, randomUUID)

tempPlace(process.env)
  .then(place => withRun(place, run => main(run, log)))
  .catch((error: unknown) => {
    log.unfence()
    for (const problem of problemsIn(error)) core.setFailed(problem)
    setOutputs(null, '')
  })
  .catch((error: unknown) => core.setFailed(String(error)))
  .finally(end)

/** Ends the process with all it said told: a child that hangs must not keep it alive, or live on. */
async function end(): Promise<void> {
  endChildren()
  for (const stream of [process.stdout, process.stderr]) await new Promise<unknown>(told => stream.write('', told))
  process.exit()
}
