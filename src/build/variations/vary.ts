import { createHash } from 'node:crypto'
import { lstat, mkdtemp, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Ports } from '../../ports.ts'
import { size as inWords } from '../disk.ts'
import type { BuildRequest } from '../plan.ts'
import { copyMeans, makeCopy, removeCopy } from './copy.ts'
import { type CopyPlan, type PlannedEntry, planCopy } from './copy-plan.ts'
import { otherCheckout } from './mtimes.ts'
import { isTaken } from './taken.ts'
import { umaskOf } from './umask.ts'
import type { ContextEntry, Variation } from './variation.ts'

/** A folder that files are taken from, as Docker would send it. */
export interface ContextFolder {
  root: string
  paths: readonly ContextEntry[]
  /** There was more than was read. */
  truncated: boolean
  /** Paths that were seen and could not be read, or are no file, folder or link. */
  leftOut?: readonly string[]
}

/** What side B is built from. */
export interface Varied {
  request: BuildRequest
  /** What really differs. */
  variations: readonly Variation[]
  /** Why something that was asked for does not, or not everywhere: each a sentence. */
  notes: readonly string[]
}

/** The copies of a run: made once, whatever number of images is built of them. */
export interface Copies {
  /** Where side B finds the folder, and what there is to tell of it; or why there is no copy. */
  of(name: string, folder: ContextFolder, taken: readonly string[] | null): Promise<Copy | { refused: string }>
  /** Removes them all. Never throws. */
  remove(): Promise<void>
}

export interface Copy {
  root: string
  /** Ids of the variations that could be applied. */
  applied: readonly string[]
  note: string | null
}

/**
 * The request of side B. Never throws: what cannot be varied is left as it is, and told.
 * @param taken what the build takes of each folder; null: not known, so all of it
 */
export async function vary(
  request: BuildRequest,
  wished: readonly Variation[],
  contexts: ReadonlyMap<string, ContextFolder>,
  taken: ReadonlyMap<string, readonly string[] | null> | null,
  copies: Copies,
): Promise<Varied> {
  const notes: string[] = []
  const varied = wished.reduce((changed, variation) => variation.request?.(changed) ?? changed, request)
  const elsewhere = wished.filter(({ touches }) => touches !== 'context')
  const ofContext = wished.filter(({ touches }) => touches === 'context')
  const names = [...contexts.keys()].filter(name => taken === null || taken.has(name))
  if (ofContext.length === 0 || names.length === 0) return { request: varied, variations: elsewhere, notes }

  const made = new Map<string, Copy>()
  for (const name of names) {
    const copy = await copies.of(name, contexts.get(name) as ContextFolder, taken?.get(name) ?? null)
    if ('refused' in copy) {
      notes.push(`Side B was built from the same files as side A, unvaried: ${copy.refused}.`)
      return { request: varied, variations: elsewhere, notes }
    }
    if (copy.note !== null) notes.push(copy.note)
    made.set(name, copy)
  }
  const applied = ofContext.filter(({ id }) => [...made.values()].some(copy => copy.applied.includes(id)))
  return {
    request: {
      ...varied,
      context: made.get(mainContext)?.root ?? varied.context,
      buildContexts: Object.fromEntries(
        Object.entries(varied.buildContexts).map(([name, value]) => [name, made.get(name)?.root ?? value]),
      ),
    },
    variations: wished.filter(variation => elsewhere.includes(variation) || applied.includes(variation)),
    notes,
  }
}

/** BuildKit's own name of the context that is given without one. */
export const mainContext = 'context'

/**
 * @param wished those that touch the context
 * @param epoch seconds since 1970
 */
