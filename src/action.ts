import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as core from '@actions/core'
import { compareNamed } from './commands/compare.ts'
import { drift } from './commands/drift.ts'
import { lintAll } from './commands/lint.ts'
import { recordImage } from './commands/record.ts'
import { replay } from './commands/replay.ts'
import { failOnOf, readReport } from './commands/report.ts'
import { verify } from './commands/verify.ts'
import { type Caller, gate } from './gate.ts'
import { commitTime } from './github/commit.ts'
import { readEvent, untrusted } from './github/event.ts'
import { foreignReport } from './github/foreign-report.ts'
import { writeJobSummary } from './github/job-summary.ts'
import { setOutputs, setRecordOutputs } from './github/outputs.ts'
import { runnerExec } from './github/runner-exec.ts'
import { tell } from './github/tell.ts'
import { childEnvironment, tokensIn } from './host/child-environment.ts'
import { endChildren } from './host/children.ts'
import { harmless, runnerLog } from './host/log.ts'
import { lostFiles } from './host/lost-files.ts'
import { createMasking } from './host/masking.ts'
import { problemsIn } from './host/problem.ts'
import { type Run, withRun } from './host/run.ts'
import { tempPlace } from './host/temp-place.ts'
import { version } from './host/version.ts'
import { readConfig } from './options/config-file.ts'
import { givenInputs } from './options/inputs.ts'
import { keptIn } from './options/kept-credentials.ts'
import { checkOptions, InputError, modeIn } from './options/options.ts'
import { checkOutputPaths, orNoOutputs } from './options/output-paths.ts'
import { credentialsIn, secretArguments, secretsIn, secretValues } from './options/secret-values.ts'
import type { Log } from './ports.ts'
import { openLedger } from './prove/ledger/open-ledger.ts'
import { failureTitle } from './report/failure-title.ts'
import { maskedReport } from './report/masked-report.ts'
import { renderNoReport } from './report/no-report.ts'
import { type RecordReport, renderRecord } from './report/record-report.ts'
import { exitCodeOf } from './report/report.ts'
import { placed } from './subjects/placed.ts'

/** Shown nowhere; the runner, too, shows three stars for each from here on. */
const masking = createMasking(credentialsIn(process.env), core.setSecret)
const clean = harmless(masking.text)

async function main(run: Run, log: Log): Promise<void> {
  const event = readEvent(process.env)
  const token = core.getInput('github-token')
  const given = givenInputs(name => core.getInput(name, { trimWhitespace: false }))
  masking.hide([token, ...(await secretValues(secretsIn(given), process.env))])
  const mode = modeIn(given)
  // Images of anywhere have nothing to do with the configuration of the repository here.
  const config = mode === 'compare' || mode === 'replay' ? null : await readConfig(given.config?.at(-1))
  const asked = checkOptions(mode, given, process.env, config)
  masking.hide([...secretArguments(asked), ...(await keptIn(asked, process.env))])
  await checkOutputPaths(asked)
  return orNoOutputs(asked, async () => {
    // What only reads a report builds nothing of anybody's.
    const refusal = untrusted(event, asked.allowUntrusted || ['compare', 'report'].includes(asked.command))
    if (refusal !== null) throw new InputError([refusal])

    const env = childEnvironment(process.env)
    const { signal, tempDir } = run
    const tokens = tokensIn(process.env)
    const ports = { log, exec: runnerExec(env), env, tokens, now: Date.now, signal, tempDir, masking }
    const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env
    const own = server && name ? { own: { repository: `${server}/${name}`, token } } : {}
    const options = await placed(asked, ports, own)
    const work = { gate, lint: lintAll, verify, drift, replay, compare: compareNamed, report: readReport }[
      options.command as 'gate' | 'lint' | 'verify' | 'drift' | 'replay' | 'compare' | 'report'
    ]
    const logs = options.logs ?? join(process.env.RUNNER_TEMP ?? tmpdir(), `repro-gate-logs-${randomUUID()}`)
    const caller: Caller = {
      ...{ version, ...own, ledger: openLedger(options, ports, process.env) },
      headSha: event.pullRequest === null ? undefined : (event.headSha ?? undefined),
      commitTime: sha => commitTime(event, token, sha, { signal: run.signal }),
    }
    if (options.command === 'record') return tellRecord(await recordImage({ ...options, logs }, ports, caller), log)
    const told = await work({ ...options, logs }, ports, caller)
    const report = maskedReport(told, masking)
    const foreign = options.command === 'report' ? foreignReport(report, event) : null
    if (foreign !== null) throw new InputError([foreign])
    const failOn = options.command === 'report' ? failOnOf(report, options) : options.failOn
    // A lint that was cancelled has nothing undecided in it, and may not be whole.
    // A signal that comes later ends the telling, and undoes nothing that was proven.
    const endedBy = run.endedBy()
    const cancelled = report.command === 'lint' && endedBy !== null
    const code = cancelled ? 2 : exitCodeOf(report, failOn)
    const telling = { event, token, failed: code !== 0, signal: run.signal, env: process.env, mask: masking.text }
    await tell(report, options, telling, log)
    // Where nobody named a place for report.json, nobody waits for it there.
    const lost = lostFiles(log).filter(path => !path.endsWith('/report.json') || path === options.report)
    if (code !== 0) core.setFailed(clean(failureTitle(report, endedBy)))
    else if (failOn !== 'never' && lost.length > 0)
      core.setFailed(clean(`A file that was asked for could not be written: ${lost.join(', ')}`))
    else process.exitCode = core.ExitCode.Success
  })
}

/** A record has no verdict: it is there, or the step fails. */
function tellRecord(report: RecordReport, log: Log): void {
  for (const line of clean(renderRecord(report)).trimEnd().split('\n')) log.info(line)
  setRecordOutputs(report)
  if (report.record === null) core.setFailed(clean(`No record was written: ${report.problems[0] ?? ''}`))
  else process.exitCode = core.ExitCode.Success
}

// Until the very end says otherwise: a run that stops half-way, however it does, must never look like a pass.
process.exitCode = core.ExitCode.Failure
// A second signal ends the process at once.
process.on('exit', endChildren)
const log = runnerLog(core, randomUUID, masking.text)

tempPlace(process.env)
  .then(place => withRun(place, run => main(run, log)))
  .catch((error: unknown) => {
    log.unfence()
    const problems = problemsIn(error).map(clean)
    for (const problem of problems) core.setFailed(problem)
    try {
      setOutputs(null, { report: '', predicate: '' })
    } catch (second) {
      const more = problemsIn(second).map(clean)
      // Where that is what ended the run, it is told.
      for (const problem of more) if (!problems.includes(problem)) core.setFailed(problem)
    }
    process.exitCode = 2
    if (core.getInput('summary') === 'never') return
    return writeJobSummary(process.env.GITHUB_STEP_SUMMARY, renderNoReport(problems, error instanceof InputError))
  })
  .catch((error: unknown) => core.setFailed(clean(String(error))))
  .finally(end)

/** Ends the process with all it said told: a child that hangs must not keep it alive, or live on. */
async function end(): Promise<void> {
  endChildren()
  for (const stream of [process.stdout, process.stderr]) await new Promise<unknown>(told => stream.write('', told))
  process.exit()
}
