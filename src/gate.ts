import { forgetRun } from './build/forget.ts'
import { settle } from './build/setting.ts'
import { withCauses, withRules } from './explain/rules/foreseen.ts'
import { withOutcomes } from './explain/rules/outcome.ts'
import { stopwatch } from './host/stopwatch.ts'
import type { Options } from './options/options.ts'
import type { Ports } from './ports.ts'
import { provePlatform } from './prove/prove.ts'
import { composeReport, leastGap, type PlatformResult, type ReportFrame } from './report/compose.ts'
import type { Report } from './report/report.ts'
import { writeSboms } from './sbom.ts'
import { lintAndCheck } from './subjects/linted.ts'
import { suggestedChanges } from './subjects/relint.ts'
import { readSources } from './subjects/sources.ts'
import { staleIgnores } from './subjects/stale-ignores.ts'

/** What the entry knows and the options do not say. */
export interface Caller {
  version: string
  /** The head commit of the pull request, not GitHub's merge commit. */
  headSha?: string | undefined
  /** Seconds since 1970 of a commit that the clone has not. */
  commitTime?: (sha: string) => Promise<number | null>
}

/**
 * The pipeline of one Dockerfile: lint, build A and B, compare, explain, report. What goes wrong on the way is told in the report, and
 * makes its verdict undecided.
 * @throws InputError when the context or the Dockerfile is not there
 */
export async function gate(options: Options, ports: Ports, caller: Caller): Promise<Report> {
  const watch = stopwatch(ports.now)
  const sources = await readSources(options, ports)
  const linted = await watch.time('lint', () => lintAndCheck(sources, options, ports))
  const { file } = sources.dockerfile
  const stale = await staleIgnores(options, [{ file, hasContext: sources.context !== null, result: linted }])
  const feared = [...linted.findings, ...stale]
  const frame: ReportFrame = {
    tool: { name: 'repro-gate', version: caller.version },
    ...{ command: 'gate', requiredLevel: options.level, epoch: null },
    subject: { context: options.context, file, files: [file], target: options.target ?? null, commit: null },
    ...{ findings: feared, ignored: linted.ignored, ingredients: linted.ingredients },
    suggested: await suggestedChanges(sources, options, linted.findings),
    doubts: [],
    versions: { node: process.versions.node },
    timings: watch.taken,
  }
  const setting = await settle(ports, options, caller)
  if ('problem' in setting) return composeReport({ ...frame, doubts: [setting.problem] }, [])
  ports.log.info(`SOURCE_DATE_EPOCH=${setting.epoch.seconds}, ${setting.epoch.from}`)
  try {
    const platforms: PlatformResult[] = []
    for (const platform of options.platforms.length > 0 ? options.platforms : [setting.builders.A.platform])
      platforms.push(
        await provePlatform(platform, { options, ports, sources, setting, watch, version: caller.version }),
      )
    const decided = platforms.filter(({ verdict }) => verdict !== 'undecided')
    const proven = decided.flatMap(({ findings }) => findings)
    const run = { proven, decided: decided.length === platforms.length, secondsApart: leastGap(platforms) }
    const foretold = [...feared, ...linted.ignored.map(({ finding }) => finding)]
    const report = composeReport(
      {
        ...frame,
        epoch: setting.epoch,
        subject: { ...frame.subject, commit: setting.epoch.commit },
        versions: { ...setting.builders.A.versions, ...frame.versions },
        findings: withOutcomes(withCauses(feared, proven), run),
      },
      platforms.map(result => ({ ...result, findings: withRules(result.findings, foretold, linted.asked) })),
    )
    await writeSboms(options.sbom, report.verdict, platforms, ports.log)
    return report
  } finally {
    for (const builder of new Set(Object.values(setting.builders))) await forgetRun(ports, builder, setting.run)
  }
}
