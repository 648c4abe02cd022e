import type { Package } from '../packages/package.ts'

/** Which installed packages each package asks for, as far as names tell; those that ask for none are left out. */
export function dependenciesOf(packages: readonly Package[]): Map<Package, Package[]> {
  const byName = new Map<string, Package>()
  for (const own of packages) {
    for (const name of [own.name, ...own.provides]) {
      const key = keyOf(own, name)
      // A package's own name goes before what another provides.
      if (!byName.has(key) || name === own.name) byName.set(key, own)
    }
  }
  const byFolder = new Map(packages.flatMap(own => (own.kind === 'npm' && own.folder ? [[own.folder, own]] : [])))
  const found = new Map<Package, Package[]>()
  for (const own of packages) {
    const wanted = own.depends.flatMap(name => {
      const one = own.kind === 'npm' ? nearest(own, name, byFolder) : byName.get(keyOf(own, name))
      return one === undefined || one === own ? [] : [one]
    })
    if (wanted.length > 0) found.set(own, [...new Set(wanted)])
  }
  return found
}

/** Names are compared as the package manager does. */
function keyOf({ kind }: Package, name: string): string {
  return `${kind} ${kind === 'python' ? name.toLowerCase().replace(/[-_.]+/g, '-') : name}`
}

/** Where Node looks: in the package's own node_modules, then in those above it. */
function nearest({ folder = '' }: Package, name: string, byFolder: ReadonlyMap<string, Package>): Package | undefined {
  for (let at = folder; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const own = byFolder.get(`${at}/node_modules/${name}`)
    if (own !== undefined) return own
  }
  return byFolder.get(`node_modules/${name}`)
}
