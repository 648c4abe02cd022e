import { contextNeeds } from '../lint/context/needs.ts'
import type { GatedImage } from './images.ts'

/**
 * Bytes that the builder will need at least, by what a Dockerfile copies: the files as it receives them, and each side's
 * layer of them. What RUN writes, and what of it is exported, nobody knows before.
 */
export function spaceNeeded(images: readonly GatedImage[]): number {
  const known = new Map<string, number>()
  for (const { options, sources } of images) {
    const copied = copiedBytes({ options, sources })
    const key = options.context
    // Images of one context mostly copy the same: it is not counted twice.
    known.set(key, Math.max(known.get(key) ?? 0, copied))
  }
  return 3 * [...known.values()].reduce((sum, bytes) => sum + bytes, 0)
}

function copiedBytes({ options, sources: { dockerfile, context } }: Pick<GatedImage, 'options' | 'sources'>): number {
  if (context === null) return 0
  const { paths, broad } = contextNeeds(dockerfile, options)
  const wanted = paths.map(path => path.replace(/^\.?\/+|\/+$/g, ''))
  const isCopied = (path: string): boolean =>
    broad || wanted.some(one => one === '.' || path === one || path.startsWith(`${one}/`))
  return context.paths.reduce((sum, { path, type, size }) => sum + (type === 'file' && isCopied(path) ? size : 0), 0)
}
