import type { Cause, Recognition } from '../cause.ts'
import { contentDiffers } from '../content.ts'
import { excerpt, excerptOfName } from '../values/excerpt.ts'
import type { HashedPair } from '../values/hashed-names.ts'
import { hashedNames } from '../values/hashed-names.ts'
import type { PackedCopy } from '../values/packed-copy.ts'
import { packedCopyOf } from '../values/packed-copy.ts'

/** The files that a text names, as what it follows from. */
function naming(pairs: readonly HashedPair[], path: string): Omit<Recognition, 'confidence'> {
  const [first, ...more] = pairs.map(pair => pair.a.path)
  return {
    follows: first ?? '',
    ...(more.length > 0 ? { followsToo: more.slice(0, 50) } : {}),
    evidence: [
      {
        what: `differs only where it names ${excerpt(first ?? '')}${more.length > 0 ? ` and ${more.length} more such file(s)` : ''}`,
        path,
      },
    ],
  }
}

const copyOf = ({ plain }: PackedCopy, path: string): Recognition => ({
  confidence: 'certain',
  follows: plain.a.path,
  evidence: [{ what: `it is ${excerptOfName(plain.a.path)}, compressed`, path }],
})

/** Files that are called by a digest of their content, and texts that name them: what a bundler writes. */
export const hashedName: Cause = {
  id: 'hashed-name',
  recognise: ({ entry, layer }) => {
    const names = hashedNames(layer.difference)
    const quoted = contentDiffers(entry) ? names.quotedBy(entry) : []
    if (quoted.length > 0) return { ...naming(quoted, entry.path), confidence: 'certain' }
    const pair = entry.kind === 'changed' ? null : names.of(entry.path)
    if (!pair) return null
    const packed = packedCopyOf(pair, names)
    if (packed?.times === null) return copyOf(packed, entry.path)
    const { digest } = names.proofOf(pair)
    const inside = entry.kind === 'only-in-a' ? names.quotedIn(pair) : []
    if (inside.length > 0) return { ...naming(inside, entry.path), confidence: digest === null ? 'likely' : 'certain' }
    return {
      confidence: 'likely',
      ...(entry.kind === 'only-in-b' ? { follows: pair.a.path } : {}),
      evidence: [
        {
          what:
            digest === null
              ? 'one file under two names, each with a digest in it; its content differs, too'
              : `one file under two names, each with the digest of its content (${digest}), which differs`,
          path: entry.path,
          a: excerptOfName(pair.a.path),
          b: excerptOfName(pair.b.path),
        },
      ],
    }
  },
  describe: ({ subjects }) => ({
    title: 'A bundle is named by the digest of its content, which differs',
    message: `${subjects.length === 1 ? 'A file has' : 'Files have'} another name in each build, because bundlers put a digest of the content into it, and the content differs.`,
    remedy: {
      text: 'Make the content alike: no build time or random ID in it (DefinePlugin, `import.meta.env`, banners), module IDs that follow from names (`optimization.moduleIds: "deterministic"`), one folder to build in, `npm ci` with a lock file.',
    },
  }),
}
