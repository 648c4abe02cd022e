import { appendFile, copyFile, mkdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type KeptLog, keptLog } from '../host/kept-log.ts'
import { LimitError } from '../host/limits.ts'
import { hostProblem } from '../host/problem.ts'
import type { Options } from '../options/options.ts'
import type { Log, Ports } from '../ports.ts'
import type { Report } from '../report/report.ts'

/** The logs of a run's builds as files, which go with the run's folder unless they are kept. */
export interface BuildLogs {
  /** The log of a build that also goes into a file of that name. */
  into(name: string, log: Log): Promise<Log>
  /** Copies them into a folder that lasts; gives their paths there. A folder that cannot be made is a warning. */
  keep(folder: string): Promise<string[]>
}

export function buildLogs(ports: Ports): BuildLogs {
  const folder = join(ports.tempDir, 'logs')
  const logs = new Map<string, KeptLog>()
  return {
    async into(name, log) {
      await mkdir(folder, { recursive: true })
      let path = join(folder, `${name}.log`)
      // A build that is made once more has a log of its own.
      for (let again = 2; logs.has(path); again++) path = join(folder, `${name}-${again}.log`)
      const kept = keptLog(path, ports.masking.text)
      logs.set(path, kept)
      return {
        ...log,
        foreign: line => {
          kept.write(line)
          log.foreign(line)
        },
      }
    },
    async keep(into) {
      const paths: string[] = []
      // Who cancels a run wants nothing of it.
      if (ports.signal.aborted && !(ports.signal.reason instanceof LimitError)) return paths
      try {
        for (const [path, log] of logs) {
          const cut = await log.end()
          const place = join(into, basename(path))
          await mkdir(into, { recursive: true })
          // A link of that name, which a pull request can have, would be written through.
          await rm(place, { force: true })
          await copyFile(path, place).catch(async error => {
            await rm(place, { force: true })
            throw error
          })
          paths.push(place)
          if (cut !== null) await tellCut(place, cut, ports.log)
        }
      } catch (error) {
        ports.log.warning(
          `The logs of the builds could not be kept in ${into}: ${hostProblem(error) ?? (error as Error).message}`,
        )
      }
      return paths
    },
  }
}

/** A log that ends where the disk was full looks like one of a build that ended there. */
async function tellCut(path: string, why: string, log: Log): Promise<void> {
  log.warning(`${path} is not whole: lines of it could not be written (${why})`)
  await appendFile(path, `\n… the rest of this log could not be written (${why}) …\n`).catch(() => {})
}

/** The report, with the paths of the logs where they are kept: those of builds that proved the image are not. */
export async function withLogs(
  report: Report,
  { logs: folder }: Pick<Options, 'logs'>,
  logs: BuildLogs,
): Promise<Report> {
  const kept = report.verdict === 'reproducible' || !folder ? [] : await logs.keep(folder)
  return kept.length > 0 ? { ...report, logs: kept } : report
}
