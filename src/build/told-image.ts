import type { Image } from '../image/image.ts'
import { parseImage } from '../image/manifest.ts'
import type { Ports } from '../ports.ts'
import type { SideBuild } from './build.ts'
import { buildx } from './builder.ts'
import type { SidePlan } from './plan.ts'

const ahead = new WeakMap<SideBuild, Promise<Image | null>>()

/** Asks for a build's image while there is time: two programs less to wait for when it is needed. */
export function askAhead(ports: Ports, build: SideBuild, plan: SidePlan): void {
  ahead.set(
    build,
    ask(ports, build, plan).catch(() => null),
  )
}

/**
 * The image of a build as its builder's record tells, without any export: manifest and config, whose digests are those that
 * the build gave. Null where the builder does not tell.
 */
export const toldImage = async (ports: Ports, build: SideBuild, plan: SidePlan): Promise<Image | null> =>
  (await ahead.get(build)) ?? ask(ports, build, plan)

async function ask(ports: Ports, build: SideBuild, plan: SidePlan): Promise<Image | null> {
  const [manifest, config] = await Promise.all([
    attachment(ports, build, plan, build.digest),
    attachment(ports, build, plan, build.configDigest),
  ])
  const image = manifest && config ? parseImage(manifest, config).image : null
  return image?.digest === build.digest && image.configDigest === build.configDigest ? image : null
}

/** A blob that the builder keeps with the record of the build; null when it does not answer. Its digest is for the caller to check. */
async function attachment(
  ports: Ports,
  { ref }: SideBuild,
  { builder }: SidePlan,
  digest: string,
): Promise<Uint8Array | null> {
  const id = ref.split('/').at(-1)
  if (!id || digest === '') return null
  const args = buildx(builder, 'history', 'inspect', 'attachment')
  const signal = AbortSignal.any([ports.signal, AbortSignal.timeout(60_000)])
  const { code, stdout } = await ports.exec.capture('docker', [...args, id, digest], { signal })
  return code === 0 ? Buffer.from(stdout, 'utf8') : null
}
