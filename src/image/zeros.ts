const zeros = Buffer.alloc(512)

/** Whether all bytes are zero. */
export function isZero(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at += zeros.length) {
    const part = bytes.subarray(at, at + zeros.length)
    if (!part.equals(part.length === zeros.length ? zeros : zeros.subarray(0, part.length))) return false
  }
  return true
}
