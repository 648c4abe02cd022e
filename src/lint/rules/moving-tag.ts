import { correctedDigest, pinOf, placeOfDigest } from '../digest-pin.ts'
import { type ImageUse, imagesUsed, syntaxImage } from '../image-use.ts'
import { isPlaceholderHash } from '../placeholder.ts'
import type { Draft, Rule } from '../rule.ts'
import type { View } from '../view.ts'
import { quote } from '../wording.ts'

export const movingTag: Rule = {
  id: 'RG104',
  title: 'Image without a fixed version',
  level: 'error',
  class: 'drift',
  on: true,
  check: view => {
    const syntax = syntaxImage(view)
    const uses = imagesUsed(view)
    const pinned = [...uses, ...(syntax === null ? [] : [syntax])].filter(({ reference }) => reference.digest !== null)
    const broken = pinned.flatMap(use => checkDigest(view, use))
    // One digest in an ARG may be used by several FROMs.
    const places = new Map(broken.map(draft => [draft.range.start, draft]))
    return [...uses.flatMap(use => checkTag(view, use)), ...places.values()]
  },
}

/** Tags that are pushed again and again by their purpose. */
const moving = new Set(
  `latest nightly edge dev devel develop main master trunk stable unstable testing rolling canary next head snapshot
  lts current mainline sid rawhide tumbleweed`.split(/\s+/),
)

function checkTag(view: View, use: ImageUse): Draft[] {
  const { tag, digest } = use.reference
  if (digest !== null || (tag !== null && !isMoving(tag))) return []
  const what =
    tag === null
      ? `The image ${quote(use.text)} has no tag, so Docker takes ${quote('latest')}`
      : `The tag ${quote(tag)} of ${quote(use.text)} is made to move`
  const { fix } = pinOf(view, use)
  return [
    {
      range: use.range,
      // Who builds the name from arguments may give a fixed one on the command line.
      level: use.written.includes('$') ? 'warning' : 'error',
      message: `${what}: what it names changes with every release, a new major version included, so next week the same commit is another image.`,
      fix: { ...fix, text: `Choose a version tag, and pin it. ${fix?.text ?? ''}`.trim() },
    },
  ]
}

/** `latest-py3`, `cuda-latest`, `stable-slim`; but not `nightly-2024-05-01` or `main-4f2a9c1`, which name one build. */
function isMoving(tag: string): boolean {
  const parts = tag.toLowerCase().split(/[-_]/)
  if (parts[0] === 'latest' || parts.at(-1) === 'latest') return true
  return moving.has(parts[0] ?? '') && !parts.slice(1).some(part => /\d/.test(part))
}

function checkDigest(view: View, use: ImageUse): Draft[] {
  const { digest, digestValid } = use.reference
  if (digestValid && !isPlaceholderHash(digest ?? '')) return []
  const why = digestValid ? 'is a placeholder' : 'is not a digest: after `sha256:` come 64 digits from 0-9 and a-f'
  return [
    {
      range: placeOfDigest(view, use),
      message: `${quote(digest ?? '', 90)} ${why}. No image can be found by it, so the build fails until the real digest stands here.`,
      ...correctedDigest(view, use),
    },
  ]
}
