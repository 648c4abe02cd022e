import type { Comparison, EntryDifference, EntryField, LayerDifference } from '../image/comparison.ts'
import type { DifferingEntries, DifferingEntry, EntryCause, EntryChange, EntryFacts } from '../image/differing-entry.ts'
import type { Entry } from '../image/image.ts'
import type { BlamedLayer } from './blame/blame.ts'
import { excerptOf } from './excerpt-of-entry.ts'
import type { Group } from './finding-of.ts'
import { groupBy } from './group.ts'

const entryLimit = 5_000
const excerptLimit = 200
/** Characters of all foreign texts together. */
const textLimit = 2 << 20
const causeLimit = 8
const longestText = 200
const attributeLimit = 8

/** Why an entry differs: one for all entries of a finding, where it has no other cause. */
interface Reasons {
  causes: readonly EntryCause[]
  via: readonly number[]
}

/** A differing entry with what is known of why. */
interface Known extends Reasons {
  entry: EntryDifference
  layer: LayerDifference
}

const none: Reasons = { causes: [], via: [] }

/**
 * The differing entries of all layers as they are told: those of the first findings first, and of each finding some, however
 * many another one has.
 * @param groups in the order of their findings
 * @param whole findings of layers as wholes, whose entries have no cause of their own: their ids by layer
 */
export function tellEntries(
  comparison: Comparison,
  groups: readonly Group[],
  whole: (layer: LayerDifference) => EntryCause | null,
  blamedOf: (layer: LayerDifference) => BlamedLayer | undefined,
): DifferingEntries {
  const reasons = reasonsByEntry(groups)
  const all = comparison.layers.flatMap(layer => {
    const cause = whole(layer)
    const ofLayer = cause === null ? none : { causes: [cause], via: [] }
    return layer.entries.map((entry): Known => ({ entry, layer, ...(reasons.get(entry) ?? ofLayer) }))
  })
  const chosen = fairly(all, groups)
  const list = chosen.map(known => told(known, blamedOf(known.layer)?.line ?? null))
  giveExcerpts(chosen, list)
  const total = comparison.layers.reduce((sum, layer) => sum + layer.total, 0)
  return { list, more: total - list.length }
}

function reasonsByEntry(groups: readonly Group[]): Map<EntryDifference, Reasons> {
  const all = new Map<EntryDifference, Reasons>()
  const add = (entry: EntryDifference, own: Reasons): void => {
    const known = all.get(entry)
    if (known === undefined) all.set(entry, own)
    else if (known !== own && known.causes.length < causeLimit) all.set(entry, joined(known, own))
  }
  for (const { cause, instruction, entries, consequences, via } of groups) {
    const told = { id: cause.id, line: instruction?.line ?? null }
    const own = { causes: [told], via: [...new Set(via.map(({ line }) => line))].slice(0, causeLimit) }
    const following = { causes: [{ ...told, follows: true as const }], via: [] }
    for (const { subject, partOf } of entries) add(partOf ?? subject.entry, own)
    for (const { entry } of consequences) add(entry.subject.entry, following)
  }
  return all
}

/** The second has but one cause. */
function joined(known: Reasons, { causes: [cause], via }: Reasons): Reasons {
  if (!cause || known.causes.some(({ id, line }) => id === cause.id && line === cause.line)) return known
  return { causes: [...known.causes, cause], via: [...new Set([...known.via, ...via])].slice(0, causeLimit) }
}

