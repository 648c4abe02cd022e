import { Buffer } from 'node:buffer'
import type { Cause, Subject } from '../cause.ts'
import { contentDiffers, textsOf } from '../content.ts'

const digestText =
  /\b(?:[0-9a-f]{128}|[0-9a-f]{96}|[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})\b|sha256[=-][A-Za-z0-9_-]{43}/g

/**
 * A text that differs only where it quotes the digest of another differing file (checksum lists, RECORD of a Python
 * package): a consequence of that file, never a cause of its own.
 */
export const digestOf: Cause = {
  id: 'digest-of-changed-file',
  recognise: ({ entry, layer }: Subject) => {
    const texts = contentDiffers(entry) ? textsOf(entry) : null
    if (!texts) return null
    const quoted: string[] = []
    const known = (digest: string): string => {
      const path = layer.pathOfDigest.get(asHex(digest))
      if (path === undefined || path === entry.path) return digest
      quoted.push(path)
      return `<digest of ${path}>`
    }
    const lines = (text: string) =>
      text
        .replace(digestText, known)
        .replace(/(<digest of [^>\n]*>,)\d+/g, '$1')
        .split('\n')
        .sort()
        .join('\n')
    const [a, b] = [lines(texts.a), lines(texts.b)]
    const [follows, ...more] = new Set(quoted)
    if (a !== b || follows === undefined) return null
    const others = more.length > 3 ? [...more.slice(0, 2), `${more.length - 2} more`] : more
    const named = [[follows, ...others.slice(0, -1)].join(', '), ...others.slice(-1)].join(' and ')
    const [what, verb] = more.length > 0 ? ['digests', 'differ'] : ['digest', 'differs']
    return {
      confidence: 'certain',
      follows,
      ...(more.length > 0 ? { followsToo: more.slice(0, 50) } : {}),
      evidence: [{ what: `differs only where it quotes the ${what} of ${named}, which ${verb} too`, path: entry.path }],
    }
  },
  describe: () => ({
    title: 'A digest of another differing file',
    message: 'A file lists the digest of another file that differs: it will be alike when that one is.',
    remedy: { text: 'Nothing to change here: make the file alike whose digest is quoted.' },
  }),
}

function asHex(digest: string): string {
  if (!digest.startsWith('sha256')) return digest
  return Buffer.from(digest.slice(7), 'base64url').toString('hex')
}
