import { code, fence, folded, prose, text } from './markdown.ts'
import type { Report } from './report.ts'
import type { SmokeResult } from './smoke-report.ts'
import { nameOf, smokeState, smokeText } from './smoke-words.ts'
import { clip } from './visible.ts'
import { shortDigest, size } from './words.ts'

const mostResults = 5
const mostFiles = 20

/** One line, and where the behaviour is not the same what shows it, folded. Markdown; empty where nothing was run. */
export function smokePart(report: Report, withExcerpts = true): string {
  const said = smokeText(report)
  if (said === '') return ''
  const line = `**Behaviour:** ${prose(said, 2000)}`
  const unequal = (report.smoke?.results ?? []).filter(({ state }) => state !== 'same')
  if (!withExcerpts || unequal.length === 0) return line
  const blocks = unequal.slice(0, mostResults).map(result => block(result, report))
  const more = unequal.length > mostResults ? [`${unequal.length - mostResults} more are in report.json.`] : []
  const body = [...blocks, ...more].filter(Boolean).join('\n\n')
  return body === '' ? line : `${line}\n\n${folded(foldTitle(report), body)}`
}

const foldTitle = (report: Report): string =>
  smokeState(report) === 'differs' ? 'What the two runs did' : 'What is known of the two runs'

function block(result: SmokeResult, { smoke }: Report): string {
  const { excerpt, files, a, b, why, state } = result
  const several = (smoke?.results.length ?? 0) > 1
  const lines = (of: readonly string[], sign: string) => of.slice(0, 8).map(line => `${sign} ${clip(line, 300)}`)
  const unequal = files.filter(({ equal }) => !equal)
  const tail = state === 'same' ? [] : b?.stderrTail.length ? b.stderrTail : (a?.stderrTail ?? [])
  const parts = [
    several ? `${code(nameOf(result), 120)}:` : '',
    why === null || !several ? '' : prose(why, 1000),
    excerpt ? `Standard output, from ${text(excerpt.at)} on (A is −, B is +):` : '',
    excerpt ? fence([...lines(excerpt.a, '-'), ...lines(excerpt.b, '+')].join('\n'), 'diff') : '',
    ...unequal.slice(0, mostFiles).map(({ path, a, b }) => `- ${code(path, 200)}: A ${bytesOf(a)}, B ${bytesOf(b)}`),
    unequal.length > mostFiles ? `and ${unequal.length - mostFiles} more` : '',
    tail.length > 0 ? 'The end of its standard error:' : '',
    tail.length > 0 ? fence(tail.map(line => clip(line, 300)).join('\n')) : '',
  ]
  return parts.filter(Boolean).join('\n\n')
}

const bytesOf = (file: SmokeResult['files'][number]['a']): string =>
  file === null ? 'not there' : `${size(file.bytes)} (${code(shortDigest(file.digest), 20)})`
