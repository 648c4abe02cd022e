import { parseDockerfile } from '../dockerfile/parse.ts'
import type { Finding } from '../finding.ts'
import type { Texts } from '../fix/apply.ts'
import { unifiedDiff } from '../fix/diff.ts'
import { type Effort, type Look, type Looked, mend } from '../fix/mend.ts'
import { outlineOf } from '../fix/outline.ts'
import { narrowedBy } from '../lint/context/narrowed.ts'
import type { FileChange } from '../report/fix-report.ts'
import { lintOf } from './linted.ts'
import type { Sources, Subject } from './sources.ts'

/** The only files that are ever changed: the Dockerfile, and the ignore file in force or to be made; null: not there yet. */
export const filesOf = ({ dockerfile, context, ignoreFile }: Sources): [string, string | null][] => [
  [dockerfile.file, dockerfile.text],
  ...(context === null ? [] : [[context.ignorePath, ignoreFile?.text ?? null] as [string, string | null]]),
]

/** Looks to be remembered: a file may be large. */
const mostKept = 8

/** The lint of the sources as if these were their texts. */
export function lookFor(sources: Sources, subject: Subject): Look {
  const { file } = sources.dockerfile
  const looks = new Map<string, Looked>()
  let narrowed = { text: sources.ignoreFile?.text ?? '', context: sources.context, ignoreFile: sources.ignoreFile }
  return (texts: Texts) => {
    const text = texts.get(file) ?? ''
    const ignoreText = sources.context === null ? '' : (texts.get(sources.context.ignorePath) ?? '')
    // A round starts with what the one before ended with.
    const key = JSON.stringify([text, ignoreText])
    const before = looks.get(key)
    if (before !== undefined) return before
    const dockerfile = text === sources.dockerfile.text ? sources.dockerfile : parseDockerfile(text, file)
    if (sources.context !== null && ignoreText !== narrowed.text) {
      const ignoreFile = { file: sources.context.ignorePath, text: ignoreText }
      narrowed = { text: ignoreText, context: narrowedBy(sources.context, ignoreText), ignoreFile }
    }
    const { context, ignoreFile } = narrowed
    const { findings } = lintOf({ ...sources, dockerfile, context, ignoreFile }, subject)
    const looked = { findings, outline: outlineOf(dockerfile) }
    if (looks.size >= mostKept) looks.clear()
    looks.set(key, looked)
    return looked
  }
}

/** Nobody waits for suggestions: for a long file fewer are tried one by one. `fix` takes the time it needs. */
const effortFor = (text: string): Effort => ({
  rounds: 4,
  looks: Math.max(1, Math.min(40, Math.floor(charactersRead / (text.length + 1)))),
})

/** About what a second is enough for. */
const charactersRead = 250_000

/**
 * The changes of one Dockerfile and its ignore file that need nobody's answer, as diffs: what `fix` would do at least.
 * @param findings what the lint says of the sources
 */
export async function suggestedChanges(
  sources: Sources,
  subject: Subject,
  findings: readonly Finding[],
): Promise<Pick<FileChange, 'file' | 'diff'>[]> {
  if (!findings.some(({ fix }) => fix?.edits !== undefined)) return []
  const files = new Map(filesOf(sources))
  const texts = new Map([...files].map(([file, text]) => [file, text ?? '']))
  const mended = await mend(
    texts,
    lookFor(sources, subject),
    () => true,
    async () => new Map(),
    effortFor(sources.dockerfile.text),
  )
  return [...mended.texts]
    .map(([file, text]) => ({
      file,
      diff: text === texts.get(file) ? '' : unifiedDiff(file, files.get(file) ?? null, text),
    }))
    .filter(({ diff }) => diff !== '')
}
