import { posix } from 'node:path'
import { originOf, textOf } from '../context/copied-file.ts'
import { absolute } from '../reach.ts'
import { type Step, stepsBefore, type View } from '../view.ts'

/** What is known of the lock file that a command would read. */
export type LockAt =
  /** It is there. The text is null where it cannot be read from here. */
  | { kind: 'there'; path: string; text: string | null }
  /** The manifest comes from the build context, and surely no lock file with it. */
  | { kind: 'missing' }
  | { kind: 'unknown' }

/**
 * Looks for a lock file where a command at this step would find it.
 * @param folder where the command looks, in the image; null: not known
 * @param manifests any of them says that the folder is a project of the context
 * @param upwards whether the program looks in the folders above, too
 */
export function lockAt(
  view: View,
  step: Step,
  folder: string | null,
  { manifests, locks }: { manifests: readonly string[]; locks: readonly string[] },
  upwards = false,
): LockAt {
  if (folder === null) return { kind: 'unknown' }
  let seen = false
  for (let at = folder; ; at = posix.dirname(at)) {
    for (const name of locks) {
      const origin = originOf(view, step, absolute(name, at))
      if (origin.kind === 'heredoc') return { kind: 'there', path: name, text: origin.text }
      if (origin.kind === 'absent') continue
      seen = true
      if (origin.kind !== 'context') continue
      if (view.context !== null) return { kind: 'there', path: origin.path, text: textOf(view, origin) }
      if (isNamed(step, name)) return { kind: 'there', path: origin.path, text: null }
    }
    if (!upwards || at === '/') break
  }
  const own = manifests.some(name => originOf(view, step, absolute(name, folder)).kind === 'context')
  return own && !seen ? { kind: 'missing' } : { kind: 'unknown' }
}

/** Without the context at hand, only what a COPY or a mount calls by its full name is surely there. */
const isNamed = (step: Step, name: string): boolean =>
  [...stepsBefore(step), step].some(
    ({ instruction, mounts }) =>
      (/^(COPY|ADD)$/.test(instruction.keyword) &&
        (instruction.json ?? instruction.words.map(({ raw }) => raw)).some(text => posix.basename(text) === name)) ||
      mounts.some(({ options }) => posix.basename(options.source ?? '') === name),
  )

/** The text of a file in a folder of the image; null when it is not there or cannot be read from here. */
export function textAt(view: View, step: Step, folder: string | null, name: string): string | null {
  return folder === null ? null : textOf(view, originOf(view, step, absolute(name, folder)))
}
