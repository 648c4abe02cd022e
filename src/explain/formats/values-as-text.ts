import type { ContentSample, EntryDifference } from '../../image/comparison.ts'
import { contentDiffers, wholesOf } from '../content.ts'
import { readNumber, sizeOf } from './numbers.ts'
import { pickleIn } from './pickle-difference.ts'
import type { PickleLeaf } from './pickle-value.ts'
import { readSqlite } from './sqlite.ts'

const numbersShown = 2_000

/**
 * The values of a SQLite database or a pickle as a text, one row or piece a line, so that what is known of texts (times, tokens,
 * order) is known of them. Null for any other file, and where one side is not all here.
 */
export function valuesAsText(entry: EntryDifference): EntryDifference | null {
  const { content } = entry
  if (!contentDiffers(entry) || !content) return null
  const wholes = wholesOf(content)
  if (!wholes) return null
  const [a, b] = [textOfValues(wholes.a), textOfValues(wholes.b)]
  if (a === null || b === null || a === b) return null
  return { ...entry, content: { a: sample(a), b: sample(b), runs: [], complete: false } }
}

function textOfValues(bytes: Buffer): string | null {
  const database = readSqlite(bytes)
  if (database) return `${database.rows.join('\n')}\n`
  const pickle = pickleIn(bytes)
  return pickle?.complete ? `${pickle.leaves.map(lineOf).join('\n')}\n` : null
}

function lineOf(leaf: PickleLeaf): string {
  if (leaf.kind === 'float') return String(leaf.bytes.readDoubleBE())
  if (leaf.kind !== 'bytes') return leaf.text.replaceAll('\n', '\\n')
  const { array, bytes } = leaf
  if (!array) return bytes.toString('hex')
  const count = Math.min(numbersShown, Math.floor(bytes.length / sizeOf(array.type)))
  const numbers = Array.from({ length: count }, (_, index) =>
    readNumber(bytes, index * sizeOf(array.type), array.type, array.bigEndian),
  )
  return `${numbers.join(' ')}${count * sizeOf(array.type) < bytes.length ? ` … ${bytes.toString('hex').slice(-64)}` : ''}`
}

function sample(text: string): ContentSample {
  // Latin-1 as everywhere: what a text cannot hold there is told apart all the same.
  const head = Buffer.from(text.replace(/\0/g, ' '), 'utf8')
  return { size: head.length, head, whole: true, tail: Buffer.alloc(0) }
}
