/** Which state of a repository an address of pip asks for. `short`: the beginning of a commit. */
export type VcsState = 'commit' | 'short' | 'tag' | 'branch' | 'default branch'

/**
 * @param text a requirement: `git+https://host/o/r@main#egg=x`, `x @ git+ssh://…`, an archive of a branch
 * @returns null for what is no repository, or where a variable decides
 */
export function vcsStateOf(text: string): VcsState | null {
  const [, system, address = ''] = /(?:^|[\s@=])(git|hg|svn|bzr)\+(\w+:\/\/[^\s;#]+|\w+@[^\s;#]+)/i.exec(text) ?? []
  if (system === undefined) return archiveState(text)
  const path = /^(?:\w+:\/\/)?[^/]*(\/.*)?$/.exec(address)?.[1] ?? ''
  const at = path.lastIndexOf('@')
  if (at < 0) return path.includes('$') ? null : 'default branch'
  const ref = path.slice(at + 1)
  if (ref.includes('$')) return null
  if (/^(svn|bzr)$/i.test(system) && /^r?\d+$/.test(ref)) return 'commit'
  return refState(ref)
}

function refState(ref: string): VcsState {
  if (/^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(ref)) return 'commit'
  if (/^(?=.*\d)[0-9a-f]{7,39}$/i.test(ref)) return 'short'
  return /^(refs\/tags\/|v\d|\d+\.\d|[\w-]*-?v?\d+\.\d+)/i.test(ref) ? 'tag' : 'branch'
}

/** `https://github.com/o/r/archive/refs/heads/main.zip`, `…/zipball/master`. */
function archiveState(text: string): VcsState | null {
  const [, ref = ''] = /https?:\/\/(?:[\w.-]+\/)+(?:-\/)?(?:archive|zipball|tarball)\/([^\s;#]+)/i.exec(text) ?? []
  const name = ref.replace(/\.(zip|tar\.gz|tgz|tar\.bz2)$/i, '')
  if (name === '' || name.includes('$')) return null
  if (/^refs\/heads\//.test(name) || /^(main|master|head|develop|dev|trunk|nightly)$/i.test(name)) return 'branch'
  return null
}
