import { type Paint, paints } from './paint.ts'
import { clip, obeyedByNobody, visible } from './visible.ts'
import { wrap } from './wrap.ts'

/** What `init` did, as one value: `init --json` prints this. */
export interface InitReport {
  /** Fields are added under the same version, never changed. */
  schemaVersion: 1
  tool: { name: 'repro-gate'; version: string }
  command: 'init'
  /** Nothing was written. */
  dryRun: boolean
  /** As it was given. */
  folder: string
  stack: { id: string; title: string; sign: string | null; others: string[] }
  files: InitFile[]
  /** What to do next, in this order. */
  next: string[]
}

export interface InitFile {
  path: string
  /** `planned`: it would be written, but for the dry run. */
  state: 'written' | 'planned' | 'kept' | 'failed'
  /** Why it was kept or not written, in words. */
  why: string | null
  /** What was, or would be, written; null for a file that is kept. */
  text: string | null
}

/** How `init` ends: 0 all is there, 2 something could not be written. */
export const initExitCode = ({ files }: InitReport): 0 | 2 => (files.some(({ state }) => state === 'failed') ? 2 : 0)

/** For a terminal: what it looks like, what became of each file, and what to do next. */
export function renderInit(
  report: InitReport,
  { colour, width }: { colour: boolean; width?: number | undefined },
): string {
  const paint = paints(colour)
  const parts = [
    ...(report.dryRun ? report.files.flatMap(file => contentOf(file, paint)) : []),
    seen(report),
    report.files.map(file => row(file, report, paint)),
    [closing(report, paint)],
    report.next.length === 0
      ? []
      : [paint.bold('Next'), ...report.next.map((step, at) => `  ${at + 1}. ${coded(visible(step), paint)}`)],
  ]
  const lines = parts.filter(part => part.length > 0).map(part => part.map(one => wrap(one, width, hangOf(one))))
  return `${obeyedByNobody(lines.map(part => part.join('\n')).join('\n\n'))}\n`
}

const hangOf = (line: string): number => (/^ {2}\d+\. /.test(line) ? 5 : 2)

function seen({ stack, files }: InitReport): string[] {
  // Where the Dockerfiles are there already, an unknown stack matters to nobody.
  if (stack.sign === null && stack.id === 'plain' && files[0]?.state === 'kept') return []
  const by = stack.sign === null ? '' : `, by ${quoted(stack.sign)}`
  const others =
    stack.others.length === 0 ? '' : `. Also seen: ${stack.others.join(', ')}; --stack ID takes another one`
  return [`Stack: ${stack.title}${by}${others}`]
}

const words: Readonly<Record<InitFile['state'], string>> = {
  written: 'wrote',
  planned: 'would write',
  kept: 'kept',
  failed: 'not written',
}

function row({ path, state, why }: InitFile, { files }: InitReport, paint: Paint): string {
  const left = Math.max(...files.map(one => words[one.state].length))
  const middle = Math.max(...files.map(one => quoted(one.path).length))
  const word = words[state].padEnd(left)
  const painted = { written: paint.green, planned: paint.green, kept: paint.dim, failed: paint.red }[state](word)
  const text = quoted(path)
  return `  ${painted}  ${why === null ? text : `${text.padEnd(middle)}  ${quoted(why)}`}`
}

function closing({ dryRun, files }: InitReport, paint: Paint): string {
  const count = (state: InitFile['state']): number => files.filter(file => file.state === state).length
  const failed = count('failed')
  if (failed > 0)
    return `${paint.red('Not all was written')}: ${count('written')} of ${count('written') + failed} files. Run init again when that is mended: it keeps what is there`
  if (count('kept') === files.length) return 'All is there already: nothing was written'
  return dryRun
    ? `${paint.yellow('Dry run')}: nothing was written`
    : `${paint.green('Ready')}: read the files, they are yours now`
}

const contentOf = ({ path, text, state }: InitFile, paint: Paint): string[][] =>
  text === null || state !== 'planned' ? [] : [[paint.bold(`──── ${quoted(path)}`), ...text.trimEnd().split('\n')]]

const coded = (text: string, paint: Paint): string => text.replace(/`([^`]+)`/g, (_, code: string) => paint.cyan(code))

/** A foreign text on one line, without anything a terminal would obey. */
const quoted = (text: string): string => visible(clip(text.replace(/\s*\n\s*/g, ' '), 200))
