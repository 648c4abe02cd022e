/** A git repository as a build context: `https://github.com/o/r.git#main:app`. */
export interface GitUrl {
  /** What git fetches from, without the fragment. May hold a password. */
  remote: string
  /** A branch, a tag, a full ref or a commit; null: the default branch. */
  ref: string | null
  /** The commit that it has to be, as far as it was given. */
  commit: string | null
  /** Of the repository: the folder that is the context; empty: all of it. */
  folder: string
  submodules: boolean
}

const scp = /^[\w.-]+@[\w.-]+:(?!\/\/)[^\s#?]+/
const transport = /^(https?|git|ssh):\/\//i

/** Whether a context is no folder here: a repository, or an address. */
export const isRemote = (context: string): boolean =>
  transport.test(context) || /^github\.com\//.test(context) || scp.test(context)

/** Whether it is the address of a file: an archive of the context, or a Dockerfile alone. A repository ends in `.git`. */
export const isArchiveUrl = (context: string): boolean =>
  /^https?:/i.test(context) && !/^[^?#]*\.git(?:[?#]|$)/.test(context)

/**
 * Reads a context as BuildKit does: by a fragment, `#REF:FOLDER`, or a query, `?branch=…&subdir=…`.
 * @returns a text when it cannot be one: why
 */
export function readGitUrl(context: string): GitUrl | string {
  const whole = /^github\.com\//.test(context) ? `https://${context}` : context
  if (/[\s\p{Cc}]/u.test(whole)) return 'there is a blank in it'
  const [, address = '', query, fragment = ''] = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(whole) ?? []
  if (!transport.test(address) && !scp.test(address)) return 'it is no address of a repository'
  if (isArchiveUrl(context)) return 'an https address is that of a repository only when it ends in .git'
  const colon = fragment.indexOf(':')
  const url: GitUrl = {
    remote: address,
    ref: (colon < 0 ? fragment : fragment.slice(0, colon)) || null,
    ...{ commit: null, folder: colon < 0 ? '' : fragment.slice(colon + 1), submodules: true },
  }
  const problem = readQuery(url, new URLSearchParams(query ?? ''))
  if (problem !== null) return problem
  if (url.ref !== null && !isRef(url.ref)) return 'what follows # is no branch, tag or commit'
  if (url.commit !== null && !/^[0-9a-f]{4,64}$/.test(url.commit)) return 'its commit is no commit'
  url.folder = url.folder
    .split('/')
    .filter(step => step !== '' && step !== '.')
    .join('/')
  if (/(^|\/)\.\.(\/|$)/.test(url.folder)) return 'its folder leads out of the repository'
  return url
}

function readQuery(url: GitUrl, query: URLSearchParams): string | null {
  for (const [name, value] of query) {
    if (name === 'ref') url.ref = value
    else if (name === 'branch') url.ref = `refs/heads/${value.replace(/^refs\/heads\//, '')}`
    else if (name === 'tag') url.ref = `refs/tags/${value.replace(/^refs\/tags\//, '')}`
    else if (name === 'subdir') url.folder = value
    else if (name === 'commit' || name === 'checksum') url.commit = value.toLowerCase()
    else if (name === 'submodules') url.submodules = !/^(0|f|false)$/i.test(value)
    else if (name === 'keep-git-dir' && !/^(0|f|false)$/i.test(value)) return keepsGit
    // How to fetch, and file times, which are set to SOURCE_DATE_EPOCH anyway.
    else if (!['mtime', 'fetch-by-commit', 'keep-git-dir'].includes(name)) return `'${name.slice(0, 40)}' is not known`
  }
  return null
}

/** Why a clone may not be part of an image. */
export const keepsGit =
  'with the .git folder in the context no two builds are alike: its index holds the times and inodes of the checkout'

/** As `git check-ref-format` has it, nearly; nothing that git could take for an option. */
const isRef = (ref: string): boolean => /^[\w.][\w./+@#-]*$/.test(ref) && !/\.\.|@\{|\/\/|\/$|\.lock$/.test(ref)

/** The address without a password, for people. */
export const withoutPassword = (remote: string): string => remote.replace(/^([\w+.-]+:\/\/)[^/?#]*@/, '$1')
