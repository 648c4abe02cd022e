import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { followed, isTaken } from '../build/variations/taken.ts'
import type { RecordedContext } from '../ledger/record.ts'
import type { ContextFiles, ContextPath } from '../lint/context/context.ts'

/** What stands at the top of a context, as far as each is told apart. */
const mostParts = 200

/** A context of which nobody here knows what was in it. */
export const unread = (name: string): RecordedContext => ({
  ...{ name, digest: null, contents: null, files: 0, parts: [], address: null },
})

/**
 * A folder that a build took files from, as a digest of what BuildKit sends of it and looks at: paths, types, modes, link
 * targets and contents; no times and no owners.
 * @param asked paths and patterns that the build asked for; null: all
 */
export async function contextTree(
  name: string,
  { root, paths, truncated, leftOut = [] }: ContextFiles,
  asked: readonly string[] | null,
  signal?: AbortSignal,
): Promise<RecordedContext> {
  const unknown = unread(name)
  const taken = followed(asked, paths)
  const wanted = paths.filter(({ path }) => isTaken(path, taken))
  if (truncated || leftOut.some(path => isTaken(path, taken))) return unknown
  const [whole, contents] = [createHash('sha256'), createHash('sha256')]
  const parts = new Map<string, ReturnType<typeof createHash>>()
  // Sorted by what everybody agrees on: no locale, and not as the folder happens to be read.
  for (const one of wanted.sort((a, b) => (a.path < b.path ? -1 : 1))) {
    signal?.throwIfAborted()
    const content = await contentOf(root, one)
    if (content === null) return unknown
    const line = `${JSON.stringify([one.path, one.type, content])}\n`
    const moded = one.type === 'symlink' ? line : `${one.mode.toString(8)} ${line}`
    whole.update(moded)
    contents.update(line)
    const top = one.path.split('/', 1)[0] as string
    const part = parts.get(top) ?? createHash('sha256')
    if (parts.size < mostParts + 1) parts.set(top, part)
    part.update(moded)
  }
  return {
    ...{ name, address: null },
    ...{ digest: digestOf(whole), contents: digestOf(contents) },
    files: wanted.filter(({ type }) => type !== 'directory').length,
    parts: parts.size > mostParts ? [] : [...parts].map(([top, hash]) => ({ name: top, digest: digestOf(hash) })),
  }
}

const digestOf = (hash: ReturnType<typeof createHash>): string => `sha256:${hash.digest('hex')}`

/** Null: it cannot be read any more. */
async function contentOf(root: string, { path, type, link }: ContextPath): Promise<string | null> {
  if (type === 'directory') return ''
  if (type === 'symlink') return link ?? null
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(join(root, path), { highWaterMark: 256 * 1024 })) hash.update(chunk)
  } catch {
    return null
  }
  return hash.digest('hex')
}
