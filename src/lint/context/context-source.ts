import type { Range } from '../../dockerfile/dockerfile.ts'
import { workdirAt } from '../folder.ts'
import { absolute } from '../reach.ts'
import { type Step, type View, valueAt } from '../view.ts'
import type { ContextPath } from './context.ts'
import { type IgnorePatterns, isIgnored, parseDockerignore } from './dockerignore.ts'
import { compileGlob, globMatches } from './glob.ts'

/** One source of a COPY or ADD that is in the build context. */
export interface ContextSource {
  step: Step
  /** As written. */
  text: string
  range: Range
  /** Relative to the context, maybe a pattern; `''` is all of it. */
  path: string
  /** Where it goes; null when that is not known. */
  target: string | null
  excludes: IgnorePatterns
}

/** What a step copies from the build context. */
export function contextSources(view: View, step: Step): ContextSource[] {
  const { instruction } = step
  if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') return []
  if (instruction.flags.some(({ name }) => name === 'from') || instruction.heredocs.length > 0) return []
  const texts = instruction.json ?? instruction.words.map(({ raw }) => raw)
  const target = valueAt(view, step, texts.at(-1) ?? '/')
  const folder = workdirAt(view, step)
  const place = target === null || (folder === null && !target.startsWith('/')) ? null : absolute(target, folder ?? '/')
  const patterns = instruction.flags.filter(({ name }) => name === 'exclude').map(({ value }) => value ?? '')
  const excludes = parseDockerignore(patterns.join('\n'))
  return texts.slice(0, -1).flatMap((text, at) => {
    const path = valueAt(view, step, text)
    if (path === null || /^[a-z]+:\/\/|^git@/i.test(path)) return []
    const range = instruction.json === null ? instruction.words[at]?.range : undefined
    const whole = /^(\.?\/)*\.?$|^(\.?\/)*\*{1,2}$/.test(path)
    return [
      {
        step,
        text,
        range: range ?? instruction.argumentRange,
        path: whole ? '' : absolute(path).slice(1),
        target: place,
        excludes,
      },
    ]
  })
}

/** The context's paths in a source that is a folder; null when the source is no folder, or the context is not at hand. */
export function pathsIn(view: View, { path, excludes }: ContextSource): ContextPath[] | null {
  const paths = view.context?.paths
  if (paths === undefined) return null
  const isExcluded = excluder(excludes)
  if (path === '') return paths.filter(entry => !isExcluded(entry.path))
  const glob = compileGlob(path, false)
  const folders = paths.filter(entry => entry.type === 'directory' && glob !== null && globMatches(glob, entry.path))
  if (folders.length === 0) return null
  return folders.flatMap(folder =>
    paths.filter(
      entry => entry.path.startsWith(`${folder.path}/`) && !isExcluded(entry.path.slice(folder.path.length + 1)),
    ),
  )
}

/** `--exclude` of COPY: patterns as in .dockerignore, from the source folder. */
function excluder(excludes: IgnorePatterns): (path: string) => boolean {
  if (excludes.patterns.length === 0) return () => false
  return path => {
    let inherited: boolean[] = []
    let ignored = false
    const parts = path.split('/')
    for (let at = 1; at <= parts.length; at++) {
      const result = isIgnored(excludes, parts.slice(0, at).join('/'), inherited)
      inherited = result.inherited
      ignored = result.ignored
    }
    return ignored
  }
}
