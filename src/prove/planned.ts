import { join } from 'node:path'
import type { Beside } from '../build/audit.ts'
import type { Side } from '../build/build.ts'
import { type BuildRequest, planSide, type Run, type SidePlan } from '../build/plan.ts'
import { requestOf, type Setting } from '../build/setting.ts'
import type { Varied } from '../build/variations/vary.ts'
import type { Limits } from '../host/limits.ts'
import type { Stopwatch } from '../host/stopwatch.ts'
import type { Descriptor } from '../image/image.ts'
import type { Options } from '../options/options.ts'
import type { Ports } from '../ports.ts'
import type { Sources } from '../subjects/sources.ts'
import type { BuildLogs } from './build-logs.ts'
import type { PlatformBuild } from './platform.ts'

/** What every platform of an image shares. */
export interface Proving {
  /** Its name in a bake or compose file; null for the one image of a Dockerfile. */
  image: string | null
  options: Options
  ports: Ports
  sources: Sources
  setting: Setting
  watch: Stopwatch
  limits: Limits
  logs: BuildLogs
  /** Our own, for what is written. */
  version: string
}

/** One image for one platform: what is built twice. */
export interface Job {
  platform: string
  proving: Proving
}

/** A job with its plans; a side's builds stand in the order of these. */
export interface Planned extends Job {
  /** Of both sides, before anything is varied. */
  request: BuildRequest
  run: Run
  plans: Record<Side, SidePlan>
  /** What side B is built from. */
  varied: Varied
  layout: string
  /** For files and folders. */
  name: string
  /** Builds of other images that may have done some of its work, side by side. */
  beside: Beside
  /** Layers that are not exported, where images are; undefined: none is. */
  kept: readonly Descriptor[] | undefined
  title: string
}

/** The plans of a job; nothing is varied yet. */
export function plan({ platform, proving }: Job, run: Run, kept: Planned['kept']): Planned {
  const { image, options, ports, setting } = proving
  const request = requestOf(options, setting, platform)
  const name = [...(image === null ? [] : [image]), platform].join('-').replace(/[^\w.-]/g, '-')
  return {
    ...{ platform, proving, request, run, kept, name, title: image === null ? platform : `${image}, ${platform}` },
    plans: { A: planSide(request, 'A', run), B: planSide(request, 'B', run) },
    varied: { request, variations: [], notes: [] },
    beside: { A: [], B: [] },
    layout: join(ports.tempDir, `layout-${name}-${run.nonce}`),
  }
}

export const platformBuildOf = ({ platform, proving: { sources, options, setting } }: Planned): PlatformBuild => ({
  ...{ dockerfile: sources.dockerfile, target: options.target, buildArgs: options.buildArgs },
  ...{ platform, builders: setting.builders },
})
