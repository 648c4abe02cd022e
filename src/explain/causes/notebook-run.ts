import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers, textsOf } from '../content.ts'
import { excerpt } from '../values/excerpt.ts'

/** A notebook that was executed in the build: times, IDs of cells, outputs with addresses and durations. */
export const notebookRun: Cause = {
  id: 'notebook-run',
  recognise: ({ entry }: Subject): Recognition | null => {
    const texts = /\.ipynb$/.test(entry.path) && contentDiffers(entry) ? textsOf(entry) : null
    if (texts === null) return null
    const [a, b] = [notebook(texts.a), notebook(texts.b)]
    if (!a || !b || a.sources !== b.sources) return null
    const places = [...new Set([...a.leaves.keys(), ...b.leaves.keys()])].filter(
      place => a.leaves.get(place) !== b.leaves.get(place),
    )
    const [place] = places
    if (place === undefined) return null
    const ofRun = (one: string): boolean =>
      /^cells\.\d+\.(?:id|execution_count|outputs\..*|metadata\.(?:execution|papermill|ExecuteTime|collapsed|scrolled)\b.*)$|^metadata\.(?:papermill\b.*|language_info\.version|kernelspec\..*|widgets\b.*)$/.test(
        one,
      )
    if (!places.every(ofRun)) return null
    const outputs = places.filter(one => one.includes('.outputs.')).length
    return {
      confidence: outputs === 0 ? 'certain' : 'likely',
      variant: outputs === 0 ? 'metadata' : 'outputs',
      evidence: [
        {
          what: `the same cells; ${places.length} place(s) differ that running them fills in, first ${excerpt(place)}`,
          path: entry.path,
          a: excerpt(a.leaves.get(place) ?? '(none)'),
          b: excerpt(b.leaves.get(place) ?? '(none)'),
        },
      ],
    }
  },
  describe: () => ({
    title: 'An executed notebook is in the layer',
    message:
      'Running a notebook writes into it: the time at which each cell ran, an ID drawn by chance for each cell, and what the cells put out.',
    remedy: {
      text: 'Keep the notebook as it came from the repository and write results to files; or clear it in the same instruction (`jupyter nbconvert --clear-output --inplace x.ipynb`, `nbstripout`), and store notebooks with IDs (nbformat 4.5) so that none are drawn; `record_timing=False` for nbconvert and papermill.',
    },
  }),
}

/** The sources of all cells, and every other value by its place; null when the text is no notebook. */
function notebook(text: string): { sources: string; leaves: Map<string, string> } | null {
  try {
    const value = JSON.parse(Buffer.from(text, 'latin1').toString('utf8')) as {
      cells?: unknown
      nbformat?: unknown
    }
    if (!Array.isArray(value.cells) || typeof value.nbformat !== 'number') return null
    const leaves = new Map<string, string>()
    const sources: string[] = []
    const walk = (one: unknown, place: string, depth: number): void => {
      if (leaves.size > 100_000 || depth > 12) return
      if (/^cells\.\d+\.source$/.test(place)) sources.push(JSON.stringify(one))
      else if (typeof one === 'object' && one !== null)
        for (const [key, inner] of Object.entries(one)) walk(inner, place === '' ? key : `${place}.${key}`, depth + 1)
      else leaves.set(place, String(one))
    }
    walk(value, '', 0)
    return { sources: sources.join('\n'), leaves }
  } catch {
    return null
  }
}
