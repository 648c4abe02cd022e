import { skipSpace } from './blanks.ts'
import type { DirectiveReader } from './directive.ts'
import { readDirective } from './directive.ts'
import type { Directive, Dockerfile, Heredoc, Range } from './dockerfile.ts'
import { readJsonForm } from './json.ts'
import type { LogicalText } from './logical.ts'
import { joinPieces, rangeOf } from './logical.ts'
import { heredocOpeners } from './opener.ts'
import type { SplitCommand } from './split.ts'
import { splitCommand } from './split.ts'

/** One instruction as BuildKit's line loop cuts it out of the file. */
export interface ScannedInstruction {
  /** From the first character that counts to the end of the last line, without the line break. */
  range: Range
  line: number
  endLine: number
  /** The joined line: continuations, comments and blank lines inside are gone. */
  logical: LogicalText
  /** What each line gave to it, empty ones included; a continuation mark stands at the end of all but the last. */
  pieces: Range[]
  split: SplitCommand
  heredocs: Heredoc[]
  /** Comment lines inside the continuation, from `#` to the end of the line. */
  comments: Range[]
}

export interface Scan {
  directives: Directive[]
  escape: string
  instructions: ScannedInstruction[]
  /** Comment lines between instructions. */
  comments: Range[]
  problems: Dockerfile['problems']
}

/** A line without its line break. */
interface Line {
  start: number
  end: number
}

/** Bytes in one line that BuildKit's scanner refuses. */
const longestLine = 65_535

/**
 * Cuts a Dockerfile into instructions the way BuildKit's parser does (its line loop, rewritten): which lines belong
 * to an instruction, which are comments, and which are the bodies of heredocs. This decides the lines we blame.
 */
export function scanDockerfile(text: string): Scan {
  return new Scanner(text).scan()
}

class Scanner {
  private readonly text: string
  private readonly lines: Line[]
  private readonly reader: DirectiveReader = { done: false, directives: [], escape: '\\' }
  private readonly found: Scan
  /** Index of the next line. */
  private next = 0

  constructor(text: string) {
    this.text = text
    this.lines = linesOf(text)
    this.found = { directives: this.reader.directives, escape: '\\', instructions: [], comments: [], problems: [] }
  }

  scan(): Scan {
    this.skipShebang()
    while (this.next < this.lines.length) {
      const index = this.next++
      const line = this.line(index)
      const start = skipSpace(this.text, line.start, line.end)
      const wasDirective = this.directive(start, line.end)
      if (start === line.end) continue
      if (this.text[start] !== '#') this.instruction(index, start)
      else if (!wasDirective) this.found.comments.push({ start, end: line.end })
    }
    for (const line of this.lines) {
      if (
        line.end - line.start > longestLine / 3 &&
        Buffer.byteLength(this.text.slice(line.start, line.end)) > longestLine
      ) {
        this.problem(line, `line longer than BuildKit's limit of ${longestLine} bytes`)
      }
    }
    return { ...this.found, escape: this.reader.escape }
  }

  /** `#!/usr/bin/env …` on the first line hides nothing from whoever looks for `# syntax=`; the parser itself ignores it. */
  private skipShebang(): void {
    const first = this.line(0)
    if (!this.text.startsWith('#!', first.start)) return
    this.found.comments.push({ ...first })
    for (this.next = 1; this.next < this.lines.length; this.next++) {
      const line = this.line(this.next)
      const directive = readDirective(this.reader, this.text, line.start, line.end)
      if (directive === null || typeof directive === 'string') break
    }
    this.reader.done = true
    this.reader.escape = '\\'
  }

  private line(index: number): Line {
    return this.lines[index] ?? { start: this.text.length, end: this.text.length }
  }

  private problem(range: Range, message: string): void {
    this.found.problems.push({ range: { start: range.start, end: range.end }, message })
  }

  /** Every line may be a directive until the first that is not, continued ones too. */
  private directive(start: number, end: number): boolean {
    const directive = readDirective(this.reader, this.text, start, end)
    if (typeof directive !== 'string') return directive !== null
    this.problem({ start, end }, directive)
    return true
  }

