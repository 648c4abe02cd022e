import { layerBars } from './layer-table.ts'
import type { Report, ReportLayer } from './report.ts'
import { line, type Writing } from './terminal-finding.ts'
import { counted } from './words.ts'

/** So many layers of one image are a picture; of more those that differ. */
const mostRows = 24
const mostImages = 6

/** The layers by Dockerfile line, with bars of their sizes; only where some differ. */
export function layerLines({ layers }: Report, { paint, width }: Writing): string[] {
  const groups = new Map<string, ReportLayer[]>()
  for (const layer of layers) {
    const key = [layer.image, layer.platform].filter(Boolean).join(', ')
    groups.set(key, [...(groups.get(key) ?? []), layer])
  }
  const differing = [...groups].filter(([, all]) => all.some(({ equal }) => !equal))
  const shown = differing.slice(0, mostImages).flatMap(([name, all]) => {
    const title = groups.size > 1 ? `Layers, ${line(name, 100)}` : 'Layers'
    const count = all.filter(({ equal }) => !equal).length
    return [`${paint.bold(title)}: ${count} of ${all.length} differ`, ...rowsOf(all, paint, width ?? 120)]
  })
  const left = differing.length - mostImages
  return left > 0 ? [...shown, `  ${counted(left, 'more image')} not shown; report.json has all of them`] : shown
}

function rowsOf(layers: readonly ReportLayer[], paint: Writing['paint'], width: number): string[] {
  const all = layers.length > mostRows ? layers.filter(({ equal }) => !equal) : layers
  const shown = all.slice(0, mostRows)
  const bars = layerBars(layers)
  const rows = shown.map(layer => {
    const { line: from, endLine, equal, base, differingPaths, instruction } = layer
    const place = from === null ? (base ? 'base' : '') : `${from}${(endLine ?? from) > from ? `–${endLine}` : ''}`
    const state = equal ? '=' : `≠ ${differingPaths > 0 ? counted(differingPaths, 'path') : 'differ'}`
    return { place, state, bar: bars(layer), equal, text: line(instruction.replace(/\s+/g, ' '), 200) }
  })
  const widest = (key: 'place' | 'state' | 'bar'): number => Math.max(0, ...rows.map(row => row[key].length))
  const [places, states, drawn] = [widest('place'), widest('state'), widest('bar')]
  const lines = rows.map(({ place, state, bar, equal, text }) => {
    const room = Math.max(10, width - places - states - drawn - 8)
    const told = equal ? paint.dim(state.padEnd(states)) : paint.red(state.padEnd(states))
    const short = text.length > room ? `${text.slice(0, room - 1).replace(/[\ud800-\udbff]$/, '')}…` : text
    return `  ${place.padStart(places)}  ${told}  ${bar.padEnd(drawn)}  ${short}`.trimEnd()
  })
  const left = layers.length - shown.length
  return left > 0 ? [...lines, `  ${counted(left, 'more layer')} not shown here`] : lines
}
