import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { parse } from 'yaml'
import { type Contexts, contexts, environment, evaluated } from './contexts.ts'
import { readFileCommand } from './file-command.ts'
import { masked, outputReader, type StepOutput } from './output-reader.ts'

export interface ActionRun {
  actionDir: string
  inputs?: Record<string, string>
  /** Added to the action's environment; nothing else of the test's own gets in. */
  env?: Record<string, string>
  /** Values of the `github` context: `event_name`, `sha`, `api_url`, `repository` and so on. */
  github?: Record<string, string>
  event?: unknown
  /** The event file as it is, whatever it holds. */
  eventText?: string
  workspace?: string
  /** The program to start the action with: see node24.ts. */
  node?: string
  debug?: boolean
  timeoutMs?: number
  /** Cancels the job so many milliseconds after its main phase began: SIGINT, then SIGTERM, then SIGKILL. */
  cancelAfterMs?: number
  /** Leaves the runner's folders, named in `root`, for the test to look into and remove. */
  keepTemp?: boolean
}

export interface ActionResult extends StepOutput {
  outcome: 'success' | 'failure' | 'cancelled'
  exitCodes: Record<string, number | string>
  env: Record<string, string>
  path: string[]
  summary: string
  /** More than 1 MiB: GitHub shows none of it. */
  summaryDropped: boolean
  /** Set, but not in action.yml. */
  undeclaredOutputs: string[]
  root: string
}

interface Metadata {
  inputs?: Record<string, { default?: unknown } | null>
  outputs?: Record<string, unknown>
  runs: Record<string, string>
}

const summaryLimit = 1024 * 1024

/**
 * Runs one JavaScript action as a step of a job, the way actions/runner 2.336.0 does: pre, main, post, each with its
 * environment, its file commands and its workflow commands.
 */
export async function runAction(run: ActionRun): Promise<ActionResult> {
  const actionDir = resolve(run.actionDir)
  const metadata = readMetadata(actionDir)
  const root = mkdtempSync(join(tmpdir(), 'runner-'))
  const workspace = run.workspace ?? join(root, 'work')
  for (const folder of ['_temp/_runner_file_commands', '_temp/_github_workflow', '_tool'])
    mkdirSync(join(root, folder), { recursive: true })
  mkdirSync(workspace, { recursive: true })
  const eventPath = join(root, '_temp/_github_workflow/event.json')
  writeFileSync(eventPath, run.eventText ?? JSON.stringify(run.event ?? {}))
  const known = contexts(root, actionDir, workspace, eventPath, run.github ?? {}, run.debug ?? false)
  const result = emptyResult(root, known)
  const inputs = inputsOf(metadata, run.inputs ?? {}, known, result)
  for (const phase of ['pre', 'main', 'post']) {
    const script = metadata.runs[phase]
    if (!script || (phase === 'post' && result.exitCodes.main === undefined)) continue
    if (!existsSync(join(actionDir, script))) {
      fail(result, `File not found: '${script}'`)
      break
    }
    await runPhase(phase, join(actionDir, script), { run, known, inputs, workspace, result })
  }
  result.undeclaredOutputs = Object.keys(result.outputs).filter(name => !(name in (metadata.outputs ?? {})))
  if (!run.keepTemp) rmSync(root, { recursive: true, force: true })
  return result
}

function readMetadata(actionDir: string): Metadata {
  const file = ['action.yml', 'action.yaml'].map(name => join(actionDir, name)).find(path => existsSync(path))
  if (!file) throw new Error(`Can't find 'action.yml' or 'action.yaml' under '${actionDir}'`)
  const metadata = parse(readFileSync(file, 'utf8')) as Metadata
  const using = metadata.runs?.using ?? ''
  if (!/^node2[04]$/.test(using)) throw new Error(`'using: ${using}' is not a supported JavaScript runtime`)
  return metadata
}

