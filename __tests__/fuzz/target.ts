/** A reader of bytes that somebody else wrote, and what is promised of it. */
export interface Target {
  name: string
  /** What is read, for the table of docs/trust/fuzzing.md. */
  what: string
  /** Inputs to begin with; those in seeds/NAME/ are added. */
  seeds: readonly (string | Uint8Array)[]
  /** More of them: files of this repository, by their paths. */
  files?: readonly string[]
  /** What the format is made of, put in anywhere. */
  words: readonly (string | Uint8Array)[]
  /** Longest input in bytes; 4096 when left out. */
  maxBytes?: number
  /** Errors that are an answer: anything else that is thrown is a fault. */
  allowed?: readonly (abstract new (
    ...given: never[]
  ) => Error)[]
  /** Processor milliseconds that an input of n KiB may take: `fixed + n * perKiB`. */
  ms?: { fixed: number; perKiB: number }
  /** Makes a sum right again that keeps a damaged input from being read at all. */
  mend?: (bytes: Buffer) => void
  /** Reads it, and throws where a promise is broken. */
  run: (bytes: Buffer) => unknown
}

/** Longest input of any target. */
export const longest = 64 * 1024

/** Processor milliseconds that the target may take for so many bytes. */
export const msFor = ({ ms = { fixed: 100, perKiB: 20 } }: Target, bytes: number): number =>
  ms.fixed + (ms.perKiB * bytes) / 1024

/** A promise that does not hold. Its message names the promise alone, so that one fault is reported once. */
export class Broken extends Error {
  override readonly name = 'Broken'
}

export function promise(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Broken(what)
}
