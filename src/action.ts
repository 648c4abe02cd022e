import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as core from '@actions/core'
import { getExecOutput } from '@actions/exec'
import { gate } from './gate.ts'
import { commitTime } from './github/commit.ts'
import { blobUrl, type GitHubEvent, readEvent, untrusted } from './github/event.ts'
import { writeJobSummary } from './github/job-summary.ts'
import { publish } from './github/publish.ts'
import { createExec } from './host/exec.ts'
import { runnerLog } from './host/log.ts'
import { childEnvironment, type Run, withRun } from './host/run.ts'
import { version } from './host/version.ts'
import { givenInputs } from './options/inputs.ts'
import { checkOptions, InputError, type Options } from './options/options.ts'
import type { Exec, Log } from './ports.ts'
import { reportJson } from './report/json.ts'
import { countByLevel, type Report } from './report/report.ts'
import { renderSummary } from './report/summary.ts'
import { exitCode } from './verdict.ts'

async function main(run: Run, log: Log): Promise<void> {
  const event = readEvent(process.env)
  const token = core.getInput('github-token')
  if (token) core.setSecret(token)
  const options = checkOptions('gate', givenInputs(core.getInput), process.env)
  const refusal = untrusted(event, options.allowUntrusted)
  if (refusal !== null) throw new InputError([refusal])

  const env = childEnvironment(process.env)
  const ports = { log, exec: runnerExec(env), env, now: Date.now, signal: run.signal, tempDir: run.tempDir }
  const report = await gate(options, ports, {
    version,
    headSha: event.pullRequest === null ? undefined : (event.headSha ?? undefined),
    commitTime: sha => commitTime(event, token, sha, run.signal),
  })
  const code = exitCode(report.verdict, countByLevel(report.findings), options.failOn)
  await tell(report, options, event, token, code !== 0, log)
  if (code !== 0) core.setFailed(failureTitle(report))
}

/** Hands the report to people and to later steps. Nothing here changes the verdict. */
async function tell(report: Report, options: Options, event: GitHubEvent, token: string, failed: boolean, log: Log) {
  setOutputs(report, await save(report, options, log))
  if (options.summary === 'always' || (options.summary === 'on-failure' && failed)) {
    const problem = await writeJobSummary(
      process.env.GITHUB_STEP_SUMMARY,
      renderSummary(report, { blobUrl: blobUrl(event) }),
    )
    if (problem) log.info(`No job summary: ${problem}`)
  }
  const publication = await publish({ report, event, token, mode: options.annotate, failed })
  if (publication.kind === 'check-run') log.info(`Check run: ${publication.url ?? publication.id}`)
}

function setOutputs(report: Report | null, path: string): void {
  const proven = report?.verdict === 'reproducible' ? report.builds.filter(({ side }) => side === 'A') : []
  core.setOutput('verdict', report?.verdict ?? 'undecided')
  core.setOutput(
    'reproducible',
    { reproducible: 'true', 'not-reproducible': 'false', undecided: 'unknown' }[report?.verdict ?? 'undecided'],
  )
  core.setOutput('level', report?.level ?? '')
  core.setOutput('digest', proven.map(({ digest }) => digest).join('\n'))
  core.setOutput('config-digest', proven.map(({ configDigest }) => configDigest).join('\n'))
  core.setOutput('report', path)
  core.setOutput('findings', String(report?.findings.length ?? 0))
}

/** Writes report.json where the user wants it, or beside the runner's other temporary files; empty when it could not. */
async function save(report: Report, options: Options, log: Log): Promise<string> {
  try {
    const path =
      options.report ??
      join(await mkdtemp(join(process.env.RUNNER_TEMP ?? tmpdir(), 'repro-gate-report-')), 'report.json')
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, reportJson(report))
    return path
  } catch (error) {
    log.warning(`report.json could not be written: ${(error as Error).message}`)
    return ''
  }
}

function failureTitle({ verdict, doubts, failure, findings }: Report): string {
  if (verdict === 'not-reproducible')
    return `Not reproducible: two builds gave different images. The job summary names the lines and the causes.`
  if (verdict === 'undecided')
    return `Undecided: nothing was proven, so this is not a pass. ${failure?.message ?? doubts[0] ?? ''}`.trim()
  const { error, warning } = countByLevel(findings)
  return `Reproducible, but the lint found ${error} errors and ${warning} warnings, and fail-on asks for that to fail.`
}

/** Short commands through the runner's own toolkit; long ones through ours, which can end them. */
function runnerExec(env: Readonly<Record<string, string>>): Exec {
  const exec = createExec(env)
  return {
    stream: exec.stream,
    capture: async (command, args, options = {}) => {
      // The toolkit cannot end what it started: what may hang, or needs a signal of its own, goes our way.
      if (options.signal) return exec.capture(command, args, options)
      const { exitCode, stdout, stderr } = await getExecOutput(command, [...args], {
        silent: true,
        ignoreReturnCode: true,
        env: { ...env, ...options.env },
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        ...(options.input === undefined ? {} : { input: Buffer.from(options.input) }),
      })
      return { code: exitCode, stdout, stderr }
    },
  }
}

const log = runnerLog(core, randomUUID)
withRun(process.env.RUNNER_TEMP, run => main(run, log)).catch((error: Error) => {
  log.unfence()
  setOutputs(null, '')
  if (error instanceof InputError) for (const problem of error.problems) core.setFailed(problem)
  else core.setFailed(`This should not have happened, please report it: ${error.stack ?? error}`)
})
