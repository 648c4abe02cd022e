import type { DifferingEntries, DifferingEntry } from '../image/differing-entry.ts'
import type { PlatformResult } from './compose.ts'
import type { Report, ReportEntry } from './report.ts'

/** Of all platforms together. */
const entryLimit = 5_000
const excerptLimit = 200

/** The differing entries of all platforms: of each the same share, where there is no room for all. */
export function entriesOf(platforms: readonly PlatformResult[]): Pick<Report, 'entries'> {
  const all = platforms.filter(({ entries }) => entries && (entries.list.length > 0 || entries.more > 0))
  if (all.length === 0) return {}
  const lists = all.map(({ entries }) => entries?.list ?? [])
  const takes = shares(
    lists.map(({ length }) => length),
    entryLimit,
  )
  const shown = shares(
    lists.map(list => list.filter(({ excerpt }) => excerpt).length),
    excerptLimit,
  )
  const list = all.flatMap((result, at) => {
    let excerpts = shown[at] ?? 0
    return fewer(result.entries?.list ?? [], takes[at] ?? 0).map((entry): ReportEntry => {
      const { excerpt, ...rest } = causedByFindings(entry, result)
      const kept = excerpt && excerpts-- > 0 ? { excerpt } : {}
      return { ...(result.image ? { image: result.image } : {}), platform: result.platform, ...rest, ...kept }
    })
  })
  const total = all.reduce((sum, { entries }) => sum + (entries?.list.length ?? 0) + (entries?.more ?? 0), 0)
  return { entries: { list, more: total - list.length } }
}

/** What one of so many platforms keeps until all are done: together no more than a few thousand. */
export function keptEntries(entries: DifferingEntries, platforms: number): DifferingEntries {
  const list = fewer(entries.list, Math.max(100, Math.floor((3 * entryLimit) / platforms)))
  return { list, more: entries.more + entries.list.length - list.length }
}

/** As many, in their order: of each first cause some, however many another one has. */
function fewer(list: DifferingEntry[], count: number): DifferingEntry[] {
  if (list.length <= count) return list
  const turns = new Map<string, number>()
  const turnOf = ({ causes: [first] }: DifferingEntry): number => {
    const key = JSON.stringify(first ?? null)
    const turn = turns.get(key) ?? 0
    turns.set(key, turn + 1)
    return turn
  }
  const places = list.map((entry, at) => ({ at, turn: turnOf(entry) })).sort((a, b) => a.turn - b.turn || a.at - b.at)
  return places
    .slice(0, count)
    .sort((a, b) => a.at - b.at)
    .flatMap(({ at }) => list[at] ?? [])
}

/** A cause that another build has refuted since is no finding any more: then those are told that name the path. */
function causedByFindings(entry: DifferingEntry, { findings }: PlatformResult): DifferingEntry {
  const ids = new Set(findings.map(({ id }) => id))
  const causes = entry.causes.filter(({ id }) => ids.has(id))
  if (causes.length === entry.causes.length) return entry
  const naming = causes.length > 0 ? [] : findings.filter(({ paths }) => paths.includes(entry.path)).slice(0, 8)
  return {
    ...entry,
    causes: [...causes, ...naming.map(({ id, location }) => ({ id, line: location?.line ?? null }))],
  }
}

/** How many each gets of what there is: all it asks for, or as much as any other. */
function shares(asked: readonly number[], limit: number): number[] {
  const got = asked.map(() => 0)
  const order = [...asked.keys()].sort((a, b) => (asked[a] ?? 0) - (asked[b] ?? 0))
  let left = limit
  for (const [done, at] of order.entries()) {
    got[at] = Math.min(asked[at] ?? 0, Math.floor(left / (order.length - done)))
    left -= got[at] ?? 0
  }
  return got
}
