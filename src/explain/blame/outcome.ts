import type { Instruction } from '../../dockerfile/dockerfile.ts'

/** Where paths first differ, or why that could not be told. */
export type Outcome =
  | {
      kind: 'found'
      instruction: Instruction
      via: Instruction[]
      settled: boolean
      note?: string
      /** The RUN behind which the search went on because it reads a file that differs: not proven. */
      readBy?: Instruction
    }
  | { kind: 'stopped'; reason: string }

/** That a RUN was not seen to make a file that it may only have copied. */
export const mayCopy = ({ line }: Instruction, reason: string): string =>
  `Line ${line} may only have copied the file; where from could not be looked at (${reason}).`

/** Why a search that was led to the wrong stage or file ends. */
export const agree = 'the paths agree at the end of the stage they were copied from'
