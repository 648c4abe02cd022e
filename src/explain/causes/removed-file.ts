import type { Cause, Subject } from '../cause.ts'
import { isWhiteout, withoutWhiteout } from '../consequence.ts'
import { excerptOfName } from '../values/excerpt.ts'

/** A path that only one build takes away from the layers below: other files are deleted each time. */
export const removedFile: Cause = {
  id: 'removed-file',
  recognise: ({ entry }: Subject) => {
    if (entry.kind === 'changed' || !isWhiteout(entry.path)) return null
    const gone = `/${withoutWhiteout(entry.path)}`
    const [here, there] = ['removed', 'not removed']
    return {
      confidence: 'certain',
      evidence: [
        {
          what: `${excerptOfName(gone)} of an earlier layer is deleted in build ${entry.kind === 'only-in-a' ? 'A' : 'B'} only`,
          path: entry.path,
          a: entry.kind === 'only-in-a' ? here : there,
          b: entry.kind === 'only-in-a' ? there : here,
        },
      ],
    }
  },
  describe: () => ({
    title: 'Each build deletes other files',
    message:
      'The instruction deletes a file or folder of an earlier layer in one build and not in the other: what it deletes depends on chance, on time or on the order of a listing.',
    remedy: {
      text: 'Name what is to be deleted, or choose it by a rule that gives the same in every build (sorted lists, no `shuf`, no `find -mmin`/`-newer` against the clock).',
    },
  }),
}