export function copiesIn(ports: Ports, wished: readonly Variation[], epoch: number): Copies {
  const made = new Map<string, Promise<Copy | { refused: string }>>()
  const roots: { root: string; entries: PlannedEntry[] }[] = []
  const make = async (name: string, folder: ContextFolder, taken: readonly string[] | null) => {
    let begun: { root: string; entries: PlannedEntry[] } | null = null
    try {
      const plan = await planned(name, folder, taken)
      if ('refused' in plan) return plan
      const root = await mkdtemp(join(ports.tempDir, 'context-B-'))
      const { entries, copied, linked } = plan
      begun = { root, entries }
      roots.push(begun)
      const links = linked.files > 0 ? `, ${inFiles(linked)} linked` : ''
      ports.log.info(`Context of side B: ${inFiles(copied)} copied${links}, to be varied`)
      await makeCopy(folder.root, root, entries, ports.signal)
      return {
        root,
        applied: appliedIn(folder.paths, entries, wished),
        note:
          linked.files > 0
            ? `To spare the disk, side B was given ${inFiles(linked)} of the ${named(name)} unvaried, with the permissions and times of side A.`
            : null,
      }
    } catch (error) {
      // Side B needs the space that half a copy takes.
      if (begun !== null) await removeCopy(begun.root, begun.entries).catch(() => {})
      return {
        refused: `the ${named(name)} could not be copied: ${whyNot(error as NodeJS.ErrnoException, folder.root)}`,
      }
    }
  }

  const planned = async (
    name: string,
    { root, paths, truncated, leftOut = [] }: ContextFolder,
    taken: readonly string[] | null,
  ): Promise<CopyPlan | { refused: string }> => {
    if (truncated) return { refused: `the ${named(name)} has more paths than are read (${paths.length})` }
    const odd = leftOut.find(path => isTaken(path, taken))
    if (odd !== undefined)
      return { refused: `'${odd.slice(0, 200)}' in the ${named(name)} cannot be read, or is no file, folder or link` }
    const entries = await withFolders(root, wantedOf(paths, taken))
    const now = ports.now() / 1000
    const times = entries.flatMap(({ mtimeMs }) => (mtimeMs === undefined ? [] : [mtimeMs / 1000]))
    const facts = { umask: umaskOf(entries), checkedOutAt: otherCheckout(times, epoch, now) }
    const sample = entries.find(({ type }) => type === 'file')
    return planCopy(entries, facts, wished, await copyMeans(root, ports.tempDir, sample))
  }

  return {
    of(name, folder, taken) {
      const key = keyOf(folder, taken)
      const known = made.get(key) ?? make(name, folder, taken)
      made.set(key, known)
      return known
    },
    async remove() {
      for (const { root, entries } of roots.splice(0))
        await removeCopy(root, entries).catch(error => ports.log.debug(`The copy of a context stays: ${String(error)}`))
      made.clear()
    },
  }
}

/** Of one folder each Dockerfile may have an ignore file of its own, which lets as many paths through, and others. */
function keyOf({ root, paths, leftOut = [] }: ContextFolder, taken: readonly string[] | null): string {
  const hash = createHash('sha256')
  for (const path of [...paths.map(one => one.path), '', ...leftOut]) hash.update(path).update('\0')
  return JSON.stringify([root, hash.digest('hex'), taken])
}

/** A system's error names its calls and our folders; who reads it knows the context's own. */
function whyNot({ code, path, message }: NodeJS.ErrnoException, root: string): string {
  const own = path?.startsWith(`${root}/`) ? path.slice(root.length + 1, root.length + 201) : undefined
  return (code === 'EACCES' || code === 'EPERM') && own !== undefined
    ? `'${own}' may not be read by this user (its permissions, or its owner)`
    : message
}

const named = (name: string): string => (name === mainContext ? 'build context' : `build context ${name}`)
const inFiles = ({ files, bytes }: { files: number; bytes: number }): string =>
  `${files} ${files === 1 ? 'file' : 'files'} (${inWords(bytes)})`

/** A link may lead anywhere in the context, so then all of it is wanted; its ignore file is what the builder reads first. */
function wantedOf(paths: readonly ContextEntry[], taken: readonly string[] | null): readonly ContextEntry[] {
  const wanted = paths.filter(({ path }) => path === '.dockerignore' || isTaken(path, taken))
  return wanted.some(({ type }) => type === 'symlink') ? paths : wanted
}

/**
 * The entries with the root, the folders above them that an ignore file leaves out and takes back in part, and the ignore
 * file itself, which the builder reads even where it leaves itself out.
 */
async function withFolders(root: string, entries: readonly ContextEntry[]): Promise<ContextEntry[]> {
  const known = new Set(entries.map(({ path }) => path))
  const missing = new Set<string>([''])
  for (const { path } of entries)
    for (let above = dirname(path); above !== '.' && !known.has(above); above = dirname(above)) missing.add(above)
  if (!known.has('.dockerignore') && (await lstat(join(root, '.dockerignore')).catch(() => null))?.isFile())
    missing.add('.dockerignore')
  const more = await Promise.all(
    [...missing].map(async (path): Promise<ContextEntry> => {
      const { mode, mtimeMs, size } = await stat(join(root, path))
      const type = path === '.dockerignore' ? 'file' : 'directory'
      return { path, type, mode: mode & 0o7777, size: type === 'file' ? size : 0, mtimeMs }
    }),
  )
  return [...more, ...entries]
}

/** What differs in the copy: the files may already be as a variation would have them. */
function appliedIn(
  paths: readonly ContextEntry[],
  entries: readonly PlannedEntry[],
  wished: readonly Variation[],
): string[] {
  const before = new Map(paths.map(entry => [entry.path, entry]))
  const differs = (field: 'mode' | 'mtimeMs') =>
    entries.some(entry => before.has(entry.path) && before.get(entry.path)?.[field] !== entry[field])
  return wished.flatMap(({ id }) =>
    id === 'order' || (id === 'umask' && differs('mode')) || (id === 'mtimes' && differs('mtimeMs')) ? [id] : [],
  )
}
