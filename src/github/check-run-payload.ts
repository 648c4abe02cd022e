import type { Annotation } from '../report/annotations.ts'
import { externalId, type Writer } from './external-id.ts'
import type { FoundCheckRun } from './requests.ts'

/** A check run as we want it to be. */
export interface CheckRun {
  owner: string
  repo: string
  /** The head commit of the pull request, not its merge commit. */
  headSha: string
  name: string
  /** By it a run is found again instead of made twice. */
  writer: Writer
  conclusion: 'success' | 'failure' | 'neutral'
  /** At most 255 characters. */
  title: string
  /** Markdown, at most 65535 characters. */
  summary: string
  annotations: readonly Annotation[]
  detailsUrl: string | null
}

/** An annotation as GitHub has it. */
export interface CheckRunAnnotation {
  path: string
  start_line: number
  end_line: number
  start_column?: number
  end_column?: number
  annotation_level: 'failure' | 'warning' | 'notice'
  title: string
  message: string
}

/** What a request says of the run itself. The one that completes it says whose it is from now on. */
export function fields(run: CheckRun, annotations: readonly Annotation[], completes: boolean) {
  const { title, summary, detailsUrl, conclusion, writer } = run
  return {
    ...(completes ? { status: 'completed', conclusion, external_id: externalId(writer) } : {}),
    ...(completes && detailsUrl ? { details_url: detailsUrl } : {}),
    output: { title, summary, ...(annotations.length > 0 ? { annotations: annotations.map(payload) } : {}) },
  }
}

export function payload({
  path,
  startLine,
  endLine,
  startColumn,
  endColumn,
  level,
  title,
  message,
}: Annotation): CheckRunAnnotation {
  return {
    path,
    start_line: startLine,
    end_line: endLine,
    ...(startColumn && endColumn && startLine === endLine ? { start_column: startColumn, end_column: endColumn } : {}),
    annotation_level: level === 'error' ? 'failure' : level,
    title,
    message,
  }
}

/** How many annotations GitHub says that a check run has. */
export const countIn = ({ output }: FoundCheckRun): number => {
  const count = output?.annotations_count
  return typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? count : 0
}
