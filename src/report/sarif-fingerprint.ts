import type { Finding } from '../finding.ts'
import type { Report } from './report.ts'

/**
 * What tells each finding from the others, and stays the same when lines move: its rule, its file, the text of the
 * instruction (or, of a line that makes no layer, what is said of it without its numbers), and the folders that differ.
 * Alike ones are numbered.
 */
export function fingerprints(findings: readonly Finding[], report: Report, hash: (text: string) => string): string[] {
  const seen = new Map<string, number>()
  const instructionAt = instructions(report)
  return findings.map(finding => {
    const key = hash(JSON.stringify(partsOf(finding, instructionAt))).slice(0, 32)
    const alike = (seen.get(key) ?? 0) + 1
    seen.set(key, alike)
    return `${key}:${alike}`
  })
}

/** The instruction of the first layer that a line makes. Each line is looked for once: thousands of images have ten thousands of layers. */
function instructions({ layers }: Report): (line: number) => string | null {
  const known = new Map<number, string | null>()
  const found = (at: number): string | null =>
    layers.find(({ line, endLine }) => line !== null && line <= at && at <= (endLine ?? line))?.instruction ?? null
  return at => {
    const text = known.has(at) ? (known.get(at) ?? null) : found(at)
    known.set(at, text)
    return text
  }
}

function partsOf(finding: Finding, instructionAt: (line: number) => string | null): string[] {
  const { id, location, message, images = [], paths } = finding
  const instruction = location ? instructionAt(location.line) : null
  const text = instruction === null ? numberless(message) : instruction.replace(/\s+/g, ' ')
  return [id, location?.file ?? '', text, ...[...images].sort(), ...foldersOf(paths)]
}

/** Names of files may be drawn anew in every build, those of the folders above seldom are. */
const foldersOf = (paths: readonly string[]): string[] =>
  [...new Set(paths.map(path => numberless(path.split('/').slice(0, -1).slice(0, 3).join('/'))))].sort().slice(0, 20)

const numberless = (text: string): string => text.replace(/[0-9a-f]*\d[0-9a-f]*/gi, '#')
