import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { globSync } from 'tinyglobby'
import { parse } from 'yaml'
import { evaluate, expanded, type Named } from './expression.ts'
import { type ActionResult, type ActionRun, runAction } from './run-action.ts'

interface Step {
  id?: string
  if?: string
  uses?: string
  run?: string
  env?: Record<string, unknown>
  with?: Record<string, unknown>
}

interface Job {
  if?: string
  strategy?: { matrix: Record<string, unknown> }
  'runs-on': string
  outputs?: Record<string, string>
  steps: Step[]
}

/** A machine of the matrix, as a test stands in for it. */
export interface Machine extends Partial<ActionRun> {
  /** What the caller's repository is when it is checked out there. */
  source: string
  /** Before its job: what has happened in the meantime. */
  prepare?: (artifacts: ReadonlyMap<string, readonly string[]>) => void
}

export interface Called {
  /** Path of the workflow that is called. */
  workflow: string
  inputs?: Record<string, unknown>
  secrets?: Record<string, string>
  /** By the name of the job, and its place in the matrix where it has one: `record-0`, `compare`. */
  machines: Record<string, Machine>
  /** Folder of the action, as its own repository has it. */
  action: string
  /** What `job.workflow_sha` says; GitHub Enterprise Server may say nothing. */
  sha?: string
}

export interface JobResult {
  name: string
  runsOn: unknown
  outcome: 'success' | 'failure' | 'skipped'
  /** Of the steps that ran an action of ours. */
  actions: ActionResult[]
  /** What each step did, for a test to see that none was left out. */
  done: string[]
  /** What the steps of a shell printed. */
  said: string
  workspace: string
}

export interface CallResult {
  jobs: JobResult[]
  outputs: Record<string, unknown>
  artifacts: Map<string, string[]>
  root: string
}

/**
 * Calls a reusable workflow as another repository would, its jobs one after the other, each in a workspace of its own. What
 * checkout, the artifact actions and docker's login do is done here; docker's set-up actions are taken for done; ours is run.
 */
export async function callWorkflow(call: Called): Promise<CallResult> {
  const workflow = parse(readFileSync(call.workflow, 'utf8'))
  const { workflow_call: asked } = workflow.on
  const inputs: Named = {}
  for (const [name, { default: fallback }] of Object.entries<{ default?: unknown }>(asked.inputs))
    inputs[name] = call.inputs?.[name] ?? fallback
  const unknown = Object.keys(call.inputs ?? {}).filter(name => !(name in asked.inputs))
  if (unknown.length > 0) throw new Error(`the workflow has no input ${unknown.join(', ')}`)
  const secrets = Object.fromEntries(Object.keys(asked.secrets ?? {}).map(name => [name, call.secrets?.[name] ?? '']))
  const root = mkdtempSync(join(tmpdir(), 'workflow-'))
  const own = { workflow_repository: 'repro-gate/repro-gate', workflow_sha: call.sha ?? 'a'.repeat(40) }
  const result: CallResult = { jobs: [], outputs: {}, artifacts: new Map(), root }
  const jobOutputs: Named = {}
  for (const [name, job] of Object.entries<Job>(workflow.jobs)) {
    const outcomes = result.jobs.map(({ outcome }) => outcome)
    const status = {
      always: true,
      cancelled: false,
      success: !outcomes.includes('failure'),
      failure: outcomes.includes('failure'),
    }
    if (!(job.if === undefined ? status.success : isMet(job.if, { inputs }, status))) {
      result.jobs.push({ name, runsOn: null, outcome: 'skipped', actions: [], done: [], said: '', workspace: '' })
      continue
    }
    for (const [index, matrix] of placesOf(job, { inputs }).entries()) {
      const folder = join(root, `${name}-${index}`)
      const named = { inputs, secrets, matrix, strategy: { 'job-index': index }, job: own }
      const { job: ran, outputs } = await runJob(name, job, named, folder, call, result)
      result.jobs.push(ran)
      jobOutputs[name] = { outputs }
    }
  }
  for (const [name, { value }] of Object.entries<{ value: string }>(asked.outputs ?? {}))
    result.outputs[name] = expanded(value, { jobs: jobOutputs })
  return result
}

const isMet = (condition: string, named: Named, status: Record<string, boolean>): boolean =>
  Boolean(evaluate(condition.replace(/^\s*\$\{\{(.*)\}\}\s*$/s, '$1').trim(), named, status))

/** The places of a matrix with one axis, which is all that is used here. */
function placesOf({ strategy }: Job, named: Named): Named[] {
  if (strategy === undefined) return [{}]
  const [[axis, values] = ['', []]] = Object.entries(strategy.matrix)
  return (expanded(values, named) as unknown[]).map(value => ({ [axis]: value }))
}

