import type { Comparison, ContentPair, ContentSample, EntryDifference } from '../../image/comparison.ts'
import type { Contents, Receiver } from '../../image/contents.ts'
import { bothBegin, contentDiffers } from '../content.ts'
import { stampOf } from '../formats/dotnet-assembly.ts'
import { purse, readAgain } from './read-again.ts'

/** Largest program read whole, bytes kept of all programs, and how many. */
const [sizeLimit, budget, countLimit] = [24 << 20, 48 << 20, 12]
/** Largest .NET assembly: its texts are taken out of it one by one. */
const assemblyLimit = 4 << 20
const elf = [0x7f, 0x45, 0x4c, 0x46]

/**
 * The comparison with programs too large for a sample read whole, as far as memory allows: what differs in one can only be told
 * section by section, or text by text.
 */
export async function withWholePrograms(comparison: Comparison, contents: Contents | undefined): Promise<Comparison> {
  if (contents === undefined) return comparison
  const fits = purse(budget)
  let count = 0
  return readAgain<Buffer>(comparison, contents, {
    wants: entry => {
      const wanted = isLargeProgram(entry) && count < countLimit && fits(entry)
      if (wanted) count++
      return wanted
    },
    receive: (entry, found) => (entry.size > sizeLimit ? null : bytesOf(entry.size, found)),
    amend: withWhole,
  })
}

const isLargeProgram = (entry: EntryDifference): boolean =>
  contentDiffers(entry) &&
  entry.content !== null &&
  !(entry.content.a.whole && entry.content.b.whole) &&
  [entry.content.a, entry.content.b].every(({ size }) => size <= limitOf(entry.content))

function limitOf(content: ContentPair | null): number {
  if (bothBegin(content, elf)) return sizeLimit
  return content && [content.a, content.b].every(sample => stampOf(sample) !== null) ? assemblyLimit : 0
}

function bytesOf(size: number, found: (bytes: Buffer) => void): Receiver {
  const bytes = Buffer.alloc(size)
  let at = 0
  return {
    write: chunk => {
      at += chunk.copy(bytes, at)
    },
    end: () => {
      if (at === size) found(bytes)
    },
  }
}

function withWhole(entry: EntryDifference, a: Buffer | undefined, b: Buffer | undefined): EntryDifference {
  const { content } = entry
  if (!content || a?.length !== content.a.size || b?.length !== content.b.size) return entry
  return { ...entry, content: { ...content, a: whole(a), b: whole(b) } }
}

const whole = (bytes: Buffer): ContentSample => ({
  size: bytes.length,
  head: bytes,
  whole: true,
  tail: Buffer.alloc(0),
})
