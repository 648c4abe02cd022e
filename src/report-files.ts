import { createHash } from 'node:crypto'
import { mkdir, readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { readPages } from './commands/pages.ts'
import { noteLost } from './host/lost-files.ts'
import { hostProblem } from './host/problem.ts'
import { forgetFile, writeWhole } from './host/whole-file.ts'
import type { Options } from './options/options.ts'
import type { Log } from './ports.ts'
import { renderBadge } from './report/badge.ts'
import { reportJson } from './report/json.ts'
import { type PredicateFacts, type PredicateKind, renderPredicate, whyNoPredicate } from './report/predicate.ts'
import type { Report } from './report/report.ts'
import { renderSarif } from './report/sarif.ts'
import { shownElsewhere } from './report/sarif-rule.ts'
import type { BlobUrl } from './report/source-link.ts'
import { pathShownAs } from './subjects/placed.ts'
import { pathsInRepository } from './subjects/repository-path.ts'

/** Where each form of the report goes, relative to the working folder; undefined: nowhere. */
export type ReportPaths = { readonly [form in Form]?: string | undefined }
export type Form = 'report' | 'sarif' | 'html' | 'badge' | 'predicate'

/** What is known beside the report. */
export interface ReportSurroundings {
  /** Where sources can be looked at. */
  blobUrl?: BlobUrl
  /** The text of the source files by name. */
  sources?: Readonly<Record<string, string>>
  /** The report was read, not made by this run: whoever wrote it says what its predicate would say. */
  wasRead?: boolean
  /** What kind of predicate is wanted; absent: SCAI. */
  predicateType?: PredicateKind
}

/**
 * Writes the report in every form that a path is given for; folders are made. A file that cannot be written is told, the
 * others are written all the same, and the verdict stays what it is.
 * @returns the paths of those that were written
 */
export async function writeReportFiles(
  report: Report,
  paths: ReportPaths,
  surroundings: ReportSurroundings,
  log: Log,
): Promise<ReportPaths> {
  const written: { [form in Form]?: string } = {}
  for (const form of forms) {
    const path = paths[form]
    if (path === undefined) continue
    try {
      const text = await renderers[form](report, surroundings)
      if (text === null) {
        await forgetFile(path)
        // Whoever asks for it on every run is told by the verdict why there is none.
        const isTold = report.verdict === 'not-reproducible' || report.verdict === 'undecided'
        log[isTold ? 'info' : 'warning'](`No predicate was written to ${path}: ${whyNone(report, surroundings)}.`)
        continue
      }
      if (form === 'predicate' && surroundings.wasRead)
        log.warning(`${path} says what the report that was read says. Sign it only if you trust who wrote that report.`)
      await makeFolder(dirname(resolve(path)))
      await writeWhole(path, text)
      written[form] = path
    } catch (error) {
      log.warning(`${nameOf[form]} could not be written: ${hostProblem(error) ?? (error as Error).message}`)
      noteLost(log, path)
    }
  }
  return written
}

/** With all above it. Node's own way never ends where the system makes no folders and says that there is none (/proc). */
export async function makeFolder(path: string): Promise<void> {
  if (await stat(path).catch(() => null)) return
  await makeFolder(dirname(path))
  await mkdir(path).catch(error => {
    if (error.code !== 'EEXIST') throw error
  })
}

/** The sources as they are now, without secrets: of a report that was read they may be others, and it may name any file of this machine. */
export async function sourcesOf(
  report: Report,
  { command, shown }: Pick<Options, 'command' | 'shown'>,
  mask: (text: string) => string,
): Promise<Record<string, string>> {
  if (command === 'report') return {}
  const texts: [string, string][] = []
  // One after the other: no system lets anybody open thousands at once.
  for (const file of report.subject.files)
    texts.push([file, mask(await readFile(pathShownAs(file, shown), 'utf8').catch(() => ''))])
  return Object.fromEntries(texts)
}

const forms: readonly Form[] = ['report', 'sarif', 'html', 'badge', 'predicate']

const nameOf: Record<Form, string> = {
  ...{ report: 'report.json', sarif: 'The SARIF file', html: 'The HTML report', badge: 'The badge' },
  predicate: 'The predicate',
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Our pages, as code scanning shows them; none where they were not installed with the program. */
const rulePages = async (): Promise<Record<string, string>> =>
  Object.fromEntries((await readPages().catch(() => [])).map(({ id, text }) => [id, shownElsewhere(text, id)]))

/** The text of each form; null where there is nothing to say. */
const renderers: Record<Form, (report: Report, surroundings: ReportSurroundings) => string | null | Promise<string>> = {
  report: reportJson,
  sarif: async report => renderSarif(report, sha256, { pages: await rulePages(), pathOf: pathsInRepository() }),
  html: async (report, { blobUrl = null, sources = {} }) => {
    // Loaded only for those who ask.
    const { renderHtml } = await import('./report/html/html.ts')
    return renderHtml(report, { blobUrl, sources })
  },
  badge: renderBadge,
  predicate: (report, surroundings) => renderPredicate(report, ...predicateFacts(report, surroundings)),
}

const whyNone = (report: Report, surroundings: ReportSurroundings): string | null =>
  whyNoPredicate(report, ...predicateFacts(report, surroundings))

/** When it was proven, only the run that proved it knows. */
const predicateFacts = (
  report: Report,
  { predicateType = 'scai', wasRead }: ReportSurroundings,
): [PredicateKind, PredicateFacts] => [
  predicateType,
  { sha256: sha256(reportJson(report)), at: wasRead ? null : new Date() },
]
