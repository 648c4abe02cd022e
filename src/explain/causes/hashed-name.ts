import type { Cause } from '../cause.ts'
import { contentDiffers } from '../content.ts'
import { excerpt } from '../values/excerpt.ts'
import { hashedNames } from '../values/hashed-names.ts'

/** Files that are called by a digest of their content, and texts that name them: what a bundler writes. */
export const hashedName: Cause = {
  id: 'hashed-name',
  recognise: ({ entry, layer }) => {
    const names = hashedNames(layer.difference)
    const quoted = contentDiffers(entry) ? names.quotedBy(entry) : null
    if (quoted)
      return {
        confidence: 'certain',
        follows: quoted.a.path,
        evidence: [{ what: `differs only where it names ${excerpt(quoted.a.path)}`, path: entry.path }],
      }
    const pair = entry.kind === 'changed' ? null : names.of(entry.path)
    if (!pair) return null
    return {
      confidence: 'likely',
      ...(entry.kind === 'only-in-b' ? { follows: pair.a.path } : {}),
      evidence: [
        {
          what: 'one file under two names, each with a digest in it; its content differs, too',
          path: entry.path,
          a: excerpt(pair.a.path),
          b: excerpt(pair.b.path),
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
