import type { Evidence, Finding } from '../finding.ts'
import { docsUrl } from '../finding.ts'
import type { SmokeCommand } from '../options/smoke.ts'
import type { SmokeResult } from '../report/smoke-report.ts'
import { differenceWords } from '../report/smoke-words.ts'

type Told = Omit<SmokeResult, 'image'>

/** What there is to say of a command that did not do the same, or that failed; nothing where all is well. */
export function smokeFindings(told: Told, { text }: Pick<SmokeCommand, 'text'>): Finding[] {
  const quoted = `\`${short(text)}\``
  if (told.state === 'differs') return [differing(told, quoted)]
  if (told.state !== 'same')
    return [
      finding('smoke-not-compared', 'warning', 'The smoke command could not be compared', {
        message: `${quoted} was to show that both images behave the same, and does not: ${told.why ?? ''}`,
        fix: 'Mend the command, or leave `smoke-command` out.',
      }),
    ]
  const code = told.a?.exitCode ?? 0
  if (code === 0) return []
  return [
    finding('smoke-exit-code', 'warning', `The smoke command ends with exit code ${code} in both images`, {
      message: `${quoted} behaves the same in both images, but it fails in both: what it would do if it did not was not seen. ${told.a?.stderrTail.at(-1) ?? ''}`,
      fix: 'Let the command end with exit code 0 where all is well.',
    }),
  ]
}

function differing(told: Told, quoted: string): Finding {
  const { oneImage, excerpt, files, a, b } = told
  const what = differenceWords(told)
  const evidence: Evidence[] = [
    ...(told.differs.includes('exit-code')
      ? [{ what: 'exit code', a: String(a?.exitCode), b: String(b?.exitCode) }]
      : []),
    ...(excerpt ? [{ what: `standard output, ${excerpt.at}`, a: excerpt.a[0] ?? '', b: excerpt.b[0] ?? '' }] : []),
    ...files
      .filter(({ equal }) => !equal)
      .slice(0, 10)
      .map(file => ({
        what: 'content',
        path: file.path.slice(1),
        ...{ a: file.a?.digest ?? 'not there', b: file.b?.digest ?? 'not there' },
      })),
  ]
  const why = oneImage
    ? `Both images have the same content, so it is the program's own doing: of two runs of ${quoted}, ${what}.`
    : `Of ${quoted}, run in both images, ${what}.`
  const fix = oneImage
    ? 'Make what the command prints and writes depend on its input alone: fix the seed of random numbers, sort what has no order, leave out times, addresses and names of temporary files.'
    : 'Mend first what makes the images differ. If this is left where they are the same, it is the program itself.'
  return {
    ...finding('smoke-differs', 'error', oneImage ? notDeterministic : notSame, { message: why, fix }),
    evidence,
  }
}

const notDeterministic = 'The program itself is not deterministic'
const notSame = 'The two images do not behave the same'

function finding(
  id: string,
  level: Finding['level'],
  title: string,
  { message, fix }: { message: string; fix: string },
) {
  return {
    ...{ id, level, title, message, source: 'comparison', class: 'now', confidence: 'certain', paths: [], count: 0 },
    ...{ evidence: [], fix: { text: fix }, docs: docsUrl(id) },
  } satisfies Finding
}

const short = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').replaceAll('`', "'")
  return line.length > 120 ? `${line.slice(0, 119)}…` : line
}
