import { bulkOf } from '../context/bulk.ts'
import type { ContextFiles, ContextPath } from '../context/context.ts'
import { type ContextSource, pathsIn, shippedSources } from '../context/context-source.ts'
import type { GitState } from '../context/git.ts'
import { ignoreEdit } from '../context/ignore-edit.ts'
import { type VolatileKind, volatileKindOf } from '../context/volatile-path.ts'
import type { Draft, Rule } from '../rule.ts'
import type { View } from '../view.ts'
import { quote } from '../wording.ts'

export const volatileNotIgnored: Rule = {
  id: 'RG602',
  title: 'Files that differ everywhere are copied in',
  level: 'warning',
  class: 'machine',
  on: true,
  needsContext: true,
  check: view => shippedSources(view).flatMap(source => checkSource(view, source)),
}

interface Hit {
  kind: VolatileKind
  paths: string[]
}

function checkSource(view: View, source: ContextSource): Draft[] {
  const paths = pathsIn(view, source)
  if (view.context === null || paths === null) return []
  if (/(^|\/)\.git$/.test(source.path)) return [gitItself(source, bulkOf(paths, view.context))]
  const hits = hitsIn(paths, view.context, view.git)
  const always = hits.filter(({ kind }) => kind.always)
  const others = hits.filter(({ kind }) => !kind.always)
  const bulk = hits.length === 0 ? '' : bulkOf(paths, view.context)
  return [
    ...(always.length === 0
      ? []
      : [{ ...draftOf(view, source, always, bulk), level: 'error' as const, class: 'now' as const }]),
    ...(others.length === 0 ? [] : [draftOf(view, source, others, bulk)]),
  ]
}

/** Named by the COPY: the build wants it, so .dockerignore is no place for it. */
const gitItself = (source: ContextSource, bulk: string): Draft => ({
  range: source.range,
  level: 'error',
  class: 'now',
  message: `${quote(`${source.step.instruction.keyword} ${source.text}`)} (${bulk}) takes Git's own data. ${inCheckouts}`,
  fix: {
    text: 'Lend it to the RUN that reads it, which leaves nothing behind; or pass the version that is read from it as a build argument.',
    snippet: `RUN --mount=type=bind,source=${source.path},target=${source.path} …`,
  },
  evidence: [{ what: "in the build context: Git's own data", path: source.path }],
})

const inCheckouts =
  'Times and file positions in it differ in every checkout, so this layer is another one although the commit is the same.'

function hitsIn(paths: ContextPath[], context: ContextFiles, git: GitState | null): Hit[] {
  const hits = new Map<VolatileKind, string[]>()
  const inside: string[] = []
  for (const entry of paths) {
    // What lies in a folder that is named already is not named again.
    if (inside.length > 0 && entry.path.startsWith(`${inside.at(-1)}/`)) continue
    const kind = volatileKindOf(entry, context, git)
    if (kind === null) continue
    if (entry.type === 'directory') inside.push(entry.path)
    const found = hits.get(kind)
    if (found === undefined) hits.set(kind, [entry.path])
    else if (found.length < 1000) found.push(entry.path)
  }
  return [...hits].map(([kind, found]) => ({ kind, paths: found }))
}

function draftOf(view: View, source: ContextSource, hits: Hit[], bulk: string): Draft {
  const named = hits.slice(0, 5).map(({ kind, paths }) => {
    const more = paths.length > 1 ? ` and ${paths.length - 1} more` : ''
    return `${quote(paths[0] ?? '')}${more} (${kind.what})`
  })
  const rest = hits.length > named.length ? `, and ${hits.length - named.length} other kinds` : ''
  const always = hits.some(({ kind }) => kind.always)
  const patterns = hits.map(({ kind }) => kind.pattern)
  return {
    range: source.range,
    message: `${quote(`${source.step.instruction.keyword} ${source.text}`)} (${bulk}) takes along ${named.join(', ')}${rest}. ${always ? inCheckouts : 'They are not part of the commit: another machine has other ones, or none, and builds another image.'}`,
    fix: {
      text: `Add to ${view.ignoreFile === null ? 'a new .dockerignore in the root of the build context' : quote(view.ignoreFile.file)}:`,
      snippet: patterns.join('\n'),
    },
    edits: hits.some(({ kind }) => kind.wanted) ? [] : ignoreEdit(view, patterns),
    count: hits.reduce((sum, { paths }) => sum + paths.length, 0),
    evidence: hits
      .flatMap(({ kind, paths }) =>
        paths.slice(0, 3).map(path => ({ what: `in the build context: ${kind.what}`, path })),
      )
      .slice(0, 20),
  }
}
