import type { PackageChange } from '../packages/change.ts'
import type { LayerPackages } from '../packages/facts.ts'
import type { PackageKind } from '../packages/package.ts'
import type { Recognition, Subject } from './cause.ts'
import { withoutWhiteout } from './consequence.ts'
import { contentDiffers, textsOf } from './content.ts'
import { excerpt } from './excerpt.ts'
import { changeText } from './packages.ts'

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
  if (path === 'var/lib/apt/extended_states') return ofStates(subject, changed)
  return path.endsWith('node_modules/.package-lock.json') ? ofHiddenLock(subject, changed) : null
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
  const others = packages.rewritten.filter(one => one.kind === kind && !own.some(change => change.name === one.name))
  return others.length > 0 ? null : recognition(entry.path, own)
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

/** npm's list of what it installed: one object for each folder. */
function ofHiddenLock({ entry }: Subject, changed: readonly PackageChange[]): Recognition | null {
  const texts = contentDiffers(entry) ? textsOf(entry) : null
  const own = changed.filter(change => change.kind === 'npm')
  if (texts === null || own.length === 0) return null
  const folders = new Set(
    own.flatMap(({ packagesA, packagesB }) => [...packagesA, ...packagesB].map(({ folder }) => folder)),
  )
  const root = entry.path.slice(0, -'node_modules/.package-lock.json'.length)
  const rest = (text: string): string => {
    const { packages, ...others } = JSON.parse(text) as { packages?: Record<string, unknown> }
    return JSON.stringify([others, Object.entries(packages ?? {}).filter(([folder]) => !folders.has(root + folder))])
  }
  return rest(texts.a) === rest(texts.b) ? recognition(entry.path, own) : null
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
