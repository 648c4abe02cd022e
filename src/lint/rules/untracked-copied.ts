import type { ContextPath } from '../context/context.ts'
import { type ContextSource, entriesOf, shippedSources } from '../context/context-source.ts'
import type { GitState } from '../context/git.ts'
import { isTracked } from '../context/tracked.ts'
import { withoutVolatile } from '../context/volatile-path.ts'
import type { Draft, Rule } from '../rule.ts'
import type { View } from '../view.ts'
import { counted, listed, quote } from '../wording.ts'

export const untrackedCopied: Rule = {
  id: 'RG603',
  title: 'Files are copied in that are not as in the commit',
  level: 'warning',
  class: 'machine',
  on: false,
  needsContext: true,
  check: view => {
    const { git } = view
    return git === null ? [] : shippedSources(view).flatMap(source => checkSource(view, git, source) ?? [])
  },
}

function checkSource(view: View, git: GitState, source: ContextSource): Draft | null {
  const files = unusual(view, git, entriesOf(view, source))
  const untracked = files.filter(({ path }) => !git.modified.has(path)).map(({ path }) => path)
  const modified = files.filter(({ path }) => git.modified.has(path)).map(({ path }) => path)
  if (files.length === 0) return null
  const parts = [
    ...(modified.length === 0
      ? []
      : [`${counted(modified.length, 'file')} changed since the commit: ${listed(modified, 3)}`]),
    ...(untracked.length === 0
      ? []
      : [`${counted(untracked.length, 'file')} that git does not track: ${listed(untracked, 3)}`]),
  ]
  return {
    range: source.range,
    message: `${quote(`${source.step.instruction.keyword} ${source.text}`)} takes along ${parts.join('; and ')}. Whoever builds the same commit elsewhere has other ones, or none, and gets another image.`,
    fix: {
      text: 'Commit them, make them in a RUN, or leave them out by .dockerignore.',
      snippet: 'git status --short --ignored',
    },
    count: files.length,
    evidence: [
      ...modified.slice(0, 10).map(path => ({ what: 'changed since the commit', path })),
      ...untracked.slice(0, 10).map(path => ({ what: 'not tracked by git', path })),
    ],
  }
}

function unusual({ context }: View, git: GitState, entries: ContextPath[]): ContextPath[] {
  if (context === null) return []
  const files = entries.filter(
    entry => entry.type === 'directory' || git.modified.has(entry.path) || !isTracked(git, entry),
  )
  return withoutVolatile(files, context, git).filter(({ type }) => type !== 'directory')
}