function emptyResult(root: string, known: Contexts): ActionResult {
  return {
    ...{
      outcome: 'success',
      exitCodes: {},
      outputs: {},
      env: {},
      path: [],
      state: {},
      summary: '',
      summaryDropped: false,
    },
    ...{
      annotations: [],
      droppedAnnotations: 0,
      groups: [],
      deprecated: [],
      errors: [],
      log: [],
      undeclaredOutputs: [],
      root,
    },
    masks: new Set([known.github.token ?? ''].filter(Boolean)),
  }
}

/** Names do not mind their case; `required` is not enforced, and an unknown name is a warning only. */
function inputsOf(
  metadata: Metadata,
  given: Record<string, string>,
  known: Contexts,
  result: ActionResult,
): Record<string, string> {
  const inputs = Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]))
  const declared = Object.keys(metadata.inputs ?? {})
  const unexpected = Object.keys(inputs).filter(name => !declared.some(other => other.toLowerCase() === name))
  if (unexpected.length > 0)
    result.annotations.push({ level: 'warning', message: `Unexpected input(s) '${unexpected.join("', '")}'` })
  for (const name of declared) inputs[name.toLowerCase()] ??= evaluated(metadata.inputs?.[name]?.default, known)
  return inputs
}

interface Step {
  run: ActionRun
  known: Contexts
  inputs: Record<string, string>
  workspace: string
  result: ActionResult
}

async function runPhase(phase: string, script: string, { run, known, inputs, workspace, result }: Step): Promise<void> {
  const folder = join(result.root, '_temp/_runner_file_commands')
  const names = ['output', 'env', 'path', 'state', 'step_summary']
  const files = Object.fromEntries(names.map(name => [name, join(folder, `${name}_${phase}`)]))
  for (const file of Object.values(files)) writeFileSync(file, '')
  const step = { paths: result.path, env: { ...result.env, ...run.env }, state: result.state, files }
  const code = await start(script, environment(known, inputs, step), phase, { run, known, inputs, workspace, result })
  result.exitCodes[phase] = code
  if (code !== 0 && result.outcome !== 'cancelled') result.outcome = 'failure'
  const text = (name: string) => readFileSync(files[name] ?? '', 'utf8')
  for (const [name, target] of [
    ['output', result.outputs],
    ['env', result.env],
    ['state', result.state],
  ] as const) {
    try {
      Object.assign(target, readFileCommand(text(name)))
    } catch (error) {
      fail(result, `Unable to process file command '${name}' successfully. ${error}`)
    }
  }
  result.path.push(...text('path').split('\n').filter(Boolean))
  const summary = text('step_summary')
  if (Buffer.byteLength(summary) > summaryLimit) result.summaryDropped = true
  else result.summary += masked(summary, result.masks)
}

function start(
  script: string,
  env: Record<string, string>,
  phase: string,
  { run, workspace, result }: Step,
): Promise<number | string> {
  const child = spawn(run.node ?? process.execPath, [script], {
    cwd: workspace,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const read = outputReader(result, phase, workspace)
  const errorsBefore = result.errors.length
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream, crlfDelay: Infinity }).on('line', read)
  const timers: NodeJS.Timeout[] = []
  const cancel = () => {
    result.outcome = 'cancelled'
    child.kill('SIGINT')
    timers.push(
      setTimeout(() => child.kill('SIGTERM'), 7500),
      setTimeout(() => child.kill('SIGKILL'), 10_000),
    )
  }
  timers.push(
    setTimeout(cancel, phase === 'main' ? (run.cancelAfterMs ?? run.timeoutMs ?? 600_000) : (run.timeoutMs ?? 600_000)),
  )
  return new Promise(done => {
    child.on('close', (code, signal) => {
      for (const timer of timers) clearTimeout(timer)
      if (result.errors.length > errorsBefore) result.outcome = 'failure'
      done(code ?? signal ?? -1)
    })
  })
}

function fail(result: ActionResult, message: string): void {
  result.errors.push(message)
  result.outcome = 'failure'
}
