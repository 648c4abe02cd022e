import { posix } from 'node:path'
import { workdirAt } from '../folder.ts'
import { absolute, isWithin } from '../reach.ts'
import { type Step, type View, valueAt } from '../view.ts'
import type { ContextFiles, ContextPath } from './context.ts'
import { compileGlob, globMatches } from './glob.ts'

/** What a COPY or ADD puts where. */
export interface Placement {
  /** Absolute. */
  target: string
  /** Relative to the context, or to what `--from` names; maybe patterns. */
  sources: string[]
  /** The target is a folder whatever the source is. */
  isFolder: boolean
  from: boolean
  /** ADD unpacks it, or it comes from a repository, or a name is not known: it may be any file below the target. */
  opaque: boolean
}

const known = new WeakMap<Step, Placement | null>()

/** @returns null for other instructions, and where the target is not known */
export function placementOf(view: View, step: Step): Placement | null {
  const before = known.get(step)
  if (before !== undefined) return before
  const placement = readPlacement(view, step)
  known.set(step, placement)
  return placement
}

function readPlacement(view: View, step: Step): Placement | null {
  const { instruction } = step
  if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') return null
  const texts = (instruction.json ?? instruction.words.map(({ raw }) => raw)).map(text => valueAt(view, step, text))
  const target = texts.at(-1)
  const folder = workdirAt(view, step)
  if (target == null || (folder === null && !target.startsWith('/'))) return null
  const sources = texts.slice(0, -1)
  const added = instruction.keyword === 'ADD' ? sources : []
  return {
    target: absolute(target, folder ?? '/'),
    sources: sources.filter(text => text !== null),
    isFolder: /(\/|^\.{1,2})$/.test(target) || sources.length > 1,
    from: instruction.flags.some(({ name }) => name === 'from'),
    opaque: sources.includes(null) || added.some(text => text !== null && mayUnpack(text)),
  }
}

const mayUnpack = (source: string): boolean =>
  /\.(tar|tgz|tbz2?|txz|tzst|gz|bz2|xz|zst)$/i.test(source) || /^(git@|git:|ssh:)|\.git(#.*|\?.*)?$/i.test(source)

/** The paths of the context that a placement puts at a path of the image. */
export function filesAt(view: View, { target, sources, isFolder }: Placement, path: string): string[] {
  const rest = path.slice(target === '/' ? 0 : target.length).replace(/^\//, '')
  const { context } = view
  return sources.flatMap(source =>
    context === null ? guessAt(inContext(source, ''), rest, isFolder) : foundAt(context, source, rest, isFolder),
  )
}

/** Without the context: a file goes by its name, and a folder may hold anything. */
function guessAt(source: string, rest: string, isFolder: boolean): string[] {
  const name = posix.basename(source)
  if (rest === '' || name === rest) return [source]
  const glob = compileGlob(name, false)
  if (glob === null || !glob.literal)
    return glob !== null && globMatches(glob, rest) ? [inContext(posix.dirname(source), rest)] : []
  const mayBeFolder = !/\w\.\w+$/.test(name) && !/^\.\w/.test(name)
  return mayBeFolder && (!isFolder || !name.includes('.')) ? [inContext(source, rest)] : []
}

function foundAt(context: ContextFiles, source: string, rest: string, isFolder: boolean): string[] {
  const paths = pathsOf(context)
  return matching(context, inContext(source, ''))
    .map(({ path, type }) => {
      if (type === 'directory') return inContext(path, rest)
      if (rest === '') return isFolder ? '' : path
      return posix.basename(path) === rest ? path : ''
    })
    .filter(path => path !== '' && paths.has(path) && paths.get(path)?.type !== 'directory')
}

/** The entries of the context that a source names. */
function matching(context: ContextFiles, source: string): ContextPath[] {
  if (source === '') return [{ path: '', mode: 0, size: 0, type: 'directory' }]
  const glob = compileGlob(source, false)
  if (glob === null) return []
  if (!glob.literal) return context.paths.filter(({ path }) => globMatches(glob, path))
  const entry = pathsOf(context).get(glob.prefix)
  return entry === undefined ? [] : [entry]
}

const maps = new WeakMap<ContextFiles, Map<string, ContextPath>>()

export function pathsOf(context: ContextFiles): ReadonlyMap<string, ContextPath> {
  const map = maps.get(context) ?? new Map(context.paths.map(entry => [entry.path, entry]))
  maps.set(context, map)
  return map
}

/** A path below a folder of the context. */
export const inContext = (folder: string, rest: string): string => absolute(`${folder}/${rest}`).slice(1)

/** Whether something that cannot be seen from here may be put at the path. */
export function mayPut({ target, sources, from, opaque, isFolder }: Placement, path: string): boolean {
  if (!isWithin(path, target)) return false
  if (opaque) return true
  if (!from) return false
  const rest = path.slice(target === '/' ? 0 : target.length).replace(/^\//, '')
  return sources.some(source => guessAt(inContext(source, ''), rest, isFolder).length > 0)
}
