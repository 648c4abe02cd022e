/**
 * A piece of the user's sources inside a message: on one line, bounded, and between backticks that it cannot close.
 * Sources are hostile text.
 */
export function quote(text: string, limit = 80): string {
  const flat = text
    .slice(0, limit * 4)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replaceAll('`', "'")
    .trim()
  return `\`${flat.length > limit ? `${flat.slice(0, limit - 1)}…` : flat}\``
}

/** `a`, `b` and 3 more. */
export function listed(texts: readonly string[], limit = 5): string {
  const shown = texts.slice(0, limit).map(text => quote(text, 60))
  const more = texts.length - shown.length
  if (more > 0) return `${shown.join(', ')} and ${more} more`
  if (shown.length < 2) return shown.join('')
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

/** `1 package`, `2 packages`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
