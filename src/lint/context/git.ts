import type { Ports } from '../../ports.ts'

/** What git knows of a build context. Paths are relative to the context, with `/`. */
export interface GitState {
  /** Permission bits that git's index has for each tracked file: 0o644 or 0o755; symlinks are absent. */
  tracked: ReadonlyMap<string, number>
  /** Tracked, and changed since the commit. */
  modified: ReadonlySet<string>
}

/** Asks git about a context. Never throws: null where it is no checkout, or there is no git. */
export async function readGit(_ports: Pick<Ports, 'exec'>, _context: string): Promise<GitState | null> {
  return null
}
