import type { EntryDifference, LayerDifference } from '../image/comparison.ts'
import type { PackageFacts } from '../packages/facts.ts'
import type { Cause, LayerView, Recognition, Subject } from './cause.ts'
import { linkEvidence, renamedFile, textEvidence } from './causes/renamed-file.ts'
import { unknownDifference } from './causes/unknown-difference.ts'
import { asNew, ownHeader } from './consequence.ts'
import { layeredPaths, noteDigests } from './content-digest.ts'
import { atOnce } from './in-turns.ts'
import { recogniseAll } from './inside.ts'
import { asOneFile } from './moved-file.ts'
import { ownerText } from './packages.ts'
import { findRenames } from './renames.ts'
import { Seen } from './seen.ts'
import type { Clock } from './values/time.ts'

/** A differing path with its cause, or with the earlier difference that it only repeats. */
export interface ExplainedEntry {
  /** Index of the layer. */
  layer: number
  subject: Subject
  cause: Cause
  recognition: Recognition
  /** For an archive, the files in it that the cause explains. */
  inside?: readonly { subject: Subject; recognition: Recognition }[]
  /** The difference that came first; null for a first cause. */
  root: ExplainedEntry | null
  /** Further differences that came first, where it follows from several: a list of the digests of two files. */
  moreRoots?: readonly ExplainedEntry[]
  /** Differences of earlier instructions whose values it holds beside a difference of its own. */
  alsoHolds?: readonly ExplainedEntry[]
  /** The path's whole difference, where the subject is the part of it that is new. */
  partOf?: EntryDifference
  /** The file of a stage that this one was made of, and that has its cause; it is not in the image. */
  madeFrom?: ExplainedEntry
}

/** The first cause behind an entry, through all that it follows from. */
export function firstOf(entry: ExplainedEntry): ExplainedEntry {
  let at = entry
  for (let hops = 0; at.root !== null && hops < 100; hops++) at = at.root
  return at
}

/** All first causes behind an entry: several of what follows from several. */
export function firstsOf(entry: ExplainedEntry): ExplainedEntry[] {
  const [firsts, seen, open] = [new Set<ExplainedEntry>(), new Set<ExplainedEntry>(), [entry]]
  for (let at = open.pop(); at !== undefined && seen.size < 200; at = open.pop()) {
    if (seen.has(at)) continue
    seen.add(at)
    if (at.root === null) firsts.add(at)
    else open.push(...[...(at.moreRoots ?? [])].reverse(), at.root)
  }
  return [...firsts]
}

/** What the causes are found from: `textOfLayer` gives the text of the instruction that made a layer. */
type Known = [
  layers: readonly LayerDifference[],
  clock: Clock,
  textOfLayer?: (index: number) => string,
  packages?: PackageFacts | null,
]

/** `explainingEntries` at once. */
export const explainEntries = (...known: Known): ExplainedEntry[] => atOnce(explainingEntries(...known))

/**
 * Gives every differing path of all layers its cause, one path a step. Layers are walked in the image's order, so that what
 * only repeats an earlier difference (same path, same pair of contents, same renamed folder) is told from what is new.
 */
export function* explainingEntries(
  ...[layers, clock, textOfLayer = () => '', packages = null]: Known
): Generator<void, ExplainedEntry[]> {
  const seen = new Seen()
  const explained: ExplainedEntry[] = []
  for (const difference of layers) {
    if (!difference.a || !difference.b) continue
    const view = viewOf(difference, seen, packages)
    const layer = { index: difference.index, text: textOfLayer(difference.index) }
    const own: ExplainedEntry[] = []
    for (const entry of difference.entries) {
      own.push(...explainEntry(entry, view, clock, layer, seen))
      yield
    }
    linkFollowers(own)
    linkMore(own, seen)
    for (const entry of own) {
      seen.add(entry)
      explained.push(entry)
    }
  }
  return explained
}

