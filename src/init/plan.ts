import { posix } from 'node:path'
import { configText } from './config.ts'
import { dockerignore } from './dockerignore.ts'
import { type Existing, existingDockerfiles, isPlainPath } from './existing.ts'
import type { Project } from './project.ts'
import type { Stack } from './stack.ts'
import { workflowText } from './workflow.ts'

/** A file that is to be there, and its text; null where there is one that does its work, and why. */
export interface PlannedFile {
  path: string
  text: string | null
  kept: string | null
}

export interface InitPlan {
  files: PlannedFile[]
  /** What has to be done before the first build. */
  first: readonly string[]
  dockerfiles: readonly Existing[]
  /** The version of the action that workflows name. */
  release: string
}

export const workflowPath = '.github/workflows/reproducible.yml'
/** Of a workflow that is there already. */
export const runsAlready = 'it runs repro-gate already'

/**
 * What to write for a project of a stack. Whatever is there stays as it is.
 * @param below the folder's path in its repository, `.` for its root: a workflow names paths from there
 */
export function planOf(project: Project, stack: Stack, below: string, release: string): InitPlan {
  const dockerfiles = existingDockerfiles(project)
  const { dockerfile, ignored, first } = stack.template(project)
  const isNew = dockerfiles.length === 0
  const elsewhere = dockerfiles.filter(({ file, context }) => file !== 'Dockerfile' || context !== '.')
  const atRoot = dockerfiles.filter(({ context }) => context === '.')
  const at = isPlainPath(below) ? below : '.'
  const workflow = project.paths.find(
    path => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path) && /repro-gate@/.test(project.text(path)),
  )
  const files: PlannedFile[] = [
    isNew
      ? { path: 'Dockerfile', text: dockerfile, kept: null }
      : { path: dockerfiles[0]?.file ?? 'Dockerfile', text: null, kept: there(dockerfiles.length) },
    ...(isNew || atRoot.length > 0
      ? [
          {
            path: '.dockerignore',
            text: dockerignore(
              ignored,
              atRoot.flatMap(({ copied }) => copied),
            ),
            kept: null,
          },
        ]
      : []),
    {
      path: '.repro-gate.yml',
      text: configText(elsewhere.length > 0 ? dockerfiles.map(({ file }) => file) : []),
      kept: null,
    },
    workflow === undefined
      ? {
          path: workflowPath,
          text: workflowText(fromRoot(dockerfiles, at), configFrom(at, project), release),
          kept: null,
        }
      : { path: workflow, text: null, kept: runsAlready },
  ]
  return { files: files.map(file => keptIfThere(file, project)), first: isNew ? first : [], dockerfiles, release }
}

function fromRoot(dockerfiles: readonly Existing[], below: string): readonly Existing[] {
  if (below === '.') return dockerfiles
  const all = dockerfiles.length > 0 ? dockerfiles : [{ file: 'Dockerfile', context: '.', copied: [] }]
  return all.map(({ file, context, copied }) => ({
    file: posix.join(below, file),
    context: posix.join(below, context),
    copied,
  }))
}

/** The action looks for it at the root alone. */
const configFrom = (below: string, project: Project): string | null =>
  below === '.' ? null : posix.join(below, project.has('.repro-gate.yaml') ? '.repro-gate.yaml' : '.repro-gate.yml')

const there = (count: number): string =>
  count === 1 ? 'it is there already' : `it is there already, and ${count - 1} more`

const keptIfThere = (file: PlannedFile, project: Project): PlannedFile =>
  project.has(file.path) && file.text !== null ? { ...file, text: null, kept: 'it is there already' } : file
