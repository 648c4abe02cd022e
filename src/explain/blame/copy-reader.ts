import type { Dockerfile, Instruction } from '../../dockerfile/dockerfile.ts'
import type { Image } from '../../image/image.ts'
import { lineageOf } from './blame.ts'
import { readCopy, workdirBefore } from './copied.ts'

/** What it takes to know what the instructions of a Dockerfile mean. */
export interface Reading {
  dockerfile: Dockerfile
  buildArgs: Record<string, string>
  imageA: Image
}

/** What a COPY says, at its place in the Dockerfile; null when that is not known. */
export function copyAt(input: Reading, copy: Instruction): ReturnType<typeof readCopy> {
  const { dockerfile, buildArgs } = input
  return readCopy(dockerfile, copy, buildArgs, workdirAt(input, copy))
}

/** The working folder before an instruction; null when it is not known. */
export function workdirAt({ dockerfile, buildArgs, imageA }: Reading, instruction: Instruction): string | null {
  const own = instruction.stage === null ? undefined : dockerfile.stages[instruction.stage]
  if (!own) return null
  const lineage = lineageOf(dockerfile, own, buildArgs)
  const configured = imageA.config.config?.WorkingDir
  // Without any WORKDIR in the file the image has its base's.
  const inherited = lineage.some(({ keyword }) => keyword === 'WORKDIR')
    ? null
    : typeof configured === 'string' && configured !== ''
      ? configured
      : '/'
  return workdirBefore(dockerfile, lineage, instruction, buildArgs, inherited)
}
