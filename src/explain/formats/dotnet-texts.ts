import { inflateRawSync } from 'node:zlib'
import type { ContentSample, EntryDifference } from '../../image/comparison.ts'
import { contentDiffers, wholesOf } from '../content.ts'
import type { Assembly } from './dotnet-assembly.ts'
import { idsOf, pdbId, readAssembly } from './dotnet-assembly.ts'

/** What two files of a deterministic .NET compiler say, without the IDs that it makes of all else. */
export interface DotnetTexts {
  /** The texts in them, one a line. */
  entry: EntryDifference
  /** Each place in which the texts differ; null when one side has more of them. */
  pairs: { a: string; b: string }[] | null
  /** Nothing else differs. */
  complete: boolean
}

const [pdbLimit, pdbIdLength, embeddedHead, textLimit] = [4 << 20, 20, 8, 150_000]

/** Null for any other file, for one whose IDs are drawn, and where one side is not all here. */
export function dotnetTexts(entry: EntryDifference): DotnetTexts | null {
  const { content } = entry
  const wholes = contentDiffers(entry) ? wholesOf(content) : null
  if (!content || !wholes) return null
  const [a, b] = [partsOf(content.a, wholes.a), partsOf(content.b, wholes.b)]
  if (!a || !b || a.length !== b.length) return null
  const [said, other] = [allTexts(a), allTexts(b)]
  if (!said || !other) return null
  const [linesA, linesB] = [said, other].map(texts => texts.flatMap(({ lines }) => lines)) as [string[], string[]]
  return {
    entry: {
      ...entry,
      content: { a: sample(linesA), b: sample(linesB), runs: [], complete: false },
    },
    pairs:
      linesA.length === linesB.length
        ? linesA.map((line, at) => ({ a: line, b: linesB[at] ?? '' })).filter(({ a, b }) => a !== b)
        : null,
    complete: said.every(({ rest }, at) => rest.equals(other[at]?.rest ?? Buffer.alloc(0))),
  }
}

function sample(lines: readonly string[]): ContentSample {
  const head = Buffer.from(`${lines.join('\n')}\n`)
  return { size: head.length, head, whole: true, tail: Buffer.alloc(0) }
}

/** The file without its IDs, and the PDB in it without its own. */
function partsOf(content: ContentSample, bytes: Buffer): Buffer[] | null {
  const id = pdbId(bytes)
  if (id !== null) return [without(bytes, [{ offset: id, length: pdbIdLength }])]
  const assembly = readAssembly(content)
  if (!assembly?.deterministic) return null
  const pdb = embeddedPdb(bytes, assembly)
  return [without(bytes, idsOf(assembly)), ...(pdb ? [pdb] : [])]
}

function without(bytes: Buffer, places: readonly { offset: number; length: number }[]): Buffer {
  const copy = Buffer.from(bytes)
  for (const { offset, length } of places)
    copy.fill(0, Math.min(copy.length, offset), Math.min(copy.length, offset + length))
  return copy
}

/** `MPDB`, the size, then the PDB, deflated. */
function embeddedPdb(bytes: Buffer, { embedded }: Assembly): Buffer | null {
  if (!embedded || bytes.toString('latin1', embedded.offset, embedded.offset + 4) !== 'MPDB') return null
  try {
    const packed = bytes.subarray(embedded.offset + embeddedHead, embedded.offset + embedded.length)
    const pdb = inflateRawSync(packed, { maxOutputLength: pdbLimit })
    const id = pdbId(pdb)
    return id === null ? null : without(pdb, [{ offset: id, length: pdbIdLength }])
  } catch {
    return null
  }
}

function allTexts(parts: readonly Buffer[]): Texts[] | null {
  const texts = parts.map(textsIn)
  return texts.every(one => one !== null) ? texts : null
}

interface Texts {
  lines: string[]
  /** The bytes with all texts blanked. */
  rest: Buffer
}

/** Printable characters in a row: in UTF-16, as constants of a program are kept, and in UTF-8, as names and attributes are. */
const printable = /(?:[\x20-\x7e]\0){4,}|[\x20-\x7e]{5,}/g

/** Null where there are more of them than a compiler writes: each takes more memory than its bytes. */
function textsIn(bytes: Buffer): Texts | null {
  const lines: string[] = []
  const rest = Buffer.from(bytes)
  for (const { 0: text, index } of bytes.toString('latin1').matchAll(printable)) {
    if (lines.length === textLimit) return null
    lines.push(text.replaceAll('\0', ''))
    rest.fill(' ', index, index + text.length)
  }
  return { lines, rest }
}
