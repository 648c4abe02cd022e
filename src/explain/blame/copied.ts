import type { Dockerfile, Instruction } from '../../dockerfile/dockerfile.ts'
import { expand, scopeBefore } from '../../dockerfile/scope.ts'

/** What a COPY says, with variables expanded. */
export interface Copy {
  /** Absolute paths in the stage it copies from; may hold wildcards. */
  sources: string[]
  /** Absolute path in the image. */
  destination: string
  /** The destination is a folder for sure: it ends with a slash or there are several sources. */
  intoFolder: boolean
  parents: boolean
}

/**
 * Reads a COPY. `workdir` is the working folder at that place, null when it is not known.
 * Null when a variable or a relative destination cannot be resolved, or for a heredoc.
 */
export function readCopy(
  dockerfile: Dockerfile,
  copy: Instruction,
  buildArgs: Record<string, string>,
  workdir: string | null,
): Copy | null {
  if (copy.heredocs.length > 0) return null
  const scope = scopeBefore(dockerfile, copy, buildArgs)
  const expanded = (copy.json ?? copy.words.map(word => word.raw)).map(word => expand(word, scope, dockerfile.escape))
  const destination = expanded.at(-1)
  if (!destination || expanded.length < 2 || expanded.some(word => !word.resolved)) return null
  const absolute = destination.value.startsWith('/')
    ? destination.value
    : workdir === null
      ? null
      : `${workdir}/${destination.value}`
  if (absolute === null) return null
  return {
    sources: expanded.slice(0, -1).map(word => normal(word.value, true)),
    destination: normal(absolute),
    intoFolder: /\/\.?$/.test(destination.value) || destination.value === '.' || expanded.length > 2,
    parents: copy.flags.some(flag => flag.name === 'parents' && flag.value !== 'false'),
  }
}

/** A COPY as BuildKit itself understood it; null for --parents, of which only the text tells what is kept. */
export function copyOf(copy: Instruction, understood: readonly { source: string; destination: string }[]): Copy | null {
  const [first] = understood
  const parents = copy.flags.some(flag => flag.name === 'parents' && flag.value !== 'false')
  if (!first || parents || understood.some(({ destination }) => destination !== first.destination)) return null
  return {
    sources: understood.map(({ source }) => normal(source, true)),
    destination: normal(first.destination),
    intoFolder: /\/\.?$/.test(first.destination) || understood.length > 1,
    parents,
  }
}

/** `/a//b/./c/../d/` → `/a/b/d`. With `keepPivot`, the `/./` of --parents stays. */
function normal(path: string, keepPivot = false): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || (part === '.' && !keepPivot)) continue
    if (part === '..') parts.pop()
    else parts.push(part)
  }
  return `/${parts.join('/')}`
}

const wildcard = /[*?[]/
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/**
 * Where a path of the image (absolute) came from in the stage: the candidates, likelier first, since a Dockerfile does not
 * say whether a source is a file or a folder. Empty when no source can have made it.
 */
export function sourcesOf(copy: Copy, path: string): string[] {
  const relative = below(copy.destination, path)
  if (relative === null) return []
  return [
    ...new Set(
      copy.sources.flatMap(source =>
        copy.parents ? parentsSource(source, relative) : plainSource(copy, source, relative),
      ),
    ),
  ]
}

/** The rest of a path below a folder, '' for the folder itself, null when it is elsewhere. */
function below(folder: string, path: string): string | null {
  if (path === folder) return ''
  const prefix = folder === '/' ? '/' : `${folder}/`
  return path.startsWith(prefix) ? path.slice(prefix.length) : null
}

function plainSource(copy: Copy, written: string, relative: string): string[] {
  const source = written.replaceAll('/./', '/').replace(/\/\.$/, '') || '/'
  const join = (rest: string): string => (source === '/' ? `/${rest}` : `${source}/${rest}`)
  if (wildcard.test(source)) {
    const folder = source.slice(0, source.lastIndexOf('/'))
    return relative !== '' && !relative.includes('/') && !wildcard.test(folder) && matches(nameOf(source), relative)
      ? [`${folder}/${relative}`]
      : []
  }
  if (relative === '') return copy.intoFolder && copy.sources.length > 1 ? [] : [source]
  const asFile = relative === nameOf(source) ? [source] : []
  return copy.intoFolder ? [...asFile, join(relative)] : [join(relative), ...asFile]
}

/** --parents keeps the source's folders below the destination, from the pivot `/./` on. */
function parentsSource(source: string, relative: string): string[] {
  const pivot = source.indexOf('/./')
  const root = pivot < 0 ? '' : source.slice(0, pivot)
  const kept = pivot < 0 ? source.slice(1) : source.slice(pivot + 3)
  if (relative === '' || wildcard.test(root)) return []
  if (!wildcard.test(kept) && relative !== kept && !relative.startsWith(`${kept}/`) && !kept.startsWith(`${relative}/`))
    return []
  return [`${root}/${relative}`]
}

/** Whether a name matches a pattern of `*`, `?` and plain characters; character classes match any one. */
function matches(pattern: string, name: string): boolean {
  const expression = pattern
    .slice(0, 200)
    .replace(/\[[^\]]*\]/g, '?')
    .replace(/[.+^${}()|\\[\]]/g, '\\$&')
    .replace(/\*+/g, '[^/]*')
    .replace(/\?/g, '[^/]')
  return pattern.split('*').length < 8 && new RegExp(`^${expression}$`).test(name.slice(0, 255))
}

/** The working folder before an instruction of a lineage; null when a WORKDIR cannot be resolved. */
export function workdirBefore(
  dockerfile: Dockerfile,
  lineage: readonly Instruction[],
  instruction: Instruction,
  buildArgs: Record<string, string>,
  ofBase: string | null,
): string | null {
  let workdir = ofBase
  for (const other of lineage) {
    if (other === instruction) break
    if (other.keyword !== 'WORKDIR') continue
    const written = other.words.map(word => word.raw).join(' ')
    const value = expand(written, scopeBefore(dockerfile, other, buildArgs), dockerfile.escape)
    if (!value.resolved) workdir = null
    else if (value.value.startsWith('/')) workdir = normal(value.value)
    else workdir = workdir === null ? null : normal(`${workdir}/${value.value}`)
  }
  return workdir
}
