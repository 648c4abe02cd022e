/** More than any manifest, index or config has; each value takes many times its text in memory. */
const valueLimit = 250_000
const depthLimit = 64

/**
 * Why a text of JSON is not to be parsed: its depth or the number of its values would take far more memory than its
 * bytes. Null when it may be; whether it is JSON at all is for the parser to say.
 */
export function jsonProblem(bytes: Uint8Array): string | null {
  let depth = 0
  let values = 0
  for (let at = 0; at < bytes.length; at += 1) {
    switch (bytes[at]) {
      case 0x22: // "
        at = endOfText(bytes, at)
        break
      case 0x5b: // [
      case 0x7b: // {
        depth += 1
        values += 1
        if (depth > depthLimit) return `is nested more than ${depthLimit} levels deep`
        break
      case 0x5d: // ]
      case 0x7d: // }
        depth -= 1
        break
      case 0x2c: // ,
        values += 1
    }
    if (values > valueLimit) return `has more than ${valueLimit} values`
  }
  return null
}

/** Where the text that begins at a quote ends. */
function endOfText(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at += 1) {
    if (bytes[at] === 0x5c) at += 1
    else if (bytes[at] === 0x22) return at
  }
  return bytes.length
}
