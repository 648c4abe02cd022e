import { type Fitted, fitInto, notShown } from './fit.ts'
import { code, folded, table } from './markdown.ts'
import type { Report, ReportLayer } from './report.ts'
import { type BlobUrl, sourceLink } from './source-link.ts'
import { counted, size } from './words.ts'

/** More rows than this are folded. */
const openRows = 12

/**
 * A picture of the image: its layers by Dockerfile line, equal or not, each with bars of its size in A and in B; one
 * table an image and platform; equal base layers are one row.
 *
 * A table with bars of Unicode blocks, because it was tried beside Mermaid: GitHub draws Mermaid in a frame of its own,
 * too small to read on a phone, silent to a screen reader, not to be copied, and in its own colours; blocks are text.
 * Equal layers are pale and differing ones black or white, as the theme has it: no colour has to be told apart.
 */
export function layerTables(report: Report, blob: BlobUrl, budget: number): string {
  const groups = new Map<string, ReportLayer[]>()
  for (const layer of report.layers) {
    const key = JSON.stringify([layer.image, layer.platform])
    groups.set(key, [...(groups.get(key) ?? []), layer])
  }
  // Of many images those are looked at that differ.
  const all = [...groups.values()].sort((a, b) => Number(allEqual(a)) - Number(allEqual(b)))
  const shown = all.slice(0, 20)
  const platforms = new Set(report.layers.map(({ platform }) => platform))
  const left = all.length - shown.length
  const parts = shown.map(layers => {
    const { image, platform = '' } = layers[0] ?? {}
    const names = [image, platforms.size > 1 ? platform : undefined].filter(name => name !== undefined)
    const title = ['Layers', ...names.map(name => code(name, 80))].join(', ')
    return layerTable(title, layers, report, blob, Math.floor(budget / shown.length))
  })
  return [...parts, left > 0 ? notShown(left, 'table') : ''].filter(Boolean).join('\n\n')
}

const allEqual = (layers: readonly ReportLayer[]): boolean => layers.every(({ equal }) => equal)

function layerTable(title: string, layers: ReportLayer[], report: Report, blob: BlobUrl, budget: number): string {
  // Of images without a Dockerfile no line is known.
  const lined = layers.some(({ line }) => line !== null)
  const head = ['Line', 'A and B', 'Size', 'Instruction'].slice(lined ? 0 : 1)
  const differing = layers.filter(layer => !layer.equal).length
  const heading = `${title}: ${differing === 0 ? 'all equal' : `${differing} of ${layers.length} differ`}`
  const image = layers[0]?.image
  const file = report.results?.find(result => result.image === image)?.file ?? report.subject.file
  const rows = rowsOf(layers, file, blob).map(cells => cells.slice(lined ? 0 : 1))
  const fitted: Fitted = fitInto(rows, row => `| ${row.join(' | ')} |`, budget - 600)
  if (fitted.parts.length === 0 && rows.length > 0) return `### ${heading}\n\n${notShown(layers.length, 'layer')}`
  const hidden = fitted.left === 0 ? 0 : layers.length - layersIn(layers, fitted.parts.length)
  const body = [table(head, rows.slice(0, fitted.parts.length), lined ? ['right'] : []), notShown(hidden, 'layer')]
  const text = body.filter(Boolean).join('\n\n')
  // What is equal from bottom to top needs no look.
  if (differing === 0) return folded(heading, text)
  return `### ${heading}\n\n${rows.length > openRows ? folded('Show the layers', text) : text}`
}

/** How many layers the first rows tell of: equal base layers are one row. */
function layersIn(layers: readonly ReportLayer[], rows: number): number {
  const base = layers.filter(layer => layer.base && layer.equal).length
  return base === 0 ? rows : base + rows - 1
}

