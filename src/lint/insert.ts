import { placeOf } from '../dockerfile/position.ts'
import type { DraftEdit } from './rule.ts'
import type { Step, View } from './view.ts'

/**
 * The edit that puts an instruction on a line of its own above a step, and above the comments that stand right over it:
 * an ignore must stay where it counts. Null for ONBUILD, and where the instruction does not start its line.
 */
export function insertAbove({ dockerfile }: View, { stage, index, instruction }: Step, line: string): DraftEdit | null {
  const { text, comments } = dockerfile
  const outer = stage.stage.instructions[index]
  if (outer !== instruction) return null
  const lineStart = text.lastIndexOf('\n', instruction.keywordRange.start - 1) + 1
  const indent = text.slice(lineStart, instruction.keywordRange.start)
  if (!/^[ \t]*$/.test(indent) || placeOf(text, instruction.keywordRange).line !== instruction.line) return null
  let start = lineStart
  for (const { range, inside } of comments.toReversed()) {
    if (range.start >= start) continue
    const between = text.slice(range.end, start)
    if (inside !== null || !/^[ \t\r]*\n$/.test(between)) break
    start = text.lastIndexOf('\n', range.start - 1) + 1
  }
  return { range: { start, end: start }, text: `${indent}${line}\n` }
}
