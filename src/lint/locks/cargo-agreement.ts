import { parse } from 'smol-toml'
import { asRecord, asText } from './lock-state.ts'

/**
 * Whether a Cargo.lock was made from this Cargo.toml, as far as `--locked` asks: every crate it names is there, in a version
 * that fits. Null when one of them cannot be read. A no may be a doubt.
 */
export function agreesWithCargoLock(manifest: string | null, lock: string | null): boolean | null {
  const wanted = manifest === null ? null : tomlTable(manifest)
  if (wanted === null || lock === null) return null
  const locked = versionsIn(lock)
  const own = asText(asRecord(wanted.package)?.name)
  if (own !== null && !locked.has(own)) return false
  return dependenciesOf(wanted).every(
    ([name, range]) => locked.get(name)?.some(version => fits(version, range)) === true,
  )
}

function tomlTable(text: string): Record<string, unknown> | null {
  try {
    return asRecord(parse(text))
  } catch {
    return null
  }
}

function versionsIn(lock: string): Map<string, string[]> {
  const versions = new Map<string, string[]>()
  for (const [, name = '', version = ''] of lock.matchAll(/^name = "([^"]*)"\r?\nversion = "([^"]*)"/gm))
    versions.set(name, [...(versions.get(name) ?? []), version])
  return versions
}

/** Name and version asked for; an empty one where that stands elsewhere (`workspace = true`, a path, git). */
function dependenciesOf(manifest: Record<string, unknown>): [name: string, range: string][] {
  const targets = Object.values(asRecord(manifest.target) ?? {}).map(asRecord)
  const workspace = asRecord(manifest.workspace)
  return [manifest, ...targets]
    .flatMap(table => ['dependencies', 'dev-dependencies', 'build-dependencies'].map(key => asRecord(table?.[key])))
    .flatMap(group => Object.entries(group ?? {}))
    .map(([name, value]): [string, string] => {
      const inherited = asRecord(value)?.workspace === true ? asRecord(workspace?.dependencies)?.[name] : undefined
      const table = asRecord(inherited ?? value)
      return [asText(table?.package) ?? name, asText(inherited ?? value) ?? asText(table?.version) ?? '']
    })
}

/** `1.2` takes what is below 2, `0.3.1` what is below 0.4; what is written otherwise is not looked at. */
function fits(version: string, range: string): boolean {
  const least = /^\s*\^?(\d+)(?:\.(\d+))?(?:\.(\d+))?\s*$/.exec(range)
  const is = /^(\d+)\.(\d+)\.(\d+)/.exec(version)
  if (least === null || is === null) return true
  const wanted = least.slice(1).map(part => (part === undefined ? null : Number(part)))
  const has = is.slice(1).map(Number)
  const first = wanted.findIndex(part => part !== null && part > 0)
  // Up to and with the first number that is not 0 all must be the same.
  const fixed = first < 0 ? wanted.filter(part => part !== null).length : first + 1
  for (let at = 0; at < 3; at++) {
    const least = wanted[at] ?? 0
    const given = has[at] ?? 0
    if (given !== least) return at >= fixed && given > least
  }
  return true
}
