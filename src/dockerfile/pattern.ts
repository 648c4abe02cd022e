/** Steps beyond which a pattern is not matched: patterns and values come from strangers. */
const most = 4_000_000

type Token = { char: string } | 'any' | 'star'

/**
 * `${x#p}`, `${x##p}` (`side` `#`) and `${x%p}`, `${x%%p}` (`side` `%`): the value without what the pattern matches.
 * Only `*` and `?` are special, as in BuildKit.
 * @returns null for a pattern BuildKit refuses, or one that would cost too much
 */
export function trimByPattern(value: string, pattern: string, side: string, greedy: boolean): string | null {
  const tokens = tokensOf(pattern)
  if (tokens === null || value.length * tokens.length > most) return null
  const chars = Array.from(value)
  if (side === '%') {
    chars.reverse()
    tokens.reverse()
  }
  const ends = matchEnds(chars, 0, tokens)
  const end = greedy ? ends.at(-1) : ends[0]
  const rest = end === undefined ? chars : chars.slice(end)
  return (side === '%' ? rest.reverse() : rest).join('')
}

/** `${x/p/r}` and `${x//p/r}`: leftmost, longest. */
export function replaceByPattern(value: string, pattern: string, replacement: string, all: boolean): string | null {
  const tokens = tokensOf(pattern)
  if (tokens === null || value.length ** 2 * tokens.length > most) return null
  const chars = Array.from(value)
  const result: string[] = []
  let at = 0
  let done = false
  while (at <= chars.length) {
    const end = done ? undefined : matchEnds(chars, at, tokens).at(-1)
    if (end === undefined || (end === at && at === chars.length && at > 0 && result.length > 0)) {
      result.push(chars[at] ?? '')
      at++
      continue
    }
    result.push(replacement)
    if (end === at) {
      result.push(chars[at] ?? '')
      at++
    } else at = end
    done = !all
  }
  return result.join('')
}

/** Every index at which a match that begins at `from` may end, ascending. */
function matchEnds(chars: string[], from: number, tokens: Token[]): number[] {
  let reached = new Set([from])
  for (const token of tokens) {
    const next = new Set<number>()
    for (const at of reached) {
      if (token === 'star') {
        for (let end = at; !next.has(end); end++) {
          next.add(end)
          if (end >= chars.length || chars[end] === '\n') break
        }
      } else {
        const char = chars[at]
        if (char !== undefined && (token === 'any' ? char !== '\n' : char === token.char)) next.add(at + 1)
      }
    }
    if (next.size === 0) return []
    reached = next
  }
  return [...reached].sort((a, b) => a - b)
}

function tokensOf(pattern: string): Token[] | null {
  const tokens: Token[] = []
  const chars = Array.from(pattern)
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] as string
    if (char === '*') tokens.push('star')
    else if (char === '?') tokens.push('any')
    else if (char !== '\\') tokens.push({ char })
    else {
      const next = chars[at + 1]
      if (next === '}' || next === '/') continue
      if (next !== '*' && next !== '?' && next !== '\\') return null
      tokens.push({ char: next })
      at++
    }
  }
  return tokens
}
