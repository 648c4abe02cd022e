/** Where a package is listed: dpkg and apk and rpm of the operating system, the others of languages. */
export const packageKinds = ['dpkg', 'apk', 'rpm', 'python', 'npm', 'conda', 'gem'] as const
export type PackageKind = (typeof packageKinds)[number]

/** A package as a database in an image lists it. All text is hostile. */
export interface Package {
  kind: PackageKind
  name: string
  /** As the package manager writes it; of an rpm `[epoch:]version-release`. */
  version: string
  arch?: string
  /** Name of the source package, where it has another. */
  source?: string
  /** As the database writes them. */
  licences: string[]
  /** Names of packages of the same kind that it asks for. */
  depends: string[]
  /** Other names under which it can be asked for. */
  provides: string[]
  /** What its purl needs beyond name, version and distribution. */
  qualifiers?: Readonly<Record<string, string>>
  /** The file that lists it, without a leading slash. */
  database: string
  /** The folder that is all its own, save for packages in it: of npm packages and gems. */
  folder?: string
  /** What its record says, as a digest: tells a package that only the database says something else of. */
  record?: string
  /** Runs programs of its own when it is installed: its files need not be those of the archive. */
  scripted?: boolean
  /** Built here, from a folder or an archive, not taken from an index as it is. */
  local?: boolean
}

/** That a package has a file, and the digest of the content it was packed with, where the database knows that. */
export interface Claim {
  /** Without a leading slash. */
  path: string
  /** The package's name, or `name:arch`. */
  owner: string
  /** `md5:…`, `sha1:…`, `sha256:…` in hex. */
  digest?: string
}

/** What one file of a database says. */
export interface DatabaseFile {
  kind: PackageKind
  packages: Package[]
  /** In place of packages: what an older copy of the database lists. It says nothing of what is installed. */
  backup?: Package[]
  claims: Claim[]
  /** Why not all of it was read, in words. */
  unread?: string
}

/** Which claims are wanted: those of the paths that differ; a filesystem's list of 200,000 files is never kept whole. */
export type Wanted = (path: string) => boolean

/** One kind of database: which files it consists of, and how one of them is read. */
export interface PackageReader {
  kind: PackageKind
  /** Whether a path of the image is a file of such a database, and how many bytes of it are read at most; 0 when it is none. */
  limitFor: (path: string) => number
  /** Never throws on odd bytes: what cannot be read is left out, or said in `unread`. */
  read: (path: string, bytes: Buffer, wanted: Wanted) => DatabaseFile
}

/** A name that apk gives to what was installed together (`apk add --virtual`): nothing that a mirror offers. */
export const isVirtual = ({ kind, name }: Pick<Package, 'kind' | 'name'>): boolean =>
  kind === 'apk' && name.startsWith('.')

/** Of one database; far more than any system has. */
export const packageLimit = 100_000

/** A database in which nothing was found; `unread`: why. */
export const nothingIn = (kind: PackageKind, unread?: string): DatabaseFile => ({
  ...{ kind, packages: [], claims: [] },
  ...(unread === undefined ? {} : { unread }),
})

/** A text of a database as one may keep it: bounded, on one line; null when it says nothing. */
export function bounded(text: unknown, limit = 300): string | null {
  if (typeof text !== 'string') return null
  const line = text
    .slice(0, limit)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what no name, version or licence has in it
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .trim()
  return line === '' ? null : line
}

/** Many texts, bounded in number, each once. */
export const boundedAll = (texts: Iterable<unknown>, limit = 1_000): string[] => {
  const found = new Set<string>()
  for (const text of texts) {
    if (found.size >= limit) break
    const one = bounded(text)
    if (one !== null) found.add(one)
  }
  return [...found]
}

/** On merged systems `/lib` is a link to `usr/lib`, and databases list files under either name. */
const placesOf = (path: string): string[] => {
  const plain = path.replace(/^\/+/, '')
  if (/^(?:bin|sbin|lib|lib32|lib64|libx32)\//.test(plain)) return [plain, `usr/${plain}`]
  return [plain]
}

/** The claims that one listed path stands for. */
export function claimsOf(path: string, owner: string, wanted: Wanted, digest?: string): Claim[] {
  return placesOf(path)
    .filter(wanted)
    .map(place => ({ path: place, owner, ...(digest === undefined ? {} : { digest }) }))
}
