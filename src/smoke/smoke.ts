import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { runsPlatform } from '../build/runnable.ts'
import { requestOf } from '../build/setting.ts'
import type { SmokeCommand } from '../options/smoke.ts'
import { gapMs, pause } from '../prove/order.ts'
import type { Proving } from '../prove/planned.ts'
import type { PlatformResult } from '../prove/result.ts'
import type { SmokeResult } from '../report/smoke-report.ts'
import { digestLevel } from '../verdict.ts'
import { compareRuns, hasRun, type NotRan, type Ran } from './compare.ts'
import { smokeFindings } from './finding.ts'
import { exportedImage } from './image.ts'
import { withoutSecrets } from './output.ts'
import { runCommand } from './run.ts'

/**
 * Runs the user's command in both images, one after the other, and tells beside what the bytes prove whether they behave
 * the same. The verdict stays as it is.
 */
export async function smoked(result: PlatformResult, proving: Proving): Promise<PlatformResult> {
  const { options, ports, watch, image } = proving
  const { smoke: command } = options
  if (command === null) return result
  const title = [image, result.platform].filter(Boolean).join(', ')
  const told = await watch.time('smoke', () =>
    ports.log.group(`Smoke command (${title})`, () => behaviour(result, command, proving)),
  )
  const words = { same: 'the same', differs: 'not the same', failed: 'not compared', 'not-run': 'not compared' }
  ports.log.info(`Smoke command (${title}): ${words[told.state]}${told.why === null ? '' : `. ${told.why}`}`)
  return { ...result, smoke: told, findings: [...result.findings, ...smokeFindings(told, command)] }
}

async function behaviour(
  { platform, sides, planA, planB }: PlatformResult,
  command: SmokeCommand,
  proving: Proving,
): Promise<Omit<SmokeResult, 'image'>> {
  const [a, b] = [sides.find(({ side }) => side === 'A'), sides.find(({ side }) => side === 'B')]
  const oneImage = a !== undefined && b !== undefined && digestLevel(a, b) !== 'different'
  const { text: mask } = proving.ports.masking
  const shown = (run: Ran | NotRan): Ran | NotRan =>
    hasRun(run)
      ? { ...run, stdout: withoutSecrets(run.stdout, mask), stderr: withoutSecrets(run.stderr, mask) }
      : { why: mask(run.why) }
  const told = (of: Ran | NotRan, other: Ran | NotRan) => ({
    ...{ platform, oneImage },
    ...compareRuns(shown(of), shown(other), command.files),
  })
  const notRun = (why: string) => told({ why }, { why })
  if (!a || !b || !planA) return notRun('There were no two images that it could be run in.')
  const { ports, options, setting } = proving
  const folder = await mkdtemp(join(ports.tempDir, 'smoke-'))
  try {
    const request = requestOf(options, setting, platform)
    if (Object.values(request.builders).some(builder => runsPlatform(builder, platform) === 'not'))
      return notRun(`The builder has neither a machine for ${platform} nor an emulator of one.`)
    const running = { command, request, run: setting.run }
    const exportA = await exportedImage(planA, a, folder, ports)
    if ('why' in exportA) return notRun(exportA.why)
    const ranA = await runCommand(ports, { ...running, side: 'A', image: exportA.image })
    // A program that tells the time must be seen to do so.
    const from = ports.now() + gapMs
    if (!hasRun(ranA)) return notRun(ranA.why)
    const exportB = oneImage ? exportA : planB ? await exportedImage(planB, b, folder, ports) : noB
    if ('why' in exportB) return told(ranA, exportB)
    await pause(from - ports.now(), ports.signal)
    return told(ranA, await runCommand(ports, { ...running, side: 'B', image: exportB.image }))
  } catch (error) {
    return notRun(`It could not be run: ${(error as Error).message}`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const noB = { why: 'Side B was not built here, so it could be run in one image alone.' }
