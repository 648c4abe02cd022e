import type { Instruction as AstInstruction } from 'dockerfile-ast'
import { DockerfileParser, ModifiableInstruction, Onbuild } from 'dockerfile-ast'
import type { Flag, Range } from './dockerfile.ts'

/** An instruction as `dockerfile-ast` reads it. */
export interface ParsedInstruction {
  /** Upper case. */
  keyword: string
  keywordRange: Range
  flags: Flag[]
  trigger: ParsedInstruction | null
}

/**
 * The instructions `dockerfile-ast` finds in a masked Dockerfile, by the offset of their keyword: the one place that
 * knows that library. Never throws; what it cannot read is missing and the scan's own reading stands alone.
 */
export function readInstructions(masked: string): Map<number, ParsedInstruction> {
  const found = new Map<number, ParsedInstruction>()
  const lineStarts = [0]
  for (let at = masked.indexOf('\n'); at >= 0; at = masked.indexOf('\n', at + 1)) lineStarts.push(at + 1)
  const offsets: Offsets = range => ({
    start: (lineStarts[range.start.line] ?? 0) + range.start.character,
    end: (lineStarts[range.end.line] ?? 0) + range.end.character,
  })
  try {
    for (const instruction of DockerfileParser.parse(masked).getInstructions()) {
      const parsed = readInstruction(instruction, offsets)
      found.set(parsed.keywordRange.start, parsed)
    }
  } catch {
    return found
  }
  return found
}

interface Position {
  line: number
  character: number
}

type Offsets = (range: { start: Position; end: Position }) => Range

function readInstruction(instruction: AstInstruction, offsets: Offsets): ParsedInstruction {
  const trigger = instruction instanceof Onbuild ? instruction.getTriggerInstruction() : null
  return {
    keyword: instruction.getKeyword(),
    keywordRange: offsets(instruction.getInstructionRange()),
    flags: instruction instanceof ModifiableInstruction ? readFlags(instruction, offsets) : [],
    trigger: trigger === null || trigger instanceof Onbuild ? null : readInstruction(trigger, offsets),
  }
}

function readFlags(instruction: ModifiableInstruction, offsets: Offsets): Flag[] {
  return instruction.getFlags().map(flag => {
    const valueRange = flag.getValueRange()
    return {
      name: flag.getName(),
      value: flag.getValue(),
      range: offsets(flag.getRange()),
      valueRange: valueRange === null ? null : offsets(valueRange),
    }
  })
}
