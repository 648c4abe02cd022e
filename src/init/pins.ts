import type { Lookup } from '../finding.ts'
import type { Answer } from '../fix/mend.ts'
import { basesOf } from './stack.ts'

/** A Dockerfile whose base images are named by their digests, as far as a registry told them. */
export interface Pinned {
  dockerfile: string
  /** The images that stay by their tags, and why, in words. */
  unpinned: { image: string; why: string }[]
}

/** @param ask answers what only a registry knows; what it cannot, it answers by the reason */
export async function pinBases(
  dockerfile: string,
  ask: (asked: Lookup[]) => Promise<ReadonlyMap<Lookup, Answer>>,
): Promise<Pinned> {
  const nowhere = { file: 'Dockerfile', line: 1, column: 1, endLine: 1, endColumn: 1, text: '{}' }
  const asked = basesOf(dockerfile).map((reference): Lookup => ({ kind: 'image-digest', reference, edit: nowhere }))
  const answers = await ask(asked)
  const unpinned: Pinned['unpinned'] = []
  let text = dockerfile
  for (const lookup of asked) {
    const answer = answers.get(lookup) ?? { problem: 'nobody answered' }
    if ('problem' in answer) unpinned.push({ image: lookup.reference, why: answer.problem })
    else text = text.replace(`_IMAGE=${lookup.reference}\n`, `_IMAGE=${lookup.reference}@${answer.value}\n`)
  }
  return { dockerfile: text, unpinned }
}
