import type { ConfigDifference } from '../image/comparison.ts'
import type { Image, ImageConfig } from '../image/image.ts'

/** Most differences listed; a config with more differs in everything. */
const differenceLimit = 1000
/** Most characters shown of a value. */
const textLimit = 2000
/** Characters kept ahead of the first difference of two long values. */
const lead = 200

/** Differing fields of two configs, diff IDs aside: objects by field, lists (history too) entry by entry. */
export function configDifferences(a: ImageConfig, b: ImageConfig): ConfigDifference[] {
  return jsonDifferences(withoutDiffIds(a), withoutDiffIds(b))
}

/** Differing fields of two manifests, digests and sizes of config and layers aside. */
export function manifestDifferences(a: Image, b: Image): ConfigDifference[] {
  return jsonDifferences(withoutBlobs(a), withoutBlobs(b))
}

/** Where two JSON values differ, as JSON pointers (RFC 6901), in the order of A's fields, then B's own. */
export function jsonDifferences(a: unknown, b: unknown): ConfigDifference[] {
  const found: ConfigDifference[] = []
  collect('', a, b, found)
  return found
}

function withoutDiffIds(config: ImageConfig): unknown {
  const { diff_ids: _, ...rootfs } = config.rootfs
  return { ...config, rootfs }
}

function withoutBlobs({ manifest }: Image): unknown {
  return { ...manifest, config: withoutBlob(manifest.config), layers: manifest.layers.map(withoutBlob) }
}

/** `data` is the blob itself, embedded. */
function withoutBlob(descriptor: object): unknown {
  const { digest: _, size: __, data: ___, ...rest } = descriptor as Record<string, unknown>
  return rest
}

function collect(pointer: string, a: unknown, b: unknown, found: ConfigDifference[]): void {
  if (found.length >= differenceLimit || a === b) return
  if (isBranch(a) && isBranch(b) && Array.isArray(a) === Array.isArray(b)) {
    for (const field of new Set([...Object.keys(a), ...Object.keys(b)]))
      collect(`${pointer}/${escaped(field)}`, own(a, field), own(b, field), found)
    return
  }
  const [textA, textB] = [JSON.stringify(a) as string | undefined, JSON.stringify(b) as string | undefined]
  if (textA !== textB) found.push({ pointer: bounded(pointer), ...excerpts(textA, textB) })
}

function isBranch(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function own(value: Record<string, unknown>, field: string): unknown {
  return Object.hasOwn(value, field) ? value[field] : undefined
}

function escaped(field: string): string {
  return field.replaceAll('~', '~0').replaceAll('/', '~1')
}

/** Long values are shown from shortly before where they part. */
function excerpts(a: string | undefined, b: string | undefined): { a: string | undefined; b: string | undefined } {
  const longest = Math.max(a?.length ?? 0, b?.length ?? 0)
  if (longest <= textLimit || a === undefined || b === undefined) return { a: a && bounded(a), b: b && bounded(b) }
  let parting = 0
  while (a[parting] === b[parting]) parting += 1
  const from = Math.max(0, parting - lead)
  return { a: bounded(excerpt(a, from)), b: bounded(excerpt(b, from)) }
}

function excerpt(text: string, from: number): string {
  return from === 0 ? text : `…${text.slice(from)}`
}

function bounded(text: string): string {
  return text.length <= textLimit ? text : `${text.slice(0, textLimit)}…`
}
