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

/** Archives that keep what they once had under an address of their own, and versions of a distribution by day. */
const datedMarks =
  /\bsnapshots?\b[^\s"']{0,200}\d{4}|vault\.(centos|almalinux)\.org|archives?\.fedoraproject\.org|archive\.archlinux\.org|\/history\/(19|20)\d{6}|\/(19|20)\d{2}[-/.]?[01]\d[-/.]?[0-3]\d(T\d+Z?)?(\/|\b)|releasever[\s=]+["']?\d+\.\d+\.20\d{6}/i

/** The same for apk, dnf, zypper and pacman, which have no official snapshots: the address of some repository holds a day. */
export const usesDatedRepository = (view: View, step: Step): boolean =>
  namesDay(view, step) || someBefore(view, step, namesDay) || someBefore(view, step, copiesRepositories)

const namesDay = (view: View, { instruction }: Step): boolean =>
  mayConfigureApt(instruction.keyword) && datedMarks.test(codeOf(view, instruction))

/** A COPY or ADD that puts files where apt looks for its sources. */
const copiesSources = (view: View, step: Step): boolean => copiesInto(view, step, '/etc/apt', isSourcesPath, marks)

const copiesRepositories = (view: View, step: Step): boolean =>
  ['/etc/yum.repos.d', '/etc/zypp', '/etc/apk', '/etc/pacman.d'].some(folder =>
    copiesInto(view, step, folder, isRepositoryPath, datedMarks),
  )

/** Whether files with such a mark are copied into a folder, or files of which nobody knows. */
function copiesInto(view: View, step: Step, folder: string, isAbout: (path: string) => boolean, mark: RegExp): boolean {
  const { instruction } = step
  if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') return false
  const texts = instruction.json ?? instruction.words.map(word => word.raw)
  const [target = '', ...sources] = [...texts].reverse()
  const place = absolute(valueAt(view, step, target) ?? target)
  if (!isWithin(place, folder) && !(place === '/etc' || place === '/')) return false
  if (instruction.flags.some(flag => flag.name === 'from')) return isAbout(place) || isAbout(sources.join(' '))
  const files = sources.flatMap(source => filesUnder(view, absolute(source).slice(1)))
  const relevant = files.filter(path => isAbout(place) || isAbout(path))
  if (files.length === 0) return isAbout(`${place} ${sources.join(' ')}`)
  return relevant.some(path => {
    const text = view.context?.read(path) ?? null
    return text === null || mark.test(text)
  })
}

const isRepositoryPath = (path: string): boolean => /\.repo\b|repositories|mirrorlist|repos\.d/.test(path)

const isSourcesPath = (path: string): boolean => /sources\.list|\.sources\b|\.list\b|snapshot/.test(path)

function filesUnder(view: View, source: string): string[] {
  const paths = view.context?.paths ?? []
  const inside = paths.filter(
    ({ path, type }) => type === 'file' && (source === '' || path === source || path.startsWith(`${source}/`)),
  )
  return inside.slice(0, 1000).map(({ path }) => path)
}
