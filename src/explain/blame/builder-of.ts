import type { Image } from '../../image/image.ts'

const signs: readonly { name: string; of: RegExp }[] = [
  { name: 'BuildKit', of: /\bbuildkit\b/i },
  { name: 'kaniko', of: /\bkaniko\b/i },
  { name: 'Bazel', of: /\bbazel\b/i },
  { name: 'Buildah', of: /\bbuildah\b/i },
  { name: 'ko', of: /^ko(?: build)?\b/ },
  { name: 'Jib', of: /\bjib(?:-\w+)*(?::|$)/i },
  { name: "Docker's builder before BuildKit", of: /#\(nop\)/ },
]

/** Who made the last step of an image, as far as its history says; null when it does not. */
export function builderOf({ config }: Image): string | null {
  if (Object.hasOwn((config.config?.Labels as object | null | undefined) ?? {}, 'io.buildah.version')) return 'Buildah'
  const last = Array.isArray(config.history) ? config.history.at(-1) : undefined
  const told = `${last?.comment ?? ''}\n${last?.created_by ?? ''}`.slice(0, 10_000)
  return signs.find(({ of }) => of.test(told))?.name ?? null
}
