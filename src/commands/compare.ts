import type { Caller } from '../gate.ts'
import { stopwatch } from '../host/stopwatch.ts'
import type { ImageStore } from '../image/store.ts'
import { openStore } from '../image-stores/open-store.ts'
import { pairPlatforms } from '../image-stores/pair.ts'
import { platformsOf } from '../image-stores/platforms.ts'
import { InputError, type Options } from '../options/options.ts'
import type { Ports } from '../ports.ts'
import { composeReport, type PlatformResult } from '../report/compose.ts'
import type { Report } from '../report/report.ts'
import { writeSboms } from '../sbom.ts'
import { readDockerfile } from '../subjects/sources.ts'
import { asInput } from './as-input.ts'
import { type Comparing, comparePlatform } from './compare-platform.ts'
import { compareRecords, isRecord } from './compare-records.ts'

/**
 * Two images that were built by anybody: open both, compare each platform, explain, report.
 * @throws InputError when one of them, or the Dockerfile, is not there or cannot be read
 */
export async function compareNamed(options: Options, ports: Ports, caller: Caller): Promise<Report> {
  const watch = stopwatch(ports.now)
  const images = options.images ?? { A: '', B: '' }
  const records = await Promise.all([images.A, images.B].map(isRecord))
  if (records.every(Boolean)) return compareRecords(images, options, ports, caller)
  if (records.some(Boolean)) throw new InputError([mixed])
  const named = options.files.length > 0 || options.contextGiven
  const dockerfile = named ? await readDockerfile(options) : null
  const opened: ImageStore[] = []
  const open = async (name: string): Promise<ImageStore> => {
    const store = await openStore(name, ports)
    opened.push(store)
    return store
  }
  try {
    const stores = await asInput(async () => ({ A: await open(images.A), B: await open(images.B) }))
    const found = await asInput(async () => ({ A: await platformsOf(stores.A), B: await platformsOf(stores.B) }))
    const pairs = await asInput(async () => pairPlatforms(found.A.images, found.B.images, options.platforms))
    const comparing: Comparing = { options, ports, stores, dockerfile, watch, version: caller.version }
    const platforms: PlatformResult[] = []
    for (const pair of pairs)
      platforms.push(await ports.log.group(`Compare ${pair.platform}`, () => comparePlatform(pair, comparing)))
    const file = dockerfile?.file ?? ''
    const report = composeReport(
      {
        ...{ tool: { name: 'repro-gate', version: caller.version }, command: 'compare', images, epoch: null },
        subject: { ...{ context: '', file, files: named ? [file] : [], target: options.target ?? null }, commit: null },
        ...{ requiredLevel: options.level, findings: [], ignored: [], ingredients: null, doubts: [] },
        notes: [...new Set([...found.A.notes, ...found.B.notes])],
        ...{ versions: { node: process.versions.node }, timings: watch.taken },
      },
      platforms,
    )
    await writeSboms(options.sbom, report.verdict, platforms, ports)
    return report
  } finally {
    for (const store of opened) await store.close()
  }
}

const mixed =
  'a record is compared with another record: hold a build against it with repro-gate verify --record, or write down the other one with repro-gate record'
