import { absolute, isWithin } from '../reach.ts'
import { codeOf, type Step, someBefore, type View, valueAt } from '../view.ts'

/** What says in a text that packages come from an archive of one day. */
const marks = /snapshot(-\w+)?\.(debian\.org|ubuntu\.com)|repro-sources-list\.sh|APT::Snapshot/i

/**
 * Whether apt takes its packages from a snapshot at this step: its own text or an earlier one says so, or a sources file was
 * copied in that does (or that we cannot read: then nobody may be accused).
 */
export const aptUsesSnapshot = (view: View, step: Step): boolean =>
  namesSnapshot(view, step) || someBefore(view, step, namesSnapshot) || someBefore(view, step, copiesSources)

const namesSnapshot = (view: View, { instruction }: Step): boolean =>
  mayConfigureApt(instruction.keyword) && marks.test(codeOf(view, instruction))

const mayConfigureApt = (keyword: string): boolean => keyword === 'RUN' || keyword === 'COPY' || keyword === 'ADD'

/** A COPY or ADD that puts files where apt looks for its sources. */
function copiesSources(view: View, step: Step): boolean {
  const { instruction } = step
  if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') return false
  const texts = instruction.json ?? instruction.words.map(word => word.raw)
  const [target = '', ...sources] = [...texts].reverse()
  const place = absolute(valueAt(view, step, target) ?? target)
  if (!isWithin(place, '/etc/apt') && !(place === '/etc' || place === '/')) return false
  if (instruction.flags.some(flag => flag.name === 'from'))
    return isSourcesPath(place) || isSourcesPath(sources.join(' '))
  const files = sources.flatMap(source => filesUnder(view, absolute(source).slice(1)))
  const relevant = files.filter(path => isSourcesPath(place) || isSourcesPath(path))
  if (files.length === 0) return isSourcesPath(`${place} ${sources.join(' ')}`)
  return relevant.some(path => {
    const text = view.context?.read(path) ?? null
    return text === null || marks.test(text)
  })
}

const isSourcesPath = (path: string): boolean => /sources\.list|\.sources\b|\.list\b|snapshot/.test(path)

function filesUnder(view: View, source: string): string[] {
  const paths = view.context?.paths ?? []
  const inside = paths.filter(
    ({ path, type }) => type === 'file' && (source === '' || path === source || path.startsWith(`${source}/`)),
  )
  return inside.slice(0, 1000).map(({ path }) => path)
}
