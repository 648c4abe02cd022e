import type { ByteRun } from '../../image/comparison.ts'
import type { Subject } from '../cause.ts'
import { contentDiffers, isAligned, textOf } from '../content.ts'
import { splitAtZeros } from '../values/runs-between.ts'
import { isShown, textOfRun } from './elf-difference.ts'
import { elfOf } from './elf-evidence.ts'

/** One place in which a compiled file differs: as text, where it reads as one, and as bytes, where they are here. */
export interface CompiledDifference {
  text: { a: string; b: string } | null
  run: ByteRun | null
}

const limit = 100

/**
 * All places in which a program, or another file that is no text, differs, without what only follows from them (a build ID, the
 * place of a string). Null when it is a text, or not all that differs was seen.
 */
export function differencesInCompiled(subject: Subject): CompiledDifference[] | null {
  const elf = elfOf(subject)
  const found = elf ? inProgram(elf) : inBytes(subject)
  return found && found.length > 0 && found.length <= limit ? found : null
}

function inProgram(elf: NonNullable<ReturnType<typeof elfOf>>): CompiledDifference[] | null {
  if (!elf.complete || elf.rest.some(({ text, run }) => text === undefined && run === undefined)) return null
  // What a time covers only in part is in the rest, too.
  const times = elf.times.map(
    ({ a, b, run }): CompiledDifference =>
      typeof a === 'string' && typeof b === 'string' ? { text: { a, b }, run: null } : { text: null, run: run ?? null },
  )
  return [
    ...times,
    ...elf.texts.map(({ core }) => ({ text: core, run: null })),
    ...elf.rest.map(({ text, run }) => ({ text: text ?? null, run: run ?? null })),
  ]
}

function inBytes({ entry }: Subject): CompiledDifference[] | null {
  const { content } = entry
  if (!contentDiffers(entry) || !content || !isAligned(content) || !content.runs.every(isShown)) return null
  if (textOf(content.a) !== null || textOf(content.b) !== null) return null
  // Bytecode that goes by the hash of its source has that in its head: it follows from all else.
  const hashed = [content.a, content.b].every(
    ({ head }) => head[2] === 13 && head[3] === 10 && ((head[4] ?? 0) & 1) === 1,
  )
  return content.runs
    .filter(({ offset, length }) => !(hashed && offset >= 8 && offset + length <= 16))
    .flatMap(splitAtZeros)
    .map(run => ({ text: textOfRun(run), run }))
}
