import { countByLevel, type Report } from './report.ts'
import { counted, type levelWords } from './words.ts'

/** https://shields.io/badges/endpoint-badge */
interface Badge {
  schemaVersion: 1
  label: string
  message: string
  color: 'brightgreen' | 'green' | 'red' | 'yellow' | 'lightgrey'
  /** Shields greys out what the user set, and shows its own colour of an error. */
  isError?: true
  /** Shields takes 300 for the least. */
  cacheSeconds: number
}

/** What a badge of shields.io shows of the report: `https://img.shields.io/endpoint?url=…` of where this file is served. */
export const renderBadge = (report: Report): string => `${JSON.stringify(badgeOf(report), null, 2)}\n`

function badgeOf(report: Report): Badge {
  const common = { schemaVersion: 1 as const, cacheSeconds: 300 }
  if (report.command === 'lint') return { ...common, label: 'reproducibility lint', ...lintWords(report) }
  const label = report.command === 'compare' ? 'images' : 'reproducible'
  const same = report.level === null ? null : sameWords[report.level]
  if (report.verdict === 'reproducible' && same !== null)
    return { ...common, label, message: same, color: report.level === 'identical' ? 'brightgreen' : 'green' }
  if (report.verdict === 'not-reproducible')
    return { ...common, label, message: report.command === 'compare' ? 'different' : 'no', color: 'red' }
  return { ...common, label, message: 'undecided', color: 'lightgrey', isError: true }
}

/** In a word: {@link levelWords} has them whole. */
const sameWords: Record<keyof typeof levelWords, string | null> = {
  identical: 'byte for byte',
  'same-content': 'same content',
  'same-files': 'same files',
  different: null,
}

function lintWords({ findings }: Report): Pick<Badge, 'message' | 'color'> {
  const { error, warning } = countByLevel(findings)
  if (error > 0) return { message: counted(error, 'error'), color: 'red' }
  return warning > 0 ? { message: counted(warning, 'warning'), color: 'yellow' } : { message: 'clean', color: 'green' }
}
