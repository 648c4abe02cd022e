import { posix } from 'node:path'
import type { Cause, Recognition, Subject } from '../cause.ts'
import { isWhiteout } from '../consequence.ts'
import { excerptOfName } from '../values/excerpt.ts'

/** A folder marked as replacing the one below, on one side only: a habit of the snapshotter. */
export const opaqueWhiteout: Cause = {
  id: 'opaque-whiteout',
  recognise: subject => marked(subject) ?? listed(subject),
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

const mark = '.wh..wh..opq'

function marked({ entry }: Subject): Recognition | null {
  if (entry.kind === 'changed' || posix.basename(entry.path) !== mark) return null
  const [here, there] = ['marked as opaque', 'not marked']
  return {
    confidence: 'certain',
    evidence: [
      {
        what: `folder ${excerptOfName(`/${entry.path.slice(0, -mark.length).replace(/\/$/, '')}`)}`,
        path: entry.path,
        a: entry.kind === 'only-in-a' ? here : there,
        b: entry.kind === 'only-in-a' ? there : here,
      },
    ],
  }
}

/** What the other side deletes one by one in a folder that this side marks. */
function listed({ entry, layer }: Subject): Recognition | null {
  if (entry.kind === 'changed' || !isWhiteout(entry.path)) return null
  for (let folder = posix.dirname(entry.path), depth = 0; folder !== '.' && depth < 100; depth++) {
    const other = layer.byPath.get(`${folder}/${mark}`)
    if (other && other.kind !== 'changed' && other.kind !== entry.kind)
      return {
        confidence: 'certain',
        follows: other.path,
        evidence: [{ what: 'deleted by its name here, with its whole folder on the other side', path: entry.path }],
      }
    folder = posix.dirname(folder)
  }
  return null
}
