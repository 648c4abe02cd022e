import { obeyedByNobody } from './visible.ts'
import { counted, size } from './words.ts'

/** What came of a build that was to be written down. */
export interface RecordReport {
  schemaVersion: 1
  tool: { name: 'repro-gate'; version: string }
  command: 'record'
  /** Path of the record, or of the folder of several; null where none was written. */
  record: string | null
  /** Paths of the records of several images of a bake or compose file; absent where there is one. */
  records?: string[]
  /** Of the file. */
  bytes: number
  entries: number
  platforms: { image?: string; platform: string; digest: string; configDigest: string; layers: number }[]
  subject: { file: string; target: string | null; commit: string | null }
  /** Why there is no record, each a sentence. */
  problems: string[]
  /** The last lines of the log of a build that failed. Hostile text. */
  logTail: string[]
  notes: string[]
  versions: Record<string, string>
}

/** 0 a record was written, 2 none was. */
export const recordExitCode = ({ record }: RecordReport): 0 | 2 => (record === null ? 2 : 0)

/** As a person reads it in a terminal or a log. */
export function renderRecord(report: RecordReport): string {
  const { record, bytes, entries, platforms, problems, logTail, notes, subject } = report
  const lines =
    record === null
      ? [...problems.map(problem => `No record: ${problem}`), ...logTail.slice(-20).map(line => `  │ ${line}`)]
      : [
          ...platforms.map(
            one =>
              `${one.image === undefined ? '' : `${one.image}  `}${one.platform}  ${one.digest}  (config ${one.configDigest})`,
          ),
          `Recorded: ${record} (${size(bytes)}, ${counted(entries, 'entry').replace(/entrys$/, 'entries')}) of ${subject.file}`,
          ...(report.records ?? []).map(path => `  ${path}`),
          'One build was made, and nothing compared: repro-gate verify --record FILE builds again, here or elsewhere, and compares.',
        ]
  return `${obeyedByNobody([...notes, ...lines].join('\n'))}\n`
}
