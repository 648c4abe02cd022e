/** A JSON object of a file; null when it is none, or nested deeper than any package manager writes. Never throws. */
export function jsonObject(bytes: Buffer): Record<string, unknown> | null {
  if (isDeep(bytes)) return null
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}

const depthLimit = 200

/** Counted without parsing, texts aside: what nests a million deep may not even be parsed. */
function isDeep(bytes: Buffer): boolean {
  let [depth, inText] = [0, false]
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (inText) {
      if (byte === 0x5c) at++
      else if (byte === 0x22) inText = false
    } else if (byte === 0x22) inText = true
    else if (byte === 0x7b || byte === 0x5b) {
      depth++
      if (depth > depthLimit) return true
    } else if (byte === 0x7d || byte === 0x5d) depth--
  }
  return false
}
