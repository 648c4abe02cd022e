import type { Level } from '../verdict.ts'
import { causesOf } from './causes.ts'
import { driftLine, driftTitles } from './drift-words.ts'
import { severalImages, worstImages } from './images.ts'
import { buildsHeld } from './ledger-words.ts'
import { code, prose, text } from './markdown.ts'
import { releaseLine } from './release-lines.ts'
import type { Report, ReportBuild } from './report.ts'
import { countByLevel, failuresOf } from './report.ts'
import { smokeProblem, smokeState } from './smoke-words.ts'
import { tally } from './tally.ts'
import { comparedTitles, counted, duration, levelWords, unlikeTitle } from './words.ts'

/** The heading in words: what a reader must not misread. */
export function headline(report: Report): string {
  const { command, verdict, level, findings, release, drift } = report
  if (drift !== undefined) return driftTitles[drift.kind]
  if (command === 'compare' && verdict === 'reproducible') return `✅ ${comparedTitles[level ?? 'same-files']}`
  if (command === 'compare' && verdict === 'not-reproducible') return `❌ ${unlikeTitle(report)}`
  if (release?.state === 'failed') return '❌ Reproducible, but not released'
  const state = smokeState(report)
  if (verdict === 'reproducible' && state === 'differs') return '❌ Reproducible, but it does not behave the same'
  if (verdict === 'reproducible' && smokeProblem(report) !== null)
    return '⚠️ Reproducible, but its behaviour was not compared'
  if (verdict === 'reproducible') return '✅ Reproducible'
  if (verdict === 'not-reproducible') return '❌ Not reproducible'
  if (verdict === 'undecided' || command !== 'lint') return '⚠️ Undecided'
  const { error, warning, notice } = countByLevel(findings)
  if (error + warning + notice === 0) return 'Lint: nothing found'
  const counts = [
    error && counted(error, 'error'),
    warning && counted(warning, 'warning'),
    notice && counted(notice, 'notice'),
  ]
  return `Lint: ${counts.filter(Boolean).join(', ')}`
}

/** One line: what was proven, or why nothing was; and what became of publishing it. Markdown. */
export const verdictLine = (report: Report): string =>
  [driftLine(report), report.drift?.kind === 'cannot-build' ? '' : provenLine(report), releaseLine(report)]
    .filter(Boolean)
    .join(' ')

function provenLine(report: Report): string {
  const { verdict, level, requiredLevel, failure, doubts, command } = report
  if (command === 'compare') return comparedLine(report)
  const { file, files } = report.subject
  const several = severalImages(report)
  if (several !== null && verdict === 'reproducible')
    return `${buildsHeldMarkdown(report) ?? `Two builds of each of **${several}**${circumstances(report)}`} gave **${levelWords[level ?? 'same-files']}**.`
  if (several !== null && verdict === 'not-reproducible')
    return `${failuresOf(report).length > 0 ? 'Not every image could be' : 'Each image was'} built twice from the same sources${circumstances(report)}: ${prose(worstImages(report), 1000)}.${causeCount(report)}`
  if (several !== null && verdict === 'undecided' && worstImages(report) !== '')
    return `Not all of **${several}** were decided: ${prose(worstImages(report), 1000)}. ${notProven(report)}`
  const named = several ?? (files.length > 1 ? subjectList(files) : code(file, 160))
  const subject = `${named}${report.subject.target ? ` (target ${code(report.subject.target, 80)})` : ''}`
  if (verdict === 'reproducible') {
    return `${buildsHeldMarkdown(report, subject) ?? `Two builds of ${subject}${circumstances(report)}`} gave **${level ? levelWords[level] : 'the same image'}**: ${digests(report)}.`
  }
  if (verdict === 'not-reproducible') {
    const words = level === null || level === 'different' ? 'different images' : levelWords[level]
    const asked = level !== null && level !== 'different' ? `; ${code(requiredLevel ?? '')} images were asked for` : ''
    return `Two builds of ${subject} from the same sources${circumstances(report)} gave **${words}**${onPlatforms(report)}${asked}.${causeCount(report)}`
  }
  if (command === 'lint')
    return `${subject} ${files.length > 1 ? 'were' : 'was'} read, not built: this says what may make two builds differ, and proves nothing.`
  if (failure)
    return `Build ${failure.side} of ${subject} **${failure.stopped ? 'was stopped' : 'failed'}**, so there were no two images to compare. ${notProven(report)}`
  const agree = level && level !== 'different' ? ' The two images do agree, but that is no proof here.' : ''
  return `It was **not decided** whether two builds of ${subject} always give the same image${doubts.length > 0 ? ', because:' : '.'}${agree && doubts.length === 0 ? agree : ''}`
}

