import type { Ports } from '../ports.ts'
import { makePins, type Pins } from './bases.ts'
import type { Side } from './build.ts'
import { type Builder, BuilderError } from './builder.ts'
import { findBuilders } from './builders.ts'
import { type CacheMounts, createCacheMounts } from './cache-mounts.ts'
import { leastCompression } from './compression.ts'
import { type Epoch, EpochError, type EpochRequest, resolveEpoch } from './epoch.ts'
import { forgetSetting } from './forget.ts'
import { type LastCall, lastCallOf } from './last-call.ts'
import { type BuildRequest, newRun, type Run } from './plan.ts'
import { prepareSecrets, type Secrets } from './secrets.ts'
import type { Throwaway } from './throwaway.ts'
import { variationsNamed } from './variations/variations.ts'

/** What all builds of one gate run share. */
export interface Setting {
  /** One and the same for both sides, where the user named one. */
  builders: Record<Side, Builder>
  /** Builders that this run made. */
  throwaways: Throwaway[]
  /** How long what is done at the very end may take. */
  last: LastCall
  epoch: Epoch
  secrets: Secrets
  run: Run
  mounts: CacheMounts
  pins: Pins
}

/** What the user asked for, as far as builds need it. */
export type BuildWishes = Omit<
  BuildRequest,
  'platform' | 'secrets' | 'builders' | 'epoch' | 'sourcePolicy' | 'linked'
> & {
  /** What people call the context, where its folder is one of ours. */
  contextName?: string
  /** Where the commit of a context is known that has no `.git`. */
  repository?: string
  /** None: the current one. Two: one for each side. */
  builders: readonly string[]
  sourceDateEpoch: 'commit' | number
  secrets: readonly string[]
  secretEnvs: readonly string[]
  secretFiles: readonly string[]
}

/**
 * Finds the builder and the time, and puts the secrets away.
 * @returns the setting, or why there is none, in words for the user
 */
export async function settle(
  ports: Ports,
  wishes: BuildWishes,
  caller: Pick<EpochRequest, 'headSha' | 'commitTime' | 'taken'>,
): Promise<Setting | { problem: string }> {
  try {
    const buildArg = wishes.buildArgs.SOURCE_DATE_EPOCH
    const epoch = await resolveEpoch(ports, {
      given: wishes.sourceDateEpoch,
      context: wishes.repository ?? wishes.context,
      buildArg,
      ...caller,
    })
    const last = lastCallOf(ports)
    const secrets = await prepareSecrets(ports, wishes)
    const found = await findBuilders(ports, wishes.builders, last, { hostNetwork: wishes.network === 'host' })
    return { ...found, last, epoch, secrets, run: newRun(), mounts: createCacheMounts(), pins: await makePins(ports) }
  } catch (error) {
    if (error instanceof BuilderError) return { problem: error.message }
    // A folder of ours is nothing to the user, who knows it by another name.
    const { context, contextName = context } = wishes
    if (error instanceof EpochError) return { problem: error.message.replaceAll(context, contextName) }
    throw error
  }
}

/**
 * The same, while it is seen whether there is room for the builds at all; what was made is removed where there is none.
 * @param refusal why there is no room; null: there is
 */
export async function settleIfRoom(
  ports: Ports,
  wishes: BuildWishes,
  caller: Pick<EpochRequest, 'headSha' | 'commitTime' | 'taken'>,
  refusal: Promise<string | null>,
): Promise<Setting | { problem: string }> {
  // Each asks docker, and each question starts a program: they are all asked at once.
  const settling = settle(ports, wishes, caller)
  settling.catch(() => {})
  const short = await refusal
  if (short === null) return settling
  // Where there is no room, that may have failed for want of it.
  const setting = await settling.catch(() => null)
  if (setting !== null && !('problem' in setting)) await forgetSetting(ports, setting)
  return { problem: short }
}

/** One platform's build, alike for both sides. */
export function requestOf(wishes: VariedWishes, setting: Setting, platform: string): BuildRequest {
  const { builders, epoch, secrets, pins } = setting
  const { linked = {}, ...own } = wishes
  const others = Object.entries(linked).map(([name, one]) => [name, requestOf(one, setting, platform)])
  return {
    ...own,
    builders,
    compression: leastCompression(
      builders,
      variationsNamed(wishes.variations).some(({ builder }) => builder !== undefined),
    ),
    ...{ secrets, epoch: epoch.seconds, sourcePolicy: pins.file ?? undefined, platform },
    ...(others.length > 0 ? { linked: Object.fromEntries(others) } : {}),
  }
}

type VariedWishes = BuildWishes & {
  variations: readonly string[]
  /** How the targets are built that are contexts of it. */
  linked?: Readonly<Record<string, VariedWishes>>
}
