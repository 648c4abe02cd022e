import type { Entry } from '../image/image.ts'
import type { EntryStream } from './entry-stream.ts'

/** One of so many parts into which the paths of a layer fall: what does not fit into memory is compared part by part. */
export interface Part {
  index: number
  of: number
}

/** Of a stream, the entries whose paths fall into a part. */
export function partOf(stream: EntryStream, part: Part): EntryStream {
  return {
    chunk: () => stream.chunk(),
    ...(stream.contentDigest ? { contentDigest: () => stream.contentDigest?.() ?? null } : {}),
    next: async () => {
      for (let entry = await stream.next(); entry !== null; entry = await stream.next())
        if (isIn(part, entry)) return entry
      return null
    },
  }
}

/** By the last characters of the path: a whole name, which is where paths differ. */
function isIn({ index, of }: Part, { path }: Entry): boolean {
  let hash = path.length
  for (let at = Math.max(0, path.length - 256); at < path.length; at += 1)
    hash = (Math.imul(hash, 31) + path.charCodeAt(at)) | 0
  return (hash >>> 0) % of === index
}