/** As many as are told: in turns one of each finding, so that none is left out, then in the order of the findings. */
function fairly(all: readonly Known[], groups: readonly Group[]): Known[] {
  const order = new Map(groups.map(({ cause, instruction }, index) => [keyOf(cause.id, instruction?.line), index]))
  const rankOf = ({ causes: [first] }: Known): number =>
    (first && order.get(keyOf(first.id, first.line))) ?? groups.length
  const ranks = [...groupBy(all, rankOf)].sort(([a], [b]) => a - b).map(([, of]) => of.sort(firstBeforeFollowing))
  const chosen = ranks.map((): Known[] => [])
  let [left, text] = [entryLimit, textLimit]
  for (let turn = 0; left > 0 && ranks.some(of => turn < of.length); turn++)
    for (const [at, of] of ranks.entries()) {
      const known = of[turn]
      if (known === undefined || left === 0) continue
      text -= lengthOf(known.entry)
      if (text < 0) return chosen.flat()
      chosen[at]?.push(known)
      left--
    }
  return chosen.flat()
}

const lengthOf = ({ path, a, b }: EntryDifference): number =>
  path.length + (a?.linkTarget.length ?? 0) + (b?.linkTarget.length ?? 0)

const keyOf = (id: string, line: number | null | undefined): string => `${id} ${line ?? ''}`

/** Array sort is stable: within these the order is that of the image. */
const firstBeforeFollowing = (a: Known, b: Known): number =>
  Number(a.causes[0]?.follows ?? false) - Number(b.causes[0]?.follows ?? false)

/** In turns by cause, too, for as many as get one. */
function giveExcerpts(chosen: readonly Known[], list: readonly DifferingEntry[]): void {
  const places = [...chosen.keys()]
  const byCause = [
    ...groupBy(places, at => keyOf(chosen[at]?.causes[0]?.id ?? '', chosen[at]?.causes[0]?.line)).values(),
  ]
  let left = excerptLimit
  for (let turn = 0; left > 0 && byCause.some(of => turn < of.length); turn++)
    for (const of of byCause) {
      const [known, entry] = [chosen[of[turn] ?? -1], list[of[turn] ?? -1]]
      if (!known || !entry || left === 0) continue
      const excerpt = excerptOf(
        known.entry,
        entry.causes.map(({ id }) => id),
      )
      if (excerpt === null) continue
      entry.excerpt = excerpt
      left--
    }
}

const kinds = { 'only-in-a': 'removed', 'only-in-b': 'added', changed: 'changed' } as const

function told({ entry, layer, causes, via }: Known, line: number | null): DifferingEntry {
  const { path, kind, a, b, digestA, digestB } = entry
  return {
    ...{ path, layer: layer.index, line, kind: kinds[kind], changes: changesOf(entry) },
    ...{ a: a && factsOf(a, digestA), b: b && factsOf(b, digestB) },
    causes: [...causes],
    ...(via.length > 0 ? { via: [...via] } : {}),
  }
}

const changes: Record<EntryField, EntryChange> = {
  ...{ content: 'content', type: 'type', mode: 'mode', uid: 'owner', gid: 'owner', names: 'owner', mtime: 'mtime' },
  ...{ link: 'link', device: 'device', pax: 'attributes', order: 'order' },
}

function changesOf({ kind, fields, a, b }: EntryDifference): EntryChange[] {
  if (kind !== 'changed') return []
  const found = fields.map(field => changes[field])
  return [...new Set([...found, ...(a?.size === b?.size ? [] : (['size'] as const))])]
}

function factsOf(entry: Entry, digest: string | null): EntryFacts {
  const { type, mode, uid, gid, uname, gname, size, mtime, linkTarget, device, pax } = entry
  const attributes = Object.entries(pax).slice(0, attributeLimit)
  return {
    ...{ type, mode: mode.toString(8).padStart(4, '0'), uid, gid },
    ...(uname === '' ? {} : { user: cut(uname) }),
    ...(gname === '' ? {} : { group: cut(gname) }),
    ...{ size, mtime: cut(mtime) },
    ...(linkTarget === '' ? {} : { link: linkTarget }),
    ...(device === '' ? {} : { device: cut(device) }),
    ...(digest === null ? {} : { digest }),
    ...(attributes.length === 0
      ? {}
      : { attributes: Object.fromEntries(attributes.map(([name, value]) => [cut(name), cut(value)])) }),
  }
}

const cut = (text: string): string => (text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text)
