/**
 * The small part of HCL that bake files are mostly made of: blocks, and attributes that are strings, numbers, lists and
 * maps. What is anything else (a function, a condition) has the value null: not known. Never throws; linear in the text.
 */
export interface HclBlock {
  type: string
  labels: string[]
  attributes: Record<string, HclValue>
}

export type HclValue = string | number | boolean | null | HclTemplate | HclValue[] | { [key: string]: HclValue }

/** A text with variables in it, or a variable alone; parts that are no plain variable are null. */
export class HclTemplate {
  readonly parts: readonly (string | { variable: string } | null)[]
  constructor(parts: readonly (string | { variable: string } | null)[]) {
    this.parts = parts
  }
}

const mostDepth = 50

/** Blocks within blocks are left out: bake has none that name a Dockerfile. */
export function readHcl(text: string): HclBlock[] {
  const tokens = tokensOf(text)
  const blocks: HclBlock[] = []
  let at = 0
  while (at < tokens.length) {
    const token = tokens[at]
    if (token?.kind !== 'name') {
      at++
      continue
    }
    const block: HclBlock = { type: token.text, labels: [], attributes: {} }
    at++
    while (tokens[at]?.kind === 'string' || tokens[at]?.kind === 'name') {
      const label = tokens[at++]
      block.labels.push(label?.kind === 'string' ? literalOf(label.parts) : (label?.text ?? ''))
    }
    if (tokens[at]?.text !== '{') {
      at = endOfLine(tokens, at)
      continue
    }
    at = readBody(tokens, at + 1, block.attributes)
    blocks.push(block)
  }
  return blocks
}

/** A string of HCL's JSON form, which is a template as well. */
export const templateIn = (text: string): HclValue => textOf(readString(JSON.stringify(text), 1).parts)

interface Token {
  kind: 'name' | 'string' | 'number' | 'mark' | 'newline'
  text: string
  parts: HclTemplate['parts']
}

/** Gives the place after the closing brace. */
function readBody(tokens: readonly Token[], start: number, attributes: Record<string, HclValue>): number {
  let at = start
  while (at < tokens.length && tokens[at]?.text !== '}') {
    const token = tokens[at]
    const isKey = token?.kind === 'name' || token?.kind === 'string'
    if (isKey && tokens[at + 1]?.text === '=') {
      const read = readValue(tokens, at + 2, 0)
      const key = token.kind === 'string' ? literalOf(token.parts) : token.text
      Object.defineProperty(attributes, key, {
        value: read.value,
        enumerable: true,
        configurable: true,
        writable: true,
      })
      at = read.end
    } else if (token?.kind === 'name') {
      at = skipBlock(tokens, at)
    } else at++
  }
  return at + 1
}

function readValue(tokens: readonly Token[], start: number, depth: number): { value: HclValue; end: number } {
  const token = tokens[start]
  let value: HclValue = null
  let end = start + 1
  if (token === undefined || depth > mostDepth) return { value, end: endOfValue(tokens, start) }
  if (token.kind === 'string') value = textOf(token.parts)
  else if (token.kind === 'number') value = Number(token.text)
  else if (token.text === 'true' || token.text === 'false') value = token.text === 'true'
  else if (token.text === 'null') value = null
  else if (token.kind === 'name') value = new HclTemplate([{ variable: token.text }])
  else if (token.text === '[') ({ value, end } = readList(tokens, start + 1, depth))
  else if (token.text === '{') ({ value, end } = readMap(tokens, start + 1, depth))
  const next = tokens[end]
  // Whatever follows a value makes an expression of it. Never back to where it began: brackets that do not match would be read anew at every depth.
  if (next !== undefined && next.kind !== 'newline' && !/^[,\]})]$/.test(next.text))
    return { value: null, end: endOfValue(tokens, end) }
  return { value, end }
}

function readList(tokens: readonly Token[], start: number, depth: number): { value: HclValue; end: number } {
  const items: HclValue[] = []
  let at = start
  while (at < tokens.length && tokens[at]?.text !== ']') {
    if (tokens[at]?.kind === 'newline' || tokens[at]?.text === ',') {
      at++
      continue
    }
    const read = readValue(tokens, at, depth + 1)
    items.push(read.value)
    at = Math.max(read.end, at + 1)
  }
  return { value: items, end: at + 1 }
}

function readMap(tokens: readonly Token[], start: number, depth: number): { value: HclValue; end: number } {
  const entries: [string, HclValue][] = []
  let at = start
  while (at < tokens.length && tokens[at]?.text !== '}') {
    const token = tokens[at]
    const separator = tokens[at + 1]?.text
    if ((token?.kind === 'name' || token?.kind === 'string') && (separator === '=' || separator === ':')) {
      const read = readValue(tokens, at + 2, depth + 1)
      entries.push([token.kind === 'string' ? literalOf(token.parts) : token.text, read.value])
      at = Math.max(read.end, at + 1)
    } else at++
  }
  return { value: Object.fromEntries(entries), end: at + 1 }
}

