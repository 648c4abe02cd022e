import type { ShellWord } from '../../dockerfile/shell.ts'

/**
 * The packages that are surely in no fixed version: no version, a range, a tag, a git address without a whole commit. What
 * holds an unknown variable where the version may be is none of them; nor are files, folders and archives.
 */
export const looseNodePackages = (operands: ShellWord[]): ShellWord[] => operands.filter(word => isLoose(word))

const exact = /^=?v?\d+\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?$/

function isLoose({ value, partial }: ShellWord): boolean {
  const text = value ?? partial
  if (text === '' || isFile(text)) return false
  if (isGit(text)) return !text.includes('$') && !/#[0-9a-f]{40}$/i.test(text)
  if (/^https?:/i.test(text)) return false
  const at = text.indexOf('@', 1)
  const name = at < 0 ? text : text.slice(0, at)
  const version = at < 0 ? '' : text.slice(at + 1)
  // `alias@npm:name@1.2.3`
  const inner = /^npm:(@?[^@]+)(?:@(.*))?$/s.exec(version)
  const wanted = inner === null ? version : (inner[2] ?? '')
  if (wanted.includes('$') || (at < 0 && name.includes('$'))) return false
  if (/^(file|link|portal|workspace|jsr|catalog):/.test(wanted) || isFile(wanted)) return false
  if (isGit(wanted)) return !/#[0-9a-f]{40}$/i.test(wanted)
  return !exact.test(wanted)
}

/** npm takes what starts like a path or ends like an archive for a file. */
const isFile = (text: string): boolean =>
  /^(\.{1,2}(\/|$)|\/|~\/|file:|link:)/.test(text) || /\.(tgz|tar|tar\.gz)$/i.test(text)

/** `git+https://…`, `git://…`, `github:a/b`, `a/b`, `https://….git`. */
const isGit = (text: string): boolean =>
  /^(git(\+\w+)?:|github:|gitlab:|bitbucket:|gist:|git@)/i.test(text) ||
  /^https?:\/\/.*\.git(#|$)/i.test(text) ||
  /^[\w-][\w.-]*\/[\w.-]+(#.*)?$/.test(text)
