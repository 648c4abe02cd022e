import type { Scope } from '../verdict.ts'
import { isFromLedger, ledgerWords } from './ledger-words.ts'
import { code, prose } from './markdown.ts'
import type { Report } from './report.ts'
import { verifiedWords } from './verify-words.ts'
import { duration, utc } from './words.ts'

/**
 * What the verdict covers and what it does not, in one honest paragraph of plain words.
 * @param isBuilt both sides were: else nobody can say what was varied between them
 */
export function scopeWords(scope: Scope, commit: string | null, isBuilt = true): { covers: string; omits: string } {
  const { variations, tried = [], machines, secondsApart, platforms, epoch, bases = [] } = scope
  const covers = [
    `two builds on ${machines === 'same-machine' ? 'one machine' : 'two builders'}`,
    secondsApart === null ? null : `started ${duration(secondsApart * 1000)} apart`,
    platforms.length > 0 ? platforms.join(', ') : null,
    isBuilt ? variationWords(variations, tried) : null,
    epoch
      ? `file times set to ${utc(epoch.seconds)} (SOURCE_DATE_EPOCH ${epoch.seconds}, from ${epoch.from})`
      : 'SOURCE_DATE_EPOCH not set, so file times are those of each build',
    commit ? `commit ${commit.slice(0, 12)}` : null,
    bases.length > 0 ? `both on ${basesShown(bases)}` : null,
  ]
  const open = [
    machines === 'same-machine' ? 'another machine' : 'another machine, where both builders run on one',
    'another day, when a tag, a mirror or a package index has moved',
    isBuilt ? triedWords(tried) : null,
    isBuilt ? unvariedWords([...variations, ...tried]) : null,
  ]
  return {
    covers: covers.filter(part => part !== null).join('; '),
    omits: open.filter(part => part !== null).join('; '),
  }
}

const variationWords = (variations: readonly string[], tried: readonly string[]): string =>
  variations.length > 0
    ? `varied on purpose: ${listed(variations)}`
    : `nothing varied on purpose${tried.length > 0 ? ' between these two' : ''}`

/** What a third build had varied says nothing of the two that decide. */
const triedWords = (tried: readonly string[]): string | null =>
  tried.length > 0
    ? `what a build beside these two had varied (${listed(tried)}): the findings and notes tell of it`
    : null

const listed = (variations: readonly string[]): string => variations.map(id => variedWords[id] ?? id).join(', ')

/** What is told of each variation, after "varied on purpose:". */
export const variedWords: Readonly<Record<string, string>> = {
  mtimes: 'times of the context files',
  umask: 'umask of the checkout',
  order: 'order of the context files',
  time: 'the moment of the build (seconds apart)',
  hostname: 'host name in RUN',
  network: 'no network in RUN',
  fresh: 'a new builder',
  cpus: 'one CPU',
  clock: 'the day',
}

/** What two machines often differ in, and these two builds did not. */
function unvariedWords(variations: readonly string[]): string | null {
  if (variations.length === 0) return 'another clock, other file permissions (umask) or another order of files'
  const open = Object.entries({ umask: 'umask', mtimes: 'checkout', cpus: 'number of CPUs', clock: 'clock' })
  const words = open.filter(([id]) => !variations.includes(id)).map(([, word]) => word)
  return words.length === 0 ? null : `another ${words.join(', ').replace(/, ([^,]*)$/, ' or $1')}`
}

const mostBases = 3

/** `debian:12@sha256:1a2b3c4d5e6f`, as far as they fit. */
function basesShown(bases: readonly string[]): string {
  const shown = bases.slice(0, mostBases).map(base => base.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+$/, '$1'))
  return [...shown, ...(bases.length > mostBases ? [`${bases.length - mostBases} more images`] : [])].join(', ')
}

/** What the comparison of two given images says, and what it does not. */
function comparedWords(builds: Scoped['builds']): { covers: string; omits: string } {
  const platforms = [...new Set(builds.map(({ platform }) => platform))]
  const isSeveral = new Set(builds.map(({ image }) => image)).size > 1
  const covers = [
    isSeveral ? 'one image held against each of several as they are' : 'two images compared as they are',
    ...(platforms.length > 0 ? [platforms.join(', ')] : []),
    'nothing was built',
  ]
  return {
    covers: covers.join('; '),
    omits: `whether ${isSeveral ? 'any of the images' : 'either image'} comes from the sources it is said to come from; whether another build gives the same again`,
  }
}

/** What was covered and what was not, each under its name; null where nothing was compared nor was to be. */
export interface ScopeTold {
  title: 'Covered' | 'Was to be covered'
  covers: string
  omits: string
}

type Scoped = Pick<Report, 'command' | 'builds' | 'scope' | 'subject' | 'verdict'>

/** What proved nothing covers nothing: then it only says what it was to cover. */
export function scopeTold({ command, builds, scope, verdict }: Scoped, commit: string | null): ScopeTold | null {
  const title = verdict === 'undecided' ? 'Was to be covered' : 'Covered'
  if (command === 'compare' && scope?.against) return { title, ...verifiedWords(scope) }
  if (command === 'compare') return { title, ...comparedWords(builds) }
  if (scope && isFromLedger(scope)) return { title, ...ledgerWords(scope) }
  return scope && { title, ...scopeWords(scope, commit, builds.length > 0) }
}

/** The same as a Markdown list. */
export function scopeList(report: Scoped): string {
  const told = scopeTold(report, null)
  if (told === null) return ''
  const { title, covers, omits } = told
  const { commit } = report.subject
  const at = commit && report.command !== 'compare' ? `; commit ${code(commit.slice(0, 12))}` : ''
  // The commit that the time comes from and the base images, to be copied whole.
  const quoted = covers
    .replace(/\bcommit ([0-9a-f]{7,12})\b/, 'commit `$1`')
    .replace(/[\w./:+-]{1,200}@sha256:[0-9a-f]{12}\b/g, '`$&`')
  return `- **${title}:** ${prose(quoted, 1500)}${at}.\n- **Not covered:** ${omits}.`
}
