import type { PackageChange } from '../packages/change.ts'
import type { LayerPackages } from '../packages/facts.ts'
import { jsonObject } from '../packages/json-object.ts'
import type { PackageKind } from '../packages/package.ts'
import type { Recognition, Subject } from './cause.ts'
import { withoutWhiteout } from './consequence.ts'
import { contentDiffers, textsOf } from './content.ts'
import { changeText } from './packages.ts'
import { excerpt } from './values/excerpt.ts'

/** Files in which one package manager lists all of its packages. */
const shared: readonly { kind: PackageKind; path: RegExp }[] = [
  { kind: 'dpkg', path: /^var\/lib\/dpkg\/status(?:-old)?$/ },
  { kind: 'apk', path: /^(?:usr\/)?lib\/apk\/db\/installed$/ },
  { kind: 'rpm', path: /^(?:var\/lib\/rpm|usr\/lib\/sysimage\/rpm|usr\/share\/rpm)\/(?:rpmdb\.sqlite|Packages\.db)$/ },
]

/** A package manager's own file that differs because packages do; null when it differs by something else as well. */
export function changeOfDatabase(subject: Subject, changed: readonly PackageChange[]): Recognition | null {
  const { entry, layer } = subject
  const path = withoutWhiteout(entry.path)
  if (layer.packages === null) return listedVersions(subject)
  if (changed.length === 0) return null
  const kind = shared.find(one => one.path.test(path))?.kind
  if (kind !== undefined) return ofShared(subject, kind, changed, layer.packages)
  const info = /^var\/lib\/dpkg\/info\/([^/:]+)(?::[^/.]+)?\.[^/]+$/.exec(path)?.[1]
  if (info !== undefined) return ofOne(changed, 'dpkg', info, path)
  const archive = /^var\/cache\/apt\/archives\/([^_/]+)_([^_/]+)_[^_/]+\.deb$/.exec(path)
  if (archive) return ofArchive(changed, archive[1] as string, archive[2] as string, path)
  if (path === 'var/lib/apt/extended_states') return ofStates(subject, changed)
  return /(?:^|\/)\.?package(?:-lock)?\.json$/.test(path) ? ofNpmFile(subject, changed) : null
}

function recognition(path: string, changes: readonly PackageChange[], variant?: string): Recognition {
  const [first] = changes
  const what = first === undefined ? 'lists other packages' : `lists ${changeText(first)}`
  return {
    confidence: 'certain',
    evidence: [{ what: changes.length > 1 ? `${what}, and ${changes.length - 1} more` : what, path }],
    ...(variant === undefined ? {} : { variant }),
  }
}

/** Records of other packages that differ too have a reason of their own. */
function ofShared(
  { entry }: Subject,
  kind: PackageKind,
  changed: readonly PackageChange[],
  packages: LayerPackages,
): Recognition | null {
  const own = changed.filter(change => change.kind === kind)
  if (own.length === 0 || !contentDiffers(entry)) return null
  const backup = entry.path.endsWith('-old') ? entry.path : undefined
  const others = packages
    .rewritten(backup)
    .filter(one => one.kind === kind && !own.some(change => change.name === one.name))
  if (others.length > 0) return null
  // A later layer lists again what an earlier one made differ.
  const isNew = own.some(change => packages.changes.includes(change))
  return { ...recognition(entry.path, own), ...(isNew ? {} : { follows: entry.path }) }
}

const ofOne = (
  changed: readonly PackageChange[],
  kind: PackageKind,
  name: string,
  path: string,
): Recognition | null => {
  const own = changed.find(change => change.kind === kind && change.name === name)
  return own === undefined ? null : recognition(path, [own], changeText(own))
}

/** A downloaded archive that was left: its name has the version, with an epoch's colon encoded. */
function ofArchive(changed: readonly PackageChange[], name: string, version: string, path: string): Recognition | null {
  const own = changed.find(
    ({ kind, packagesA, packagesB }) =>
      kind === 'dpkg' &&
      [...packagesA, ...packagesB].some(one => one.name === name && one.version.replaceAll(':', '%3a') === version),
  )
  return own === undefined ? null : recognition(path, [own], changeText(own))
}

