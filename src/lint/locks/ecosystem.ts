import type { Range } from '../../dockerfile/dockerfile.ts'
import type { ShellCommand } from '../../dockerfile/shell.ts'
import type { Step, View } from '../view.ts'

/** One language's way of fixing what is installed. Listed in ecosystems.ts; a new one is a file and a line there. */
export interface Ecosystem {
  /** As its users call it: `npm`, `Poetry`. */
  name: string
  /** Files that say what is wanted, `package.json`. */
  manifests: readonly string[]
  /** Files that fix what is installed, `package-lock.json`, the one that wins first. */
  locks: readonly string[]
  /** What a lock file says; null when the text is none. Never throws. */
  readLock(file: string, text: string): LockState | null
  /** The commands of a step that install what a manifest or its lock names (not packages named on the command line). */
  installs(view: View, step: Step): ManifestInstall[]
}

export interface ManifestInstall {
  command: ShellCommand
  /** The word to point at. */
  range: Range
  /** Folder in the image where it looks for manifest and lock; null when not known. */
  folder: string | null
  /** `never`: it does not read the lock. `may-change`: it reads the lock and rewrites it where it does not fit. `frozen`: it keeps to it. */
  lock: 'never' | 'may-change' | 'frozen'
}

/** How much of what is installed a lock file fixes. */
export interface LockState {
  /** How many packages it names. */
  packages: number
  /** Packages from an index without a hash, where the format has hashes: at most 50. */
  unhashed: { name: string; line: number | null }[]
  /** Hashes that nobody computed (`sha256:aaaa…`, `REPLACE_ME`): at most 50. */
  placeholders: { name: string; line: number | null }[]
}
