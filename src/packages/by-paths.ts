/** A package that is not the same in two images, as paths alone tell it. */
export interface PackageByPath {
  name: string
  /** The version in image B, and in image A; null where its paths do not name it. */
  from: string | null
  to: string | null
}

const most = 500

/** As many bytes as a path may have that names a package. */
const longest = 1000

/**
 * The packages whose own files differ, where nobody has the contents of both images: package managers write names, some of them versions
 * too, into the names of their files. As seen from A `added` is in B alone.
 */
export function packagesByPaths(
  entries: readonly { path: string; kind: 'added' | 'removed' | 'changed'; changes: readonly string[] }[],
): PackageByPath[] {
  const found = new Map<string, PackageByPath>()
  for (const { path, kind, changes } of entries) {
    const named = path.length > longest ? null : namedBy(path)
    if (named === null || (kind === 'changed' && !changes.includes('content') && !changes.includes('size'))) continue
    const { name, version } = named
    // A file that both have says that it differs, and not from what to what.
    const of = found.get(name) ?? { name, from: null, to: null }
    if (kind === 'added') of.from = version
    if (kind === 'removed') of.to = version
    if (kind !== 'changed' || version === null) found.set(name, of)
    if (found.size >= most) break
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

function namedBy(path: string): { name: string; version: string | null } | null {
  const dpkg = /^var\/lib\/dpkg\/info\/([a-z0-9][a-z0-9+.-]*)(?::[a-z0-9-]+)?\.(?:list|md5sums)$/.exec(path)
  if (dpkg) return { name: dpkg[1] as string, version: null }
  const [, name, version] =
    /(?:^|\/)([\w.]+)-(\d[\w.+!]*)(?:-py[\d.]+)?\.(?:dist-info|egg-info)(?:\/|$)/.exec(path) ??
    /(?:^|\/)conda-meta\/([\w.-]+)-(\d[\w.]*)-\w+\.json$/.exec(path) ??
    /(?:^|\/)specifications\/([\w.-]+)-(\d[\w.]*)\.gemspec$/.exec(path) ??
    []
  return name !== undefined && version !== undefined ? { name, version } : null
}
