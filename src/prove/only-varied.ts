import type { Comparison, EntryDifference, LayerDifference } from '../image/comparison.ts'

/**
 * What differs between A and a varied B, and not between A and a B that was built as A was: what only the variations can
 * have done. Where names of files are drawn in the build, those of one side alone say nothing.
 * @param varied A and the varied B
 * @param plain A and the other B
 */
export function onlyVaried(varied: Comparison, plain: Comparison): Comparison {
  const layers = varied.layers.flatMap(layer => {
    const same = plain.layers.find(({ index }) => index === layer.index)
    if (same === undefined) return [layer]
    // Nobody knows what is behind the end of a list.
    if (same.total > same.entries.length) return []
    const rest = withoutThose(layer, same)
    return rest.entries.length > 0 ? [rest] : []
  })
  const known = new Set(plain.config.map(({ pointer }) => pointer))
  const config = varied.config.filter(({ pointer }) => !known.has(pointer))
  return {
    ...varied,
    layers,
    config,
    manifest: [],
    level: layers.length + config.length > 0 ? 'different' : 'identical',
  }
}

function withoutThose(varied: LayerDifference, plain: LayerDifference): LayerDifference {
  const byPath = new Map(plain.entries.map(entry => [entry.path, entry]))
  const namesAreDrawn = plain.entries.some(({ kind }) => kind !== 'changed')
  const entries = varied.entries.flatMap((entry): EntryDifference[] => {
    const same = byPath.get(entry.path)
    if (same === undefined) return entry.kind !== 'changed' && namesAreDrawn ? [] : [entry]
    if (same.kind !== 'changed' || entry.kind !== 'changed') return []
    const fields = entry.fields.filter(field => !same.fields.includes(field))
    // Its content is for those who explain why contents differ.
    return fields.length > 0 ? [{ ...entry, fields, content: fields.includes('content') ? entry.content : null }] : []
  })
  return { ...varied, entries, total: entries.length, reordered: varied.reordered && !plain.reordered }
}
