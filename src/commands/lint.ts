import type { Caller } from '../gate.ts'
import { stopwatch } from '../host/stopwatch.ts'
import { InputError, type Options } from '../options/options.ts'
import type { Ports } from '../ports.ts'
import { composeReport } from '../report/compose.ts'
import type { Report } from '../report/report.ts'
import { lintAndCheck } from '../subjects/linted.ts'
import { suggestedChanges } from '../subjects/relint.ts'
import { readSources, type SharedContexts, type Sources, type Subject } from '../subjects/sources.ts'
import { staleIgnores } from '../subjects/stale-ignores.ts'
import { subjectsOf } from '../subjects/subjects.ts'
import { lintedTogether } from '../subjects/together.ts'

/**
 * Lints every Dockerfile that the options name, and tells it in one report.
 * @throws InputError when one of them is not there
 */
export async function lintAll(options: Options, ports: Ports, caller: Caller): Promise<Report> {
  const watch = stopwatch(ports.now)
  const linted = await eachSubject(options, ports, async (subject, sources) => {
    const result = await watch.time('lint', () => lintAndCheck(sources, subject, ports))
    const suggested = await suggestedChanges(sources, subject, result.findings)
    const { file } = sources.dockerfile
    return { subject, file, hasContext: sources.context !== null, result, suggested }
  })
  const files = [...new Set(linted.map(({ file }) => file))]
  const first = linted[0]?.subject
  const stale = await staleIgnores(options, linted)
  const { findings, ignored, ingredients, suggested } = lintedTogether(linted, stale)
  return composeReport(
    {
      ...{ tool: { name: 'repro-gate', version: caller.version }, command: 'lint', requiredLevel: null, epoch: null },
      subject: {
        context: options.contextName ?? first?.context ?? options.context,
        ...{ file: files[0] ?? options.file, files, target: first?.target ?? null, commit: null },
      },
      ...{ findings, ignored, ingredients, suggested },
      ...{ doubts: [], versions: { node: process.versions.node }, timings: watch.taken },
    },
    [],
  )
}

/**
 * Does the work for every Dockerfile that the options name, one after the other, with what was read for it.
 * @throws InputError with all that is missing, of all of them
 */
export async function eachSubject<T>(
  options: Options,
  ports: Ports,
  work: (subject: Subject, sources: Sources) => Promise<T>,
): Promise<T[]> {
  const results: T[] = []
  const problems: string[] = []
  const shared: SharedContexts = new Map()
  for (const subject of await subjectsOf(options, ports)) {
    try {
      results.push(await work(subject, await readSources(subject, ports, shared)))
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      problems.push(...error.problems)
    }
  }
  if (problems.length > 0) throw new InputError([...new Set(problems)])
  return results
}
