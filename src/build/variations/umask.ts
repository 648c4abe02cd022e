import type { ContextEntry, Variation } from './variation.ts'

export const umask: Variation = {
  id: 'umask',
  changes: 'permissions of the context files, as another umask leaves them',
  catches: 'COPY and ADD that take over the permissions of the checkout',
  byDefault: true,
  touches: 'context',
  shownBy: ['header-mode'],
  fix: 'Say the permissions in the Dockerfile: `COPY --chmod=u=rwX,go=rX …` (Dockerfile syntax 1.14 or later), which keeps programs executable and folders open. Where RUN reads them from a bind mount: `chmod` or `install -m` on what it writes.',
  entry: (entry, context) => ({ ...entry, mode: modeUnder(entry, context.umask, otherUmask(context.umask)) }),
}

/** The umasks that people have, the usual ones first. */
const known = [0o022, 0o002, 0o027, 0o077, 0o007, 0o000]

/** Debian's and Fedora's: what any two developers' machines differ in. */
const otherUmask = (own: number): number => ((own & 0o020) === 0 ? 0o022 : 0o002)

/** The modes that a umask leaves of what is created: a folder or a program, and any other file. */
const modesLeft = (mask: number): readonly [run: number, read: number] => [0o777 & ~mask, 0o666 & ~mask]

/**
 * The mode as another umask would have left it. What no umask leaves was set by somebody (chmod 0400 of a key), and stays;
 * so do the executable bits, and those above the nine.
 */
export function modeUnder({ type, mode }: ContextEntry, own: number, other: number): number {
  if (type === 'symlink') return mode
  const place = modesLeft(own).indexOf(mode & 0o777)
  if (place < 0 || (type === 'directory' && place !== 0)) return mode
  return (mode & ~0o777) | (modesLeft(other)[place] as number)
}

/** The umask that explains most of the modes of a context. */
export function umaskOf(entries: readonly ContextEntry[]): number {
  const counts = new Map<number, number>()
  for (const { type, mode } of entries)
    if (type !== 'symlink') counts.set(mode & 0o777, (counts.get(mode & 0o777) ?? 0) + 1)
  const explained = (mask: number): number => modesLeft(mask).reduce((sum, mode) => sum + (counts.get(mode) ?? 0), 0)
  return known.reduce((best, mask) => (explained(mask) > explained(best) ? mask : best))
}
