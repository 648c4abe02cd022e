/**
 * Whether an address is one of this machine or of the network around it. A stranger's provenance must not make a builder ask
 * there unless its user names the address.
 * @param remote the address of a repository or an archive
 */
export function isNearby(remote: string): boolean {
  const host = hostOf(remote)
  if (host === null) return true
  if (host.includes(':')) return /^(?:::.*|f[cdef][0-9a-f]{2}:.*|64:ff9b:.*|2002:.*)$/i.test(host)
  // Go, and so BuildKit, reads no other numbers; what looks like one is not asked for.
  if (/^[0-9.]+$/.test(host) || /^0x/i.test(host)) return isPrivate(host)
  return (
    !host.includes('.') ||
    /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|private|lan|home|corp|svc|consul|arpa)\.?$/i.test(host)
  )
}

function isPrivate(host: string): boolean {
  const parts = host.split('.').map(Number)
  const [a = 0, b = 0, c = 0] = parts
  if (parts.length !== 4 || parts.some(part => !(part <= 255))) return true
  return (
    [0, 10, 127].includes(a) ||
    a >= 224 ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && (b === 168 || (b === 0 && (c === 0 || c === 2)))) ||
    (a === 198 && (b === 18 || b === 19))
  )
}

/** Null where nobody can tell. */
function hostOf(remote: string): string | null {
  const [, scp] = /^[\w.-]+@([\w.-]+):/.exec(remote) ?? []
  if (scp !== undefined) return scp
  try {
    // Of `git:` and `ssh:` the URL standard leaves hosts as they are written.
    return new URL(remote.replace(/^(?:git|ssh):/i, 'http:')).hostname.replace(/^\[|\]$/g, '') || null
  } catch {
    return null
  }
}
