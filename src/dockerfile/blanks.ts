/** What counts as blank, for BuildKit (Go's `unicode.IsSpace`, not JavaScript's `\s`: U+0085 is in, U+FEFF is not). */
export function isSpace(char: string | undefined): boolean {
  if (char === undefined || char === '') return false
  const code = char.charCodeAt(0)
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d)
  return (
    code === 0x85 ||
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  )
}

/** The blanks that separate keyword and operands: narrower than `isSpace`, so `RUN\u00a0x` is one unknown keyword. */
export const isSeparator = (char: string | undefined): boolean =>
  char === ' ' || char === '\t' || char === '\v' || char === '\f' || char === '\r'

/** The first index at or after `from` that is not blank, at most `end`. */
export function skipSpace(text: string, from: number, end = text.length): number {
  let at = from
  while (at < end && isSpace(text[at])) at++
  return at
}

/** The end of the text without trailing blanks, at least `from`. */
export function trimEnd(text: string, from: number, end = text.length): number {
  let at = end
  while (at > from && isSpace(text[at - 1])) at--
  return at
}
