import type { ParsedInstruction } from './ast.ts'
import type { Flag, Heredoc, Instruction, Range } from './dockerfile.ts'
import type { LogicalText } from './logical.ts'
import { partOf, rangeOf } from './logical.ts'
import { readOperands } from './operands.ts'
import type { ScannedInstruction } from './scan.ts'
import { keywordOf } from './scan.ts'
import type { SplitCommand, SplitFlag } from './split.ts'
import { splitCommand } from './split.ts'

/**
 * Makes an instruction of what the scan cut out and what `dockerfile-ast` read there. The two share the work so: the scan
 * alone says where instructions, heredocs and operands begin and end (that is what BuildKit does, and what we blame);
 * `dockerfile-ast` reads keyword, flags and the ONBUILD trigger inside those bounds. Where it reads other bounds than the
 * scan (a flag in quotes, an unknown keyword with flags, a keyword it does not see), the scan's own reading is taken.
 */
export function makeInstruction(
  scanned: ScannedInstruction,
  parsed: ParsedInstruction | undefined,
  escapeChar: string,
  problem: (range: Range, message: string) => void,
): Instruction {
  const { logical, split } = scanned
  const place = {
    range: scanned.range,
    line: scanned.line,
    endLine: scanned.endLine,
    heredocs: scanned.heredocs,
  }
  const from = split.keyword.start
  const instruction = readPart(
    partOf(logical, from, logical.text.length),
    shift(split, from),
    parsed,
    escapeChar,
    place,
    problem,
  )
  if (instruction.keyword !== 'ONBUILD') return instruction
  const { operands } = split
  if (operands.end <= operands.start) return instruction
  const part = partOf(logical, operands.start, operands.end)
  const inner = splitCommand(part.text, 0, part.text.length, escapeChar)
  const triggerPlace = { ...place, range: { start: rangeOf(part, 0, 1).start, end: scanned.range.end } }
  const trigger = readPart(part, inner, parsed?.trigger ?? undefined, escapeChar, triggerPlace, problem)
  return { ...instruction, trigger }
}

interface Placement {
  range: Range
  line: number
  endLine: number
  heredocs: Heredoc[]
}

function readPart(
  logical: LogicalText,
  split: SplitCommand,
  parsed: ParsedInstruction | undefined,
  escapeChar: string,
  place: Placement,
  problem: (range: Range, message: string) => void,
): Instruction {
  const keyword = keywordOf(logical.text, split)
  const keywordRange = rangeOf(logical, split.keyword.start, split.keyword.end)
  const operands = readOperands(keyword, logical, split.operands, escapeChar)
  const argumentRange = rangeOf(logical, split.operands.start, split.operands.end)
  if (operands.refused) problem(argumentRange, 'a JSON form must hold strings only')
  const trusted = parsed?.keyword === keyword ? parsed : undefined
  return {
    keyword,
    keywordRange: trusted && sameRange(trusted.keywordRange, keywordRange) ? trusted.keywordRange : keywordRange,
    range: { ...place.range },
    line: place.line,
    endLine: place.endLine,
    stage: null,
    flags: chooseFlags(trusted?.flags, split.flags, logical),
    argumentRange,
    words: operands.words,
    json: operands.json?.map(string => string.value) ?? null,
    heredocs: place.heredocs,
    trigger: null,
    logical,
  }
}

/** The library's flags where it sees the same flags as Docker, and none of them in quotes; else our own. */
function chooseFlags(flags: Flag[] | undefined, split: SplitFlag[], logical: LogicalText): Flag[] {
  const agree =
    flags !== undefined &&
    flags.length === split.length &&
    flags.every((flag, index) => {
      const own = split[index] as SplitFlag
      const written = flag.value === null ? `--${flag.name}` : `--${flag.name}=${flag.value}`
      return written === own.text && sameRange(flag.range, rangeOf(logical, own.start, own.end))
    })
  return agree ? flags : split.map(flag => ownFlag(flag, logical))
}

function ownFlag({ text, start, end }: SplitFlag, logical: LogicalText): Flag {
  const equals = text.indexOf('=')
  const range = rangeOf(logical, start, end)
  if (equals < 0) return { name: text.slice(2), value: null, range, valueRange: null }
  const written = logical.text.indexOf('=', start)
  const valueStart = written < 0 || written >= end ? end : written + 1
  return {
    name: text.slice(2, equals),
    value: text.slice(equals + 1),
    range,
    valueRange: rangeOf(logical, valueStart, end),
  }
}

const sameRange = (a: Range, b: Range): boolean => a.start === b.start && a.end === b.end

const shift = (split: SplitCommand, by: number): SplitCommand => ({
  keyword: { start: split.keyword.start - by, end: split.keyword.end - by },
  flags: split.flags.map(flag => ({ ...flag, start: flag.start - by, end: flag.end - by })),
  operands: { start: split.operands.start - by, end: split.operands.end - by },
})
