import type { EntryDifference } from '../image/comparison.ts'
import { isWhiteout } from './consequence.ts'
import { digestsOf } from './content-digest.ts'
import { formOf, randomTokens } from './values/tokens.ts'

/** Two paths of one layer that are one thing under two names. */
export interface Rename {
  a: string
  b: string
  /** Everything below, and the content, is equal, and there is enough of it (or of the names) to be no chance. */
  exact: boolean
}

/** The renames of a layer; inner paths of a renamed folder belong to its rename. */
export interface Renames {
  pairs: Rename[]
  /** The rename that a path of either side stands in. */
  of: (path: string) => Rename | null
  /** The text of A with A's new names replaced by B's. */
  toB: (text: string) => string
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

interface Tree {
  root: EntryDifference
  below: EntryDifference[]
}

/** The top-most paths of one side with all that stands below them. */
function treesOf(entries: readonly EntryDifference[], kind: EntryDifference['kind']): Tree[] {
  const trees = new Map<string, Tree>()
  const lengths = new Set<number>()
  const own = entries
    .filter(entry => entry.kind === kind && !isWhiteout(entry.path))
    .sort((p, q) => (p.path < q.path ? -1 : 1))
  for (const entry of own) {
    const root = aboveIn(entry.path, entry.path.lastIndexOf('/'), trees, lengths)
    if (root) root.below.push(entry)
    else {
      trees.set(entry.path, { root: entry, below: [] })
      lengths.add(entry.path.length)
    }
  }
  return [...trees.values()]
}

/**
 * What the longest part of a path that ends before a slash, at `from` or before, is a key of. Of a thousand folders few can
 * be: only what has the length of a key is looked up.
 */
function aboveIn<T>(
  path: string,
  from: number,
  known: ReadonlyMap<string, T>,
  lengths: ReadonlySet<number>,
): T | undefined {
  for (let at = from; at > 0; at = path.lastIndexOf('/', at - 1)) {
    const found = lengths.has(at) ? known.get(path.slice(0, at)) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

/** What two trees must share to be one under two names; `exact` counts contents and headers too. */
function signature(tree: Tree, exact: boolean): string {
  const prefix = tree.root.path.length
  return [tree.root, ...tree.below]
    .map(difference => {
      const entry = difference.a ?? difference.b
      const relative = difference.path.slice(prefix)
      if (!entry || !exact) return `${relative}\0${entry?.type}`
      const content =
        digestsOf(difference).a ?? digestsOf(difference).b ?? (entry.size === 0 ? 'empty' : `?${difference.path}`)
      const link = entry.linkTarget.replaceAll(nameOf(tree.root.path), '*')
      return [relative, entry.type, entry.mode, entry.uid, entry.gid, entry.type === 'file' ? content : link].join('\0')
    })
    .join('\n')
}

/** How alike two names are: characters shared at both ends. Random suffixes share their prefix. */
function alikeness(p: string, q: string): number {
  let front = 0
  while (front < Math.min(p.length, q.length) && p[front] === q[front]) front++
  let back = 0
  while (back < Math.min(p.length, q.length) - front && p[p.length - 1 - back] === q[q.length - 1 - back]) back++
  return front + back
}

/** Equal content proves something only when there is some: two empty files or folders are equal whatever they are. */
const hasSubstance = ({ root, below }: Tree): boolean =>
  [root, ...below].some(({ a, b }) => (a ?? b)?.type === 'file' && ((a ?? b)?.size ?? 0) > 16)

/** Whether both names have one shape and a part drawn by chance, as mktemp makes them, or a UUID. */
function drawn(p: Tree, q: Tree): boolean {
  const [a, b] = [nameOf(p.root.path), nameOf(q.root.path)]
  if (randomTokens(a, b) !== null) return true
  let front = 0
  while (front < Math.min(a.length, b.length) && a[front] === b[front]) front++
  const start = Math.max(0, front - 3)
  return (
    a.length === b.length &&
    /^tmp|\b[A-Za-z0-9_]+[.-]/.test(a.slice(0, front)) &&
    formOf(a.slice(start), b.slice(start)) !== null
  )
}

const plausible = (a: string, b: string): boolean =>
  parentOf(a) === parentOf(b) && (nameOf(a).length === nameOf(b).length || alikeness(nameOf(a), nameOf(b)) > 2)

/** Of thousands that are alike (empty files), those whose paths stand closest: the work must not grow with their square. */
function nearest(tree: Tree, alike: readonly Tree[]): readonly Tree[] {
  if (alike.length <= choiceLimit) return alike
  let [from, to] = [0, alike.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((alike[middle] as Tree).root.path < tree.root.path) from = middle + 1
    else to = middle
  }
  const start = Math.max(0, Math.min(from - choiceLimit / 2, alike.length - choiceLimit))
  return alike.slice(start, start + choiceLimit)
}

const choiceLimit = 100

/** The one whose name is most like the tree's; the first of several. */
function likest(tree: Tree, choices: readonly Tree[]): Tree | null {
  let best: Tree | null = null
  let most = -1
  for (const other of choices) {
    if (!plausible(tree.root.path, other.root.path)) continue
    const value = alikeness(other.root.path, tree.root.path)
    if (value > most) [best, most] = [other, value]
  }
  return best
}

/**
 * Pairs the paths that only A has with those that only B has: first those with equal content, then, in one folder and
 * with names of one shape, folders that hold the same names.
 */
export function findRenames(entries: readonly EntryDifference[]): Renames {
  const pairs: Rename[] = []
  const restA = new Set(treesOf(entries, 'only-in-a'))
  const restB = new Set(treesOf(entries, 'only-in-b'))
  for (const exact of [true, false]) {
    // Sorted by path, as the trees are.
    const waiting = new Map<string, Tree[]>()
    for (const tree of restB) {
      const key = signature(tree, exact)
      const alike = waiting.get(key)
      if (alike) alike.push(tree)
      else waiting.set(key, [tree])
    }
    for (const tree of [...restA]) {
      if (!exact && tree.root.a?.type !== 'directory') continue
      const alike = waiting.get(signature(tree, exact)) ?? []
      const best = likest(tree, nearest(tree, alike))
      if (best === null) continue
      pairs.push({ a: tree.root.path, b: best.root.path, exact: exact && (hasSubstance(tree) || drawn(tree, best)) })
      alike.splice(alike.indexOf(best), 1)
      restA.delete(tree)
      restB.delete(best)
    }
  }
  return renamesFrom(pairs)
}

/** Renames known beforehand (from an earlier layer), or found. */
export function renamesFrom(pairs: Rename[]): Renames {
  const roots = new Map<string, Rename>()
  for (const pair of pairs) {
    roots.set(pair.a, pair)
    roots.set(pair.b, pair)
  }
  const lengths = new Set([...roots.keys()].map(({ length }) => length))
  const byLength = [...pairs].sort((p, q) => nameOf(q.a).length - nameOf(p.a).length).slice(0, 50)
  return {
    pairs,
    of: path => aboveIn(path, path.length, roots, lengths) ?? null,
    toB: text => byLength.reduce((result, pair) => result.replaceAll(nameOf(pair.a), nameOf(pair.b)), text),
  }
}
