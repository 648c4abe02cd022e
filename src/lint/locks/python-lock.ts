import { isPlaceholderHash } from '../placeholder.ts'
import type { LockState } from './ecosystem.ts'
import { LockReader } from './lock-state.ts'

interface Entry {
  name: string
  line: number
  /** Not from an index: git, a folder, an address. */
  isForeign: boolean
  /** The hash of each file; null: it has none. */
  files: { hash: string | null; line: number }[]
}

/**
 * Reads the `[[package]]` tables of Poetry, PDM and uv, line by line: their own writers put one value, or one file, on a
 * line, such locks are megabytes, and a message names the line.
 * @param needsFiles whether a package without files has lost them; uv writes none for one that no platform asked for wants
 */
export function readPackageTables(text: string, needsFiles = true): LockState | null {
  if (!/^\[\[package\]\]/m.test(text) && !/^(\[metadata\]|version = \d)/m.test(text)) return null
  const reader = new LockReader()
  // Poetry before 1.5 and PDM before 2.7 kept all hashes in one table at the end.
  const isApart = !needsFiles || /^\[metadata\.files\]/m.test(text)
  let entry: Entry | null = null
  let section = ''
  let inFiles = false
  const start = (name: string, line: number): void => {
    if (entry !== null) close(reader, entry, isApart)
    entry = { name, line, isForeign: false, files: [] }
  }
  text.split('\n').forEach((raw, at) => {
    const line = raw.trimEnd()
    const header = /^\[+([\w.-]+)\]+$/.exec(line)?.[1]
    if (header !== undefined) {
      section = header
      inFiles = false
      if (section === 'package') start('', at + 1)
      return
    }
    const [, key, value = ''] = /^"?([\w.-]+)"? = (.*)$/.exec(line) ?? []
    if (key !== undefined && section === 'metadata.files') start(key, at + 1)
    if (entry === null) return
    if (key !== undefined) {
      inFiles = section === 'metadata.files' || /^(files|wheels|sdist)$/.test(key)
      describe(entry, section, key, value)
    }
    if (inFiles) for (const file of filesOn(line, at + 1)) entry.files.push(file)
  })
  if (entry !== null) close(reader, entry, isApart)
  return reader.state
}

function describe(entry: Entry, section: string, key: string, value: string): void {
  if (section === 'package.source' && key === 'type' && !value.includes('legacy')) entry.isForeign = true
  if (section !== 'package') return
  if (key === 'name') entry.name = value.replaceAll('"', '')
  // PDM's `git = …`, `path = …`, `url = …`; uv's `source = { git = … }`.
  if (/^(git|path|url|hg|svn)$/.test(key) || (key === 'source' && !/\bregistry ?=/.test(value))) entry.isForeign = true
}

const filesOn = (line: string, at: number): Entry['files'] =>
  [...line.matchAll(/\{[^{}]*\}/g)]
    .filter(([file]) => !forOthers.test(file))
    .map(([file]) => ({ hash: /\bhash ?= ?"([^"]*)"/.exec(file)?.[1] ?? null, line: at }))

/** Wheels of systems that no image of ours is; without a hash as well they are no harm. */
const forOthers = /-(win32|win_amd64|win_arm64|macosx_\w+)\.whl"(?![^}]*\bhash\b)/

function close(reader: LockReader, { name, line, isForeign, files }: Entry, isApart: boolean): void {
  const bad = files.find(({ hash }) => hash === null || isPlaceholderHash(hash)) ?? files[0]
  if (bad === undefined) reader.add(name, isForeign || isApart ? undefined : null, line)
  else reader.add(name, bad.hash ?? (isForeign ? undefined : null), bad.line)
}
