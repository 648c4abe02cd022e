import { parseDocument } from 'yaml'
import { isDeeplyNested, problemOfKeys } from '../nesting.ts'
import { isPlaceholderHash } from '../placeholder.ts'
import { readCondaLock, readExplicit } from './conda-lock.ts'
import type { LockState } from './ecosystem.ts'
import { pinOf } from './requirements.ts'

/** `fixed`: one build, or a file with its checksum. `exact`: one version. `unknown`: not known here, or a file of one's own. */
export type CondaPin = 'fixed' | 'exact' | 'loose' | 'unknown'

/** What one package of conda says: `conda-forge::numpy=1.26.4=py311h64a7726_0`, `numpy>=1.2`, an address. */
export function condaPinOf(spec: string): CondaPin {
  const text = spec.trim()
  if (text.includes('$') || text.length > 1000) return 'unknown'
  if (/^(https?|s3):/.test(text)) return isHashed(text.split('#')[1]) ? 'fixed' : 'exact'
  if (/^(file:|[./~])|\.(conda|tar\.bz2)$/.test(text)) return 'unknown'
  const [, , bracket = ''] = /^([^[]*)\[([^\]]*)\]$/.exec(text) ?? []
  if (bracket !== '') return bracketPin(bracket)
  const [, operator = '', wanted = ''] = /^(?:[^:\s]+::)?[\w.*-]+\s*(==?|~=|!=|<=?|>=?|)\s*(.*)$/.exec(text) ?? []
  if (wanted === '' || !/^=?=?$/.test(operator) || /[<>!~|,]/.test(wanted)) return 'loose'
  const [version = '', build] = wanted.split(/\s*=+\s*|\s+/)
  if (version.includes('*')) return 'loose'
  return build !== undefined && build !== '' && !build.includes('*') ? 'fixed' : 'exact'
}

const isHashed = (hash: string | undefined): boolean =>
  hash !== undefined && /^(sha256:|md5:)?([0-9a-f]{32}|[0-9a-f]{64})$/i.test(hash) && !isPlaceholderHash(hash)

function bracketPin(bracket: string): CondaPin {
  const fieldOf = (key: string): string => new RegExp(`\\b${key}\\s*=\\s*['"]?([^'",]*)`).exec(bracket)?.[1] ?? ''
  if (isHashed(fieldOf('sha256')) || isHashed(fieldOf('md5'))) return 'fixed'
  const version = fieldOf('version').replace(/^==?/, '')
  if (version === '' || /[<>!~|*]/.test(version)) return 'loose'
  return /^[^*]+$/.test(fieldOf('build')) ? 'fixed' : 'exact'
}

/** What a file says that conda installs from. */
export type CondaFile =
  | { kind: 'packages'; packages: { text: string; pin: CondaPin }[] }
  /** `@EXPLICIT` or conda-lock. */
  | { kind: 'lock'; state: LockState }

const mostText = 1 << 20

/** Reads an environment file, a list of packages, an `@EXPLICIT` list or a conda-lock file; null for anything else. */
export function readCondaFile(name: string, text: string): CondaFile | null {
  const state = readExplicit(text) ?? (/\.ya?ml$/.test(name) ? readCondaLock(text) : null)
  if (state !== null) return { kind: 'lock', state }
  if (text.length > mostText) return null
  const texts = /\.ya?ml$/.test(name) ? environmentOf(text) : listOf(text)
  return texts === null ? null : { kind: 'packages', packages: texts }
}

const listOf = (text: string): { text: string; pin: CondaPin }[] =>
  text
    .split(/\r?\n/)
    .map(line => line.replace(/(^|\s)#.*$/, '').trim())
    .filter(line => line !== '' && !line.startsWith('@'))
    .map(line => ({ text: line.slice(0, 200), pin: condaPinOf(line) }))

function environmentOf(text: string): { text: string; pin: CondaPin }[] | null {
  if (isDeeplyNested(text)) return null
  let value: unknown
  try {
    const document = parseDocument(text, { logLevel: 'silent', prettyErrors: false, uniqueKeys: false })
    if (document.errors.length > 0 || problemOfKeys(document) !== null) return null
    value = document.toJS({ maxAliasCount: 50 })
  } catch {
    return null
  }
  const wanted = (value as { dependencies?: unknown } | null)?.dependencies
  if (!Array.isArray(wanted)) return null
  return wanted.slice(0, 2000).flatMap((entry: unknown) => {
    if (typeof entry === 'string') return [{ text: entry.slice(0, 200), pin: condaPinOf(entry) }]
    const pip = (entry as { pip?: unknown } | null)?.pip
    if (!Array.isArray(pip)) return []
    return pip
      .filter(one => typeof one === 'string' && !one.startsWith('-'))
      .map((one: string) => ({ text: one.slice(0, 200), pin: ofPip(one) }))
  })
}

function ofPip(text: string): CondaPin {
  const pin = pinOf(text)
  return pin === 'hashed' ? 'fixed' : pin === 'other' ? 'unknown' : pin
}
