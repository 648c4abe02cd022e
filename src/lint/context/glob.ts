/**
 * Paths against patterns such as `*.log`, `data/?[0-9]`, and for .dockerignore `**`. Not by regular expressions: a pattern
 * comes from the repository, and `*a*a*a*a*b` must not stop us. Time is at most pattern length × path length.
 */
export interface Glob {
  /** What every match starts with; most paths are refused here. */
  prefix: string
  /** The whole pattern is `prefix`. */
  literal: boolean
  tokens: Token[]
}

// `skip` and `through` stand together for `**/`: nothing, or any folders up to and with a slash.
type Token =
  | { kind: 'char'; char: string }
  | { kind: 'any' }
  | { kind: 'class'; negated: boolean; ranges: [number, number][] }
  | { kind: 'star' }
  | { kind: 'skip' }
  | { kind: 'through' }
  | { kind: 'rest' }

/** @returns null for a pattern that Docker refuses (a class without end, a backslash with nothing after it) */
export function compileGlob(pattern: string, globstar: boolean): Glob | null {
  const chars = Array.from(pattern)
  const tokens: Token[] = []
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at]
    if (char === '*' && globstar && chars[at + 1] === '*') {
      at++
      if (chars[at + 1] === '/') at++
      if (at + 1 >= chars.length) tokens.push({ kind: 'rest' })
      else tokens.push({ kind: 'skip' }, { kind: 'through' })
    } else if (char === '*') {
      if (tokens.at(-1)?.kind !== 'star') tokens.push({ kind: 'star' })
    } else if (char === '?') {
      tokens.push({ kind: 'any' })
    } else if (char === '[') {
      const read = readClass(chars, at)
      if (read === null) return null
      tokens.push(read.token)
      at = read.end
    } else if (char === '\\') {
      const escaped = chars[++at]
      if (escaped === undefined) return null
      // Docker hands `\b` on to Go's regexp, where a letter is no letter then: it takes nothing that people mean by it.
      if (globstar && /^[a-z\d]$/i.test(escaped)) tokens.push({ kind: 'class', negated: false, ranges: [] })
      else tokens.push({ kind: 'char', char: escaped })
    } else if (char !== undefined) {
      tokens.push({ kind: 'char', char })
    }
  }
  const firstWild = tokens.findIndex(token => token.kind !== 'char')
  const head = firstWild < 0 ? tokens : tokens.slice(0, firstWild)
  return {
    prefix: head.map(token => (token.kind === 'char' ? token.char : '')).join(''),
    literal: firstWild < 0,
    tokens,
  }
}

function readClass(chars: string[], open: number): { token: Token; end: number } | null {
  let at = open + 1
  const negated = chars[at] === '^'
  if (negated) at++
  const ranges: [number, number][] = []
  while (chars[at] !== ']' || ranges.length === 0) {
    const low = readClassChar()
    if (low === null) return null
    let high = low
    if (chars[at] === '-') {
      at++
      const end = readClassChar()
      if (end === null) return null
      high = end
    }
    if (high < low) return null
    ranges.push([low, high])
  }
  return { token: { kind: 'class', negated, ranges }, end: at }

  function readClassChar(): number | null {
    if (chars[at] === '-' || chars[at] === ']') return null
    if (chars[at] === '\\') at++
    return chars[at++]?.codePointAt(0) ?? null
  }
}

/** Whether the whole path matches. */
export function globMatches(glob: Glob, path: string): boolean {
  if (glob.literal) return path === glob.prefix
  if (!path.startsWith(glob.prefix)) return false
  const { tokens } = glob
  let states = new Set<number>()
  enter(tokens, 0, states)
  for (const char of path) {
    if (states.size === 0) return false
    const next = new Set<number>()
    for (const state of states) step(tokens, state, char, next)
    states = next
  }
  return states.has(tokens.length)
}

/** Adds a state and all that is reached from it without reading anything. */
function enter(tokens: Token[], state: number, states: Set<number>): void {
  // A pattern may have more of them than a stack holds.
  const waiting = [state]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
    for (let at = next; !states.has(at); at++) {
      states.add(at)
      const kind = tokens[at]?.kind
      if (kind === 'skip') waiting.push(at + 2)
      else if (kind !== 'star' && kind !== 'rest') break
    }
}

function step(tokens: Token[], state: number, char: string, next: Set<number>): void {
  const token = tokens[state]
  if (token === undefined || token.kind === 'skip') return
  if (token.kind === 'rest' || token.kind === 'through' || (token.kind === 'star' && char !== '/')) {
    enter(tokens, state, next)
    if (token.kind === 'through' && char === '/') enter(tokens, state + 1, next)
  } else if (readsOne(token, char)) {
    enter(tokens, state + 1, next)
  }
}

function readsOne(token: Token, char: string): boolean {
  if (token.kind === 'char') return token.char === char
  if (token.kind === 'any') return char !== '/'
  if (token.kind !== 'class') return false
  const code = char.codePointAt(0) ?? 0
  return token.ranges.some(([low, high]) => low <= code && code <= high) !== token.negated
}
