import { type Document, isCollection, isNode, isScalar, type Node, visit, type YAMLMap } from 'yaml'

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

/** More than people write. Who asks where one of them stands looks through all of them. */
const mostKeys = 5000

/**
 * What is wrong with the keys of a YAML document; null where nothing is. A key that is a map or a list no file that is read here has, and to
 * make a plain value of such, each within the next, takes the parser for ever; to see whether a key is there twice it compares each with each.
 * @param document parsed with `uniqueKeys: false`
 */
export function problemOfKeys(document: Document.Parsed): { key: Node | null; message: string } | null {
  let found: { key: Node | null; message: string } | null = null
  visit(document, {
    Map: (_, map) => {
      found = problemIn(map)
      return found === null ? undefined : visit.BREAK
    },
  })
  return found
}

function problemIn({ items }: YAMLMap): { key: Node | null; message: string } | null {
  if (items.length > mostKeys) {
    const { key } = items[mostKeys] as { key: unknown }
    return { key: isNode(key) ? key : null, message: `a map has more than ${mostKeys} keys; no more are read` }
  }
  const seen = new Set<unknown>()
  for (const { key } of items) {
    if (isCollection(key)) return { key, message: 'a key is a list or a map, and has to be a text' }
    if (!isScalar(key)) continue
    if (seen.has(key.value)) return { key, message: 'Map keys must be unique' }
    seen.add(key.value)
  }
  return null
}
