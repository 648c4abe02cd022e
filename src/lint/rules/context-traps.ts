import { posix } from 'node:path'
import type { ContextFiles, ContextPath } from '../context/context.ts'
import { type ContextSource, contextSources, entriesOf } from '../context/context-source.ts'
import { withoutVolatile } from '../context/volatile-path.ts'
import type { Draft, Rule } from '../rule.ts'
import type { View } from '../view.ts'
import { counted, listed, quote } from '../wording.ts'

export const contextTraps: Rule = {
  id: 'RG604',
  title: 'Files are copied in that are not what they seem',
  level: 'warning',
  class: 'machine',
  on: false,
  needsContext: true,
  check: view => {
    const { context } = view
    if (context === null) return []
    const sources = view.steps.flatMap(step => contextSources(view, step))
    // The same file by two COPYs is one trap.
    const said = new Set<string>()
    return sources.flatMap(source => checkSource(view, context, source, said))
  },
}

function checkSource(view: View, context: ContextFiles, source: ContextSource, said: Set<string>): Draft[] {
  const entries = withoutVolatile(entriesOf(view, source), context, view.git).filter(({ path }) => !said.has(path))
  const pointers = entries.filter(entry => isPointer(context, entry)).map(({ path }) => path)
  const links = entries.filter(entry => leavesContext(context, entry))
  const collisions = collidingIn(entries)
  for (const path of [...pointers, ...links.map(link => link.path), ...collisions.flat()]) said.add(path)
  return [
    ...(pointers.length === 0 ? [] : [pointerDraft(source, pointers)]),
    ...(links.length === 0 ? [] : [linkDraft(source, links)]),
    ...(collisions.length === 0 ? [] : [collisionDraft(source, collisions)]),
  ]
}

const copied = ({ step, text }: ContextSource): string => quote(`${step.instruction.keyword} ${text}`)

/** What Git LFS leaves in place of a file that nobody fetched: three lines of 126 to 140 bytes. */
const isPointer = (context: ContextFiles, { path, type, size }: ContextPath): boolean =>
  type === 'file' &&
  size >= 120 &&
  size <= 200 &&
  context.read(path)?.startsWith('version https://git-lfs.github.com/spec/v1\n') === true

const pointerDraft = (source: ContextSource, paths: string[]): Draft => ({
  range: source.range,
  level: 'error',
  message: `${copied(source)} takes along ${counted(paths.length, 'file')} of Git LFS that ${paths.length === 1 ? 'is' : 'are'} not here: ${listed(paths, 3)} ${paths.length === 1 ? 'holds' : 'hold'} only the pointer. The image gets three lines of text in place of the content, and where LFS is set up it gets the content.`,
  fix: {
    text: 'Fetch the content before the build; with actions/checkout that is `lfs: true`.',
    snippet: 'git lfs pull',
  },
  count: paths.length,
  evidence: paths.slice(0, 10).map(path => ({ what: 'a pointer of Git LFS', path })),
})

/** Folders of one machine: nobody means them as a place in the image. */
const machinePlace = /^\/(home|Users|Volumes|private|var\/folders|workspaces|github\/workspace)\//

function leavesContext({ root }: ContextFiles, { path, type, link }: ContextPath): boolean {
  if (type !== 'symlink' || link === undefined) return false
  if (link.startsWith('/')) return machinePlace.test(link) || (root !== '/' && link.startsWith(`${root}/`))
  return posix.normalize(posix.join(posix.dirname(path), link)).startsWith('..')
}

const linkDraft = (source: ContextSource, links: ContextPath[]): Draft => ({
  range: source.range,
  message: `${copied(source)} takes along ${counted(links.length, 'symlink')} that ${links.length === 1 ? 'points' : 'point'} out of the build context: ${listed(
    links.map(({ path, link }) => `${path} -> ${link}`),
    3,
  )}. Only the link is copied: in the image it leads nowhere, or to another file.`,
  fix: { text: 'Put the file itself into the context, or leave the link out by .dockerignore.' },
  count: links.length,
  evidence: links.slice(0, 10).map(({ path, link = '' }) => ({ what: `a symlink to ${quote(link, 200)}`, path })),
})

/** Paths that are one on a file system that does not tell case: there a checkout has only the last of them. */
function collidingIn(entries: ContextPath[]): string[][] {
  const groups = new Map<string, string[]>()
  for (const { path } of entries) {
    const folded = path.toLowerCase()
    const group = groups.get(folded)
    if (group === undefined) groups.set(folded, [path])
    else group.push(path)
  }
  const colliding = [...groups.values()].filter(group => group.length > 1)
  // Two folders collide with all that is in them: the folders say enough.
  return colliding.filter(([first = '']) => (groups.get(posix.dirname(first).toLowerCase())?.length ?? 1) === 1)
}

const collisionDraft = (source: ContextSource, groups: string[][]): Draft => ({
  range: source.range,
  message: `${copied(source)} takes along names that differ only in case: ${listed(
    groups.map(group => group.slice(0, 3).join(' and ')),
    3,
  )}. On a Mac or on Windows a checkout has only one of them, and builds another image.`,
  fix: { text: 'Rename one of them.' },
  count: groups.length,
  evidence: groups.slice(0, 10).map(group => ({ what: 'names that differ only in case', path: group[0] ?? '' })),
})
