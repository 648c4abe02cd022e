import { lstat, stat } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { lookups } from '../fix/lookup.ts'
import { isDockerfile } from '../init/existing.ts'
import { pinBases } from '../init/pins.ts'
import { type InitPlan, type PlannedFile, planOf, runsAlready, workflowPath } from '../init/plan.ts'
import { readProject } from '../init/project.ts'
import { detect, stacks } from '../init/stacks.ts'
import { writeNew } from '../init/write.ts'
import { InputError } from '../options/input-error.ts'
import type { InitAsked } from '../options/own-commands.ts'
import { foldersUpToRepository } from '../options/repository.ts'
import { shown } from '../options/value.ts'
import type { Ports } from '../ports.ts'
import type { InitFile, InitReport } from '../report/init-report.ts'

/**
 * Writes what a project needs to be gated, for the stack that its files tell: a workflow, a configuration, a .dockerignore
 * and, where there is none, a Dockerfile. Nothing that is there is touched.
 * @throws InputError when there is no such folder or stack
 */
export async function init(asked: InitAsked, ports: Ports, { version }: { version: string }): Promise<InitReport> {
  await checkFolder(asked.folder)
  const reads = new Set(stacks.flatMap(({ reads }) => reads))
  const project = await readProject(
    asked.folder,
    path => reads.has(path) || isDockerfile(path) || path.startsWith('.github/workflows/'),
  )
  const found = detect(project)
  const named = stacks.find(({ id }) => id === asked.stack)
  const stack = named ?? found.stack
  const plan = planOf(project, stack, belowRepository(asked.folder), `v${version.split('.')[0]}`)
  const files: InitFile[] = []
  let unpinned: { image: string; why: string }[] = []
  for (const file of plan.files) {
    // No registry is asked for a Dockerfile that will not be written.
    const isNew = file.path === 'Dockerfile' && file.text !== null && !(await isThere(join(asked.folder, file.path)))
    const pinned = isNew ? await pinBases(file.text ?? '', lookups(ports, quickly)) : null
    const settled = await settle({ ...file, text: pinned?.dockerfile ?? file.text }, asked)
    files.push(settled)
    if (pinned !== null && settled.state !== 'kept') unpinned = pinned.unpinned
  }
  const isFailed = files.some(({ state }) => state === 'failed')
  const isAllThere = files.every(({ state }) => state === 'kept')
  const inTheWay = files.some(
    ({ path, state, why }) => path === workflowPath && state === 'kept' && why !== runsAlready,
  )
  const workflow = inTheWay ? besideTheOther(plan.release) : null
  return {
    ...{ schemaVersion: 1, tool: { name: 'repro-gate', version }, command: 'init' },
    ...{ dryRun: asked.dryRun, folder: asked.folder },
    stack: {
      ...{ id: stack.id, title: stack.title, sign: named === undefined ? found.sign : null },
      others: named === undefined ? found.others.map(({ id }) => id) : [],
    },
    files,
    next: isFailed
      ? []
      : isAllThere
        ? [workflow].filter(step => step !== null)
        : nextSteps(asked.folder, plan, unpinned, files, workflow),
  }
}

/** The folder's path from the root of its repository, `.` for the root itself. */
const belowRepository = (folder: string): string =>
  relative(foldersUpToRepository(folder).at(-1) ?? folder, resolve(folder))
    .split(sep)
    .join('/') || '.'

/** Nobody waits half a minute for a registry that is not there. */
const quickly = { 'image-digest': 15_000, 'git-commit': 15_000, 'url-checksum': 15_000 }

async function settle({ path, text, kept }: PlannedFile, { folder, dryRun }: InitAsked): Promise<InitFile> {
  if (text === null) return { path, state: 'kept', why: kept, text: null }
  // It is read as well, through a link, too, and both at once are refused.
  const twin = '.repro-gate.yaml'
  if (path === '.repro-gate.yml' && (await isThere(join(folder, twin))))
    return { path: twin, state: 'kept', why: 'it is there already', text: null }
  if (dryRun) {
    return (await isThere(join(folder, path)))
      ? { path, state: 'kept', why: 'it is there already', text: null }
      : { path, state: 'planned', why: null, text }
  }
  const { state, problem } = await writeNew(folder, path, text)
  return { path, state, why: problem, text: state === 'written' ? text : null }
}

/** A link to nowhere is there, too. */
const isThere = async (path: string): Promise<boolean> => (await lstat(path).catch(() => null)) !== null

async function checkFolder(folder: string): Promise<void> {
  const stats = await stat(folder).catch(() => null)
  if (stats === null) throw new InputError([`There is no folder ${shown(folder)}`])
  if (!stats.isDirectory()) throw new InputError([`${shown(folder)} is a file, and init takes a folder`])
}

function nextSteps(
  folder: string,
  { first, dockerfiles }: InitPlan,
  unpinned: readonly { image: string; why: string }[],
  files: readonly InitFile[],
  workflow: string | null,
): string[] {
  const here = resolve(folder) === process.cwd() ? '' : ` ${typed(folder)}`
  const [one] = dockerfiles
  const isUsual = one === undefined || (one.file === 'Dockerfile' && one.context === '.')
  const gated = isUsual ? here : ` ${typed(join(folder, one.context))} -f ${typed(join(folder, one.file))}`
  const isNew = files.some(({ path, state }) => path === 'Dockerfile' && state !== 'kept')
  return [
    ...(isNew ? first : []),
    ...(unpinned.length === 0
      ? []
      : [
          `Pin the base ${unpinned.length === 1 ? 'image' : 'images'} by digest, once ${whatIsMissing(unpinned)}: \`repro-gate fix${here}\`. Now ${unpinned.map(({ image }) => image).join(', ')} ${unpinned.length === 1 ? 'stays by its tag' : 'stay by their tags'}: ${reasonOf(unpinned)}`,
        ]),
    `See what may still differ: \`repro-gate lint${here}\``,
    `Build it twice and compare, where Docker is at hand: \`repro-gate gate${gated}\``,
    workflow !== null
      ? workflow
      : belowRepository(folder) === '.'
        ? 'Commit the new files and open a pull request: the workflow tells its verdict there'
        : 'GitHub reads workflows at the root of the repository alone: move `.github/workflows/reproducible.yml` there, and open a pull request',
  ]
}

/** As a shell takes it for one word. */
const typed = (path: string): string => (/^[\w./@+~-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`)

/** A workflow of that name that does something else: nothing would gate a pull request. */
const besideTheOther = (release: string): string =>
  `\`${workflowPath}\` was there already and does not run repro-gate, so nothing gates your pull requests yet: add \`uses: repro-gate/repro-gate@${release}\` to the steps of a workflow, or rename that file and run init again`

/** A registry cannot answer where there is nothing to ask it with. */
const whatIsMissing = ([first]: readonly { why: string }[]): string =>
  /there is no docker here|docker has no buildx here/.test(first?.why ?? '')
    ? 'docker with buildx is here to ask the registry with'
    : 'the registry answers'

/** The lookup's own words, without those for `fix`. */
const reasonOf = ([first]: readonly { why: string }[]): string =>
  (first?.why ?? '').replace(/^.* could not be asked for: /, '').replace(/\. Run fix again .*$/, '')
