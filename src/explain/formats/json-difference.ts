/** Where two JSON texts part. */
export interface JsonDifference {
  /** RFC 6901; of lines of JSON, within the line. */
  pointer: string
  /** Line of the first difference where each line is JSON of its own; else null. */
  line: number | null
  /** Values that differ, at most 10,000. */
  count: number
  /** JSON text of both values, bounded. */
  a: string
  b: string
}

const [depthLimit, countLimit, textLimit] = [100, 10_000, 400]

/** The first differing value of two JSON texts, or of two lists of JSON lines; null when they are none, or are equal as JSON. */
export function firstJsonDifference(a: string, b: string): JsonDifference | null {
  if (!/^\s*[[{]/.test(a) || !/^\s*[[{]/.test(b)) return null
  const [p, q] = [parse(a), parse(b)]
  if (p !== undefined && q !== undefined) return differenceOf(p, q, null)
  const [linesA, linesB] = [a.split('\n'), b.split('\n')]
  const at = linesA.findIndex((line, index) => line !== linesB[index])
  const [left, right] = [parse(linesA[at] ?? ''), parse(linesB[at] ?? '')]
  return left !== undefined && right !== undefined ? differenceOf(left, right, at + 1) : null
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/**
 * Whether two JSON texts, or two lists of lines of JSON, hold the same values but for the order of keys, elements and lines;
 * null when one of them is no JSON.
 */
export function sameJson(a: string, b: string): boolean | null {
  const [p, q] = [canonicalOf(a), canonicalOf(b)]
  return p === null || q === null ? null : p === q
}

function canonicalOf(text: string): string | null {
  if (!/^\s*[[{]/.test(text)) return null
  const whole = parse(text)
  if (whole !== undefined) return canonical(whole, 0)
  const lines = text.split('\n').filter(line => line.trim() !== '')
  const values: string[] = []
  for (const line of lines) {
    const value = parse(line)
    const own = value === undefined ? null : canonical(value, 0)
    if (own === null) return null
    values.push(own)
  }
  return values.sort().join('\n')
}

/** JSON with sorted keys and sorted elements; null when it is nested too deeply. */
function canonical(value: unknown, depth: number): string | null {
  if (!isBranch(value)) return JSON.stringify(value)
  if (depth > depthLimit) return null
  const parts: string[] = []
  for (const [key, own] of Object.entries(value)) {
    const part = canonical(own, depth + 1)
    if (part === null) return null
    parts.push(Array.isArray(value) ? part : `${JSON.stringify(key)}:${part}`)
  }
  return `${Array.isArray(value) ? 'A' : 'O'}[${parts.sort().join()}]`
}

function differenceOf(a: unknown, b: unknown, line: number | null): JsonDifference | null {
  const found = { first: null as { pointer: string; a: unknown; b: unknown } | null, count: 0 }
  collect('', a, b, 0, found)
  if (!found.first) return null
  const text = (value: unknown): string => (JSON.stringify(value) ?? '(none)').slice(0, textLimit)
  return { pointer: found.first.pointer, line, count: found.count, a: text(found.first.a), b: text(found.first.b) }
}

function collect(
  pointer: string,
  a: unknown,
  b: unknown,
  depth: number,
  found: { first: { pointer: string; a: unknown; b: unknown } | null; count: number },
): void {
  if (a === b || found.count >= countLimit) return
  if (isBranch(a) && isBranch(b) && Array.isArray(a) === Array.isArray(b) && depth < depthLimit) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const [p, q] = [a, b].map(value => (Object.hasOwn(value, key) ? value[key] : undefined))
      collect(`${pointer}/${key.slice(0, 80).replaceAll('~', '~0').replaceAll('/', '~1')}`, p, q, depth + 1, found)
    }
    return
  }
  found.count++
  found.first ??= { pointer, a, b }
}

/** Where a value stands in a JSON text, and the value as text. */
type Leaf = [place: string, value: string]

/**
 * Of two JSON texts with the same keys, how many values stand at another key in each, where they are the same values all in
 * all, at least eight of them unlike each other: what was numbered in an order drawn by chance. Null for anything else.
 */
export function dealtAnew(
  a: string,
  b: string,
): { count: number; first: { place: string; a: string; b: string } } | null {
  if (!/^\s*[[{]/.test(a) || !/^\s*[[{]/.test(b)) return null
  const [p, q] = [leavesOf(a), leavesOf(b)]
  if (!p || !q || p.size !== q.size) return null
  const moved: { place: string; a: string; b: string }[] = []
  for (const [place, value] of p) {
    const other = q.get(place)
    if (other === undefined) return null
    if (other !== value) moved.push({ place, a: value, b: other })
  }
  const [inA, inB] = [moved.map(one => one.a).sort(), moved.map(one => one.b).sort()]
  const [first] = moved
  if (!first || new Set(inA).size < 8 || inA.some((value, at) => value !== inB[at])) return null
  return { count: moved.length, first }
}

function leavesOf(text: string): Map<string, string> | null {
  const leaves: Leaf[] = []
  return addLeaves('', parse(text), 0, leaves) ? new Map(leaves) : null
}

function addLeaves(place: string, value: unknown, depth: number, leaves: Leaf[]): boolean {
  if (!isBranch(value) || Object.keys(value).length === 0) return leaves.push([place, JSON.stringify(value) ?? '']) > 0
  return (
    depth < depthLimit &&
    Object.entries(value).every(([key, own]) => addLeaves(`${place}/${key}`, own, depth + 1, leaves))
  )
}

const isBranch = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
