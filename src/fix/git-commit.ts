import type { Asking } from './lookup.ts'
import type { Answer } from './mend.ts'
import { refusalIn } from './refusal.ts'

/** Git's own helpers (`ext::…`, local paths) run programs or read files: only servers are asked. */
const server = /^(https|ssh|git):\/\/[^\s-]|^[\w.][\w.-]*@[\w.][\w.-]*:[^\s-]/

/** The commit that a branch or tag of a repository names now. @param reference `<repository>#<ref>`; no ref means HEAD */
export async function commitOf(reference: string, { exec, signal }: Asking): Promise<Answer> {
  const cut = reference.indexOf('#')
  const [repository, name] = cut < 0 ? [reference, ''] : [reference.slice(0, cut), reference.slice(cut + 1)]
  const ref = name === '' ? 'HEAD' : name
  if (!server.test(repository)) return { problem: 'only repositories behind https, ssh or git are asked' }
  if (/^-|[\s*?[\\:~^]/.test(ref)) return { problem: 'that is no name of a branch or tag' }
  const env = {
    ...{ GIT_TERMINAL_PROMPT: '0', GIT_ALLOW_PROTOCOL: 'https:ssh:git', GIT_SSH_COMMAND: 'ssh -o BatchMode=yes' },
    // The settings of the repository we stand in may name programs (core.gitProxy, credential.helper): only the user's own count.
    GIT_DIR: '/dev/null',
  }
  const args = ['ls-remote', '--', repository, ref, `${ref}^{}`]
  const asked = await exec.capture('git', args, { signal, env }).catch(() => null)
  if (asked === null) return { problem: 'there is no git here to ask with' }
  if (asked.code !== 0) return { problem: refusalIn(asked.stderr) }
  const commit = chosen(asked.stdout, ref)
  return commit === null ? { problem: 'the repository has no branch or tag of that name' } : { value: commit }
}

/** As `git clone --branch` chooses: a branch before a tag, and of an annotated tag the commit it is about. */
function chosen(listing: string, ref: string): string | null {
  const commits = new Map(
    [...listing.matchAll(/^([0-9a-f]{40})\t(\S+)$/gm)].map(([, commit = '', name = '']) => [name, commit]),
  )
  const names = [ref, `refs/heads/${ref}`, `refs/tags/${ref}^{}`, `refs/tags/${ref}`]
  const full = /^refs\//.test(ref) ? [`${ref}^{}`, ref] : names
  return full.map(name => commits.get(name)).find(commit => commit !== undefined) ?? null
}
