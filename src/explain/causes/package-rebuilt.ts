import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers } from '../content.ts'
import { excerpt } from '../excerpt.ts'
import { isExplainedByItsBytes } from '../own-bytes.ts'
import { hasPackage, isAsPacked } from '../packages.ts'

/** A package of one name and version whose own list has other digests on each side: it was built anew and kept its version. */
export const packageRebuilt: Cause = {
  id: 'package-rebuilt',
  recognise: (subject: Subject): Recognition | null => {
    const { entry, layer } = subject
    if (layer.packages === null || !contentDiffers(entry)) return null
    const { a, b } = layer.packages.ownersOf(entry.path)
    const digests = layer.packages.digestsOf(entry.path)
    const pair = a
      .map(own => ({ own, other: b.find(({ package: other }) => hasPackage([own.package], other)) }))
      .find(({ own, other }) => other?.digest !== undefined && own.digest !== undefined && own.digest !== other.digest)
    if (pair?.other === undefined) return null
    const { own, other } = pair
    if (isAsPacked(own, digests.a) !== true || isAsPacked(other, digests.b) !== true) return null
    // pip writes its list when it installs: a package that it builds itself has no bytes but those made here.
    const builtHere = own.package.kind === 'python'
    if (own.package.local || isExplainedByItsBytes(subject, builtHere ? 'likely' : 'certain')) return null
    const { name, version } = own.package
    return {
      confidence: builtHere ? 'likely' : 'certain',
      variant: `${name} ${version}`,
      evidence: [
        {
          what: `package ${excerpt(name)} ${excerpt(version)} lists another digest of this file on each side, and each side has the bytes that it lists`,
          path: entry.path,
          a: excerpt(own.digest ?? ''),
          b: excerpt(other.digest ?? ''),
        },
      ],
    }
  },
  describe: ({ recognitions }) => {
    const packages = [...new Set(recognitions.map(({ variant }) => variant ?? ''))]
    const one = packages.length === 1
    return {
      title: one ? 'A package has the same version and other files' : 'Packages have the same versions and other files',
      message: `The builds installed ${excerpt(packages[0] ?? '')}${one ? '' : ` and ${packages.length - 1} more`} under the same version, but not the same package: it was built anew between the two builds and its version was not raised. A pinned version does not tell the two apart, a digest does.`,
      class: 'drift',
      remedy: {
        text: 'Pin by digest, not by version: download the package and check its SHA-256, `pip install --require-hashes`, `npm ci` with the integrity in the lock file, or a repository that never changes what it has published.',
      },
    }
  },
}
