import { InputError } from '../options/options.ts'

/** This machine cannot do what a run needs. The message says what, and the way out. */
export class HostError extends Error {
  override readonly name = 'HostError'
}

const words: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'this user may not do that there',
  EIO: 'the disk gave an error',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  ENOMEM: 'there is no memory left',
}

/** What a system error says about this machine, in words; null for any other error, which is a fault of ours. */
export function hostProblem(error: unknown): string | null {
  const { code, message, syscall } = (error ?? {}) as { code?: unknown; message?: unknown; syscall?: unknown }
  // Node says so of a full disk, too, where the folders above are made as well.
  if (code === 'ENOENT' && syscall === 'mkdir')
    return `no folder could be made, as the disk is full or the folder above is gone (${String(message)})`
  const known = typeof code === 'string' && Object.hasOwn(words, code) ? words[code] : undefined
  return known === undefined ? null : `${known} (${String(message)})`
}

/** What ended a run before it had a report, each a text for the user. */
export function problemsIn(error: unknown): string[] {
  if (error instanceof InputError) return error.problems
  if (error instanceof HostError) return [error.message]
  if ((error as { syscall?: unknown } | null)?.syscall === 'uv_cwd')
    return ['The folder that this was started in is no longer there: go to one that is, and start it again.']
  const problem = hostProblem(error)
  if (problem !== null) return [`The run could not go on: ${problem}. TMPDIR names another place for temporary files.`]
  return [`This should not have happened, please report it: ${error instanceof Error ? error.stack : String(error)}`]
}
