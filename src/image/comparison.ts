import type { Level } from '../verdict.ts'
import type { Descriptor, Entry, HistoryEntry } from './image.ts'

/** Where two images of one platform differ. Empty lists mean equal, never "not looked". */
export interface Comparison {
  level: Level
  /** Differing fields of the config other than rootfs; history is compared entry by entry. */
  config: ConfigDifference[]
  /** Differing fields of the manifest other than the layers' and the config's digests: media types, annotations. */
  manifest: ConfigDifference[]
  /** One for each pair of layers whose diff IDs differ, in the image's order. */
  layers: LayerDifference[]
  /** Layers that were equal by digest or diff ID and were not read. */
  equalLayers: number
}

export interface ConfigDifference {
  /** JSON pointer: `/config/Labels/org.opencontainers.image.created`. */
  pointer: string
  /** JSON text, bounded; undefined where the side has no such field. */
  a: string | undefined
  b: string | undefined
}

export interface ComparedLayer {
  descriptor: Descriptor
  diffId: string
  history: HistoryEntry | undefined
}

export interface LayerDifference {
  /** Index among the image's layers, base layers included. */
  index: number
  /** Null when that side has fewer layers. */
  a: ComparedLayer | null
  b: ComparedLayer | null
  /** The differing entries, in the order of the layer, at most `entryLimit`; `total` counts all. */
  entries: EntryDifference[]
  total: number
  /** Entries alike on both sides. */
  same: number
  /** Whether the same entries come in another order in the tar. */
  reordered: boolean
  /** What the headers of entries say differently that nobody unpacks, in words, bounded: ``PAX global header `comment` ``. */
  headers?: readonly string[]
}

/** `order`: equal entries, but so placed in the tar that another tree may be unpacked (a link before its target). */
export type EntryField =
  | 'content'
  | 'type'
  | 'mode'
  | 'uid'
  | 'gid'
  | 'names'
  | 'mtime'
  | 'link'
  | 'device'
  | 'pax'
  | 'order'

export interface EntryDifference {
  path: string
  kind: 'only-in-a' | 'only-in-b' | 'changed'
  /** What differs in a changed entry. A differing size is `content`. */
  fields: EntryField[]
  a: Entry | null
  b: Entry | null
  /** SHA-256 (hex) of each side's content, where it was needed to tell. */
  digestA: string | null
  digestB: string | null
  /** The bytes around the differences, for files whose content differs and, with an empty other side, for files of one side only. */
  content: ContentPair | null
  /** For an archive whose content differs and that could be opened: what differs inside. */
  nested?: NestedDifference
  /** Digests (hex) of both sides' contents, by whatever algorithm some text of the image quotes; where they were asked for. */
  digests?: readonly string[]
}

/** Where two archives of one path differ: their members as entries, with paths inside the archive. */
export interface NestedDifference {
  /** Of the formats from `xz` on, nothing can be read here: they have no members, and `unread` says why. */
  format: 'zip' | 'tar' | 'gzip' | 'zstd' | 'ar' | 'xz' | 'bzip2'
  /** In the archive's order, bounded; `total` counts all. A gzip has one member, named as its header or file says. */
  members: EntryDifference[]
  total: number
  /** Members alike on both sides. */
  same: number
  /** Whether the same members come in another order. */
  reordered: boolean
  /** Why members were left unread (too large, damaged, encrypted), in words; null when all was seen. */
  unread: string | null
  /** What differs outside the members' contents and entries: comments, gzip header, compressed data of equal contents. */
  packing: PackingDifference[]
}

/** A difference in how an archive is packed. */
export interface PackingDifference {
  /**
   * `comment`, `prefix`: of the whole archive. `header-time`, `header-name`, `header-system`, `header-level`,
   * `header-extra`: of a gzip header. `compressed-data`: an equal content is compressed to other bytes.
   */
  field:
    | 'comment'
    | 'prefix'
    | 'header-time'
    | 'header-name'
    | 'header-system'
    | 'header-level'
    | 'header-extra'
    | 'compressed-data'
  /** Null where it is of the whole archive. */
  member: string | null
  /** In the archive's bytes, of side A; null where it is at different places. */
  offset: number | null
  /** Both values as text, bounded; hostile. */
  a: string
  b: string
}

/** Bounded views of both sides' content. */
export interface ContentPair {
  a: ContentSample
  b: ContentSample
  /** Differing byte runs at equal offsets, first ones first, at most 64; runs less than 4 equal bytes apart are one. */
  runs: ByteRun[]
  /** `runs` are all there are in the whole contents, of which the samples may hold but a part. */
  complete: boolean
}

export interface ContentSample {
  size: number
  /** The whole content when `whole`, else its first bytes. */
  head: Uint8Array
  whole: boolean
  /** The last bytes of a file that is not whole (a zip keeps its directory there); empty otherwise. */
  tail: Uint8Array
}

export interface ByteRun {
  offset: number
  length: number
  /** Both sides' bytes from `before` bytes ahead of the run on, at most 160. */
  before: number
  a: Uint8Array
  b: Uint8Array
}
