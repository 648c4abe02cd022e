import type { LogicalText } from './logical.ts'

/** A Dockerfile as values with positions. Offsets are UTF-16 units into the original text, `end` exclusive. */
export interface Range {
  start: number
  end: number
}

export interface Dockerfile {
  /** As shown to people and in findings: relative to the repository, `-` for standard input. */
  file: string
  text: string
  /** What joins lines and escapes characters: a backslash, or the backtick of `# escape=`. */
  escape: string
  /** `# syntax=`, `# escape=`, `# check=` at the head of the file. */
  directives: Directive[]
  /** Every instruction in the order of the file, the ARGs before the first FROM included. */
  instructions: Instruction[]
  stages: Stage[]
  /** Comment lines outside heredoc bodies, those inside continued instructions too: for ignores. */
  comments: Comment[]
  /** What BuildKit would refuse, as far as we see it; never a reason to stop. */
  problems: { range: Range; message: string }[]
}

export interface Directive {
  name: string
  value: string
  range: Range
  valueRange: Range
}

export interface Comment {
  /** After the `#`, trimmed. */
  text: string
  range: Range
  /** The instruction in whose continuation the comment stands. */
  inside: Instruction | null
}

export interface Instruction {
  /** Upper case, `RUN`. */
  keyword: string
  keywordRange: Range
  /**
   * From the keyword to the end of the last line, heredoc bodies included. (A line with nothing but a continuation mark
   * before the keyword belongs to it too: BuildKit counts from there.)
   */
  range: Range
  /** Lines of the range, 1-based, both inclusive: what BuildKit names in its source locations. */
  line: number
  endLine: number
  /** Index in `Dockerfile.stages`; null before the first FROM. */
  stage: number | null
  flags: Flag[]
  /** Everything after the flags, heredoc bodies not included. */
  argumentRange: Range
  /** Operands split as Docker splits them, without flags: quotes still in `raw`. Empty for the JSON form. */
  words: Word[]
  /** The strings of the JSON form; null in the shell form. */
  json: string[] | null
  heredocs: Heredoc[]
  /** The instruction an ONBUILD triggers, with positions of its own; it shares the heredocs and lines of its ONBUILD. */
  trigger: Instruction | null
  /** The instruction's line as Docker joins it, from the keyword on, with the way back to the file. */
  logical: LogicalText
}

export interface Word {
  /** As written, with the continuation marks, comments and line breaks inside it gone, as Docker reads it. */
  raw: string
  range: Range
}

export interface Flag {
  /** Without dashes: `from`. */
  name: string
  /** After `=`, quotes and escapes gone as Docker takes them off; null for a bare `--link`. */
  value: string | null
  range: Range
  valueRange: Range | null
}

export interface Heredoc {
  name: string
  /** Whether the name was quoted: no expansion in the body. */
  quoted: boolean
  /** `<<-`: leading tabs are dropped. */
  stripsTabs: boolean
  opener: Range
  /** The body's lines, without the terminator. */
  body: Range
}

export interface Stage {
  index: number
  /** Lower case, as `AS name` gives it; null when unnamed. */
  name: string | null
  /** The FROM instruction. */
  from: Instruction
  /** The image or stage as written after FROM. */
  base: Word | null
  /** `--platform` as written. */
  platform: string | null
  /** The instructions after FROM, in order. */
  instructions: Instruction[]
}

/** 1-based line and columns of a range; `endColumn` is exclusive and only given when the range is within one line. */
export interface Place {
  line: number
  endLine: number
  column: number
  endColumn: number | undefined
}
