import { pullAgainWords } from '../pull-again.ts'
import type { Report, ReportLayer } from '../report.ts'
import { clip } from '../visible.ts'
import { counted, shortDigest, sideWord, size } from '../words.ts'
import type { Page } from './finding.ts'
import { type Html, html, prose } from './markup.ts'
import { place } from './place.ts'

const mostMaps = 30
const mostLayers = 130
const rowHeight = 46
/** Percent of the width that a side's bars may take, from the middle. */
const widest = 27

/** The layers of A and B by Dockerfile line, as a picture and as a table: one an image and platform, those that differ first. */
export function layerSection(page: Page): Html | null {
  const { report } = page
  if (report.layers.length === 0) return null
  const groups = new Map<string, ReportLayer[]>()
  for (const layer of report.layers) {
    const key = JSON.stringify([layer.image, layer.platform])
    groups.set(key, [...(groups.get(key) ?? []), layer])
  }
  const all = [...groups.values()].sort((a, b) => Number(allEqual(a)) - Number(allEqual(b)))
  const pulls = report.pullAgain.slice(0, page.most(20)).map(pull => {
    const [first = '', ...more] = pullAgainWords(pull, report)
    return html`<p><strong>${prose(first)}</strong> ${more.map(words => html`${prose(words)} `)}</p>`
  })
  return html`<section id="layers" aria-labelledby="layers-title"><h2 id="layers-title">Layers</h2>
${all.slice(0, page.most(mostMaps)).map((layers, at) => layerMap(layers, at, all.length > 1, page))}
${all.length > page.most(mostMaps) && html`<p>${all.length - page.most(mostMaps)} more images not shown here; report.json has all of them.</p>`}
${pulls}</section>`
}

const allEqual = (layers: readonly ReportLayer[]): boolean => layers.every(({ equal }) => equal)

interface Row {
  layers: ReportLayer[]
  line: number | null
  label: string
  equal: boolean
  sizeA: number | null
  sizeB: number | null
}

function layerMap(layers: ReportLayer[], at: number, several: boolean, page: Page): Html {
  const { report } = page
  const { image, platform = '' } = layers[0] ?? {}
  const file = report.results?.find(result => (result.image ?? undefined) === image)?.file ?? report.subject.file
  const differing = layers.filter(({ equal }) => !equal).length
  const told = differing === 0 ? `all ${layers.length} equal` : `${differing} of ${layers.length} differ`
  const named = [image, several || image === undefined ? platform : undefined].filter(Boolean).join(', ')
  const shown = layers.slice(0, page.most(mostLayers))
  const rows = rowsOf(shown)
  const body = html`${picture(rows, at, `${told}${named ? ` (${clip(named, 120)})` : ''}`, report)}
<details><summary>The same as a table, with digests</summary>${layerTable(shown, file, page)}</details>`
  const title = html`<h3>${several && named ? html`<code>${clip(named, 120)}</code> ` : null}${told}</h3>`
  // Of many images those that are alike are folded.
  return several && differing === 0
    ? html`<details class="map"><summary>${clip(named, 120)}: ${told}</summary>${body}</details>`
    : html`<div class="map">${title}${body}</div>`
}

/** Equal layers of the base are one row: nobody looks for a line there. */
function rowsOf(layers: readonly ReportLayer[]): Row[] {
  const base = layers.filter(layer => layer.base && layer.equal)
  const sum = (side: 'sizeA' | 'sizeB'): number => base.reduce((all, layer) => all + (layer[side] ?? 0), 0)
  const rest = layers
    .filter(layer => !(layer.base && layer.equal))
    .map(
      (layer): Row => ({
        layers: [layer],
        ...{ line: layer.line, label: labelOf(layer) },
        equal: layer.equal,
        sizeA: layer.sizeA,
        sizeB: layer.sizeB,
      }),
    )
  if (base.length === 0) return rest
  return [
    {
      layers: base,
      line: null,
      label: `base image, ${counted(base.length, 'layer')}`,
      equal: true,
      sizeA: sum('sizeA'),
      sizeB: sum('sizeB'),
    },
    ...rest,
  ]
}

/** As much of the instruction as a wide screen has room for. */
const labelOf = ({ line, base, instruction }: ReportLayer): string =>
  clip(`${line === null && base ? 'base ' : ''}${instruction.replace(/\s+/g, ' ').trim()}`, 92)

