import { dirname, resolve } from 'node:path'
import { noteLost } from './host/lost-files.ts'
import { hostProblem } from './host/problem.ts'
import { forgetFile, writeWhole } from './host/whole-file.ts'
import type { Contents } from './image/contents.ts'
import type { Image } from './image/image.ts'
import { inventoryOfImage } from './packages/image-inventory.ts'
import type { Log, Ports } from './ports.ts'
import { makeFolder } from './report-files.ts'
import type { Verdict } from './verdict.ts'

/** The image whose bill of materials is asked for, and what the document says of it. */
export interface SbomSubject {
  side: 'A' | 'B'
  image: Image
  name: string | null
  platform: string
  version: string
  epoch: number | null
  contents: Contents
  /** Makes all layers ready to be read, where that is cheaper than one by one. */
  prepare?: () => Promise<void>
}

/** The SBOM of an image; null, and a warning, when the image cannot be read whole. All layers are read, each once. */
export async function sbomOf(subject: SbomSubject, log: Log, signal: AbortSignal): Promise<string | null> {
  const { side, image, name, platform, version, epoch, contents } = subject
  try {
    await subject.prepare?.()
    const inventory = await inventoryOfImage(side, image, contents)
    for (const text of inventory.unread) log.warning(`The SBOM lacks what could not be read: ${text}`)
    // Loaded only for those who ask: the library takes its time.
    const { sbomJson } = await import('./report/sbom.ts')
    return sbomJson({ inventory, image, name, platform, epoch, tool: { name: 'repro-gate', version } })
  } catch (error) {
    const problem = hostProblem(error) ?? String((error as Error)?.message ?? error)
    log.warning(`No SBOM was made${signal.aborted ? '' : `: ${problem}`}`)
    return null
  }
}

/** Writes the SBOMs of a proven image, one file for each platform. Of an image that is not proven none is written. */
export async function writeSboms(
  path: string | undefined,
  verdict: Verdict | null,
  platforms: readonly { platform: string; sbom?: string | null }[],
  { log, masking }: Pick<Ports, 'log' | 'masking'>,
): Promise<void> {
  if (path === undefined) return
  const placeOf = (platform: string): string => (platforms.length === 1 ? path : besides(path, platform))
  if (verdict !== 'reproducible') {
    for (const place of [path, ...platforms.map(({ platform }) => placeOf(platform))]) await forgetFile(place)
    return log.warning(`No SBOM was written to ${path}: there is one only of an image that was proven reproducible.`)
  }
  for (const { platform, sbom } of platforms) {
    const file = placeOf(platform)
    if (!sbom) {
      await forgetFile(file)
      noteLost(log, file)
      continue
    }
    try {
      await makeFolder(dirname(resolve(file)))
      await writeWhole(file, masking.text(sbom))
      log.info(`SBOM of ${platform}: ${file}`)
    } catch (error) {
      log.warning(`The SBOM could not be written: ${hostProblem(error) ?? (error as Error).message}`)
      noteLost(log, file)
    }
  }
}

/** `sbom.json` → `sbom.linux-arm64.json`. */
const besides = (path: string, platform: string): string => {
  const own = platform.replace(/[^A-Za-z0-9]+/g, '-')
  return /\.[^./]+$/.test(path) ? path.replace(/(\.[^./]+)$/, `.${own}$1`) : `${path}.${own}`
}
