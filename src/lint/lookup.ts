import type { Draft } from './rule.ts'

/** Of the findings whose lookups would write at the same place, the first keeps its own: twice would be once too often. */
export function lookedUpOnce(drafts: Draft[]): Draft[] {
  const taken = new Set<number>()
  return drafts.map(draft => {
    const { lookup, ...rest } = draft
    const start = lookup !== undefined && 'range' in lookup.edit ? lookup.edit.range.start : null
    if (start === null || !taken.has(start)) {
      if (start !== null) taken.add(start)
      return draft
    }
    return rest
  })
}
