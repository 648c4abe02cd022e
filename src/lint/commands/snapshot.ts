import { absolute, isWithin } from '../reach.ts'
import { codeOf, type Step, someBefore, type View, valueAt } from '../view.ts'

/** What says in a text that packages come from an archive of one day, or of a release that gets no more updates. */
const marks =
  /snapshot(-\w+)?\.(debian\.org|ubuntu\.com)|repro-sources-list\.sh|APT::Snapshot|archive\.debian\.org|old-releases\.ubuntu\.com/i

/**
 * Whether apt takes its packages from a snapshot at this step: its own text or an earlier one says so, or a sources file was
 * copied in that does (or that we cannot read: then nobody may be accused).
 */
export const aptUsesSnapshot = (view: View, step: Step): boolean =>
  aptNamesSnapshot(view, step) || someBefore(view, step, copiesUnreadSources)

/** Only where it can be read. */
export const aptNamesSnapshot = (view: View, step: Step): boolean =>
  namesSnapshot(view, step) || someBefore(view, step, namesSnapshot) || someBefore(view, step, copiesSources)

const namesSnapshot = (view: View, { instruction }: Step): boolean =>
  mayConfigureApt(instruction.keyword) && marks.test(codeOf(view, instruction))

const mayConfigureApt = (keyword: string): boolean => keyword === 'RUN' || keyword === 'COPY' || keyword === 'ADD'

/** Archives that keep what they once had under an address of their own, and versions of a distribution by day. */
const datedMarks =
  /\bsnapshots?\b[^\s"']{0,200}\d{4}|vault\.(centos|almalinux)\.org|archives?\.fedoraproject\.org|archive\.archlinux\.org|\/history\/(19|20)\d{6}|\/(19|20)\d{2}[-/.]?[01]\d[-/.]?[0-3]\d(T\d+Z?)?(\/|\b)|releasever[\s=]+["']?\d+\.\d+\.20\d{6}/i

/** The same for apk, dnf, zypper and pacman, which have no official snapshots: the address of some repository holds a day. */
export const usesDatedRepository = (view: View, step: Step): boolean =>
  namesDatedRepository(view, step) || someBefore(view, step, copiesUnreadRepositories)

/** Only where it can be read. */
export const namesDatedRepository = (view: View, step: Step): boolean =>
  namesDay(view, step) ||
  someBefore(view, step, namesDay) ||
  someBefore(view, step, copiesRepositories) ||
  isLockedByBase(view, step)

/** The image that a stage, or the one it continues, starts from; empty when there is none. */
export function rootImage(step: Step): string {
  let stage = step.stage
  while (stage.parent !== null) stage = stage.parent
  return stage.edges.find(edge => edge.kind === 'from')?.reference.value ?? ''
}

/** Amazon Linux 2023 takes packages from the repository of the base image's own release, unless another is named. */
const isLockedByBase = (view: View, step: Step): boolean =>
  /(^|\/)amazonlinux:2023/.test(rootImage(step)) && staysWithRelease(view, step)

/** The same of images that others made of it (`nvidia/cuda:12.9.1-base-amzn2023`), which bring repositories of their own. */
export const isLockedBelow = (view: View, step: Step): boolean =>
  /[:\-_](amzn|al)2023\b/.test(rootImage(step)) && staysWithRelease(view, step)

const staysWithRelease = (view: View, step: Step): boolean =>
  !namesRelease(view, step) && !someBefore(view, step, namesRelease)

const namesRelease = (view: View, step: Step): boolean =>
  mayConfigureApt(step.instruction.keyword) && /releasever|system-release/.test(codeOf(view, step.instruction))

const namesDay = (view: View, { instruction }: Step): boolean =>
  mayConfigureApt(instruction.keyword) && datedMarks.test(codeOf(view, instruction))

/** A COPY or ADD that puts files where apt looks for its sources. */
const copiesSources = (view: View, step: Step): boolean =>
  copiesInto(view, step, '/etc/apt', isSourcesPath, marks) === 'marked'

const copiesUnreadSources = (view: View, step: Step): boolean =>
  copiesInto(view, step, '/etc/apt', isSourcesPath, marks) === 'unread'

const copiesRepositories = (view: View, step: Step): boolean => copiedRepositories(view, step).includes('marked')

const copiesUnreadRepositories = (view: View, step: Step): boolean => copiedRepositories(view, step).includes('unread')

const copiedRepositories = (view: View, step: Step): Copied[] =>
  ['/etc/yum.repos.d', '/etc/zypp', '/etc/apk', '/etc/pacman.d'].map(folder =>
    copiesInto(view, step, folder, isRepositoryPath, datedMarks),
  )

/** `marked`: files with the mark. `unread`: files of which nobody here knows what they hold. */
type Copied = 'marked' | 'unread' | 'none'

/** What is copied into a folder. */
function copiesInto(view: View, step: Step, folder: string, isAbout: (path: string) => boolean, mark: RegExp): Copied {
  const unreadIf = (isOne: boolean): Copied => (isOne ? 'unread' : 'none')
  const { instruction } = step
  if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') return 'none'
  const texts = instruction.json ?? instruction.words.map(word => word.raw)
  const [target = '', ...sources] = [...texts].reverse()
  const place = absolute(valueAt(view, step, target) ?? target)
  if (!isWithin(place, folder) && !(place === '/etc' || place === '/')) return 'none'
  if (instruction.flags.some(flag => flag.name === 'from'))
    return unreadIf(isAbout(place) || isAbout(sources.join(' ')))
  const files = sources.flatMap(source => filesUnder(view, absolute(source).slice(1)))
  const relevant = files.filter(path => isAbout(place) || isAbout(path))
  if (files.length === 0) return unreadIf(isAbout(`${place} ${sources.join(' ')}`))
  const contents = relevant.map(path => view.context?.read(path) ?? null)
  return contents.some(text => text !== null && mark.test(text)) ? 'marked' : unreadIf(contents.includes(null))
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
