import { grouped } from './words.ts'

/** What of a list fits into a budget: the rendered items, how many were left out, and the bytes taken. */
export interface Fitted {
  parts: string[]
  left: number
  bytes: number
}

/** Renders items in their order, worst first, while they fit into `budget` bytes of UTF-8 and number at most `most`. */
export function fitInto<T>(
  items: readonly T[],
  render: (item: T, index: number) => string,
  budget: number,
  most = Infinity,
): Fitted {
  const parts: string[] = []
  let bytes = 0
  for (const [index, item] of items.entries()) {
    if (index >= most) break
    const part = render(item, index)
    const size = Buffer.byteLength(part) + 2
    if (bytes + size > budget) break
    parts.push(part)
    bytes += size
  }
  return { parts, left: items.length - parts.length, bytes }
}

/** `12 more findings are not shown`, or nothing when all were. */
export const notShown = (left: number, what: string): string =>
  left === 0
    ? ''
    : `${grouped(left)} more ${left === 1 ? what : `${what}s`} not shown here; report.json has all of them.`
