import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import type { Location } from '../finding.ts'
import { isDeeplyNested, problemOfKeys } from '../lint/nesting.ts'

/** Where in a document something stands: keys and indices from its root. */
export type YamlPath = readonly (string | number)[]

/** A YAML text as a plain value, and where its parts stand. */
export interface YamlSource {
  value: unknown
  /** What the parser found wrong, with the line. */
  errors: { line: number; message: string }[]
  /** The place of an entry: of its key, of the item in a list, or of what it is in where that comes from an alias. */
  at(path: YamlPath): Location
}

/** What the parser tells programmers. */
const words: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'a second document starts here (after --- or ...); only one can be read',
}

/** More than people write; a text of more may be a bomb of references. */
const mostAliases = 100

/**
 * Reads YAML 1.2. Never throws.
 * @param file how places name it
 * @param options `merge`: `<<` takes over the keys of another map, as in YAML 1.1
 */
export function readYaml(text: string, file: string, { merge = false } = {}): YamlSource {
  const lines = new LineCounter()
  const lineAt = (offset: number): number => lines.linePos(offset).line || 1
  try {
    if (isDeeplyNested(text)) throw new Error('this is nested too deep')
    const document = parseDocument(text, {
      ...{ lineCounter: lines, prettyErrors: false, merge, logLevel: 'error' },
      uniqueKeys: false,
    })
    const errors = document.errors
      .slice(0, 10)
      .map(({ code, message, pos }) => ({ line: lineAt(pos[0]), message: (words[code] ?? message).slice(0, 200) }))
    const wrong = errors.length > 0 ? null : problemOfKeys(document)
    if (wrong !== null) errors.push({ line: lineAt(wrong.key?.range?.[0] ?? 0), message: wrong.message })
    const value: unknown = errors.length > 0 ? null : document.toJS({ maxAliasCount: mostAliases })
    const at = (path: YamlPath): Location => {
      const line = lineAt(nodeAt(document.contents, path)?.range?.[0] ?? 0)
      return { file, line, endLine: line }
    }
    return { value, errors, at }
  } catch (error) {
    // Aliases without end, or nesting that no stack holds.
    const message = String((error as Error).message).slice(0, 200)
    return { value: null, errors: [{ line: 1, message }], at: () => ({ file, line: 1, endLine: 1 }) }
  }
}

function nodeAt(root: Node | null, path: YamlPath): Node | null {
  let shown = root
  let inside: unknown = root
  for (const step of path) {
    if (isMap(inside)) {
      const pair = inside.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(step))
      if (pair === undefined) return shown
      if (isNode(pair.key)) shown = pair.key
      inside = pair.value
    } else if (isSeq(inside)) {
      inside = inside.items[Number(step)]
      if (!isNode(inside)) return shown
      shown = inside
    } else return shown
  }
  return shown
}