  private instruction(first: number, start: number): void {
    const pieces: Range[] = []
    const comments: Range[] = []
    let end = this.takePiece(pieces, start, this.line(first).end)
    while (end === null && this.next < this.lines.length) {
      const line = this.line(this.next++)
      const content = skipSpace(this.text, line.start, line.end)
      this.directive(line.start, line.end)
      if (content === line.end) continue
      if (this.text[content] === '#') comments.push({ start: content, end: line.end })
      else end = this.takePiece(pieces, line.start, line.end)
    }
    const logical = joinPieces(this.text, pieces)
    const split = splitCommand(logical.text, 0, logical.text.length, this.reader.escape)
    const instruction: ScannedInstruction = {
      range: { start, end: start },
      line: first + 1,
      endLine: this.next,
      logical,
      pieces,
      split,
      heredocs: [],
      comments,
    }
    if (canOpenHeredoc(logical.text, split, this.reader.escape)) this.heredocs(instruction)
    instruction.endLine = this.next
    instruction.range.end = this.line(this.next - 1).end
    this.found.instructions.push(instruction)
  }

  /**
   * Takes the content of one line, without a continuation mark.
   * @returns the end of the instruction, or null when the line says it goes on
   */
  private takePiece(pieces: Range[], start: number, end: number): number | null {
    let last = end
    while (last > start && (this.text[last - 1] === ' ' || this.text[last - 1] === '\t')) last--
    const continues =
      last > start &&
      this.text[last - 1] === this.reader.escape &&
      (last - 1 === start || this.text[last - 2] !== this.reader.escape)
    pieces.push({ start, end: continues ? last - 1 : end })
    return continues ? null : end
  }

  private heredocs(instruction: ScannedInstruction): void {
    for (const opener of heredocOpeners(instruction.logical.text)) {
      const bodyStart = this.line(this.next).start
      let terminator: Line | null = null
      while (terminator === null && this.next < this.lines.length) {
        const line = this.line(this.next++)
        if (this.endsHeredoc(line, opener.name, opener.stripsTabs)) terminator = line
      }
      const range = rangeOf(instruction.logical, opener.start, opener.end)
      if (terminator === null) this.problem(range, `unterminated heredoc ${opener.name.slice(0, 40)}`)
      instruction.heredocs.push({
        name: opener.name,
        quoted: opener.quoted,
        stripsTabs: opener.stripsTabs,
        opener: range,
        body: { start: bodyStart, end: terminator?.start ?? this.text.length },
      })
    }
  }

  private endsHeredoc(line: Line, name: string, stripsTabs: boolean): boolean {
    let start = line.start
    while (stripsTabs && start < line.end && this.text[start] === '\t') start++
    return line.end - start === name.length && this.text.startsWith(name, start)
  }
}

/** Lines end at `\n`, and any `\r` before it goes with it. The byte order mark belongs to no line. */
function linesOf(text: string): Line[] {
  const lines: Line[] = []
  let start = text.charCodeAt(0) === 0xfeff ? 1 : 0
  while (start < text.length) {
    const newline = text.indexOf('\n', start)
    const next = newline < 0 ? text.length : newline + 1
    let end = newline < 0 ? text.length : newline
    while (end > start && text[end - 1] === '\r') end--
    lines.push({ start, end })
    start = next
  }
  return lines
}

/** Only ADD, COPY and RUN, and ONBUILD of one of them, and only in the shell form. */
function canOpenHeredoc(text: string, split: SplitCommand, escapeChar: string): boolean {
  if (!text.includes('<<')) return false
  let command = split
  if (keywordOf(text, command) === 'ONBUILD') {
    command = splitCommand(text, split.operands.start, split.operands.end, escapeChar)
  }
  return ['ADD', 'COPY', 'RUN'].includes(keywordOf(text, command)) && readJsonForm(text, command.operands) === null
}

export const keywordOf = (text: string, { keyword }: SplitCommand): string =>
  text.slice(keyword.start, keyword.end).toUpperCase()
