import type { Edit, Location } from '../finding.ts'

/** https://docs.oasis-open.org/sarif/sarif/v2.1.0, as far as we write it. */
export interface PhysicalLocation {
  artifactLocation: { uri: string; uriBaseId?: string }
  region?: Region
}

export interface Region {
  startLine: number
  startColumn?: number
  endLine?: number
  /** The column behind the last character, as ours. */
  endColumn?: number
}

const root = '%SRCROOT%'

/** The root of the repository: the run says what it stands for. */
export const sourceRoot = { [root]: { description: { text: 'The root of the repository.' } } }

/** A file of the repository as a relative URI; null for a path that leaves it, or that no repository can hold. */
export function artifactOf(file: string): PhysicalLocation['artifactLocation'] | null {
  const path = file.replace(/^(?:\.\/+)+/, '')
  // What an image's provenance or a record holds, or came by standard input, is in no repository that we know.
  if (
    path === '' ||
    path === '-' ||
    path.length > 4096 ||
    /^(?:provenance|record):/.test(path) ||
    /^\/|\\|[\p{Cc}\p{Cs}]/u.test(path)
  )
    return null
  const parts = path.split('/')
  if (parts.some(part => part === '' || part === '.' || part === '..')) return null
  return { uri: parts.map(encodeURIComponent).join('/'), uriBaseId: root }
}

/** Lines and columns that SARIF takes; null for a place that cannot be. */
export function placeOf({ file, line, endLine, column, endColumn }: Location): PhysicalLocation | null {
  const artifactLocation = artifactOf(file)
  if (artifactLocation === null || !isCount(line)) return null
  const end = isCount(endLine) && endLine > line ? endLine : line
  const region: Region = { startLine: line, endLine: end }
  if (end === line && isCount(column)) region.startColumn = column
  if (region.startColumn !== undefined && isCount(endColumn) && endColumn > region.startColumn)
    region.endColumn = endColumn
  return { artifactLocation, region }
}

/** The text that an edit takes out; an empty one is a place to insert at. Null where the edit cannot be. */
export function deletedRegion({ line, column, endLine, endColumn }: Edit): Region | null {
  const forward = endLine > line || (endLine === line && endColumn >= column)
  if (![line, column, endLine, endColumn].every(isCount) || !forward) return null
  return { startLine: line, startColumn: column, endLine, endColumn }
}

const isCount = (number: number | undefined): number is number =>
  number !== undefined && Number.isInteger(number) && number >= 1 && number < 2 ** 31
