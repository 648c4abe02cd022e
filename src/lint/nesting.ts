import { type Document, isCollection, type Node, visit } from 'yaml'

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

/**
 * The first key of a YAML document that is itself a map or a list; null where none is. No file that is read here has such keys, and to make
 * a plain value of them, each within the next, takes the parser for ever.
 */
export function keyOfManyParts(document: Document.Parsed): Node | null {
  let found: Node | null = null
  visit(document, {
    Pair: (_, { key }) => {
      if (!isCollection(key)) return undefined
      found = key
      return visit.BREAK
    },
  })
  return found
}
