import type { SideBuild } from '../build/build.ts'
import type { Packing } from '../build/compression.ts'
import { digestsOnly, type SidePlan } from '../build/plan.ts'
import { hasFailed, runPlan } from '../build/run.ts'
import type { Ports } from '../ports.ts'

/** How BuildKit packs images that are published, the usual way first. */
const ways: readonly Packing[] = [
  { compression: 'gzip' },
  { compression: 'gzip', dockerTypes: true },
  { compression: 'zstd' },
  { compression: 'zstd', dockerTypes: true },
  { compression: 'uncompressed' },
  { compression: 'uncompressed', dockerTypes: true },
]

/**
 * Whether the image of a build has a digest when it is packed as BuildKit packs what is published. A digest does not tell how
 * its image was packed, so each way is tried, from the builder's cache. Only a digest that is equal counts.
 * @returns null where it could not be tried
 */
export async function hasPackedDigest(
  { build, plan }: { build: SideBuild; plan: SidePlan },
  digest: string,
  ports: Ports,
): Promise<boolean | null> {
  for (const packing of ways) {
    if (ports.signal.aborted) return null
    const packed = { ...plan, packing, compression: packing.compression }
    const again = await runPlan(ports, packed, { output: digestsOnly(packed), noCache: false, quiet: true })
    // The builder may have lost steps, and made other ones anew.
    if (hasFailed(again) || again.configDigest !== build.configDigest) return null
    if (again.digest === digest) return true
  }
  return false
}
