import type { ContentPair } from '../../image/comparison.ts'
import { mask } from '../values/time.ts'
import type { Section } from './elf.ts'
import { contentOf, stringAt } from './elf.ts'

/** String tables of both sides that other sections name their strings in. */
export interface Names {
  a: Buffer
  b: Buffer
}

/** The tables of symbol names, of debug data and of sections, where both sides have them whole. */
export function namesOf(content: ContentPair, pairs: readonly [Section, Section][]): Names[] {
  return pairs.flatMap(([p, q]) => {
    if (!p.strings || !/^\.(?:strtab|dynstr|shstrtab|debug_str|debug_line_str)$/.test(p.name)) return []
    const [a, b] = [contentOf(content.a, p), contentOf(content.b, q)]
    return a && b && !a.equals(b) ? [{ a, b }] : []
  })
}

/**
 * Whether a run (by its offset in the section) is the place of a string in a table whose strings have moved: a 32-bit number
 * over the run that leads to the same string on both sides, the texts that are known to differ put aside.
 */
export function followsFromNames(
  a: Buffer,
  b: Buffer,
  offset: number,
  length: number,
  names: readonly Names[],
  values: readonly { a: string; b: string }[],
): boolean {
  // Several numbers side by side may make one run.
  let at = offset
  while (at < offset + length) {
    const next = endOfReference(a, b, at, names, values)
    if (next === null) return false
    at = next
    while (at < offset + length && a[at] === b[at]) at++
  }
  return true
}

function endOfReference(
  a: Buffer,
  b: Buffer,
  at: number,
  names: readonly Names[],
  values: readonly { a: string; b: string }[],
): number | null {
  for (let start = Math.max(0, at - 3); start <= at; start++) {
    if (start + 4 > Math.min(a.length, b.length)) continue
    const [p, q] = [a.readUInt32LE(start), b.readUInt32LE(start)]
    const leads = names.some(table => {
      const [left, right] = [stringAt(table.a, p), stringAt(table.b, q)]
      return left !== null && right !== null && masked(left, values, 'a') === masked(right, values, 'b')
    })
    if (leads) return start + 4
  }
  return null
}

function masked(text: string, values: readonly { a: string; b: string }[], side: 'a' | 'b'): string {
  let result = text
  for (const value of values.slice(0, 40)) if (value[side].length >= 3) result = result.replaceAll(value[side], mask)
  return result
}
