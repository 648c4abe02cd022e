import type { Finding, FindingClass, FindingLevel, Location } from '../finding.ts'
import type { Level } from '../verdict.ts'
import type { Report, ReportFailure } from './report.ts'
import { clip, visible } from './visible.ts'

/** What each level proves, as the end of a sentence. */
export const levelWords: Record<Level, string> = {
  identical: 'the same image, byte for byte',
  'same-content': 'the same content, only packed differently (compressed in another way)',
  'same-files': 'the same files in every layer, but other settings, another history or another order',
  different: 'different images',
}

/** What each level says of two given images, as a title. */
export const comparedTitles: Record<Level, string> = {
  identical: 'The two images are identical',
  'same-content': 'The two images have the same content',
  'same-files': 'The two images hold the same files',
  different: 'The two images differ',
}

/** Of a digest that was not met nobody knows more than that. */
export const unlikeTitle = ({ scope }: Pick<Report, 'scope'>): string =>
  scope?.against?.kind === 'digest' ? 'This build does not have the digest that was expected' : comparedTitles.different

/** `build A` of a gate, `image A` of a comparison. */
export const sideWord = (command: Report['command']): 'build' | 'image' => (command === 'compare' ? 'image' : 'build')

/** When a difference shows. */
const classWords: Record<FindingClass, string> = {
  now: 'differs in every build',
  drift: 'will differ when the world outside changes',
  machine: 'differs on another machine',
}

/**
 * What kind of thing a finding tells of. Docker's checks are about style and habits, not about when builds differ; and of two
 * given images nobody knows how often they would.
 */
export function kindWords({ id, source, class: kind }: Finding, command: Report['command']): string {
  if (isOutside(id)) return 'has changed outside since the image was proven'
  if (id.startsWith('smoke-')) return 'was seen when the images were run'
  if (source === 'docker') return "comes from Docker's own checks"
  return command === 'compare' ? 'tells the two images apart' : classWords[kind]
}

/** What a registry or the log of the build says, and no image. */
const isOutside = (id: string): boolean => id === 'base-tag-moved' || id === 'vanished-input'

/** How sure it is. What another machine shows is told in its own words, whatever made the bytes. */
export const sureWords = ({ id, confidence, class: kind }: Finding): string =>
  confidence === 'certain'
    ? isOutside(id)
      ? 'proven'
      : id.startsWith('smoke-')
        ? 'seen in both runs'
        : 'proven from the bytes'
    : confidence === 'likely'
      ? 'likely, not proven'
      : kind === 'machine'
        ? ''
        : 'cause unknown'

export const levelMarks: Record<FindingLevel, string> = { error: '❌', warning: '⚠️', notice: 'ℹ️' }

/** `Dockerfile:3`, `Dockerfile:3-7`, or with a column `Dockerfile:3:5`. */
export const placed = ({ file, line, endLine, column }: Location): string =>
  `${file}:${line}${endLine > line ? `-${endLine}` : column ? `:${column}` : ''}`

/** The Dockerfile, or of several how many. */
export const subjectName = ({ file, files }: { file: string; files: readonly string[] }): string =>
  files.length > 1 ? `${files.length} Dockerfiles` : file

/** With a capital letter. */
export const sentence = (words: string): string => `${words[0]?.toUpperCase() ?? ''}${words.slice(1)}`

/** `1 warning`, `2 warnings`, `5,500 paths`. */
export const counted = (count: number, what: string): string => `${grouped(count)} ${what}${count === 1 ? '' : 's'}`

/** `5,500`. */
export const grouped = (count: number): string => count.toLocaleString('en')

/** `build A failed`, `build B of web was stopped`. */
export const failureWords = ({ side, image, stopped }: ReportFailure): string =>
  `build ${side}${image === undefined ? '' : ` of ${clip(visible(image), 60)}`} ${stopped ? 'was stopped' : 'failed'}`

/** What is to be done about a build that failed, as the middle of a sentence that quotes in backticks. */
export const mendWords = ({ side, image, stopped }: ReportFailure): string => {
  const build = `build ${side}${image === undefined ? '' : ` of \`${clip(visible(image), 60).replaceAll('`', "'")}\``}`
  return stopped ? `let ${build}, which was stopped, run to its end` : `mend ${build}, which failed`
}

/** `85 ms`, `4.2 s`, `3 min 20 s`. */
export function duration(milliseconds: number): string {
  if (!Number.isFinite(milliseconds) || milliseconds < 0) return 'unknown'
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`
  const seconds = Math.round(milliseconds / 1000)
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** `512 B`, `1.5 KiB`, `12 MiB`, `4.2 GiB`. */
export function size(bytes: number | null): string {
  if (bytes === null || !Number.isFinite(bytes) || bytes < 0) return '–'
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : Number(value.toFixed(1))} ${units[unit]}`
}

/** The first twelve digits of a digest, without its algorithm: enough to tell two apart by eye. */
export const shortDigest = (digest: string): string => digest.replace(/^[a-z0-9]+:/, '').slice(0, 12)

/** `2026-11-21 03:05:28 UTC`; an impossible time as the number it is. */
export function utc(seconds: number): string {
  const time = new Date(seconds * 1000)
  return Number.isNaN(time.getTime())
    ? String(seconds)
    : time
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/, ' UTC')
}
