import { createHash } from 'node:crypto'
import type { Entry } from '../image/image.ts'
import { TarReader } from '../image/tar.ts'
import type { SmokeBytes } from '../report/smoke-report.ts'
import type { Numbered } from './plan.ts'

/** A folder of more is no output of a smoke test; their names are kept while it is read. */
const mostEntries = 100_000

/**
 * What a tar has of each path, which it keeps in a folder of its number: sizes and digests, never a file on our own disk.
 * A link in a folder is its target as text, and is not followed.
 * @throws LayerError when it is no tar
 */
export async function filesIn(
  chunks: AsyncIterable<Buffer>,
  wanted: readonly Numbered[],
): Promise<Map<string, SmokeBytes | null>> {
  const reader = new TarReader(chunks, 'the export of smoke-files')
  const found = new Map<string, Inside[]>()
  let count = 0
  for (let entry = await reader.next(); entry !== null; entry = await reader.next()) {
    const [, number = '', name = ''] = /^(\d{1,3})\/(.+)$/s.exec(entry.path) ?? []
    if (number === '') continue
    if (++count > mostEntries) throw new Error(`smoke-files name more than ${mostEntries} files`)
    const inside = found.get(number) ?? []
    inside.push({ name, ...(await contentOf(entry, reader)) })
    found.set(number, inside)
  }
  return new Map(wanted.map(({ path, number }) => [path, together(path, found.get(String(number)) ?? [])]))
}

interface Inside extends SmokeBytes {
  name: string
  type: Entry['type']
}

async function contentOf(entry: Entry, reader: TarReader): Promise<Omit<Inside, 'name'>> {
  const hash = createHash('sha256')
  for (let chunk = await reader.chunk(); chunk !== null; chunk = await reader.chunk()) hash.update(chunk)
  if (entry.type !== 'file') hash.update(`${entry.linkTarget}\0${entry.device}`)
  return { type: entry.type, bytes: entry.size, digest: `sha256:${hash.digest('hex')}` }
}

const noContent: ReadonlySet<Entry['type']> = new Set(['fifo', 'char-device', 'block-device'])

/** The one file of that name, or all that a folder has; null: neither is there. */
function together(path: string, inside: readonly Inside[]): SmokeBytes | null {
  const [first] = inside
  if (first === undefined) return null
  const own = path.slice(path.lastIndexOf('/') + 1)
  if (inside.length === 1 && first.type === 'file' && first.name === own)
    return { bytes: first.bytes, digest: first.digest }
  // A pipe or a device in the file's place has no bytes that could be the same.
  if (inside.length === 1 && first.name === own && noContent.has(first.type)) return null
  const hash = createHash('sha256')
  for (const { name, type, digest } of inside.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
    hash.update(JSON.stringify([name, type, digest]))
  return { bytes: inside.reduce((sum, { bytes }) => sum + bytes, 0), digest: `sha256:${hash.digest('hex')}` }
}
