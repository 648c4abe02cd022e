import { type Fitted, fitInto, notShown } from './fit.ts'
import { code, folded, table } from './markdown.ts'
import type { Report, ReportLayer } from './report.ts'
import { type BlobUrl, sourceLink } from './source-link.ts'
import { counted, shortDigest, sideWord, size } from './words.ts'

/** More rows than this are folded. */
const openRows = 12

/** The layers of A and B side by side, by Dockerfile line, one table an image and platform; equal base layers are one row. */
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
  return shown
    .map(layers => {
      const { image, platform = '' } = layers[0] ?? {}
      const names = [image, platforms.size > 1 ? platform : undefined].filter(name => name !== undefined)
      const title = ['Layers', ...names.map(name => code(name, 80))].join(', ')
      return layerTable(title, layers, report, blob, Math.floor(budget / shown.length))
    })
    .join('\n\n')
}

const allEqual = (layers: readonly ReportLayer[]): boolean => layers.every(({ equal }) => equal)

function layerTable(title: string, layers: ReportLayer[], report: Report, blob: BlobUrl, budget: number): string {
  const side = sideWord(report.command) === 'image' ? 'Image' : 'Build'
  const head = ['Line', 'Instruction', `${side} A`, `${side} B`, 'Size', '']
  const differing = layers.filter(layer => !layer.equal).length
  const heading = `${title}: ${differing === 0 ? 'all equal' : `${differing} of ${layers.length} differ`}`
  const image = layers[0]?.image
  const file = report.results?.find(result => result.image === image)?.file ?? report.subject.file
  const rows = rowsOf(layers, file, blob)
  const fitted: Fitted = fitInto(rows, row => `| ${row.join(' | ')} |`, budget - 400)
  if (fitted.parts.length === 0 && rows.length > 0) return `### ${heading}\n\n${notShown(layers.length, 'layer')}`
  const body = [
    table(head, rows.slice(0, fitted.parts.length), ['right', '', '', '', 'right']),
    notShown(fitted.left, 'layer'),
  ]
  const text = body.filter(Boolean).join('\n\n')
  return rows.length > openRows ? `### ${heading}\n\n${folded('Show the layers', text)}` : `### ${heading}\n\n${text}`
}

/** Differing layers keep their place: the first that differs is the one to look at. */
function rowsOf(layers: readonly ReportLayer[], file: string, blob: BlobUrl): string[][] {
  const base = layers.filter(layer => layer.base && layer.equal)
  const rest = layers.filter(layer => !(layer.base && layer.equal))
  const rows = rest.map(layer => row(layer, file, blob))
  if (base.length === 0) return rows
  const bytes = base.reduce((sum, layer) => sum + (layer.sizeA ?? 0), 0)
  return [['', `${counted(base.length, 'base layer')}`, '', 'equal', unbroken(size(bytes)), '='], ...rows]
}

function row(layer: ReportLayer, file: string, blob: BlobUrl): string[] {
  const { line, endLine, instruction, equal, digestA, digestB, sizeA, sizeB, differingPaths, base } = layer
  const place = line === null ? (base ? 'base' : '') : lineLink(file, line, endLine ?? line, blob)
  const sizes =
    sizeA === sizeB
      ? size(sizeA)
      : `${size(sizeA)} → ${size(sizeB)}`.replace(/^(.*) → \1$/, `$1, ${apart(sizeA, sizeB)}`)
  const differs = differingPaths > 0 ? counted(differingPaths, 'path') : 'differs'
  return [
    place,
    instruction === '' ? '' : code(oneLine(instruction), 90),
    digest(digestA),
    equal ? 'equal' : digest(digestB),
    unbroken(sizes),
    equal ? '=' : `**≠**&nbsp;${unbroken(differs)}`,
  ]
}

/** Where both round to the same: by how much B is apart. */
const apart = (a: number | null, b: number | null): string =>
  a === null || b === null ? '' : `B ${b > a ? '+' : '−'}${size(Math.abs(b - a))}`

const unbroken = (cell: string): string => cell.replaceAll(' ', '&nbsp;')

const digest = (value: string | null): string => (value === null ? 'none' : code(shortDigest(value)))

const oneLine = (instruction: string): string => instruction.replace(/\s+/g, ' ').trim()

/** Only the numbers: the table is about one Dockerfile. */
function lineLink(file: string, line: number, endLine: number, blob: BlobUrl): string {
  const numbers = endLine > line ? `${line}–${endLine}` : String(line)
  const linked = sourceLink({ file, line, endLine }, blob)
  return linked.replace(/<code>.*?<\/code>/, () => numbers)
}
