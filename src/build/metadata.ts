/** What buildx wrote into the metadata file, as far as the gate needs it. Missing texts are empty. */
export interface Metadata {
  digest: string
  configDigest: string
  /** builder/node/id. */
  ref: string
  /** `linux/amd64`; null when it is not told. */
  platform: string | null
  provenance: unknown
}

/**
 * Reads a metadata file; null when it is not JSON.
 * @param target that bake built; none: buildx build wrote it
 */
export function parseMetadata(text: string, target?: string): Metadata | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (target !== undefined && isObject(value)) value = value[target]
  if (!isObject(value)) return null
  const descriptor = value['containerimage.descriptor']
  const platform = isObject(descriptor) ? descriptor.platform : undefined
  return {
    digest: digestIn(value['containerimage.digest']),
    configDigest: digestIn(value['containerimage.config.digest']),
    ref: textIn(value['buildx.build.ref']),
    platform: isObject(platform) ? platformIn(platform) : null,
    provenance: value['buildx.build.provenance'] ?? null,
  }
}

function platformIn(platform: Record<string, unknown>): string | null {
  const parts = [platform.os, platform.architecture, platform.variant].map(textIn).filter(part => part !== '')
  return parts.length >= 2 ? parts.join('/') : null
}

const digestIn = (value: unknown): string => (/^sha256:[0-9a-f]{64}$/.test(textIn(value)) ? textIn(value) : '')
const textIn = (value: unknown): string => (typeof value === 'string' ? value : '')
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
