import { isSpace, skipSpace, trimEnd } from './blanks.ts'
import type { Directive } from './dockerfile.ts'

/** What the directive lines at the head of a file add up to; BuildKit stops looking at the first other line. */
export interface DirectiveReader {
  done: boolean
  directives: Directive[]
  escape: string
}

const known = ['syntax', 'escape', 'check']

/**
 * Reads one line (blanks before it already skipped) as a parser directive.
 * @returns null when it is none (and none can follow), a message when BuildKit would refuse it, else the directive
 */
export function readDirective(
  reader: DirectiveReader,
  text: string,
  start: number,
  end: number,
): Directive | string | null {
  if (reader.done) return null
  const directive = matchDirective(text, start, end)
  if (directive === null) {
    reader.done = true
    return null
  }
  if (reader.directives.some(other => other.name === directive.name)) {
    return `only one ${directive.name} parser directive can be used`
  }
  reader.directives.push(directive)
  if (directive.name !== 'escape') return directive
  if (directive.value !== '\\' && directive.value !== '`') {
    return `invalid escape token '${directive.value.slice(0, 20)}' does not match \` or \\`
  }
  reader.escape = directive.value
  return directive
}

/** `# name = value`, where the name is one Docker knows. */
function matchDirective(text: string, start: number, end: number): Directive | null {
  if (text[start] !== '#') return null
  const nameStart = skipSpace(text, start + 1, end)
  let nameEnd = nameStart
  while (nameEnd < end && /[a-zA-Z0-9]/.test(text[nameEnd] ?? '')) nameEnd++
  const name = text.slice(nameStart, nameEnd).toLowerCase()
  if (!known.includes(name)) return null
  const equals = skipAsciiSpace(text, nameEnd, end)
  if (text[equals] !== '=') return null
  const valueStart = skipAsciiSpace(text, equals + 1, end)
  const valueEnd = trimEnd(text, valueStart, end)
  if (valueEnd === valueStart) return null
  return {
    name,
    value: text.slice(valueStart, valueEnd),
    range: { start, end },
    valueRange: { start: valueStart, end: valueEnd },
  }
}

/** Go's `\s` is ASCII only. */
function skipAsciiSpace(text: string, from: number, end: number): number {
  let at = from
  while (at < end && isSpace(text[at]) && text.charCodeAt(at) < 0x80 && text[at] !== '\v') at++
  return at
}
