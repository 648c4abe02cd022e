/** A path that differs between two images, as it is told: bounded, and free of what only machines need. Hostile text. */
export interface DifferingEntry {
  /** In the image, without a leading slash. */
  path: string
  /** Index of its layer, base layers included: of image B where that layer is B's alone, else of image A. */
  layer: number
  /** The Dockerfile's line that made the layer; null when it is not known. */
  line: number | null
  /** As seen from A: `added` is in B alone. */
  kind: 'added' | 'removed' | 'changed'
  /** What differs in a changed entry; empty for the others. */
  changes: EntryChange[]
  a: EntryFacts | null
  b: EntryFacts | null
  /** The findings that explain it; empty where none does. */
  causes: EntryCause[]
  /** Lines of the COPYs that it came through, nearest to the image first. */
  via?: number[]
  excerpt?: EntryExcerpt
}

/** `attributes`: extended ones and other PAX records. `order`: its place in the layer's tar, where that matters. */
export type EntryChange =
  | 'content'
  | 'size'
  | 'type'
  | 'mode'
  | 'owner'
  | 'mtime'
  | 'link'
  | 'device'
  | 'attributes'
  | 'order'

export interface EntryFacts {
  type: 'file' | 'directory' | 'symlink' | 'hardlink' | 'char-device' | 'block-device' | 'fifo' | 'other'
  /** Permission bits in octal: `0755`, `4755`. */
  mode: string
  uid: number
  gid: number
  user?: string
  group?: string
  /** Bytes. */
  size: number
  /** Seconds since 1970 as exact decimal text. */
  mtime: string
  link?: string
  device?: string
  /** SHA-256 (hex) of the content, where it was needed to tell. */
  digest?: string
  /** Values are cut. */
  attributes?: Record<string, string>
}

export interface EntryCause {
  /** Of the finding. */
  id: string
  /** The line that the finding blames; null when it blames none. */
  line: number | null
  /** It differs only because another path does, which has this cause. */
  follows?: true
}

/** The bytes around the first difference of two contents, or the first bytes of a content that one side alone has. */
export interface EntryExcerpt {
  /** The file inside the archive that these bytes are of; members of members are joined by `!/`. */
  member?: string
  /** Offset of the first byte shown; the same on both sides. */
  offset: number
  /** Offset of the first byte that differs. */
  differs: number
  /**
   * At most 256 bytes a side, in base64: `''` where that side ends before, null where it has no such file. A secret may lie
   * in them, and may be cut by their ends.
   */
  a: string | null
  b: string | null
  /** The bytes, or what is around them, look like a secret: they are not told, and `a` and `b` are null. */
  withheld?: true
}

/** The first of them, worst first, and how many more there are. */
export interface DifferingEntries {
  list: DifferingEntry[]
  more: number
}
