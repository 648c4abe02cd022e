import type { Dockerfile, Instruction } from '../dockerfile/dockerfile.ts'
import type { Fix } from '../finding.ts'

/** A longer instruction is not shown twice, and nobody would read it. */
const mostLines = 80
const mostText = 8_000

/**
 * The fix with its lines written out, where its snippet says all of what is to be done in the Dockerfile: an instruction
 * in place of the blamed one, a line above it, or commands at the end of a RUN.
 * @param declare the stage needs `ARG SOURCE_DATE_EPOCH` above the instruction too
 */
export function withChange(fix: Fix, instruction: Instruction | null, dockerfile: Dockerfile, declare: boolean): Fix {
  if (instruction === null || fix.snippet === undefined || dockerfile.file === '-') return fix
  const before = linesOf(dockerfile, instruction)
  const after = changed(fix.snippet, before, instruction, dockerfile)
  if (after === null || before.length > mostLines || before.join('').length > mostText) return fix
  const missing = declare && !after.some(line => line === epoch) ? [epoch] : []
  return { ...fix, change: { file: dockerfile.file, line: instruction.line, before, after: [...missing, ...after] } }
}

const epoch = 'ARG SOURCE_DATE_EPOCH'

/** Whole lines, without the returns of a file from Windows. */
const linesOf = ({ text }: Dockerfile, { line, endLine }: Instruction): string[] =>
  text.split(/\r?\n/).slice(line - 1, endLine)

function changed(snippet: string, before: string[], instruction: Instruction, dockerfile: Dockerfile): string[] | null {
  const { keyword } = instruction
  // What an ONBUILD triggers is written behind it, and a line may begin with a mere continuation.
  const starts = (line = ''): boolean => line.trimStart().toUpperCase().startsWith(`${keyword} `)
  if (!starts(before[0])) return null
  const lines = snippet.split(/\r?\n/)
  if (/^&& /.test(snippet) && keyword === 'RUN') return appended(lines, before, instruction, dockerfile)
  const rest = lines[0] === epoch ? lines.slice(1) : lines
  if (starts(rest[0])) return lines
  const above = keyword !== 'FROM' && lines.length === 1 && /^(?:ARG|ENV) \S/.test(snippet)
  return above ? [snippet, ...before] : null
}

/** The commands on a line of their own, indented as the one before it. */
function appended(
  commands: string[],
  before: string[],
  { heredocs, json, range }: Instruction,
  { text, escape: mark }: Dockerfile,
): string[] | null {
  const last = before.at(-1) ?? ''
  // A comment in the last line, or a mark that goes nowhere, would swallow what is put behind it.
  const whole = text.slice(range.start, range.end).trimEnd()
  if (heredocs.length > 0 || json !== null || whole.endsWith(mark) || /(?:^|\s)#/.test(last)) return null
  const indent = before.length > 1 ? (/^\s*/.exec(last)?.[0] ?? '') : '    '
  const longer = commands.length === 1 ? deletesMore(before, commands[0] ?? '', mark) : null
  if (longer !== null) return [...before.slice(0, -1), longer]
  return [...before.slice(0, -1), `${last.trimEnd()} ${mark}`, ...commands.map(line => `${indent || '    '}${line}`)]
}

/**
 * Where the RUN ends with a deletion on a line of its own, that one line with the further paths in it, and what else is to
 * be run behind it; null where it does not.
 */
function deletesMore(before: readonly string[], appended: string, mark: string): string | null {
  const [, start = '', and, flags, own = ''] =
    /^(\s*)(&&\s+)?rm -(rf|fr)((?: [\w./*?+@%:,~=-]+)+)\s*$/.exec(before.at(-1) ?? '') ?? []
  const [, paths = '', rest = ''] = /^&& rm -rf((?: (?!&& )\S+)+)( && .*)?$/.exec(appended) ?? []
  const joined = before.at(-2)?.trim() ?? ''
  // Behind anything else the line may be no command: words of one, or a branch that is not always taken.
  const begins = and !== undefined || /(?:&&|;)$/.test(joined.slice(0, -1).trimEnd())
  if (flags === undefined || paths === '' || !begins || !joined.endsWith(mark) || joined.startsWith('#')) return null
  const known = own.trim().split(' ')
  const further = paths
    .trim()
    .split(' ')
    .filter(path => !known.includes(path))
  if (further.length === 0 && rest === '') return null
  return `${start}${and ?? ''}rm -${flags}${own}${further.map(path => ` ${path}`).join('')}${rest}`
}
