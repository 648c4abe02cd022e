/** Bytes or numbers written in groups: what od, xxd and hexdump print. */
export interface Dump {
  form: 'hexadecimal dump' | 'decimal dump'
  /** Digits without blanks, offsets and the column of characters. */
  a: string
  b: string
}

const lineLimit = 2_000
const line = /^(?:[0-9a-f]{6,8}:?(?=\s|$))?((?:\s{0,3}(?<![0-9a-zA-Z])[0-9a-fA-F]{1,10}(?![0-9a-zA-Z]))*)(\s{2,}.*)?$/

/**
 * Reads two texts as dumps of one shape: the same number of lines, and in each as many groups. Null unless what differs is
 * digits in groups, at least 32 bits of them, most of them different.
 */
export function readDumps(a: string, b: string): Dump | null {
  const [groupsA, groupsB] = [groupsOf(a), groupsOf(b)]
  if (!groupsA || !groupsB || groupsA.length !== groupsB.length || groupsA.length < 2) return null
  const differing = groupsA.filter((group, at) => farApart(group, groupsB[at] ?? '')).length
  if (differing * 4 < groupsA.length * 3) return null
  const [digitsA, digitsB] = [groupsA.join(''), groupsB.join('')]
  const decimal = /^\d+$/.test(digitsA + digitsB)
  const alike = groupsA.every((group, at) => group.length === groupsB[at]?.length)
  if (alike && !decimal && digitsA.length >= 8) return { form: 'hexadecimal dump', a: digitsA, b: digitsB }
  const both = Math.min(digitsA.length, digitsB.length)
  // od indents its numbers; a list of sizes or counts begins at the margin.
  return decimal && both >= 6 && /^(?:\d{7} )? +\d/.test(a) && /^(?:\d{7} )? +\d/.test(b)
    ? { form: 'decimal dump', a: digitsA, b: digitsB }
    : null
}

/** Counters, sizes and process IDs differ a little; numbers drawn by chance by much. */
function farApart(a: string, b: string): boolean {
  if (!/^\d+$/.test(a + b)) return a !== b
  return Math.abs(Number(a) - Number(b)) * 10 > Math.max(Number(a), Number(b))
}

/** The groups of digits of all lines; null when a line is anything else. */
function groupsOf(text: string): string[] | null {
  const lines = text.replace(/\n$/, '').split('\n')
  if (lines.length > lineLimit || lines.some(one => one.length > 200)) return null
  const groups: string[] = []
  for (const one of lines) {
    const match = line.exec(one)
    const digits = match?.[1]?.trim() ?? ''
    if (!match || (digits === '' && one.trim() !== '' && !/^[0-9a-f]{6,8}$/.test(one))) return null
    if (digits !== '') groups.push(...digits.split(/\s+/))
  }
  return groups
}
