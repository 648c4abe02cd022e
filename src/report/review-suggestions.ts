import type { Finding } from '../finding.ts'
import { prose } from './markdown.ts'
import type { Report } from './report.ts'
import { docsLink } from './source-link.ts'
import { allTouched, type LineRange, repositoryPath, type Touched } from './touched.ts'
import { type ChangedLines, changedLines } from './unified-diff.ts'
import { obeyedByNobody, visibleLines } from './visible.ts'

/** A change to offer at lines of a pull request's diff, which its author can take with one click. */
export interface ReviewSuggestion {
  /** Relative to the root of the repository, with forward slashes. */
  path: string
  /** Both inclusive; the same for one line. */
  startLine: number
  line: number
  /** What the lines say now: whoever offers the change can see whether the head of the pull request still says so. */
  before: string[]
  /** Markdown: why, in a sentence, and a `suggestion` block. */
  body: string
}

/** More at once would be a review that nobody reads. */
const mostSuggestions = 20

/**
 * The safe changes (those that `fix` makes by itself) as suggestions, only where all lines they replace are touched:
 * GitHub takes no comment on others. Nothing where nobody knows what was touched.
 */
export function suggestionsFor({ suggested = [], findings }: Report, touched: Touched): ReviewSuggestion[] {
  if (touched === null) return []
  return suggested
    .filter(({ file }) => isInRepository(file))
    .flatMap(({ file, diff }) => changedLines(diff).flatMap(change => suggestionOf(file, change, findings, touched)))
    .slice(0, mostSuggestions)
}

function suggestionOf(
  file: string,
  { line, before, after, from }: ChangedLines,
  findings: readonly Finding[],
  touched: Touched,
): ReviewSuggestion[] {
  const range: LineRange = { start: line, end: line + before.length - 1 }
  // A text with unseen characters cannot be shown and taken as it is, nor one that a runner might obey.
  const all = [...before, ...after]
  const plain = all.every(text => visibleLines(text) === text && obeyedByNobody(text) === text)
  if (!plain || before.length === 0 || !allTouched(touched, file, range)) return []
  const reasons = findings.filter(finding => asksFor(finding, file, from))
  const body = [why(reasons), block(after)].join('\n\n')
  return [{ path: repositoryPath(file), startLine: range.start, line: range.end, before, body }]
}

/** Exactly these lines, in a fence that none of them can close; of none the block is empty, and takes the lines away. */
function block(lines: readonly string[]): string {
  const longest = Math.max(2, ...lines.flatMap(line => [...line.matchAll(/`+/g)].map(([run]) => run.length)))
  const marks = '`'.repeat(longest + 1)
  return [`${marks}suggestion`, ...lines, marks].join('\n')
}

/** One sentence, and where to read on. */
function why(reasons: readonly Finding[]): string {
  const told = [...new Map(reasons.map(finding => [finding.id, finding])).values()].slice(0, 3)
  if (told.length === 0) return 'With this change the build gives the same image more surely.'
  return told
    .map(
      finding => `${prose(finding.title, 160)}: ${prose(firstSentence(finding.message), 300)} (${docsLink(finding)})`,
    )
    .join('\\\n')
}

const firstSentence = (message: string): string => /^.+?[.!?](?=\s|$)/s.exec(message)?.[0] ?? message

const asksFor = ({ fix }: Finding, file: string, { start, end }: LineRange): boolean =>
  fix?.edits?.some(edit => edit.file === file && edit.line <= end && edit.endLine >= start) ?? false

const isInRepository = (file: string): boolean =>
  !/^[/\\]|\\|[\p{Cc}\p{Cs}]/u.test(file) && !repositoryPath(file).split('/').includes('..')
