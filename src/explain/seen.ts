import { posix } from 'node:path'
import type { EntryDifference } from '../image/comparison.ts'
import type { LayerView } from './cause.ts'
import { repeats, withoutWhiteout } from './consequence.ts'
import { textsOf } from './content.ts'
import { noteDigests, pairOfContents } from './content-digest.ts'
import type { ExplainedEntry } from './entries.ts'
import { filesInside } from './inside.ts'
import { mentionsPath, readsClock } from './instruction-text.ts'
import { type MovedFile, movedFile } from './moved-file.ts'
import { type Rename, renamesFrom } from './renames.ts'
import { valuesOf } from './value-pairs.ts'
import type { Clock } from './values/time.ts'

/** What earlier layers differed by. */
export class Seen {
  pathOfDigest = new Map<string, string>()
  private paths = new Map<string, ExplainedEntry>()
  private contents = new Map<string, ExplainedEntry>()
  private renames: { rename: Rename; entry: ExplainedEntry }[] = []

  byPath(path: string): ExplainedEntry | undefined {
    return this.paths.get(path)
  }

  add(explained: ExplainedEntry): void {
    const { entry, layer } = explained.subject
    // What a still later layer repeats, it repeats of this one.
    this.paths.set(entry.path, explained)
    const pair = pairOfContents(entry)
    if (pair !== null && !this.contents.has(pair)) this.contents.set(pair, explained)
    noteDigests(this.pathOfDigest, entry)
    for (const file of filesInside(entry)) {
      const copy = pairOfContents(file)
      if (copy !== null && !this.contents.has(copy)) this.contents.set(copy, explained)
    }
    const rename = entry.kind === 'changed' ? null : layer.renames.of(entry.path)
    if (rename && (rename.a === entry.path || rename.b === entry.path) && this.renames.length < 1_000)
      this.renames.push({ rename, entry: explained })
  }

  /** The first cause behind an entry that says nothing new; null when it does. */
  rootOf(entry: EntryDifference, layer: LayerView, text: string, clock: Clock): ExplainedEntry | null {
    const path = withoutWhiteout(entry.path)
    const same = this.paths.get(path)
    if (same && (path !== entry.path ? entry.kind !== 'changed' : repeats(same.subject.entry, entry)))
      return same.root ?? same
    const pair = pairOfContents(entry)
    const copy = pair === null ? undefined : this.contents.get(pair)
    if (copy && entry.fields.every(field => field === 'content') && !byTheSameSecond(copy, entry.path, text, clock))
      return copy.root ?? copy
    if (entry.kind === 'changed' || this.movedFile(entry, layer) !== null) return null
    const moved = this.renameOf(path)
    return moved ? (moved.entry.root ?? moved.entry) : null
  }

  /** In a folder that an earlier layer has under two names, a file of which this layer has two contents. */
  movedFile(entry: EntryDifference, layer: LayerView): MovedFile | null {
    const moved = entry.kind === 'changed' ? undefined : this.renameOf(entry.path)
    return moved ? movedFile(entry, moved.rename, layer) : null
  }

  /** What has two names in an earlier layer, where each side's link points at its own of them. */
  linkedRename({ kind, path, fields, a, b }: EntryDifference): ExplainedEntry | null {
    if (kind !== 'changed' || !a || !b || fields.some(field => field !== 'link')) return null
    const [toA, toB] = [targetOf(path, a.linkTarget), targetOf(path, b.linkTarget)]
    const moved = this.renames.find(
      ({ rename }) => isUnder(toA, rename.a) && toB === `${rename.b}${toA.slice(rename.a.length)}`,
    )
    return moved?.entry ?? null
  }

  /** What has two names in an earlier layer, where a text differs by nothing but those names. */
  namedRename(entry: EntryDifference): ExplainedEntry | null {
    const texts = this.renames.length > 0 && entry.kind === 'changed' ? textsOf(entry) : null
    if (!texts || texts.a === texts.b || texts.a.length > nameSearchLimit) return null
    const long = this.renames.filter(({ rename }) => posix.basename(rename.a).length > 3).slice(0, 50)
    const toB = renamesFrom(long.map(({ rename }) => rename)).toB
    if (toB(texts.a) !== texts.b) return null
    return long.find(({ rename }) => texts.a.includes(posix.basename(rename.a)))?.entry ?? null
  }

  private renameOf(path: string) {
    return this.renames.find(({ rename }) => isUnder(path, rename.a) || isUnder(path, rename.b))
  }
}

const clocked = new Set([
  'build-time',
  'gzip-time',
  'zip-time',
  'tar-header',
  'ar-time',
  'pyc-timestamp',
  'sqlite-time',
])

/**
 * Whether equal contents may be no copy: two instructions that run in the same second read the same clock. Told by the text
 * of the later one, which names what it copies.
 */
function byTheSameSecond({ cause, subject }: ExplainedEntry, copy: string, text: string, clock: Clock): boolean {
  if (!clocked.has(cause.id) || text === '') return false
  const values = valuesOf(subject.entry, clock)
  if (values.some(({ coarse }) => !coarse)) return false
  const { path } = subject.entry
  return !(mentionsPath(text, path, !readsClock(text)) || copiesFolderOf(text, path, copy))
}

/** `cp -a /srv/data /opt`: that a command copies a folder of the path, and the file keeps its name. */
function copiesFolderOf(text: string, path: string, copy: string): boolean {
  const [parts, copied] = [path.split('/'), copy.split('/')]
  if (parts.length < 3 || parts.at(-1) !== copied.at(-1)) return false
  const words = text.slice(0, 100_000).split(/[\s"';&|()]+/)
  const folders = new Set(parts.slice(1, -1).map((_, at) => parts.slice(0, at + 2).join('/')))
  const named = words.findIndex(word => folders.has(word.replace(/^\//, '').replace(/\/[.*]?$/, '')))
  return named > 0 && words.slice(Math.max(0, named - 6), named).some(word => /^(?:cp|rsync|mv|install)$/.test(word))
}

const nameSearchLimit = 64 << 10

/** The path in the image that a link at `path` points at, as far as its text says. */
const targetOf = (path: string, target: string): string =>
  posix.join('/', target.startsWith('/') ? '' : posix.dirname(path), target).slice(1)

const isUnder = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`)
