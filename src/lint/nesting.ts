/** Nothing that people or tools write is nested deeper; a line may be indented further, where it is text. */
const deepest = 100

/**
 * Whether a YAML text is nested so deep that a parser which calls itself may run out of stack. That is no mere exception: a
 * regular expression that V8 has to compile with no stack left ends the whole process.
 */
export function isDeeplyNested(text: string): boolean {
  let depth = 0
  for (const [mark] of text.matchAll(/[[\]{}]|^[ \t?:-]{300}/gm)) {
    if (mark.length > 1) return true
    depth = mark === '[' || mark === '{' ? depth + 1 : Math.max(0, depth - 1)
    if (depth > deepest) return true
  }
  return false
}
