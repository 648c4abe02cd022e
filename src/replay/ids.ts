import type { RequestedId } from './attested-request.ts'
import type { Planned } from './plan.ts'

/** What a secret is for that BuildKit itself takes to fetch a repository. */
const ofGit = /^GIT_AUTH_(?:TOKEN|HEADER)(?:\.|$)/

/**
 * Sees that the user gives what the build was given by name: nothing else can. What no step asked for is not handed over.
 * @param what `secret` or `ssh`
 */
export function planIds(
  what: 'secret' | 'ssh',
  recorded: readonly RequestedId[],
  given: readonly string[],
  plan: Planned,
): void {
  const noun = what === 'secret' ? 'secret' : 'SSH socket'
  const example = (id: string): string => (what === 'secret' ? `--secret id=${id},src=FILE` : `--ssh ${id}`)
  for (const { id, optional } of recorded) {
    if (given.includes(id)) plan.exact.push(`the ${noun} '${id}', as you give it: its value is not recorded`)
    // A repository may be public, or its secret given with the host that it is for.
    else if (ofGit.test(id)) continue
    else if (!optional)
      plan.refused.push(`A step needs the ${noun} '${id}', whose value nobody recorded. Give it: ${example(id)}`)
    else
      plan.open.push(
        `A step can take the ${noun} '${id}' and do without; whether it had it is not recorded, and here it has not (${example(id)}).`,
      )
  }
  for (const id of given) {
    if (what === 'secret' && ofGit.test(id)) {
      // Without a host BuildKit sends it to every server that the Dockerfile names.
      if (!id.replace(ofGit, '.').slice(1))
        plan.refused.push(
          `The secret '${id}' would be sent to every git server that the Dockerfile names: say which it is for, as in ${id.replace(/\.$/, '')}.github.com.`,
        )
    } else if (!recorded.some(one => one.id === id))
      plan.refused.push(`No step asked for the ${noun} '${id}', so it is not handed over: leave it out.`)
  }
}
