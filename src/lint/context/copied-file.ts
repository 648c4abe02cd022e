import { posix } from 'node:path'
import { workdirAt } from '../folder.ts'
import { absolute, isWithin } from '../reach.ts'
import { type Step, stepsBefore, type View, valueAt } from '../view.ts'
import { compileGlob, globMatches } from './glob.ts'

/** Where a file that a RUN reads comes from. */
export type Origin =
  /** From the build context, by COPY, ADD or a bind mount. */
  | { kind: 'context'; path: string }
  /** Its text stands in the Dockerfile: `COPY <<EOF /x`. */
  | { kind: 'heredoc'; text: string }
  /** An earlier RUN wrote it. */
  | { kind: 'made'; by: Step }
  /** The base image, another stage, or no way to tell. */
  | { kind: 'unknown' }

/** @param path absolute, as the step's commands see it */
export function originOf(view: View, step: Step, path: string): Origin {
  return mounted(view, step, path) ?? latest(view, step, path) ?? { kind: 'unknown' }
}

/** The text of such a file; null when it cannot be read from here. */
export function textOf(view: View, origin: Origin): string | null {
  if (origin.kind === 'heredoc') return origin.text
  return origin.kind === 'context' ? (view.context?.read(origin.path) ?? null) : null
}

function mounted(view: View, step: Step, path: string): Origin | null {
  for (const { type, options } of step.mounts) {
    const target = options.target === undefined ? null : valueAt(view, step, options.target)
    if (type !== 'bind' || target === null) continue
    const place = absolute(target, workdirAt(view, step) ?? '/')
    if (!isWithin(path, place)) continue
    if (options.from !== undefined) return { kind: 'unknown' }
    return { kind: 'context', path: inContext(options.source ?? '', path.slice(place.length)) }
  }
  return null
}

function latest(view: View, step: Step, path: string): Origin | null {
  for (const earlier of stepsBefore(step).toReversed()) {
    const { keyword } = earlier.instruction
    if (keyword === 'RUN' && writes(earlier, path)) return { kind: 'made', by: earlier }
    const origin = keyword === 'COPY' || keyword === 'ADD' ? copied(view, earlier, path) : null
    if (origin !== null) return origin
  }
  return null
}

/** What one COPY puts at a path; null when nothing. */
function copied(view: View, step: Step, path: string): Origin | null {
  const { instruction } = step
  const texts = (instruction.json ?? instruction.words.map(({ raw }) => raw)).map(text => valueAt(view, step, text))
  const target = texts.at(-1)
  const folder = workdirAt(view, step)
  if (target == null || (folder === null && !target.startsWith('/'))) return null
  const place = absolute(target, folder ?? '/')
  if (!isWithin(path, place)) return null
  const sources = texts.slice(0, -1).filter(text => text !== null)
  const isFolder = /(\/|^\.{1,2})$/.test(target) || sources.length > 1
  const [heredoc] = instruction.heredocs
  if (heredoc !== undefined) {
    if (path !== place && path !== absolute(heredoc.name, place)) return null
    return { kind: 'heredoc', text: view.dockerfile.text.slice(heredoc.body.start, heredoc.body.end) }
  }
  const found = sources.flatMap(source => filesAt(view, source, path.slice(place.length).replace(/^\//, ''), isFolder))
  if (found[0] === undefined) return null
  return instruction.flags.some(({ name }) => name === 'from')
    ? { kind: 'unknown' }
    : { kind: 'context', path: found[0] }
}

/** The paths of the context that a source puts at `rest` below the target (`''`: at the target itself). */
function filesAt(view: View, source: string, rest: string, isFolder: boolean): string[] {
  const paths = view.context?.paths
  const clean = inContext(source, '')
  if (paths === undefined) {
    // Without the context: a file goes by its name, and a folder may hold anything.
    return rest === '' || posix.basename(clean) === rest
      ? [clean]
      : isFolder || !clean.includes('.')
        ? [inContext(clean, rest)]
        : []
  }
  const glob = compileGlob(clean, false)
  return paths
    .filter(entry => (clean === '' ? false : glob !== null && globMatches(glob, entry.path)))
    .concat(clean === '' ? [{ path: '', mode: 0, size: 0, type: 'directory' as const }] : [])
    .map(({ path, type }) => {
      if (type === 'directory') return inContext(path, rest)
      return rest === '' ? (isFolder ? '' : path) : posix.basename(path) === rest ? path : ''
    })
    .filter(path => path !== '' && paths.some(entry => entry.path === path && entry.type !== 'directory'))
}

const inContext = (folder: string, rest: string): string => absolute(`${folder}/${rest}`).slice(1)

/** A RUN that redirects to the path, or names it where a program writes. */
function writes(step: Step, path: string): boolean {
  const name = posix.basename(path)
  const isIt = (text: string): boolean => posix.basename(text) === name
  return step.script.commands.some(({ name: program, words, redirects }) => {
    const texts = words.map(({ partial }) => partial)
    return (
      redirects.some(({ operator, target }) => operator.includes('>') && isIt(target.partial)) ||
      texts.some(
        (text, at) =>
          /^(-o|--output|--output-file|-r)$/.test(texts[at - 1] ?? '') && isIt(text) && writers.test(program),
      ) ||
      texts.some(text => /^--output(-file)?=/.test(text) && isIt(text)) ||
      (/^(cp|mv|tee|sed|touch|install)$/.test(program) && isIt(texts.at(-1) ?? '')) ||
      (program === 'pip-compile' && name.endsWith('.txt'))
    )
  })
}

const writers = /^(uv|poetry|pipenv|pdm|pip-compile|curl|wget|conda-lock|python[\d.]*)$/