async function runJob(
  name: string,
  job: Job,
  known: Named & { strategy: { 'job-index': number } },
  folder: string,
  call: Called,
  { artifacts }: CallResult,
): Promise<{ job: JobResult; outputs: Named }> {
  const [workspace, temp] = [join(folder, 'work'), join(folder, 'temp')]
  for (const path of [workspace, temp]) mkdirSync(path, { recursive: true })
  const steps: Record<string, { outputs: Named; outcome: string }> = {}
  const named: Named = { ...known, runner: { temp }, steps }
  const runsOn = expanded(job['runs-on'], named)
  const place = job.strategy === undefined ? name : `${name}-${known.strategy['job-index']}`
  const machine = call.machines[place]
  if (machine === undefined) throw new Error(`no machine stands in for ${place}`)
  machine.prepare?.(artifacts)
  const ran: JobResult = { name, runsOn, outcome: 'success', actions: [], done: [], said: '', workspace }
  for (const step of job.steps) {
    const failed = ran.outcome === 'failure'
    const status = { always: true, cancelled: false, success: !failed, failure: failed }
    const hasStatus = /\b(always|cancelled|failure|success)\(/.test(step.if ?? '')
    if (!(hasStatus ? true : !failed)) continue
    if (step.if !== undefined && !isMet(step.if, stepsKnown(named, job), status)) continue
    const given = Object.fromEntries(
      Object.entries(step.with ?? {}).map(([key, value]) => [key, String(expanded(value, named) ?? '')]),
    )
    const uses = step.uses?.replace(/@.*/, '') ?? ''
    ran.done.push(step.uses === undefined ? 'run' : uses)
    if (step.run !== undefined) {
      const env = Object.fromEntries(
        Object.entries(step.env ?? {}).map(([key, value]) => [key, String(expanded(value, named))]),
      )
      const shell = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run], {
        ...{ cwd: workspace, env: { PATH: process.env.PATH, ...env }, encoding: 'utf8' },
      })
      ran.said += shell.stdout
      if (shell.status !== 0) ran.outcome = 'failure'
    } else if (uses === 'actions/checkout') {
      // Without a repository, or with an empty one, it is the caller's.
      cpSync(given.repository ? call.action : machine.source, join(workspace, given.path ?? ''), { recursive: true })
    } else if (uses === 'actions/upload-artifact') {
      const files = globSync([given.path ?? ''], { cwd: workspace, absolute: true, dot: true })
      if (files.length === 0 && given['if-no-files-found'] === 'error') ran.outcome = 'failure'
      else {
        const store = join(folder, '..', 'artifacts', given.name ?? '')
        mkdirSync(store, { recursive: true })
        artifacts.set(
          given.name ?? '',
          files.map(file => join(store, basename(file))),
        )
        for (const file of files) copyFileSync(file, join(store, basename(file)))
      }
    } else if (uses === 'actions/download-artifact') {
      const start = (given.pattern ?? '').replace(/\*$/, '')
      mkdirSync(join(workspace, given.path ?? ''), { recursive: true })
      for (const [artifact, files] of artifacts)
        if (artifact.startsWith(start))
          for (const file of files) copyFileSync(file, join(workspace, given.path ?? '', basename(file)))
    } else if (uses.startsWith('./')) {
      if (!existsSync(join(workspace, uses))) throw new Error(`there is no action at ${uses} in the workspace`)
      const { source: _, prepare: __, ...run } = machine
      const action = await runAction({
        keepTemp: true,
        ...run,
        actionDir: join(workspace, uses),
        workspace,
        inputs: given,
      })
      ran.actions.push(action)
      if (action.outcome !== 'success') ran.outcome = 'failure'
      if (step.id)
        steps[step.id] = { outputs: { ...blankOutputs(workspace, uses), ...action.outputs }, outcome: action.outcome }
    } else if (uses === 'docker/login-action') {
      const to = [given.registry ?? '', '--username', given.username ?? '', '--password-stdin']
      const login = spawn('docker', ['login', ...to], {
        cwd: workspace,
        env: machine.env ?? {},
        stdio: ['pipe', 'ignore', 'ignore'],
      })
      login.stdin.end(given.password ?? '')
      // The registry may be one of this very process: nothing here waits for it without letting it work.
      const [code] = await once(login, 'close')
      if (code !== 0) ran.outcome = 'failure'
    } else if (!uses.startsWith('docker/setup-')) throw new Error(`nothing stands in for ${uses}`)
  }
  const outputs = Object.fromEntries(
    Object.entries(job.outputs ?? {}).map(([key, value]) => [key, expanded(value, stepsKnown(named, job))]),
  )
  return { job: ran, outputs }
}

/** What an action says that it gives, and did not set, is empty. */
const blankOutputs = (workspace: string, uses: string): Named =>
  Object.fromEntries(
    Object.keys(parse(readFileSync(join(workspace, uses, 'action.yml'), 'utf8')).outputs).map(name => [name, '']),
  )

/** A step that did not run has outputs, too: none. */
function stepsKnown(named: Named, { steps }: Job): Named {
  const ran = named.steps as Named
  const nothing = new Proxy({}, { get: () => '', has: () => true })
  const others = steps.flatMap(({ id }) => (id && !(id in ran) ? [[id, { outputs: nothing, outcome: 'skipped' }]] : []))
  return { ...named, steps: { ...Object.fromEntries(others), ...ran } }
}
