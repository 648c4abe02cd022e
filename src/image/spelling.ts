/**
 * Engines are written in Go, whose JSON takes `Layers` or `layerſ` for `layers`, whichever comes last: what an image is would
 * depend on the reader. The key that is such a spelling of one of the names, and that name; null where there is none.
 */
export function misspelled(json: object, names: readonly string[]): { key: string; name: string } | null {
  const spelled = new Map(names.map(name => [folded(name), name]))
  for (const key of Object.keys(json)) {
    const name = spelled.get(folded(key))
    if (name !== undefined && name !== key) return { key, name }
  }
  return null
}

/** As Go folds letters: U+017F is an s, U+212A a k. */
const folded = (key: string): string => key.replaceAll('\u017f', 's').replaceAll('\u212a', 'k').toLowerCase()

/** The fields of a descriptor (image-spec) by which a blob is found, read and chosen. */
export const descriptorFields = ['mediaType', 'digest', 'size', 'data', 'urls', 'annotations', 'platform']
