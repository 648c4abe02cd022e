import type { Ports } from '../ports.ts'
import type { Side } from './build.ts'
import { type Builder, BuilderError, findBuilder } from './builder.ts'
import { type Epoch, EpochError, type EpochRequest, resolveEpoch } from './epoch.ts'
import { type BuildRequest, newRun, type Run } from './plan.ts'
import { prepareSecrets, type Secrets } from './secrets.ts'

/** What all builds of one gate run share. */
export interface Setting {
  builders: Record<Side, Builder>
  epoch: Epoch
  secrets: Secrets
  run: Run
}

/** What the user asked for, as far as builds need it. */
export type BuildWishes = Omit<BuildRequest, 'platform' | 'secrets' | 'builders' | 'epoch'> & {
  builder: string | undefined
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
  caller: Pick<EpochRequest, 'headSha' | 'commitTime'>,
): Promise<Setting | { problem: string }> {
  try {
    const builder = await findBuilder(ports, wishes)
    const buildArg = wishes.buildArgs.SOURCE_DATE_EPOCH
    const epoch = await resolveEpoch(ports, {
      given: wishes.sourceDateEpoch,
      context: wishes.context,
      buildArg,
      ...caller,
    })
    return { builders: { A: builder, B: builder }, epoch, secrets: await prepareSecrets(ports, wishes), run: newRun() }
  } catch (error) {
    if (error instanceof BuilderError || error instanceof EpochError) return { problem: error.message }
    throw error
  }
}

/** One platform's build, alike for both sides. */
export const requestOf = (
  wishes: BuildWishes,
  { builders, epoch, secrets }: Setting,
  platform: string,
): BuildRequest => ({
  ...wishes,
  builders,
  secrets,
  epoch: epoch.seconds,
  platform,
})