/** To the end of an expression: the line's end, a comma or a closing bracket that belongs to what it stands in. */
function endOfValue(tokens: readonly Token[], start: number): number {
  let depth = 0
  for (let at = start; at < tokens.length; at++) {
    const { kind, text } = tokens[at] as Token
    if (kind === 'mark' && /^[[{(]$/.test(text)) depth++
    else if (kind === 'mark' && /^[\]})]$/.test(text) && depth-- === 0) return at
    else if (depth === 0 && (kind === 'newline' || text === ',')) return at
  }
  return tokens.length
}

function skipBlock(tokens: readonly Token[], start: number): number {
  let at = start
  while (at < tokens.length && tokens[at]?.kind !== 'newline' && tokens[at]?.text !== '{' && tokens[at]?.text !== '}')
    at++
  return tokens[at]?.text === '{' ? endOfValue(tokens, at + 1) + 1 : at
}

function endOfLine(tokens: readonly Token[], start: number): number {
  let at = start
  while (at < tokens.length && tokens[at]?.kind !== 'newline') at++
  return at
}

const tokenPattern =
  /[ \t\r\f]+|(?<newline>\n)|(?<comment>#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<name>[A-Za-z_][\w-]*)|(?<number>\d+(?:\.\d+)?)|(?<quote>")|(?<heredoc><<-?[A-Za-z_]\w*[ \t\r]*\n)|(?<mark>[\s\S])/y

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  const push = (kind: Token['kind'], of: string, parts: HclTemplate['parts'] = []): void => {
    tokens.push({ kind, text: of, parts })
  }
  tokenPattern.lastIndex = 0
  for (let match = tokenPattern.exec(text); match !== null; match = tokenPattern.exec(text)) {
    const { newline, name, number, quote, heredoc, mark } = match.groups ?? {}
    if (newline !== undefined) push('newline', newline)
    else if (name !== undefined) push('name', name)
    else if (number !== undefined) push('number', number)
    else if (mark !== undefined) push('mark', mark)
    else if (quote !== undefined) {
      const read = readString(text, tokenPattern.lastIndex)
      push('string', '', read.parts)
      tokenPattern.lastIndex = read.end
    } else if (heredoc !== undefined) {
      // Of an inline Dockerfile it is enough to know that it is there.
      push('string', '', [null])
      const word = /[A-Za-z_]\w*/.exec(heredoc)?.[0] ?? ''
      tokenPattern.lastIndex = endOfHeredoc(text, tokenPattern.lastIndex, word)
    }
  }
  return tokens
}

function endOfHeredoc(text: string, start: number, word: string): number {
  let at = start
  while (at < text.length) {
    const end = text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at)
    if (text.slice(at, end).trim() === word) return end
    at = end + 1
  }
  return text.length
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

/** From after the opening quote to after the closing one; a string ends with its line. */
function readString(text: string, start: number): { parts: HclTemplate['parts']; end: number } {
  const parts: (string | { variable: string } | null)[] = []
  let plain = ''
  let at = start
  for (; at < text.length && text[at] !== '"' && text[at] !== '\n'; at++) {
    const [char = '', next = ''] = [text[at], text[at + 1]]
    if (char === '\\') {
      plain += escapes[next] ?? next
      at++
    } else if ((char === '$' || char === '%') && text.startsWith(`${char}{`, at + 1)) {
      plain += `${char}{`
      at += 2
    } else if ((char === '$' || char === '%') && next === '{') {
      const end = endOfTemplate(text, at + 2)
      const inside = text.slice(at + 2, end).trim()
      parts.push(plain, char === '$' && /^[A-Za-z_][\w-]*$/.test(inside) ? { variable: inside } : null)
      plain = ''
      at = end
    } else plain += char
  }
  return { parts: [...parts, plain], end: Math.min(at + 1, text.length) }
}

/** The closing brace of `${…}`, strings and braces inside seen. */
function endOfTemplate(text: string, start: number): number {
  let depth = 0
  let quoted = false
  for (let at = start; at < text.length; at++) {
    const char = text[at]
    if (char === '\n') return at - 1
    if (char === '\\') at++
    else if (char === '"') quoted = !quoted
    else if (char === '{' && !quoted) depth++
    else if (char === '}' && !quoted && depth-- === 0) return at
  }
  return text.length
}

const literalOf = (parts: HclTemplate['parts']): string => parts.filter(part => typeof part === 'string').join('')

const textOf = (parts: HclTemplate['parts']): HclValue =>
  parts.every(part => typeof part === 'string') ? parts.join('') : new HclTemplate(parts)
