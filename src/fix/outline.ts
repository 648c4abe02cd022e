import type { Dockerfile } from '../dockerfile/dockerfile.ts'

/** What a fix must leave of a Dockerfile: its instructions and comments in their order, and no new problem. */
export interface Outline {
  instructions: string[]
  comments: string[]
  problems: number
}

export const outlineOf = ({ instructions, comments, problems }: Dockerfile): Outline => ({
  instructions: instructions.map(({ keyword }) => keyword),
  comments: comments.map(({ text }) => text),
  problems: problems.length,
})

/** Whether all that was there still is, in its order; instructions and comments may have come in between. */
export const keeps = (before: Outline, after: Outline): boolean =>
  after.problems <= before.problems &&
  isWithin(before.instructions, after.instructions) &&
  isWithin(before.comments, after.comments)

function isWithin(some: readonly string[], all: readonly string[]): boolean {
  let at = 0
  for (const one of all) if (one === some[at]) at++
  return at === some.length
}
