import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import type { FindingClass, FindingLevel } from '../../src/finding.ts'
import type { ContextFiles, ContextPath, IgnoreFile } from '../../src/lint/context/context.ts'
import type { GitState } from '../../src/lint/context/git.ts'
import type { RunFacts } from '../../src/lint/per-run.ts'
import { defaultSettings, type LintSettings } from '../../src/lint/settings.ts'
import type { LintInput, SourceFile } from '../../src/lint/view.ts'

/**
 * What a build context holds: the text of each file by its path, or more about it; folders come by themselves. The text
 * of a symlink is where it points.
 */
export type Files = Record<string, string | { text?: string; mode?: number; symlink?: true }>

export interface Given {
  files?: Files
  /** Text of the .dockerignore; the files are those left after it. */
  ignore?: string
  /** Files that stand in the folder and that the .dockerignore keeps out. */
  ignored?: string[]
  args?: Record<string, string>
  target?: string
  contexts?: string[]
  git?: { tracked?: Record<string, number>; modified?: string[] }
  workflows?: SourceFile[]
  /** Text of a workflow of the repository; for a rule about workflows the marks are in it. */
  workflow?: string
  platforms?: string[]
  labels?: string[]
  annotations?: string[]
  run?: RunFacts
  settings?: Partial<LintSettings>
}

/** A Dockerfile and what its rule must say of it: exactly what stands between « and », in order. */
export interface Case extends Given {
  name: string
  /** The text with the marks. */
  text: string
  level?: FindingLevel
  class?: FindingClass
  /** What message, fix text and snippet of the first finding must contain. */
  says?: RegExp
  /** The whole text after the edits of what was found. */
  fixed?: string
  /** The whole ignore file after them. */
  fixedIgnore?: string
}

export const found = (name: string, text: string, more: Partial<Case> = {}): Case => ({ name, text, ...more })
export const silent = found

/** The text without marks, and the places marked, as `line:column-endLine:endColumn`. */
export function unmark(marked: string): { text: string; places: string[] } {
  const places: string[] = []
  let text = ''
  let open = ''
  const here = (): string => `${text.split('\n').length}:${columnOf(text)}`
  for (const char of marked) {
    if (char === '«') open = here()
    else if (char === '»') places.push(`${open}-${here()}`)
    else text += char
  }
  return { text, places }
}

/** The byte order mark is in no column. */
const columnOf = (text: string): number => {
  const line = text.slice(text.lastIndexOf('\n') + 1)
  return line.replace(/^\ufeff/, '').length + 1
}

export function inputOf(text: string, given: Given = {}): LintInput {
  const ignoreFile: IgnoreFile | null =
    given.ignore === undefined ? null : { file: '.dockerignore', text: given.ignore }
  return {
    dockerfile: parseDockerfile(text, 'Dockerfile'),
    buildArgs: given.args ?? {},
    ...(given.target === undefined ? {} : { target: given.target }),
    buildContexts: given.contexts ?? [],
    context: given.files === undefined ? null : contextOf(given.files, given.ignored),
    ignoreFile,
    git: given.git === undefined ? null : gitOf(given.git),
    workflows: given.workflow === undefined ? (given.workflows ?? []) : [workflowFile(given.workflow)],
    platforms: given.platforms,
    labels: given.labels ?? [],
    annotations: given.annotations ?? [],
    run: given.run ?? null,
    settings: { ...defaultSettings, ...given.settings },
  }
}

const workflowFile = (marked: string): SourceFile => ({
  file: '.github/workflows/build.yml',
  text: unmark(marked).text,
})

const gitOf = ({ tracked = {}, modified = [] }: NonNullable<Given['git']>): GitState => ({
  tracked: new Map(Object.entries(tracked)),
  modified: new Set(modified),
})

export function contextOf(files: Files, ignored: readonly string[] = []): ContextFiles {
  const paths = new Map<string, ContextPath>()
  const all = Object.entries(files).map(
    ([path, file]) => [path, typeof file === 'string' ? { text: file } : file] as const,
  )
  for (const [path, { text = '', mode = 0o644, symlink }] of all) {
    const parts = path.split('/')
    for (let at = 1; at < parts.length; at++) {
      const folder = parts.slice(0, at).join('/')
      paths.set(folder, { path: folder, mode: 0o755, size: 0, type: 'directory' })
    }
    const link = symlink ? { type: 'symlink' as const, link: text } : { type: 'file' as const }
    paths.set(path, { path, mode, size: text.length, ...link })
  }
  const texts = new Map(all.map(([path, { text = '' }]) => [path, text]))
  const sorted = [...paths.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
  return {
    root: '/context',
    ignorePath: '.dockerignore',
    paths: sorted,
    truncated: false,
    read: path => texts.get(path) ?? null,
    isThere: path => texts.has(path) || ignored.includes(path),
  }
}
