import type { FailOn } from '../options/options.ts'
import type { Destination } from '../options/release.ts'
import { exitCodeOf, isOfLint, type Report, type ReportRelease } from '../report/report.ts'
import { smokeProblem } from '../report/smoke-words.ts'

/** Why nothing of a report is to be published; null: it may be. */
export function whyWithheld(report: Report, failOn: FailOn): string | null {
  const nothing = 'Nothing was pushed, and no tag was moved:'
  if (report.verdict === 'not-reproducible') return `${nothing} two builds gave different images.`
  if (report.verdict !== 'reproducible') return `${nothing} the image was not proven to be reproducible.`
  const problem = smokeProblem(report)
  if (problem !== null) return `${nothing} ${problem}.`
  if (exitCodeOf(report, failOn) !== 0)
    return `${nothing} ${isOfLint(report.findings) ? 'the lint found' : 'lint and builds found'} what fail-on: ${failOn} fails for.`
  return null
}

const nothing = { digest: null, images: [], tags: [], notes: [] }

export const withheld = (problem: string): ReportRelease => ({ ...nothing, state: 'withheld', problem })

/** Before anything is pushed. */
export const nothingYet = (
  images: readonly { name: string | null; destinations: readonly Destination[] }[],
): ReportRelease => ({
  ...{ state: 'failed', problem: null, digest: null, images: [], notes: [] },
  ...(images.length > 1 ? { digests: [] } : {}),
  tags: images.flatMap(({ name: image, destinations }) =>
    destinations.flatMap(({ repository, tags }) =>
      tags.map(tag => ({
        ...(image === null ? {} : { image }),
        ...{ name: `${repository}:${tag}`, before: null, state: 'untouched' as const },
      })),
    ),
  ),
})

/** What was set aside. */
export const aside = (count: number): string =>
  `${count === 1 ? 'An attestation' : `${count} attestations`} (provenance of the build) ${count === 1 ? 'was' : 'were'} pushed beside the image and set aside when it was compared: no two builds have the same.`

/** What whoever may pull an image can read in it. */
export const givenAway = (what: string): string =>
  `The image ${what} holds the value of a secret in its config (an ENV, a label, or a build argument that its history tells), and whoever may pull it can read that. Hand it over by RUN --mount=type=secret instead, and give out another secret in its place.`

/** A release that did not come to its end, with what is there now. */
export function failed(told: ReportRelease, error: unknown, { aborted, reason }: AbortSignal): ReportRelease {
  const why = aborted ? `it was ended: ${messageOf(reason)}` : messageOf(error)
  return {
    ...told,
    state: 'failed',
    problem: `${told.digests ? 'The images are proven, but were' : 'The image is proven, but was'} not released: ${ended(why)} ${whatIsThere(told)}`,
  }
}

function whatIsThere({ tags, images }: ReportRelease): string {
  const named = (...states: ReportRelease['tags'][number]['state'][]) =>
    tags.filter(({ state }) => states.includes(state)).map(({ name }) => name)
  const [back, left, unknown, elsewhere] = [named('put-back'), named('left'), named('unknown'), named('elsewhere')]
  const lies = [...new Set(images.map(({ repository, digest }) => `${repository}@${digest}`))]
  return [
    tags.every(({ state }) => state === 'untouched') ? 'No tag was moved.' : '',
    back.length > 0 ? `Moved, and put back to what they were: ${back.join(', ')}.` : '',
    left.length > 0 ? `These stand for it now, and could not be put back: ${left.join(', ')}.` : '',
    unknown.length > 0 ? `What these stand for could not be seen: ${unknown.join(', ')}.` : '',
    elsewhere.length > 0 ? `These stand for something else, which is not ours to undo: ${elsewhere.join(', ')}.` : '',
    lies.length > 0
      ? `What was pushed lies there under its digest, without a tag: ${lies.join(', ')}.`
      : 'What of it was pushed has no name, and nothing refers to it.',
    'Run it again: what is there already is not sent twice.',
  ]
    .filter(Boolean)
    .join(' ')
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
const ended = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)
