/** An OCI image as values (image-spec 1.1: descriptor, manifest, config), and a layer as a stream of entries. */
export interface Descriptor {
  mediaType: string
  digest: string
  /** Bytes of the blob as stored (compressed if it is). */
  size: number
  annotations?: Record<string, string>
}

export interface Manifest {
  mediaType?: string
  config: Descriptor
  layers: Descriptor[]
  annotations?: Record<string, string>
}

export interface HistoryEntry {
  created?: string
  created_by?: string
  comment?: string
  empty_layer?: boolean
}

/** The image config; fields we do not know are kept, they are compared too. */
export interface ImageConfig {
  created?: string
  architecture?: string
  os?: string
  variant?: string
  config?: Record<string, unknown>
  rootfs: { type: string; diff_ids: string[] }
  history?: HistoryEntry[]
  [field: string]: unknown
}

/** Manifest and config of one image of one platform, with the digests they were found under. */
export interface Image {
  /** Of the manifest; the config's where the image lies without one, as `docker save` once wrote it. */
  digest: string
  configDigest: string
  manifest: Manifest
  config: ImageConfig
}

export type EntryType =
  | 'file'
  | 'directory'
  | 'symlink'
  | 'hardlink'
  | 'char-device'
  | 'block-device'
  | 'fifo'
  | 'other'

/** What a layer's tar says of one path. */
export interface Entry {
  /** Without a leading `./` or `/` and without a trailing slash; whiteouts keep their `.wh.` name. Hostile text. */
  path: string
  type: EntryType
  /** Permission bits with setuid, setgid and sticky: 0o7777. */
  mode: number
  uid: number
  gid: number
  uname: string
  gname: string
  /** Bytes of content; 0 for anything but a file. */
  size: number
  /** Seconds since 1970, with nanoseconds as PAX gives them: exact decimal text. */
  mtime: string
  linkTarget: string
  device: string
  /** PAX records other than path, size, mtime, linkpath, uid, gid, uname, gname: SCHILY.xattr.* and the rest. */
  pax: Record<string, string>
}
