import { posix } from 'node:path'
import type { ShellCommand } from '../../dockerfile/shell.ts'
import type { ContextFiles } from '../context/context.ts'
import { contextSources, pathsIn } from '../context/context-source.ts'
import { type Step, stepsBack, type View } from '../view.ts'

const compilers = /^([\w.-]+-)?(gcc|g\+\+|cc|c\+\+|clang|clang\+\+)(-[\d.]+)?$/
const builders = /^(make|gmake|ninja|cmake|meson)$/
const sources = /\.(c|cc|cpp|cxx|c\+\+|C|h|hh|hpp|hxx|m|mm)$/

/**
 * The source file with `__DATE__` or `__TIME__` that a command compiles: one it names, or for `make` and the like one that
 * was copied into the stage. Null when there is none, or when the context is not at hand.
 */
export function compilesDateMacro(view: View, step: Step, { name, words }: ShellCommand): string | null {
  const isCompiler = compilers.test(name)
  if (view.context === null || (!isCompiler && !builders.test(name))) return null
  const found = filesWithMacro(view.context)
  if (found.length === 0) return null
  const named = words
    .slice(1)
    .map(({ partial }) => posix.basename(partial))
    .filter(text => sources.test(text))
  if (isCompiler && named.length === 0) return null
  const copied = found.filter(path => isCopied(view, step, path))
  return (isCompiler ? copied.find(path => named.includes(posix.basename(path))) : copied[0]) ?? null
}

const known = new WeakMap<ContextFiles, string[]>()

/** At most 2,000 source files are read, once for a context. */
function filesWithMacro(context: ContextFiles): string[] {
  const cached = known.get(context)
  if (cached !== undefined) return cached
  const files = context.paths
    .filter(({ path, type, size }) => type === 'file' && size < 1 << 20 && sources.test(path))
    .slice(0, 2000)
  const found = files
    .map(({ path }) => path)
    .filter(path => /\b__(DATE|TIME|TIMESTAMP)__\b/.test(context.read(path) ?? ''))
  known.set(context, found)
  return found
}

function isCopied(view: View, step: Step, path: string): boolean {
  if (step.mounts.some(({ type, options }) => type === 'bind' && options.from === undefined)) return true
  for (const earlier of stepsBack(step)) {
    if (copiedBy(view, earlier).has(path)) return true
    if (contextSources(view, earlier).some(source => isGlobOf(source.path, path))) return true
  }
  return false
}

const copied = new WeakMap<Step, Set<string>>()

/** The paths that a COPY names and takes, once for a step: both may be many. */
function copiedBy(view: View, step: Step): Set<string> {
  const before = copied.get(step)
  if (before !== undefined) return before
  const sources = contextSources(view, step)
  const taken = sources.flatMap(source => [source.path, ...(pathsIn(view, source) ?? []).map(({ path }) => path)])
  const paths = new Set(taken)
  copied.set(step, paths)
  return paths
}

const isGlobOf = (pattern: string, path: string): boolean =>
  pattern.includes('*') &&
  posix.dirname(pattern) === posix.dirname(path) &&
  path.endsWith(pattern.slice(pattern.lastIndexOf('*') + 1))
