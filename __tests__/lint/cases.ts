import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import type { FindingClass, FindingLevel } from '../../src/finding.ts'
import type { ContextFiles, ContextPath, IgnoreFile } from '../../src/lint/context/context.ts'
import type { LintInput } from '../../src/lint/view.ts'

/** What a build context holds: the text of each file by its path; folders come by themselves. */
export type Files = Record<string, string>

export interface Given {
  files?: Files
  /** Text of the .dockerignore; the files are those left after it. */
  ignore?: string
  args?: Record<string, string>
  target?: string
  contexts?: string[]
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
    context: given.files === undefined ? null : contextOf(given.files),
    ignoreFile,
  }
}

export function contextOf(files: Files): ContextFiles {
  const paths = new Map<string, ContextPath>()
  for (const [path, text] of Object.entries(files)) {
    const parts = path.split('/')
    for (let at = 1; at < parts.length; at++) {
      const folder = parts.slice(0, at).join('/')
      paths.set(folder, { path: folder, mode: 0o755, size: 0, type: 'directory' })
    }
    paths.set(path, { path, mode: 0o644, size: text.length, type: 'file' })
  }
  const sorted = [...paths.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
  return { root: '/context', paths: sorted, truncated: false, read: path => files[path] ?? null }
}
