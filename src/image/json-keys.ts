/**
 * A key that an object of this JSON has twice: readers do not agree on which value counts. Null where there is none.
 * @param text JSON that parses; how deep it nests is for the caller to bound
 */
export function repeatedKey(text: string): string | null {
  // Of the objects and lists that are open, the keys so far; null for a list.
  const open: (Set<string> | null)[] = []
  let isKey = false
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case '"': {
        const end = endOfText(text, at)
        const keys = open.at(-1)
        if (isKey && keys) {
          const key = JSON.parse(text.slice(at, end + 1)) as string
          if (keys.has(key)) return key
          keys.add(key)
        }
        isKey = false
        at = end
        break
      }
      case '{':
        open.push(new Set())
        isKey = true
        break
      case '[':
        open.push(null)
        isKey = false
        break
      case '}':
      case ']':
        open.pop()
        isKey = false
        break
      case ',':
        isKey = open.at(-1) !== null
    }
  }
  return null
}

/**
 * A number of this JSON that is not written as a whole one; null where there is none.
 * @param text JSON that parses
 */
export function unwholeNumber(text: string): string | null {
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '"') at = endOfText(text, at)
    else if (isDigit(text, at)) {
      const start = at
      while (/[\d.eE+-]/.test(text.charAt(at + 1))) at += 1
      const number = text.slice(start, at + 1)
      if (/\D/.test(number)) return number
    }
  }
  return null
}

const isDigit = (text: string, at: number): boolean => text.charCodeAt(at) >= 0x30 && text.charCodeAt(at) <= 0x39

/** The quote that ends the text which begins at `start`. */
function endOfText(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}