/** Which packages were installed on behalf of others: paragraphs by name. */
function ofStates({ entry }: Subject, changed: readonly PackageChange[]): Recognition | null {
  const texts = contentDiffers(entry) ? textsOf(entry) : null
  if (texts === null) return null
  const own = changed.filter(change => change.kind === 'dpkg')
  const names = new Set(own.map(({ name }) => name))
  const rest = (text: string) =>
    text
      .split(/\n\n+/)
      .map(paragraph => paragraph.trim())
      .filter(paragraph => !names.has(/^Package: (\S+)/m.exec(paragraph)?.[1] ?? ''))
      .join('\n\n')
  return rest(texts.a) === rest(texts.b) ? recognition(entry.path, own) : null
}

/** What npm writes of the packages that it installs: its list in node_modules, the lock file, the names in package.json. */
function ofNpmFile({ entry }: Subject, changed: readonly PackageChange[]): Recognition | null {
  const texts = contentDiffers(entry) ? textsOf(entry) : null
  const root = entry.path.replace(/(?:node_modules\/\.)?package(?:-lock)?\.json$/, '')
  const own = changed.filter(
    ({ kind, packagesA, packagesB }) =>
      kind === 'npm' && [...packagesA, ...packagesB].some(one => one.folder?.startsWith(`${root}node_modules/`)),
  )
  if (texts === null || own.length === 0) return null
  const names = new Set(own.map(({ name }) => name))
  const rest = (text: string) => JSON.stringify(withoutPackages(jsonObject(Buffer.from(text, 'latin1')), names, 0))
  return rest(texts.a) === rest(texts.b) ? recognition(entry.path, own) : null
}

/** The JSON without entries of these packages in its lists of packages. */
function withoutPackages(value: unknown, names: ReadonlySet<string>, depth: number): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth > 8) return value
  return Object.entries(value).map(([key, inner]) => {
    const isList = /^(?:packages|(?:dev|peer|optional)?dependencies)$/i.test(key) && typeof inner === 'object'
    const kept = isList
      ? Object.fromEntries(
          Object.entries(inner ?? {}).filter(([name]) => !names.has(name.replace(/^.*node_modules\//, ''))),
        )
      : inner
    return [key, withoutPackages(kept, names, depth + 1)]
  })
}

/** Where no inventory was read: the lists of dpkg and apk, as far as their texts are at hand. */
function listedVersions({ entry }: Subject): Recognition | null {
  if (!/^(?:var\/lib\/dpkg\/status(?:-old)?|var\/lib\/dpkg\/status\.d\/.+|lib\/apk\/db\/installed)$/.test(entry.path))
    return null
  const texts = contentDiffers(entry) ? textsOf(entry) : null
  if (!texts) return null
  const a = versionsOf(texts.a)
  const b = versionsOf(texts.b)
  const differing = [...new Set([...a.keys(), ...b.keys()])].filter(name => a.get(name) !== b.get(name))
  // A virtual package of apk has the time as its version; that is no other package.
  if (differing.length === 0 || differing.some(name => name.startsWith('.'))) return null
  return {
    confidence: 'certain',
    evidence: differing.slice(0, 5).map(name => ({
      what: `version of package ${excerpt(name)}`,
      path: entry.path,
      a: excerpt(a.get(name) ?? '(not installed)'),
      b: excerpt(b.get(name) ?? '(not installed)'),
    })),
  }
}

/** Package names and versions of dpkg's (`Package:`, `Version:`) or apk's (`P:`, `V:`) paragraphs. */
function versionsOf(text: string): Map<string, string> {
  const versions = new Map<string, string>()
  let name = ''
  for (const line of text.split('\n')) {
    const field = /^(Package|Version|P|V):\s?(.{0,200})/.exec(line)
    if (!field) continue
    if (field[1] === 'Package' || field[1] === 'P') name = field[2] ?? ''
    else versions.set(name, field[2] ?? '')
  }
  return versions
}
