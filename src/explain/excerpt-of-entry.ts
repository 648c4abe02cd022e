import type { ContentPair, EntryDifference } from '../image/comparison.ts'
import type { EntryExcerpt } from '../image/differing-entry.ts'
import { looksSecret } from './values/excerpt.ts'

/** Bytes shown of a side, and how many of them come before the first difference. */
const windowSize = 256
const before = 64
/** Rows of a hex dump. */
const row = 16
/** Bytes on either side of what is shown that may tell a secret by its name. */
const around = 256
/** Archives in archives. */
const depth = 4

/** Causes whose paths hold what must not be told, however it looks. */
const ofSecrets = new Set(['ssh-host-key', 'generated-key', 'java-keystore'])

/**
 * The bytes around the first difference of an entry's content, from what the comparison kept of it; of an archive, those of
 * the first differing file in it. Null where nothing was kept, or the contents are alike.
 */
export function excerptOf(entry: EntryDifference, causeIds: readonly string[]): EntryExcerpt | null {
  const inside = firstInside(entry, [])
  const { content, path, names } = inside ?? { content: entry.content, path: entry.path, names: [] }
  if (content === null) return null
  const shown = windowOf(content)
  if (shown === null) return null
  const { offset, differs, a, b } = shown
  const excerpt = { ...(names.length > 0 ? { member: names.join('!/') } : {}), offset, differs }
  const isSecret =
    causeIds.some(id => ofSecrets.has(id)) ||
    [entry.path, path].some(looksSecret) ||
    [content.a, content.b].some(({ head }) => holdsPrivateKey(head) || looksSecret(near(head, offset))) ||
    [a, b].some(bytes => bytes !== null && looksSecret(latin(bytes)))
  if (isSecret) return { ...excerpt, a: null, b: null, withheld: true }
  return { ...excerpt, a: a && base64(a), b: b && base64(b) }
}

interface Shown {
  offset: number
  differs: number
  a: Uint8Array | null
  b: Uint8Array | null
}

function windowOf({ a, b, runs }: ContentPair): Shown | null {
  const [run] = runs
  if (run === undefined) {
    // Of one side alone: its beginning.
    if (a.size > 0 === b.size > 0) return null
    const [inA, inB] = [a, b].map(({ size, head }) => (size > 0 ? head.subarray(0, windowSize) : null))
    return { offset: 0, differs: 0, a: inA ?? null, b: inB ?? null }
  }
  const start = Math.max(0, run.offset - before)
  const offset = start - (start % row)
  const cut = (head: Uint8Array, whole: boolean): Uint8Array | null =>
    whole || head.length > run.offset ? head.subarray(offset, offset + windowSize) : null
  const [inA, inB] = [cut(a.head, a.whole), cut(b.head, b.whole)]
  if (inA !== null && inB !== null) return { offset, differs: run.offset, a: inA, b: inB }
  return { offset: run.offset - run.before, differs: run.offset, a: run.a, b: run.b }
}

interface Member {
  content: ContentPair | null
  path: string
  names: string[]
}

/** The first file inside whose content differs and was kept. */
function firstInside({ nested }: EntryDifference, names: readonly string[]): Member | null {
  if (!nested || names.length >= depth) return null
  for (const member of nested.members) {
    const inside = [...names, member.path]
    const deeper = firstInside(member, inside)
    if (deeper !== null) return deeper
    if (member.kind === 'changed' && member.content !== null && member.content.runs.length > 0)
      return { content: member.content, path: member.path, names: inside }
  }
  return null
}

const latin = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const near = (head: Uint8Array, offset: number): string =>
  latin(head.subarray(Math.max(0, offset - around), offset + windowSize + around))
const holdsPrivateKey = ({ buffer, byteOffset, length }: Uint8Array): boolean =>
  Buffer.from(buffer, byteOffset, length).includes('PRIVATE KEY-----')
