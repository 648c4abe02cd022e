import { isPlaceholderHash } from '../placeholder.ts'

/** How far a requirement says which files pip may install. */
export type Pin =
  /** By the checksum of the file. */
  | 'hashed'
  /** `==1.2.3`: one version, whatever files it has. */
  | 'exact'
  /** Some versions, or any. */
  | 'loose'
  /** A file or folder of one's own, or a version control reference, which other rules look at. */
  | 'other'
  /** A version that is not known here. */
  | 'unknown'

export interface Requirement {
  text: string
  /** 1-based. */
  line: number
  pin: Pin
  /** The line of a hash that nobody computed: too short, one character over and over, `REPLACE_ME`. */
  badHash: number | null
}

export interface Requirements {
  requirements: Requirement[]
  /** Files it names by `-r`, relative to itself. */
  includes: string[]
  constraints: string[]
  /** `--require-hashes`, or at least one hash: pip then refuses what has none. */
  hashMode: boolean
}

/** Reads the text of a requirements file as pip does: continuations, comments, options, hashes. */
export function parseRequirements(text: string): Requirements {
  const read: Requirements = { requirements: [], includes: [], constraints: [], hashMode: false }
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/)
  for (let at = 0; at < lines.length; at++) {
    const line = at + 1
    let last = lines[at] ?? ''
    let badHash = hasBadHash(last) ? line : null
    const parts: string[] = []
    while (last.endsWith('\\') && at + 1 < lines.length) {
      parts.push(last.slice(0, -1))
      last = (lines[++at] ?? '').trim()
      if (badHash === null && hasBadHash(last)) badHash = at + 1
    }
    const whole = [...parts, last].join(' ')
    readLine(read, whole.replace(/(^|\s)#.*$/, '').trim(), { line, badHash })
  }
  return read
}

function readLine(read: Requirements, text: string, place: Pick<Requirement, 'line' | 'badHash'>): void {
  if (text === '') return
  const [, option = '', value = ''] = /^(-[a-z]|--[a-z-]+)(?:\s*=\s*|\s+|$)?(.*)$/i.exec(text) ?? []
  if (option === '-r' || option === '--requirement') read.includes.push(value)
  else if (option === '-c' || option === '--constraint') read.constraints.push(value)
  else if (option === '--require-hashes') read.hashMode = true
  else if (option === '-e' || option === '--editable')
    read.requirements.push({ text: value, pin: pinOf(value), ...place, badHash: null })
  else if (option === '') {
    const hashed = /\s--hash[=\s]/i.test(text)
    if (hashed) read.hashMode = true
    const bare = text.replace(/\s--[a-z].*$/is, '')
    read.requirements.push({ text: bare.slice(0, 600), pin: hashed ? 'hashed' : pinOf(bare), ...place })
  }
}

const lengths: Record<string, number> = { md5: 32, sha1: 40, sha224: 56, sha256: 64, sha384: 96, sha512: 128 }

function hasBadHash(line: string): boolean {
  if (!line.includes('--hash')) return false
  return [...line.replace(/(^|\s)#.*$/, '').matchAll(/--hash[=\s]\s*([^\s\\]*)/g)].some(([, hash = '']) => {
    if (hash.includes('$')) return false
    const [, name = '', digits = ''] = /^(\w+):(.*)$/.exec(hash) ?? []
    return digits.length !== lengths[name.toLowerCase()] || !/^[0-9a-f]+$/i.test(digits) || isPlaceholderHash(hash)
  })
}

/** What one requirement says, as it stands on a command line or in a file; unknown parts are `${name}`. */
export function pinOf(requirement: string): Pin {
  const text = requirement.replace(/;.*$/s, '').trim()
  const address = addressOf(text)
  if (/^(git|hg|svn|bzr)\+/i.test(address)) return 'other'
  if (/^https?:\/\//i.test(address)) {
    if (/#.*sha(256|384|512)=[0-9a-f]{32,}/i.test(address)) return 'hashed'
    return address.includes('$') ? 'unknown' : 'exact'
  }
  if (/^file:/i.test(address) || isLocal(address)) return 'other'
  if (text.includes('$')) return 'unknown'
  const versions = text.replace(/^[\w.-]+\s*(\[[^\]]*\])?\s*\(?/, '').replace(/\)$/, '')
  return /^===?\s*[^\s,*]+$/.test(versions) ? 'exact' : 'loose'
}

/** `https://…` of `name @ https://…`; the whole text where it has no such part. */
export const addressOf = (text: string): string =>
  /^[\w.-]+(?:\s*\[[^\]]*\])?\s*@\s*(.+)$/s.exec(text.trim())?.[1] ?? text

/** The name of a requirement as indexes compare them; empty when it has none. */
export const nameOf = (requirement: string): string =>
  (/^[\w.-]+/.exec(requirement.trim())?.[0] ?? '').toLowerCase().replace(/[-_.]+/g, '-')

/** A path: pip takes what has a separator, or is an archive, for a file. */
const isLocal = (text: string): boolean =>
  /^[.~/]/.test(text) || /\.(whl|tar\.gz|zip|tgz)(\[[^\]]*\])?$/i.test(text) || /^[\w.${}-]+\//.test(text)
