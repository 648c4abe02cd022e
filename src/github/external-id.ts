import { randomUUID } from 'node:crypto'
import type { GitHubEvent } from './event.ts'

/** Who wrote a check run: GitHub keeps it with the run, and it is ours alone. */
export interface Writer {
  /** Of the workflow, the job and what is gated: the same in every run of it. */
  key: string
  /** Empty outside a workflow run. */
  runId: string
  attempt: number
  /** Another one for each job, so that those of a matrix that ask for the same know their own. */
  nonce: string
}

export const writerOf = ({ runId, runAttempt }: GitHubEvent, key: string): Writer => ({
  key,
  runId: /^\d{1,20}$/.test(runId) ? runId : '',
  attempt: /^\d{1,6}$/.test(runAttempt) ? Number(runAttempt) : 1,
  nonce: randomUUID().slice(0, 8),
})

export const externalId = ({ key, runId, attempt, nonce }: Writer): string =>
  `repro-gate/${key}/${runId}.${attempt}.${nonce}`

/** The same once a newer run has taken its place: it is not found any more. */
export const supersededId = (writer: Writer): string => `${externalId(writer)}/superseded`

/** Reads it back; null where it is not of this key, or superseded. */
export function writerIn(text: unknown, key: string): Writer | null {
  const [, found, runId = '', attempt = '', nonce = ''] =
    /^repro-gate\/([0-9a-f]+)\/(\d*)\.(\d+)\.([0-9a-f]+)$/.exec(typeof text === 'string' ? text : '') ?? []
  return found === key ? { key, runId, attempt: Number(attempt), nonce } : null
}
