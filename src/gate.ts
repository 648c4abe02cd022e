import { beforeBuilders, ranOn } from './build/builders.ts'
import { dataRoots } from './build/data-root.ts'
import { toldEpoch } from './build/epoch.ts'
import { forgetSetting } from './build/forget.ts'
import { settleIfRoom } from './build/setting.ts'
import { withCauses, withRules } from './explain/rules/foreseen.ts'
import { withOutcomes } from './explain/rules/outcome.ts'
import { type Limits, withinLimits } from './host/limits.ts'
import { stopwatch } from './host/stopwatch.ts'
import type { Options } from './options/options.ts'
import type { Ports } from './ports.ts'
import { buildLogs, withLogs } from './prove/build-logs.ts'
import { type OfLedger, proveImages } from './prove/images.ts'
import { seeItIsFree } from './prove/keep.ts'
import { published, tellIfWithheld } from './release/release.ts'
import { composeReport, leastGap, type ReportFrame } from './report/compose.ts'
import type { Report } from './report/report.ts'
import { writeSboms } from './sbom.ts'
import { imagesOf, type OfWorkflow, takenOf, timedBy } from './subjects/images.ts'
import { type LintedImages, lintImages } from './subjects/linted-images.ts'
import { spaceNeeded } from './subjects/space-needed.ts'

/** What the entry knows and the options do not say. */
export interface Caller extends OfWorkflow, OfLedger {
  version: string
  /** The head commit of the pull request, not GitHub's merge commit. */
  headSha?: string | undefined
  /** Seconds since 1970 of a commit that the clone has not. */
  commitTime?: (sha: string) => Promise<number | null>
}

/**
 * The pipeline of a Dockerfile, or of all images of a bake or compose file: lint, build A and B, compare, explain, report.
 * What goes wrong on the way is told in the report, and makes its verdict undecided.
 * @throws InputError when the context, the Dockerfile or an image that was named is not there
 */
export const gate = (options: Options, ports: Ports, caller: Caller): Promise<Report> =>
  withinLimits(ports, options, dataRoots, limits => gateWithin(limits, options, caller))

async function gateWithin(limits: Limits, options: Options, { version, own, ...commit }: Caller): Promise<Report> {
  await seeItIsFree(options)
  const [ports, watch] = [limits.ports, stopwatch(limits.ports.now)]
  const images = await beforeBuilders(ports, options.builders, () => imagesOf(options, ports, own))
  // What it says is for the report alone: meanwhile the builds go on.
  const linting = watch.time('lint', () => lintImages(images, options, ports))
  linting.catch(() => {})
  const frameOf = (linted: LintedImages, doubts: string[]): ReportFrame => ({
    ...{ tool: { name: 'repro-gate', version }, command: 'gate', requiredLevel: options.level },
    ...{ subject: linted.subject, findings: linted.findings, ignored: linted.ignored },
    ...{ ingredients: linted.ingredients, suggested: linted.suggested },
    ...{ smoke: options.smoke, epoch: null, doubts, versions: { node: process.versions.node }, timings: watch.taken },
  })
  const refusal = limits.refusal(spaceNeeded(images), 'what the Dockerfile copies, for two builds')
  const setting = await settleIfRoom(ports, timedBy(images, options), { ...commit, taken: takenOf(images) }, refusal)
  if ('problem' in setting)
    return tellIfWithheld(composeReport(frameOf(await linting, [setting.problem]), []), { options, ports })
  ports.log.info(`SOURCE_DATE_EPOCH=${setting.epoch.seconds}, ${setting.epoch.from}`)
  try {
    const logs = buildLogs(ports)
    const results = await proveImages(images, { ports, setting, watch, limits, logs, version, ledger: commit.ledger })
    const linted = await linting
    const decided = results.filter(({ verdict, against }) => verdict !== 'undecided' && !against)
    const proven = decided.flatMap(({ findings }) => findings)
    const run = { proven, decided: decided.length === results.length, secondsApart: leastGap(results) }
    const foretold = [...linted.findings, ...linted.ignored.map(({ finding }) => finding)]
    const report = composeReport(
      {
        ...{ ...frameOf(linted, []), ...ranOn(setting.builders), ...toldEpoch(setting.epoch) },
        subject: { ...linted.subject, commit: setting.epoch.commit },
        findings: withOutcomes(withCauses(linted.findings, proven), run),
      },
      results.map(result => ({ ...result, findings: withRules(result.findings, foretold, linted.asked) })),
    )
    await writeSboms(options.sbom, report.verdict, results, ports)
    return await published(await withLogs(report, options, logs), results, { options, images, ports, setting })
  } finally {
    await forgetSetting(ports, setting)
  }
}
