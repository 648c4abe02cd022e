#!/usr/bin/env node
import { statSync } from 'node:fs'
import { compareNamed } from './commands/compare.ts'
import { drift } from './commands/drift.ts'
import { fix } from './commands/fix.ts'
import { helpPage } from './commands/help-page.ts'
import { init } from './commands/init.ts'
import { lintAll } from './commands/lint.ts'
import { pageOf, readPages } from './commands/pages.ts'
import { recordImage } from './commands/record.ts'
import { planReplay, replay } from './commands/replay.ts'
import { failOnOf, readReport } from './commands/report.ts'
import { verify } from './commands/verify.ts'
import { completionScript } from './completion/completion.ts'
import { completionWords } from './completion/words.ts'
import { gate } from './gate.ts'
import { childEnvironment, tokensIn } from './host/child-environment.ts'
import { createExec } from './host/exec.ts'
import { liveProgress } from './host/live-progress.ts'
import { harmless, terminalLog } from './host/log.ts'
import { lostFiles } from './host/lost-files.ts'
import { createMasking } from './host/masking.ts'
import { HostError, hostProblem, problemsIn } from './host/problem.ts'
import { type Run, withRun } from './host/run.ts'
import { tempPlace } from './host/temp-place.ts'
import { version } from './host/version.ts'
import { readConfig } from './options/config-file.ts'
import { readCommandLine } from './options/flags.ts'
import { helpText } from './options/help.ts'
import { keptIn } from './options/kept-credentials.ts'
import { checkOptions, InputError, type Options } from './options/options.ts'
import { checkOutputPaths, orNoOutputs } from './options/output-paths.ts'
import type { OwnCommandLine } from './options/own-commands.ts'
import { credentialsIn, secretArguments, secretsIn, secretValues } from './options/secret-values.ts'
import type { Ports } from './ports.ts'
import { openLedger } from './prove/ledger/open-ledger.ts'
import { renderPlan } from './replay/plan.ts'
import { fixExitCode } from './report/fix-report.ts'
import { renderFixes } from './report/fixes.ts'
import { initExitCode, renderInit } from './report/init-report.ts'
import { reportJson } from './report/json.ts'
import { maskedReport } from './report/masked-report.ts'
import { renderPage, renderPageList } from './report/page.ts'
import { recordExitCode, renderRecord } from './report/record-report.ts'
import { exitCodeOf, type Report } from './report/report.ts'
import { renderTerminal } from './report/terminal.ts'
import { sourcesOf, writeReportFiles } from './report-files.ts'
import { placed } from './subjects/placed.ts'

/** What is secret by its name, and what options name as secret: shown nowhere. */
const masking = createMasking(credentialsIn(process.env))
const clean = harmless(masking.text)

const debug = process.env.REPRO_GATE_DEBUG === '1'
/** In a terminal the lines of a build pass by on one line; whoever looks for a fault of ours wants them all. */
const isLive = process.stderr.isTTY === true && process.env.TERM !== 'dumb' && !debug
const progress = liveProgress(
  {
    write: text => process.stderr.write(text),
    columns: () => process.stderr.columns || 80,
    now: () => performance.now(),
  },
  text => (coloursOn(process.stderr) ? `\u001b[2m${text}\u001b[0m` : text),
)

async function main(args: readonly string[]): Promise<number> {
  const asked = readCommandLine(args, isFolder)
  // Nothing asked, nothing checked: a script whose variable is empty must not pass.
  if (args.length === 0) throw new InputError([`say what to do\n\n${helpText(undefined)}`])
  if (asked.kind === 'help') return print(helpPage(helpText(asked.command), columnsOf(process.stdout)))
  if (asked.kind === 'version') return print(`repro-gate ${version}\n`)
  if (asked.kind === 'explain') return explainPage(asked.id, asked.json)
  if (asked.kind === 'completion') return print(completionScript(asked.shell, completionWords(await readPages())))
  return withRun(await tempPlace(process.env), async run => {
    if (asked.kind === 'init') return start(asked, run)
    masking.hide(await secretValues(secretsIn(asked.given), process.env))
    // Images of anywhere have nothing to do with the configuration of the repository here.
    const isOfAnywhere = asked.command === 'compare' || asked.command === 'replay'
    const config = isOfAnywhere ? null : await readConfig(asked.given.config?.at(-1))
    const checked = checkOptions(asked.command, asked.given, process.env, config)
    masking.hide([...secretArguments(checked), ...(await keptIn(checked, process.env))])
    await checkOutputPaths(checked)
    return orNoOutputs(checked, () => carryOut(checked, asked.json, run)).catch(error => brokenOff(error, run))
  })
}

async function carryOut(checked: Options, json: boolean, run: Run): Promise<number> {
  let isTold = false
  const tell = (line: string): void => {
    isTold = true
    progress.own(line)
  }
  const ports = portsOf(run, tell)
  const options = await placed(checked, ports, { stdin: process.stdin })
  if (options.command === 'fix') return mendAll(options, ports, json, run)
  if (options.command === 'record') return writeDown(options, ports, json, run)
  if (options.command === 'replay' && options.dryRun) return tellPlan(options, ports, json)
  const caller = { version, ledger: openLedger(options, ports, process.env) }
  const report = maskedReport(await work[options.command](options, ports, caller), masking)
  const sources = await sourcesOf(report, options, masking.text)
  const wasRead = options.command === 'report'
  const paths = wasRead ? { ...options, report: undefined } : options
  await writeReportFiles(report, paths, { sources, wasRead, predicateType: options.predicateType }, ports.log)
  // On one screen the report stands apart from what was told on the way.
  if (isTold && process.stderr.isTTY && process.stdout.isTTY) process.stderr.write('\n')
  print(json ? reportJson(report) : forPeople(report, sources))
  if (run.endedBy() !== null) return 130
  const failOn = wasRead ? failOnOf(report, options) : options.failOn
  const code = exitCodeOf(report, failOn)
  // A pass that lacks a file which was asked for is none.
  return code === 0 && failOn !== 'never' && lostFiles(ports.log).length > 0 ? 2 : code
}