function explainEntry(
  entry: EntryDifference,
  layer: LayerView,
  clock: Clock,
  { index, text }: { index: number; text: string },
  seen: Seen,
): ExplainedEntry[] {
  const subject = { entry, layer, clock }
  const before = seen.byPath(entry.path)
  const root = seen.rootOf(entry, layer, text, clock)
  const header = root && before ? ownHeader(before.subject.entry, entry) : null
  const own = { ...subject, entry: header ?? entry }
  const ofHeader: ExplainedEntry[] = header
    ? recogniseAll(own).map(one => ({ ...one, layer: index, subject: own, partOf: entry, root: null }))
    : []
  if (root) {
    const evidence = [
      { what: `${entry.path} differs here only because it already differs in an earlier layer`, path: entry.path },
    ]
    const recognition = { confidence: 'certain' as const, evidence }
    return [...ofHeader, { layer: index, subject, cause: root.cause, recognition, root }]
  }
  const linked = seen.linkedRename(entry)
  const pointed = linked ?? seen.namedRename(entry)
  if (pointed) {
    const { path } = pointed.subject.entry
    const recognition = linked ? linkEvidence(entry, path) : textEvidence(entry, path)
    return [{ layer: index, subject, cause: pointed.cause, recognition, root: pointed.root ?? pointed }]
  }
  const moved = seen.movedFile(entry, layer)
  if (moved && entry === moved.b) {
    const evidence = [{ what: `it is ${moved.a.path} under its other name`, path: entry.path }]
    const recognition = { confidence: 'certain' as const, follows: moved.a.path, evidence }
    return [{ layer: index, subject, cause: renamedFile, recognition, root: null }]
  }
  if (moved)
    return recogniseAll({ ...subject, entry: asOneFile(moved) }).map(one => ({
      ...one,
      layer: index,
      subject,
      root: null,
    }))
  const rest = before && before.subject.entry !== entry ? asNew(before.subject.entry, entry) : null
  const found = rest ? recogniseAll({ ...subject, entry: rest }) : []
  // What is not known of the rest may be so of the whole.
  const known = found.length > 0 && found.every(({ cause }) => cause !== unknownDifference)
  return (known ? found : recogniseAll(subject)).map(explained => {
    const { cause, recognition } = owned(explained, subject)
    const followed = recognition.follows === undefined ? undefined : seen.byPath(recognition.follows)
    return { ...explained, layer: index, subject, cause, recognition, root: followed?.root ?? followed ?? null }
  })
}

/** Says of which package a file is, in the first proof: people know packages better than paths. */
function owned(
  { cause, recognition }: { cause: Cause; recognition: Recognition },
  { entry, layer }: Subject,
): { cause: Cause; recognition: Recognition } {
  const [first, ...more] = recognition.evidence
  const owner = first === undefined ? null : ownerText(entry, layer.packages, first.what)
  if (owner === null || first === undefined) return { cause, recognition }
  return { cause, recognition: { ...recognition, evidence: [{ ...first, what: `${first.what}, ${owner}` }, ...more] } }
}

/** Within one layer: what follows from another path of it gets that path's first cause. */
function linkFollowers(entries: readonly ExplainedEntry[]): void {
  // Of the causes of one archive, the first one stands for all.
  const byPath = new Map([...entries].reverse().map(entry => [entry.subject.entry.path, entry]))
  for (const entry of entries) {
    const first = entry.root === null ? endOfChain(entry, byPath) : null
    if (first !== null) entry.root = first.root ?? first
  }
}

/** What a path follows from, through all that this follows from in turn; null when it follows from nothing, or from itself. */
function endOfChain(entry: ExplainedEntry, byPath: ReadonlyMap<string, ExplainedEntry>): ExplainedEntry | null {
  let at = entry
  for (let hops = 0; hops < 50; hops++) {
    const { follows } = at.recognition
    const next = at.root === null && follows !== undefined ? byPath.get(follows) : undefined
    if (next === undefined) return at === entry || (at.root === null && follows !== undefined) ? null : at
    if (next === entry || next === at) return null
    at = next
  }
  return null
}

/** What follows from several paths gets the others' first causes, too. */
function linkMore(entries: readonly ExplainedEntry[], seen: Seen): void {
  const more = entries.filter(({ root, recognition }) => root !== null && recognition.followsToo !== undefined)
  if (more.length === 0) return
  const byPath = new Map([...entries].reverse().map(entry => [entry.subject.entry.path, entry]))
  for (const entry of more) {
    const others = (entry.recognition.followsToo ?? []).flatMap(path => byPath.get(path) ?? seen.byPath(path) ?? [])
    const roots = new Set(
      others.map(other => other.root ?? other).filter(root => root !== entry.root && root !== entry),
    )
    if (roots.size > 0) entry.moreRoots = [...roots]
  }
}

function viewOf(difference: LayerDifference, seen: Seen, packages: PackageFacts | null): LayerView {
  const own = new Map<string, string>()
  for (const entry of difference.entries) noteDigests(own, entry)
  return {
    difference,
    renames: findRenames(difference.entries),
    byPath: new Map(difference.entries.map(entry => [entry.path, entry])),
    pathOfDigest: layeredPaths(own, seen.pathOfDigest),
    packages: packages?.layers.get(difference.index) ?? null,
  }
}
