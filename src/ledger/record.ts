import { createHash } from 'node:crypto'
import type { Entry, EntryType, Image } from '../image/image.ts'
import { noRecords, type PaxRecords } from '../image/pax.ts'

/**
 * What one build gave, small enough to be kept and carried: identities, inputs part by part, versions, and of every layer
 * each entry with a digest in the place of its content. Nothing that two honest runs of one build may differ in is in it:
 * no clock, no host, no run. docs/record.md describes the file.
 */
export const recordKind = 'repro-gate-record'
export const recordVersion = 1

export interface RecordHead {
  inputs: RecordedInputs
  /** buildkit, buildx, docker, driver, frontend, snapshotter, exporter: as they name themselves. */
  versions: Readonly<Record<string, string>>
}

/** What a build was given, part by part: a difference here explains any other. */
export interface RecordedInputs {
  dockerfile: RecordedDockerfile
  contexts: RecordedContext[]
  /** In the order of names. A value of null was not written down, because it may be secret. */
  args: { name: string; value: string | null }[]
  target: string | null
  /** Ids alone. */
  secrets: string[]
  ssh: string[]
  /** Labels, annotations, network and the like, by the name of the option. */
  settings: Record<string, string[]>
  /** SOURCE_DATE_EPOCH, seconds since 1970. */
  epoch: number
  /** The commit of the context; null where it is none. */
  commit: string | null
  /** Where the context was fetched from, as URL#COMMIT:FOLDER without credentials; absent where it was a folder. */
  source?: string
  /** What was taken by a name that may move: images with their digests, repositories with their commits. */
  bases: RecordedBase[]
  /** Other targets of its bake file that it is made of, in the order of names; absent where there are none. */
  linked?: RecordedLinked[]
}

/** A target that is a build context of another one (`target:name`), and what it was given. */
export type RecordedLinked = { name: string } & Pick<
  RecordedInputs,
  'dockerfile' | 'contexts' | 'args' | 'target' | 'secrets' | 'ssh' | 'settings'
>

export interface RecordedDockerfile {
  /** Relative to the context where it is in there, else its name alone. */
  file: string
  /** Of its bytes, hexadecimal. */
  sha256: string
  /** Null where it holds what must not be written down. */
  text: string | null
}

export interface RecordedContext {
  /** `context` is the main one. */
  name: string
  /** Of the tree that the build took from it: paths, types, modes, link targets, contents; null where it could not be read whole. */
  digest: string | null
  /** The same without modes: a checkout under another umask differs in those alone. */
  contents: string | null
  files: number
  /** What stands at the top of it, with a digest each; empty where that is too much. */
  parts: { name: string; digest: string }[]
  /** Where it is no folder but an address: that, without credentials. */
  address: string | null
}

export interface RecordedBase {
  kind: 'image' | 'git'
  reference: string
  digest: string
  platform: string | null
}

/** One platform's image, whose digests are proven by the texts of its manifest and its config. */
export interface RecordedPlatform {
  platform: string
  image: Image
  layers: RecordedLayer[]
}

/** A layer, and where it comes from. */
export interface RecordedLayer {
  digest: string
  diffId: string
  size: number
  /** Whether it is of the base image. */
  base: boolean
  instruction: string
  line: number | null
  endLine: number | null
}

/** An entry, and the SHA-256 (hexadecimal) of its content; null where it has none. */
export interface RecordedEntry {
  entry: Entry
  digest: string | null
}

/** What makes a file no record of ours, or one that is not to be trusted with memory. */
export class RecordError extends Error {
  override readonly name = 'RecordError'
}

export const entryTypes: readonly EntryType[] = [
  ...(['file', 'directory', 'symlink', 'hardlink'] as const),
  ...(['char-device', 'block-device', 'fifo', 'other'] as const),
]

/** Whether an entry of this kind has a content that a digest is kept of. */
export const hasContent = ({ type, size }: Pick<Entry, 'type' | 'size'>): boolean =>
  size > 0 && (type === 'file' || type === 'other')

/** Characters of a PAX value that are kept as they are, and records of one entry. */
export const [paxValueLimit, paxCountLimit] = [256, 64] as const

/**
 * An entry as a record keeps it: a digest stands for a long PAX value, stars for a secret. What is compared with a record
 * is seen in the same way.
 */
export function asRecorded(entry: Entry, mask: (text: string) => string = text => text): Entry {
  const pax = recordedPax(entry.pax, mask)
  const texts = {
    ...{ path: mask(entry.path), linkTarget: entry.linkTarget === '' ? '' : mask(entry.linkTarget) },
    ...{ uname: shortened(entry.uname), gname: shortened(entry.gname) },
  }
  const isKept = (Object.keys(texts) as (keyof typeof texts)[]).every(field => texts[field] === entry[field])
  return isKept && pax === entry.pax ? entry : { ...entry, ...texts, pax }
}

function recordedPax(pax: Entry['pax'], mask: (text: string) => string): Entry['pax'] {
  const keywords = Object.keys(pax).sort()
  const isKept = (text: string): boolean => text.length <= paxValueLimit && mask(text) === text
  if (keywords.length <= paxCountLimit && keywords.every(key => isKept(key) && isKept(pax[key] as string))) return pax
  const kept: PaxRecords = noRecords()
  if (keywords.length > paxCountLimit) {
    // So many are one fact: engines apply each of them.
    kept['SCHILY.xattr.'] = digestOf(JSON.stringify(keywords.map(keyword => [keyword, pax[keyword]])))
    return kept
  }
  for (const keyword of keywords) {
    const value = pax[keyword] as string
    kept[isKept(keyword) ? keyword : `SCHILY.xattr.${digestOf(keyword)}`] = isKept(value) ? value : digestOf(value)
  }
  return kept
}

const shortened = (name: string): string => (name.length <= paxValueLimit ? name : digestOf(name))

const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`