/** Bars to the left for A, to the right for B, as long as the layers are large; what differs is hatched and says so. */
function picture(rows: readonly Row[], at: number, told: string, report: Report): Html {
  const largest = Math.max(1, ...rows.flatMap(({ sizeA, sizeB }) => [sizeA ?? 0, sizeB ?? 0]))
  const share = (bytes: number | null): number => (bytes === null ? 0 : Math.max(0.6, (bytes / largest) * widest))
  const word = sideWord(report.command) === 'image' ? 'Image' : 'Build'
  const bars = rows.map((row, index) => {
    const y = 34 + index * rowHeight
    const [a, b] = [share(row.sizeA), share(row.sizeB)]
    const kind = row.equal ? 'same' : 'differs'
    const bar = (x: number, width: number): Html =>
      html`<rect class="bar ${kind}" x="${x.toFixed(2)}%" y="${y + 20}" width="${width.toFixed(2)}%" height="14" rx="2"/>${!row.equal && html`<rect x="${x.toFixed(2)}%" y="${y + 20}" width="${width.toFixed(2)}%" height="14" rx="2" fill="url(#hatch-${at})"/>`}`
    const paths = row.layers.reduce((all, layer) => all + layer.differingPaths, 0)
    const note = row.equal ? '' : paths > 0 ? `≠ ${counted(paths, 'path')}` : '≠ differs'
    return html`<g>
<svg x="0" y="${y}" width="100%" height="18"><text class="label" x="0" y="12">${row.line !== null && html`<tspan class="line">${row.line} </tspan>`}${row.label}</text></svg>
${note !== '' && html`<svg class="over" x="100%" y="${y - 2}" width="1" height="20"><rect class="card" x="-${noteWidth(note)}" width="${noteWidth(note)}" height="20"/><text class="note" x="0" y="14" text-anchor="end">${note}</text></svg>`}
${row.sizeA !== null && bar(47 - a, a)}${row.sizeB !== null && bar(53, b)}
<text class="mark ${kind}" x="50%" y="${y + 31}" text-anchor="middle">${row.equal ? '=' : '≠'}</text>
<text class="size" x="${(46 - a).toFixed(2)}%" y="${y + 31}" text-anchor="end">${row.sizeA === null ? 'none' : size(row.sizeA)}</text>
<text class="size" x="${(54 + b).toFixed(2)}%" y="${y + 31}">${row.sizeB === null ? 'none' : size(row.sizeB)}</text></g>`
  })
  return html`<svg class="layers" role="img" aria-labelledby="map-${at}-title map-${at}-desc" width="100%" height="${34 + rows.length * rowHeight}"><title id="map-${at}-title">Layers of A and B: ${told}</title><desc id="map-${at}-desc">A bar to the left for each layer of A, to the right for B, as long as the layer is large. The table below says the same.</desc>
<defs><pattern id="hatch-${at}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch" width="2" height="6"/></pattern></defs>
<text class="side" x="47%" y="16" text-anchor="end">${word} A</text><text class="side" x="53%" y="16">${word} B</text>${bars}</svg>`
}

/** About so wide in pixels, with a gap: it lies over the end of a label that is too long for the screen. */
const noteWidth = (note: string): number => 16 + note.length * 8

function layerTable(layers: readonly ReportLayer[], file: string, { report, blob }: Page): Html {
  const word = sideWord(report.command) === 'image' ? 'Image' : 'Build'
  const rows = layers.map(
    ({ line, endLine, base, instruction, digestA, digestB, sizeA, sizeB, equal, differingPaths }) => {
      const numbers = line === null ? '' : endLine !== null && endLine > line ? `${line}–${endLine}` : String(line)
      const at = line === null ? (base ? 'base' : '') : place({ file, line, endLine: endLine ?? line }, blob, numbers)
      return html`<tr><td>${at}</td><td><code>${clip(instruction.replace(/\s+/g, ' ').trim(), 200)}</code></td><td>${digest(digestA)}</td><td>${digest(digestB)}</td><td class="number">${size(sizeA)}</td><td class="number">${size(sizeB)}</td><td>${equal ? '= equal' : differingPaths > 0 ? `≠ ${counted(differingPaths, 'path')}` : '≠ differs'}</td></tr>`
    },
  )
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Layers as a table"><table class="wide"><caption class="away">Layers of A and B, by Dockerfile line</caption><thead><tr><th scope="col">Line</th><th scope="col">Instruction</th><th scope="col">${word} A</th><th scope="col">${word} B</th><th scope="col">Size A</th><th scope="col">Size B</th><th scope="col">State</th></tr></thead><tbody>${rows}</tbody></table></div>`
}

const digest = (value: string | null): Html => (value === null ? html`none` : html`<code>${shortDigest(value)}</code>`)