/** All that a run may know of this machine. */
function portsOf(run: Run, tell: (line: string) => void): Ports {
  const log = terminalLog(tell, {
    colour: coloursOn(process.stderr),
    debug,
    mask: masking.text,
    live: isLive ? progress : undefined,
  })
  const env = childEnvironment(process.env)
  const { signal, tempDir } = run
  return { log, exec: createExec(env), env, tokens: tokensIn(process.env), now: Date.now, signal, tempDir, masking }
}

const work = { gate, lint: lintAll, compare: compareNamed, verify, drift, replay, report: readReport }

async function writeDown(options: Options, ports: Ports, json: boolean, run: Run): Promise<number> {
  const report = await recordImage(options, ports, { version })
  print(masking.text(json ? `${JSON.stringify(report, null, 2)}\n` : renderRecord(report)))
  return run.endedBy() === null ? recordExitCode(report) : 130
}

/** 2 where it cannot be replayed, as without `--dry-run`. */
async function tellPlan(options: Options, ports: Ports, json: boolean): Promise<0 | 2> {
  const plan = await planReplay(options, ports)
  print(masking.text(json ? `${JSON.stringify(plan, null, 2)}\n` : renderPlan(plan)))
  return plan.refused.length > 0 ? 2 : 0
}

async function start({ asked, json }: OwnCommandLine & { kind: 'init' }, run: Run): Promise<number> {
  const ports = portsOf(run, progress.own)
  const report = await init(asked, ports, { version })
  const forPeople = { colour: coloursOn(process.stdout), width: columnsOf(process.stdout) }
  print(masking.text(json ? `${JSON.stringify(report, null, 2)}\n` : renderInit(report, forPeople)))
  return run.endedBy() === null ? initExitCode(report) : 130
}

async function explainPage(id: string | null, json: boolean): Promise<0> {
  const pages = await readPages()
  const colour = coloursOn(process.stdout)
  if (json) return print(`${JSON.stringify(id === null ? pages : pageOf(pages, id), null, 2)}\n`)
  if (id === null) return print(renderPageList(pages, { colour }))
  // A terminal that does not know its width says 0.
  const width = Math.max(40, Math.min(100, process.stdout.columns || 100))
  return print(renderPage(pageOf(pages, id).text, { colour, width }))
}

async function mendAll(options: Options, ports: Ports, json: boolean, run: Run): Promise<number> {
  const report = await fix(options, ports, { version })
  const colour = coloursOn(process.stdout)
  print(masking.text(json ? `${JSON.stringify(report, null, 2)}\n` : renderFixes(report, { colour })))
  return run.endedBy() === null ? fixExitCode(report) : 130
}

function forPeople(report: Report, sources: Readonly<Record<string, string>>): string {
  return renderTerminal(report, { colour: coloursOn(process.stdout), sources, width: columnsOf(process.stdout) })
}

/** Of a terminal that knows its width, which says 0 where it does not; longer lines than these nobody reads with ease. */
const columnsOf = ({ isTTY, columns }: NodeJS.WriteStream): number | undefined =>
  isTTY && columns > 0 ? Math.min(120, columns) : undefined

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

/** https://no-color.org and FORCE_COLOR, as terminals have them. */
function coloursOn(stream: NodeJS.WriteStream): boolean {
  if (process.env.NO_COLOR) return false
  if (process.env.FORCE_COLOR && process.env.FORCE_COLOR !== '0') return true
  return stream.isTTY === true && process.env.TERM !== 'dumb'
}

function print(text: string): 0 {
  progress.clear()
  process.stdout.write(text)
  return 0
}

/** What a signal broke off where it could not end in good order, as in the middle of reading its input. */
function brokenOff(error: unknown, run: Run): 130 {
  if (run.endedBy() === null) throw error
  sayWrong(error)
  return 130
}

/** What ended this, in words, and the code for it: never 0, and never the one that means `not reproducible`. */
function fail(error: unknown): void {
  sayWrong(error)
  failed = true
}

function sayWrong(error: unknown): void {
  const problems = problemsIn(error)
  const told = problems.length === 1 ? problems[0] : `${problems.length} problems:\n- ${problems.join('\n- ')}`
  progress.own(clean(`repro-gate: ${told}`))
}

let failed = false
// Until the very end says otherwise: a run that stops half-way, however it does, must never look like a pass.
process.exitCode = 2
process.on('uncaughtException', error => {
  fail(error)
  process.exit(2)
})
// A reader that has seen enough (`| head`) is no error; a report that could not be printed is, once.
let isUnprinted = false
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || stream !== process.stdout || isUnprinted) return
    isUnprinted = true
    fail(new HostError(`Standard output could not be written: ${hostProblem(error) ?? error.message}`))
  })

void main(process.argv.slice(2))
  .then(code => {
    process.exitCode = code
  }, fail)
  .then(end)

/** Ends the process with all it said told: a connection that nobody answers must not keep it alive. */
async function end(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) await new Promise<unknown>(told => stream.write('', told))
  if (failed) process.exitCode = 2
  process.exit()
}
