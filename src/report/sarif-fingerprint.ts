import type { Finding } from '../finding.ts'
import type { Report } from './report.ts'

/**
 * What tells each finding from the others, and stays the same when lines move: its rule, its file, the text of the
 * instruction (or, of a line that makes no layer, what is said of it without its numbers), and the folders that differ.
 * Alike ones are numbered.
 */
export function fingerprints(findings: readonly Finding[], report: Report, hash: (text: string) => string): string[] {
  const seen = new Map<string, number>()
  return findings.map(finding => {
    const key = hash(JSON.stringify(partsOf(finding, report))).slice(0, 32)
    const alike = (seen.get(key) ?? 0) + 1
    seen.set(key, alike)
    return `${key}:${alike}`
  })
}

function partsOf(finding: Finding, { layers }: Report): string[] {
  const { id, location, message, images = [], paths } = finding
  const layer =
    location &&
    layers.find(({ line, endLine }) => line !== null && line <= location.line && location.line <= (endLine ?? line))
  const text = layer ? layer.instruction.replace(/\s+/g, ' ') : numberless(message)
  return [id, location?.file ?? '', text, ...[...images].sort(), ...foldersOf(paths)]
}

/** Names of files may be drawn anew in every build, those of the folders above seldom are. */
const foldersOf = (paths: readonly string[]): string[] =>
  [...new Set(paths.map(path => numberless(path.split('/').slice(0, -1).slice(0, 3).join('/'))))].sort().slice(0, 20)

const numberless = (text: string): string => text.replace(/[0-9a-f]*\d[0-9a-f]*/gi, '#')
