import { workdirAt } from './folder.ts'
import { absolute, takes } from './reach.ts'
import { type StageView, type View, valueAt } from './view.ts'

/**
 * Whether what a stage has at a path is in the image at the end: `COPY --from` is followed from stage to stage. Where
 * that cannot be known it is taken to be.
 */
export const isShipped = (view: View, stage: StageView, path: string): boolean =>
  follow(view, stage, path, { left: 200 })

/** @param steps how many more are followed: the ways through many stages are many */
function follow(view: View, stage: StageView, path: string, steps: { left: number }): boolean {
  if (stage.reach.whole || steps.left-- <= 0) return true
  return view.stages.some(
    other =>
      (other.parent === stage && follow(view, other, path, steps)) ||
      placesIn(view, other, stage, path).some(place => place === null || follow(view, other, place, steps)),
  )
}

/** Where a stage puts what it copies from a path of another; null where that is not known. */
function placesIn(view: View, stage: StageView, source: StageView, path: string): (string | null)[] {
  const copies = stage.edges.filter(({ kind, target }) => kind === 'copy' && target === source.stage)
  return copies.flatMap(({ instruction }) => {
    const step = stage.steps.find(one => one.instruction === instruction)
    const words = instruction.json ?? instruction.words.map(({ raw }) => raw)
    const target = step === undefined ? null : valueAt(view, step, words.at(-1) ?? '')
    const folder = step === undefined ? null : workdirAt(view, step)
    return words.slice(0, -1).flatMap(word => {
      const from = absolute(word.replace(/^["']|["']$/g, ''))
      if (from.includes('$') || !takes(from, path)) return []
      if (target === null || (folder === null && !target.startsWith('/'))) return [null]
      const place = absolute(target, folder ?? '/')
      // Of a pattern nobody knows which part it stands for.
      if (!path.startsWith(from)) return [null]
      const rest = path.slice(from === '/' ? 0 : from.length)
      // A folder's contents are put into the target, a file beside its name.
      return [absolute(`${place}${rest}`), absolute(`${place}/${from.split('/').at(-1)}${rest}`)]
    })
  })
}
