/** What the address of a download alone tells. Addresses may hold unknown parts as `${name}` or `$(…)`. */

/** An address that names its content: a commit, a checksum, a generation. Whoever serves it cannot change it unseen. */
export function namesItsContent(address: string): boolean {
  if (/(^|[^0-9a-f])([0-9a-f]{40}|[0-9a-f]{64})([^0-9a-f]|$)/i.test(address)) return true
  if (/[?&#](sha256|sha512|checksum|versionId|generation)=/i.test(address)) return true
  return /^gs:\/\/[^#]+#\d+$/.test(address) || mayNameCommit(address)
}

/** A commit could stand where a variable stands, and nobody may be accused of it. */
const mayNameCommit = (address: string): boolean =>
  /^https?:\/\/(raw\.githubusercontent\.com\/[^/]+\/[^/]+|gist\.githubusercontent\.com\/[^/]+\/[^/]+\/raw|codeload\.github\.com\/[^/]+\/[^/]+\/(tar\.gz|zip))\/\$[{(]/.test(
    address,
  ) || /\/(-\/)?(archive|raw|resolve)\/\$[{(]/.test(address)

/** Something with a known host that is fetched over the network: not `localhost`, not `file:`, not `$URL`. */
export function isRemote(address: string): boolean {
  const [, scheme = '', host = ''] =
    /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:[^/@\s]*@)?(\[[^\]]*\]|[^/:?#\s]*)/i.exec(address) ?? []
  if (scheme !== '' && !/^(https?|ftps?|s3|gs|azure|abfss?)$/i.test(scheme)) return false
  if (host === '' || host.includes('$') || !/[a-z0-9]/i.test(host)) return false
  return !/^(localhost|127\.[\d.]+|0\.0\.0\.0|\[::1?\]|host\.docker\.internal|.*\.localhost)$/i.test(host)
}

/** The last part of an address's path, without query: the name `curl -O` gives the file. */
export const fileNameOf = (address: string): string =>
  address
    .replace(/[?#].*$/s, '')
    .split('/')
    .at(-1) ?? ''

/** Package archives call a part of themselves `main`. */
const archives =
  /\/pool\/main\/|\/dists\/|\/alpine\/[^/]+\/main\/|\/pkgs\/main(\/|$)|\/label\/main\/|\/ubuntu\/|\/debian\/|\/main\/binary-/i
const moving = [
  /\/(latest|nightly|nightlies|HEAD|main|master|trunk)(?=[/?#]|$)/,
  /\/(main|master|HEAD|trunk|develop|latest|nightly)(?=\.(tar\.\w+|tgz|zip)([?#]|$))/,
  /@(latest|main|master|next|nightly)(?=[/?#]|$)/,
  /[-_.](latest|nightly)(?=[-_.][^/]*$)/,
  /\/(stable|latest|current)(?=[-\d.]*\.(txt|version)([?#]|$))/,
]

/**
 * The part of an address that names something else with time: `latest`, `main`, `nightly`; null when there is none, or a
 * commit, a day or a full version beside it says which.
 */
export function movingPart(address: string): string | null {
  if (namesItsContent(address) || archives.test(address)) return null
  const path = address.slice(0, 2000).replace(/^[a-z]{1,10}:\/\/[^/]*/i, '')
  if (/\d{4}-?\d{2}-?\d{2}/.test(path) || /\d+\.\d+\.\d+/.test(fileNameOf(address))) return null
  for (const pattern of moving) {
    const part = pattern.exec(path)?.[1]
    if (part !== undefined) return part
  }
  return null
}
