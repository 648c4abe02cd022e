import type { Caller } from '../gate.ts'
import { withinTime } from '../host/limits.ts'
import { stopwatch } from '../host/stopwatch.ts'
import { openStore } from '../image-stores/open-store.ts'
import { pairPlatforms } from '../image-stores/pair.ts'
import { platformsOf } from '../image-stores/platforms.ts'
import type { Options } from '../options/options.ts'
import type { Ports } from '../ports.ts'
import { composeReport, type PlatformResult } from '../report/compose.ts'
import type { Report } from '../report/report.ts'
import { writeSboms } from '../sbom.ts'
import { readDockerfile } from '../subjects/sources.ts'
import { asInput } from './as-input.ts'
import { type Comparing, comparePlatform } from './compare-platform.ts'
import { compareRecords } from './compare-records.ts'
import { byPlatform, comparedNames, imagesOf, otherName } from './compared-names.ts'

/**
 * Images that were built by anybody, the first against each other one: open, compare each platform, explain, report.
 * @throws InputError when one of them, or the Dockerfile, is not there or cannot be read, or not in time
 */
export const compareNamed = (options: Options, ports: Ports, caller: Caller): Promise<Report> =>
  withinTime(ports, options.timeout, limited => compareWithin(options, limited, caller))

async function compareWithin(options: Options, ports: Ports, caller: Caller): Promise<Report> {
  const watch = stopwatch(ports.now)
  const { kind, names } = await comparedNames(options.images)
  if (kind === 'records') return compareRecords(names, options, ports, caller)
  const named = options.files.length > 0 || options.contextGiven
  const dockerfile = named ? await readDockerfile(options) : null
  const [nameA, ...others] = names
  const opened = async (name: string) => {
    const store = await openStore(name, ports)
    try {
      return { store, ...(await platformsOf(store)) }
    } catch (error) {
      await store.close()
      throw error
    }
  }
  const A = await asInput(() => opened(nameA), { name: nameA, signal: ports.signal })
  try {
    const results: PlatformResult[] = []
    const notes = new Set(A.notes)
    for (const [at, name] of others.entries()) {
      const B = await asInput(() => opened(name), { name, signal: ports.signal })
      try {
        for (const note of B.notes) notes.add(note)
        const comparing: Comparing = {
          ...{ ports, stores: { A: A.store, B: B.store }, dockerfile, watch, version: caller.version },
          // It is one of image A, whatever that is held against.
          options: at === 0 ? options : { ...options, sbom: undefined },
        }
        for (const pair of await asInput(async () => pairPlatforms(A.images, B.images, options.platforms))) {
          const title = `Compare ${others.length > 1 ? `${name}, ` : ''}${pair.platform}`
          const result = await ports.log.group(title, () => comparePlatform(pair, comparing))
          results.push({ ...result, ...otherName(others, name) })
        }
      } finally {
        await B.store.close()
      }
    }
    const file = dockerfile?.file ?? ''
    const report = composeReport(
      {
        ...{ tool: { name: 'repro-gate', version: caller.version }, command: 'compare', images: imagesOf(names) },
        subject: { ...{ context: '', file, files: named ? [file] : [], target: options.target ?? null }, commit: null },
        ...{ requiredLevel: options.level, findings: [], ignored: [], ingredients: null, doubts: [], epoch: null },
        ...{ notes: [...notes], versions: { node: process.versions.node }, timings: watch.taken },
      },
      byPlatform(results),
    )
    const sboms = results.filter(({ image }) => image === undefined || image === others[0])
    await writeSboms(options.sbom, report.verdict, sboms, ports)
    return report
  } finally {
    await A.store.close()
  }
}
