import { quoted } from '../image/layer-error.ts'
import { isMeant, platformNamed } from './platform-name.ts'
import type { PlatformImage } from './platforms.ts'
import { StoreError } from './store-error.ts'

/** What two images have for one platform; null where a side has nothing. */
export interface PlatformPair {
  platform: string
  a: PlatformImage | null
  b: PlatformImage | null
}

/**
 * Pairs the images of two names by platform: those that were asked for, else all that either has.
 * @throws StoreError when neither side has a platform that was asked for
 */
export function pairPlatforms(
  a: readonly PlatformImage[],
  b: readonly PlatformImage[],
  asked: readonly string[],
): PlatformPair[] {
  const [onlyA, onlyB] = [a.length === 1 ? a[0] : undefined, b.length === 1 ? b[0] : undefined]
  // What does not say its platform is not another one.
  if (asked.length === 0 && onlyA && onlyB && (onlyA.platform === '' || onlyB.platform === ''))
    return [{ platform: onlyA.platform || onlyB.platform, a: onlyA, b: onlyB }]
  const names = [...new Set([...a, ...b].map(({ platform }) => platform))]
  const wanted = asked.length === 0 ? names : asked.flatMap(text => meant(text, names))
  const of = (images: readonly PlatformImage[], platform: string): PlatformImage | null =>
    images.find(image => image.platform === platform) ?? null
  return [...new Set(wanted)].map(platform => ({ platform, a: of(a, platform), b: of(b, platform) }))
}

function meant(asked: string, names: readonly string[]): string[] {
  const found = names.filter(name => isMeant(name, platformNamed(asked)))
  if (found.length > 0) return found
  const has = names.map(name => name || 'one that says no platform').join(', ')
  throw new StoreError(`platforms (--platform): neither image has ${quoted(asked)}; there are ${has}`)
}
