import { isPlaceholderHash } from '../placeholder.ts'
import type { LockState } from './ecosystem.ts'
import { LockReader } from './lock-state.ts'

/** What an `@EXPLICIT` file says: addresses of packages, the checksum behind `#`; null when it is none. */
export function readExplicit(text: string): LockState | null {
  if (!/^@EXPLICIT\s*$/m.test(text)) return null
  const reader = new LockReader()
  text.split('\n').forEach((raw, at) => {
    const line = raw.trim()
    if (!/^(https?|file|s3):/.test(line)) return
    const [address = '', hash] = line.split('#')
    reader.add(address.slice(address.lastIndexOf('/') + 1), hash ?? null, at + 1)
  })
  return reader.state
}

/** What conda-lock.yml says. By lines, as conda-lock writes it: such files are megabytes, and YAML is slow. */
export function readCondaLock(text: string): LockState | null {
  if (!/^package:\s*$/m.test(text)) return null
  const reader = new LockReader()
  let entry: { name: string; line: number; hashes: { text: string; line: number }[]; isForeign: boolean } | null = null
  let started = false
  const close = (): void => {
    if (entry === null) return
    const bad = entry.hashes.find(({ text: hash }) => isPlaceholderHash(hash)) ?? entry.hashes[0]
    reader.add(entry.name, bad?.text ?? (entry.isForeign ? undefined : null), bad?.line ?? entry.line)
  }
  text.split('\n').forEach((raw, at) => {
    if (/^package:/.test(raw)) started = true
    if (!started) return
    if (/^ {0,2}- /.test(raw)) {
      close()
      entry = { name: '', line: at + 1, hashes: [], isForeign: false }
    }
    const [, key = '', value = ''] = /^\s*(?:- )?(\w+):\s*(.*?)\s*$/.exec(raw) ?? []
    if (entry === null || value === '') return
    if (key === 'name' && entry.name === '') entry.name = value.replace(/^['"]|['"]$/g, '')
    if (key === 'url' && /^(['"]?)(git\+|file:)/.test(value)) entry.isForeign = true
    if (key === 'sha256' || key === 'md5') entry.hashes.push({ text: value.replace(/^['"]|['"]$/g, ''), line: at + 1 })
  })
  close()
  return reader.state
}

/** What pixi.lock says: the list `packages:` at its end; the lists of the environments have no hashes. */
export function readPixiLock(text: string): LockState | null {
  if (!/^version: \d/m.test(text) || !/^packages:/m.test(text)) return null
  const reader = new LockReader()
  let entry: { name: string; line: number; hash: { text: string; line: number } | null; isForeign: boolean } | null =
    null
  let started = false
  const close = (): void => {
    if (entry !== null)
      reader.add(entry.name, entry.hash?.text ?? (entry.isForeign ? undefined : null), entry.hash?.line ?? entry.line)
  }
  text.split('\n').forEach((raw, at) => {
    if (/^\w/.test(raw)) started = raw.startsWith('packages:')
    if (!started) return
    const [, address] = /^- (?:conda|pypi|url): (\S+)/.exec(raw) ?? []
    if (raw.startsWith('- ')) {
      close()
      // A kind instead of an address is how versions up to 5 began.
      const isForeign = address !== undefined && !/^https?:/.test(address)
      entry = { name: (address ?? '').split('/').at(-1) ?? '', line: at + 1, hash: null, isForeign }
      return
    }
    const [, key, value = ''] = /^ {2}(name|url|path|sha256|md5|editable): (\S+)/.exec(raw) ?? []
    if (entry === null || key === undefined) return
    if (key === 'name') entry.name = value
    if (key === 'path' || key === 'editable' || (key === 'url' && !/^https?:/.test(value))) entry.isForeign = true
    if ((key === 'sha256' || key === 'md5') && (entry.hash === null || isPlaceholderHash(value)))
      entry.hash = { text: value, line: at + 1 }
  })
  close()
  return reader.state
}