/** Differing layers keep their place: the first that differs is the one to look at. */
function rowsOf(layers: readonly ReportLayer[], file: string, blob: BlobUrl): string[][] {
  const base = layers.filter(layer => layer.base && layer.equal)
  const rest = layers.filter(layer => !(layer.base && layer.equal))
  const bytes = base.reduce((sum, layer) => sum + (layer.sizeA ?? 0), 0)
  const most = Math.max(bytes, ...rest.flatMap(({ sizeA, sizeB }) => [sizeA ?? 0, sizeB ?? 0]))
  const rows = rest.map(layer => row(layer, file, blob, most))
  if (base.length === 0) return rows
  return [
    ['', 'equal', `${pale(bytes, most)}&nbsp;${unbroken(size(bytes))}`, counted(base.length, 'base layer')],
    ...rows,
  ]
}

function row(layer: ReportLayer, file: string, blob: BlobUrl, most: number): string[] {
  const { line, endLine, instruction, equal, digestA, digestB, sizeA, differingPaths, base } = layer
  const place = line === null ? (base ? 'base' : '') : lineLink(file, line, endLine ?? line, blob)
  const only = digestA === null ? 'only in B' : digestB === null ? 'only in A' : ''
  const files = differingPaths > 0 ? counted(differingPaths, 'path') : ''
  const differs = [only, files].filter(Boolean).join(', ') || 'differ'
  return [
    place,
    equal ? 'equal' : `**≠**&nbsp;${unbroken(differs)}`,
    equal ? `${pale(sizeA, most)}&nbsp;${unbroken(size(sizeA))}` : bars(layer, most),
    instruction === '' ? '' : code(oneLine(instruction), 90),
  ]
}

/** The same for a terminal, in one line: a bar of the bigger side, and both sizes where they are apart. */
export function layerBars(layers: readonly ReportLayer[]): (layer: ReportLayer) => string {
  const most = Math.max(0, ...layers.flatMap(({ sizeA, sizeB }) => [sizeA ?? 0, sizeB ?? 0]))
  return ({ equal, sizeA, sizeB }) => {
    const bytes = Math.max(sizeA ?? 0, sizeB ?? 0)
    const bar = (equal ? pale(bytes, most) : solid(bytes, most)).padEnd(longest)
    const [a, b] = [size(sizeA), size(sizeB)]
    return `${bar} ${a === b ? a : `${sizeA === null ? 'none' : a} → ${sizeB === null ? 'none' : b}`}`
  }
}

/** Both sides, one below the other. */
function bars({ sizeA, sizeB }: ReportLayer, most: number): string {
  const bar = (side: string, bytes: number | null): string =>
    bytes === null ? `${side}&nbsp;none` : `${side}&nbsp;${solid(bytes, most)}&nbsp;${unbroken(size(bytes))}`
  const apart =
    sizeA !== sizeB && sizeA !== null && sizeB !== null && size(sizeA) === size(sizeB)
      ? `, ${change(sizeA, sizeB)}`
      : ''
  return `${bar('A', sizeA)}<br>${bar('B', sizeB)}${unbroken(apart)}`
}

/** Where both round to the same: by how much B is apart. */
const change = (a: number, b: number): string => `${size(Math.abs(b - a))} ${b > a ? 'more' : 'less'}`

const longest = 8
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** In proportion to the biggest of the table, never nothing; sizes come from a manifest, and may be anything. */
function blocks(bytes: number, most: number, all: number): number {
  const share = bytes / Math.max(1, most)
  return share > 0 && share <= 1 ? Math.max(1, Math.round(share * all)) : 1
}

function solid(bytes: number, most: number): string {
  const parts = blocks(bytes, most, longest * 8)
  return `${'█'.repeat(Math.floor(parts / 8))}${eighths[parts % 8]}`
}

const pale = (bytes: number | null, most: number): string => '░'.repeat(blocks(bytes ?? 0, most, longest))

const unbroken = (cell: string): string => cell.replaceAll(' ', '&nbsp;')

const oneLine = (instruction: string): string => instruction.replace(/\s+/g, ' ').trim()

/** Only the numbers: the table is about one Dockerfile. */
function lineLink(file: string, line: number, endLine: number, blob: BlobUrl): string {
  const numbers = endLine > line ? `${line}–${endLine}` : String(line)
  const linked = sourceLink({ file, line, endLine }, blob)
  return linked.replace(/<code>.*?<\/code>/, () => numbers)
}
