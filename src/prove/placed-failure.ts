import type { BuildFailure } from '../build/build.ts'
import type { Dockerfile, Instruction } from '../dockerfile/dockerfile.ts'

/**
 * A failure with the lines of its step, where BuildKit did not show them: a build that was stopped, or that shared the
 * step with another one. Only where one instruction alone reads like the step, as far as no variable stands in it.
 */
export function placedFailure(failure: BuildFailure, { instructions }: Dockerfile): BuildFailure {
  if (failure.line !== null || failure.step === null) return failure
  const work = plain(failure.step.replace(/^\[[^\]]*\] /, ''))
  const alike = instructions.filter(instruction => plain(textOf(instruction)) === work)
  const [first] = alike
  return first === undefined || alike.length > 1 ? failure : { ...failure, line: first.line, endLine: first.endLine }
}

/** BuildKit writes the keyword in capitals, whatever the file has. */
const textOf = ({ keyword, logical }: Instruction): string => `${keyword}${logical.text.slice(keyword.length)}`

const plain = (text: string): string => text.replace(/\s+/g, ' ').trim()
