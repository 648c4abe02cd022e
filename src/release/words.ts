import type { FailOn } from '../options/options.ts'
import type { Destination } from '../options/release.ts'
import { exitCodeOf, type Report, type ReportRelease } from '../report/report.ts'

/** Why nothing of a report is to be published; null: it may be. */
export function whyWithheld(report: Report, failOn: FailOn): string | null {
  const nothing = 'Nothing was pushed, and no tag was moved:'
  if (report.verdict === 'not-reproducible') return `${nothing} two builds gave different images.`
  if (report.verdict !== 'reproducible') return `${nothing} the image was not proven to be reproducible.`
  if (exitCodeOf(report, failOn) !== 0) return `${nothing} the lint found what fail-on: ${failOn} fails for.`
  return null
}

const nothing = { digest: null, images: [], tags: [], notes: [] }

export const withheld = (problem: string): ReportRelease => ({ ...nothing, state: 'withheld', problem })

/** Before anything is pushed. */
export const nothingYet = (destinations: readonly Destination[]): ReportRelease => ({
  ...{ state: 'failed', problem: null, digest: null, images: [], notes: [] },
  tags: destinations.flatMap(({ repository, tags }) =>
    tags.map(tag => ({ name: `${repository}:${tag}`, before: null, state: 'untouched' as const })),
  ),
})

/** What was set aside. */
export const aside = (count: number): string =>
  `${count === 1 ? 'An attestation' : `${count} attestations`} (provenance of the build) ${count === 1 ? 'was' : 'were'} pushed beside the image and set aside when it was compared: no two builds have the same.`

/** A release that did not come to its end, with what is there now. */
export function failed(told: ReportRelease, error: unknown, { aborted, reason }: AbortSignal): ReportRelease {
  const why = aborted ? `it was ended: ${messageOf(reason)}` : messageOf(error)
  return {
    ...told,
    state: 'failed',
    problem: `The image is proven, but was not released: ${ended(why)} ${whatIsThere(told)}`,
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

/** What a builder says that could not push, and what to do: of a refusal it says no more than that. */
export const pushFailure = (message: string): string =>
  /\b(denied|unauthorized|forbidden|no basic auth credentials|insufficient_scope|40[13])\b/i.test(message)
    ? `${ended(message.slice(0, 2000))} Docker needs credentials that may push there: docker login (docker/login-action on GitHub, with packages: write for ghcr.io).`
    : message.slice(0, 2000)

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
const ended = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)
