import type { Range } from '../../dockerfile/dockerfile.ts'
import { workdirAt } from '../folder.ts'
import { isOnbuild } from '../onbuild.ts'
import { absolute, carriesOf } from '../reach.ts'
import { type Step, type View, valueAt } from '../view.ts'
import type { ContextFiles, ContextPath } from './context.ts'
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
  // That takes from the context of whoever builds on this image.
  if (isOnbuild(step)) return []
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

/** The sources of all stages whose files come into the image. Not of Windows images: nobody here knows their paths. */
export const shippedSources = (view: View): ContextSource[] =>
  view.steps.flatMap(step =>
    contextSources(view, step).filter(({ target }) => target === null || carriesOf(step.stage.reach, target)),
  )

/** The context's paths in a source that is a folder; null when the source is no folder, or the context is not at hand. */
export function pathsIn(view: View, source: ContextSource): ContextPath[] | null {
  const { matched, inside } = taken(view, source)
  if (view.context === null || (source.path !== '' && !matched.some(({ type }) => type === 'directory'))) return null
  return inside
}

/** Every path that a source takes from the context: what it names, and what is in the folders among that. */
export function entriesOf(view: View, source: ContextSource): ContextPath[] {
  const { matched, inside } = taken(view, source)
  return inside.length === 0 ? matched : [...matched, ...inside]
}

interface Taken {
  matched: ContextPath[]
  inside: ContextPath[]
}

const known = new WeakMap<ContextFiles, Map<string, Taken>>()

/** Many rules ask for the same few sources, of contexts with a hundred thousand files. */
function taken({ context }: View, { path, excludes }: ContextSource): Taken {
  if (context === null) return { matched: [], inside: [] }
  const cache = known.get(context) ?? new Map<string, Taken>()
  known.set(context, cache)
  const cached = cache.get(path)
  const found = cached ?? find(context, path)
  if (cached === undefined) cache.set(path, found)
  if (excludes.patterns.length === 0) return found
  const isExcluded = excluder(excludes)
  const folders = found.matched.filter(({ type }) => type === 'directory').map(folder => `${folder.path}/`)
  const rest = (entry: ContextPath): string =>
    entry.path.slice(folders.find(folder => entry.path.startsWith(folder))?.length ?? 0)
  return { matched: found.matched, inside: found.inside.filter(entry => !isExcluded(rest(entry))) }
}

function find({ paths }: ContextFiles, path: string): Taken {
  if (path === '') return { matched: [], inside: paths }
  const glob = compileGlob(path, false)
  if (glob === null) return { matched: [], inside: [] }
  const matched = paths.filter(entry => globMatches(glob, entry.path))
  const folders = matched.filter(({ type }) => type === 'directory').map(folder => `${folder.path}/`)
  const inside =
    folders.length === 0 ? [] : paths.filter(entry => folders.some(folder => entry.path.startsWith(folder)))
  return { matched, inside }
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

/** Whether it copies something of the context that is named by a variable whose value nobody knows here. */
export function hasUnknownSource(view: View, step: Step): boolean {
  const { instruction } = step
  if ((instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') || isOnbuild(step)) return false
  if (instruction.flags.some(({ name }) => name === 'from') || instruction.heredocs.length > 0) return false
  const texts = instruction.json ?? instruction.words.map(({ raw }) => raw)
  return texts.slice(0, -1).some(text => valueAt(view, step, text) === null && !/^["']?([a-z]+:\/\/|git@)/i.test(text))
}
