import type { SidePlan } from '../build/plan.ts'
import type { PlatformResult as Told } from '../report/compose.ts'

/** What came of one platform, and of the pair that decided how A is built again from the cache. */
export interface PlatformResult extends Told {
  planA?: SidePlan
  /** The other side's; absent where it was not built. */
  planB?: SidePlan
}