/** With the Dockerfile first, as the sentence has no other place for it. */
function buildsHeldMarkdown({ scope }: Report, subject?: string): string | null {
  const held = buildsHeld(scope)
  return held === null ? null : `${subject === undefined ? '' : `${subject}: `}${prose(held, 400)}`
}

/** What is proven of some images or platforms is so, whatever came of the others. */
export const notProven = ({ results = [] }: Pick<Report, 'results'>): string =>
  results.some(({ verdict }) => verdict === 'reproducible')
    ? 'What is undecided is not a pass.'
    : 'Nothing was proven, so this is not a pass.'

/** The same of two given images, with what the exit code says. */
function comparedLine(report: Report): string {
  const { verdict, level, requiredLevel, images } = report
  if (images?.others) return comparedWithEach(report, [images.B, ...images.others])
  const both = `A ${code(images?.A ?? '', 200)} and B ${code(images?.B ?? '', 200)}`
  if (verdict === 'reproducible')
    return `${both} ${level ? `${verbOf(level)} **${levelWords[level]}** (level ${code(level)})` : 'agree'}: ${digests(report)}. ${prose(exitMeaning(report))}`
  if (verdict === 'not-reproducible') {
    const close = level !== null && level !== 'different'
    const what = close
      ? `${verbOf(level)} **${levelWords[level]}**; ${code(requiredLevel ?? '')} images were asked for`
      : '**differ**'
    return `${both} ${what}.${causeCount(report)} ${prose(exitMeaning(report))}`
  }
  return `It was **not decided** whether ${both} agree${report.doubts.length > 0 ? ', because:' : '.'}`
}

/** The same of one that was held against several: which of them differ stands in the table of all of them. */
function comparedWithEach(report: Report, others: readonly string[]): string {
  const { verdict, level, requiredLevel, images } = report
  const shown = others.slice(0, 10).map(name => code(name, 200))
  const each = `${shown.join(', ')}${others.length > 10 ? ` and ${others.length - 10} more` : ''}`
  const held = `A ${code(images?.A ?? '', 200)} was held against each of ${each}`
  if (verdict === 'reproducible')
    return `${held}: they ${level ? `${verbOf(level)} **${levelWords[level]}** (level ${code(level)})` : 'agree'}. ${prose(exitMeaning(report))}`
  const worst = worstImages(report)
  if (verdict === 'not-reproducible')
    return `${held}${worst === '' ? '' : `: ${prose(worst, 1000)}`}; ${code(requiredLevel ?? '')} images were asked for.${causeCount(report)} ${prose(exitMeaning(report))}`
  return `${held}, and it was **not decided** whether they agree${report.doubts.length > 0 ? ', because:' : '.'}`
}

/** What a comparison ends with, for the reader of a script's log. */
export function exitMeaning({ verdict, requiredLevel }: Report): string {
  const level = requiredLevel ? ` at the level \`${requiredLevel}\` that was asked for` : ''
  if (verdict === 'reproducible') return `Exit code 0: the images agree${level}.`
  if (verdict === 'not-reproducible') return `Exit code 1: the images do not agree${level}.`
  return 'Exit code 2: nothing was decided.'
}

const verbOf = (level: Level): string => (level === 'identical' ? 'are' : 'have')

/** Why the images do not agree further, a line each. */
export const reasonList = ({ levelReasons }: Report): string => lines(levelReasons)

/** What is true and belongs to no finding, a line each. */
export const noteList = ({ notes }: Report): string => (notes.length > 0 ? `**Note:** ${lines(notes)}` : '')

const mostLines = 12

