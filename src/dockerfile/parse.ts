import { readInstructions } from './ast.ts'
import type { Comment, Dockerfile, Instruction, Stage } from './dockerfile.ts'
import { makeInstruction } from './instruction.ts'
import { rangeOf } from './logical.ts'
import { maskDockerfile } from './mask.ts'
import { findProblems } from './problem.ts'
import { scanDockerfile } from './scan.ts'

/**
 * Reads a Dockerfile as BuildKit reads it, with the position of everything in the original text.
 * @param text the file as it is, byte order mark and carriage returns included
 * @param file how the file is called in findings
 * @returns always a value: what BuildKit would refuse is in `problems`, and the rest is read as well as can be
 */
export function parseDockerfile(text: string, file: string): Dockerfile {
  const scan = scanDockerfile(text)
  const parsed = readInstructions(maskDockerfile(text, scan))
  const problems = [...scan.problems]
  const comments: Comment[] = scan.comments.map(range => ({ text: commentText(text, range), range, inside: null }))
  const instructions: Instruction[] = []
  const stages: Stage[] = []
  for (const scanned of scan.instructions) {
    const keyword = rangeOf(scanned.logical, scanned.split.keyword.start, scanned.split.keyword.end)
    const instruction = makeInstruction(scanned, parsed.get(keyword.start), scan.escape, (range, message) =>
      problems.push({ range, message }),
    )
    if (instruction.keyword === 'FROM') stages.push(makeStage(instruction, stages.length))
    else stages.at(-1)?.instructions.push(instruction)
    const stage = stages.length === 0 ? null : stages.length - 1
    instruction.stage = stage
    if (instruction.trigger !== null) instruction.trigger.stage = stage
    instructions.push(instruction)
    for (const range of scanned.comments) comments.push({ text: commentText(text, range), range, inside: instruction })
  }
  comments.sort((a, b) => a.range.start - b.range.start)
  const { directives } = scan
  const dockerfile: Dockerfile = {
    file,
    text,
    escape: scan.escape,
    directives,
    instructions,
    stages,
    comments,
    problems,
  }
  // Not by `push(...)`: as many arguments no stack holds.
  for (const problem of findProblems(dockerfile)) problems.push(problem)
  problems.sort((a, b) => a.range.start - b.range.start)
  return dockerfile
}

const commentText = (text: string, range: { start: number; end: number }): string =>
  text.slice(range.start + 1, range.end).trim()

function makeStage(from: Instruction, index: number): Stage {
  const [base, as, name] = from.words
  return {
    index,
    name: as?.raw.toLowerCase() === 'as' && name !== undefined ? name.raw.toLowerCase() : null,
    from,
    base: base ?? null,
    platform: from.flags.find(flag => flag.name === 'platform')?.value ?? null,
    instructions: [],
  }
}

/** The instruction that line (1-based) belongs to, continuations, comments inside and heredoc bodies included. */
export function instructionAt(dockerfile: Dockerfile, line: number): Instruction | null {
  let low = 0
  let high = dockerfile.instructions.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const instruction = dockerfile.instructions[middle] as Instruction
    if (line < instruction.line) high = middle - 1
    else if (line > instruction.endLine) low = middle + 1
    else return instruction
  }
  return null
}
