import type { Cause } from '../cause.ts'
import { excerpt } from '../values/excerpt.ts'

/** A folder marked as replacing the one below, on one side only: a habit of the snapshotter. */
export const opaqueWhiteout: Cause = {
  id: 'opaque-whiteout',
  recognise: ({ entry }) => {
    if (entry.kind === 'changed' || !/(?:^|\/)\.wh\.\.wh\.\.opq$/.test(entry.path)) return null
    const folder = `/${entry.path.replace(/\/?\.wh\.\.wh\.\.opq$/, '')}`
    const [here, there] = ['marked as opaque', 'not marked']
    return {
      confidence: 'certain',
      evidence: [
        {
          what: `folder ${excerpt(folder)}`,
          path: entry.path,
          a: entry.kind === 'only-in-a' ? here : there,
          b: entry.kind === 'only-in-a' ? there : here,
        },
      ],
    }
  },
  describe: () => ({
    title: 'Only one build marks a folder as replacing the one below',
    message:
      'The layer of one side says that a folder hides everything that earlier layers have in it (an opaque whiteout), that of the other does not. Storage drivers write a folder that was deleted and made again in different ways: overlayfs marks it, others list the deleted files one by one.',
    class: 'machine',
    remedy: {
      text: 'Build on engines with the same storage driver (snapshotter), or do not delete and make anew a folder of an earlier layer: delete its contents in the instruction that made them.',
    },
  }),
}