/** Lines and no list: a list would join the one before it. */
function lines(sentences: readonly string[]): string {
  const left = sentences.length - mostLines
  const shown = sentences.slice(0, mostLines).map(sentence => prose(sentence, 600))
  return [...shown, ...(left > 0 ? [`and ${left} more`] : [])].join('<br>')
}

function subjectList(files: readonly string[]): string {
  const shown = files.slice(0, 10).map(file => code(file, 160))
  return `${shown.join(', ')}${files.length > 10 ? ` and ${files.length - 10} more Dockerfiles` : ''}`
}

/** Why an undecided verdict is undecided, each a line. */
export function doubtList({ doubts, level, failure }: Report): string {
  if (doubts.length === 0) return ''
  const lines = doubts.slice(0, 20).map(doubt => `- ${prose(doubt, 500)}`)
  if (doubts.length > 20) lines.push(`- and ${doubts.length - 20} more`)
  if (!failure && level !== null && level !== 'different')
    lines.push('', 'The two images do agree, but for these reasons that proves nothing.')
  return lines.join('\n')
}

/** The digest that was proven, by platform where there are several. */
function digests({ builds, level }: Report): string {
  const proven = builds.filter(build => build.side === 'A')
  const sameManifest = level === 'identical'
  const shown = proven.slice(0, 10).map(({ digest, configDigest, platform }) => {
    const value = sameManifest ? code(digest) : `config ${code(configDigest)}`
    return proven.length > 1 ? `${value} (${code(platform, 60)})` : value
  })
  return shown.length > 0 ? shown.join(', ') : 'no digest recorded'
}

/** ` for 1 of 2 platforms (linux/arm64)`, where the others came out the same. */
function onPlatforms({ results = [] }: Report): string {
  const differing = results.filter(({ verdict }) => verdict === 'not-reproducible').map(({ platform }) => platform)
  if (results.length < 2 || differing.length === results.length) return ''
  const names = `${differing.slice(0, 4).join(', ')}${differing.length > 4 ? ' …' : ''}`
  return ` for ${differing.length} of ${counted(results.length, 'platform')} (${text(names, 160)})`
}

/** How many reasons are known; which comes first is told right below. */
function causeCount(report: Report): string {
  const found = causesOf(report)
  const { causes, unexplained } = tally(found, report)
  if (causes === 0) return ' Why is not known.'
  const one = found[0]?.confidence === 'likely' ? 'A likely cause was found' : 'The cause was found'
  const known =
    causes === 1 && unexplained === 0 ? one : `${counted(causes, 'cause')} ${causes === 1 ? 'was' : 'were'} found`
  const rest = `${counted(unexplained, 'difference')} ${unexplained === 1 ? 'is' : 'are'} unexplained`
  return ` ${known}${unexplained === 0 ? '' : `, and ${rest}`}.`
}

/** The scope in short: `, on one machine, 1 min 3 s apart, for linux/amd64`. */
function circumstances({ scope, results = [] }: Report): string {
  if (scope === null) return ''
  const { machines, secondsApart, platforms, variations } = scope
  // How far apart they began is told as such.
  const varied = variations.filter(id => id !== 'time').length
  const parts = [
    machines === 'two-builders' ? 'with two builders' : 'on one machine',
    secondsApart === null ? '' : `${duration(secondsApart * 1000)} apart`,
    platforms.length > 0 && results.length < 2 ? `for ${text(platforms.slice(0, 4).join(', '), 120)}` : '',
    varied > 0 ? `with ${counted(varied, 'thing')} varied on purpose` : '',
  ]
  return ` (${parts.filter(Boolean).join(', ')})`
}

/** The digests of both sides where they differ, a row an image and platform, to be told apart by eye. */
export function digestRows({ builds }: Report): string[][] {
  const key = ({ image, platform }: ReportBuild): string => JSON.stringify([image, platform])
  return builds
    .filter(({ side }) => side === 'A')
    .slice(0, 20)
    .flatMap(a => {
      const b = builds.find(build => build.side === 'B' && key(build) === key(a))
      const name = [a.image, a.platform].filter(part => part !== undefined).join(', ')
      return b && b.digest !== a.digest ? [[code(name, 100), code(a.digest, 100), code(b.digest, 100)]] : []
    })
}
