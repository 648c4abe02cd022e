import { type AttestedRequest, shown } from './attested-request.ts'
import { frontendProblem, syntaxProblem } from './frontend.ts'
import { planIds } from './ids.ts'
import { plainName } from './materials.ts'
import { bounded, emptyPlan, type Planned, type ReplayBuild, type ReplayPlan, type ReplayWishes } from './plan.ts'
import { planOptions } from './request-options.ts'
import { planSource } from './source.ts'

/** The image that is to be built again. */
export interface ReplayedImage {
  name: string
  platform: string
  /** Whether its layers say that their file times were set to SOURCE_DATE_EPOCH. */
  rewritten: boolean
}

/**
 * What can be built again of an image by what its provenance says, and what cannot and why.
 * @returns no build where the plan refuses
 */
export function planImage(
  { name, platform, rewritten }: ReplayedImage,
  request: AttestedRequest,
  wishes: ReplayWishes,
): { plan: ReplayPlan; build: ReplayBuild | null } {
  const planned = emptyPlan()
  if (!request.isWhole)
    planned.refused.push(
      'Its provenance does not hold the whole request: it is of mode=min, or was cut. Build arguments, secrets and steps are left out of that. Push images with --provenance=mode=max (docker/build-push-action: provenance: mode=max).',
    )
  const problem = frontendProblem(request.frontend, request.args) ?? syntaxProblem(request.dockerfile ?? '')
  if (problem !== null) planned.refused.push(problem)
  if (request.hasInputs)
    planned.refused.push(
      'Other builds went into it (targets of a bake file), and those are not replayed: replay the one without them.',
    )
  const source = planSource(request, wishes.context, planned)
  const options = planOptions(request.args, platform, planned)
  planIds('secret', request.secrets, wishes.secrets, planned)
  planIds('ssh', request.ssh, wishes.ssh, planned)
  const network = networkOf(request, wishes, planned)
  planPrivileges(request, wishes, planned)
  const epoch = epochOf(options.epoch, request, rewritten, wishes, planned)
  planMaterials(request, planned)
  const plan: ReplayPlan = { subject: name, from: 'provenance', platform, ...bounded(planned) }
  if (source === null || planned.refused.length > 0) return { plan, build: null }
  const { epoch: _, ...rest } = options
  return {
    plan,
    build: {
      ...source,
      ...rest,
      network,
      epoch,
      annotations: [],
      cgroupParent: undefined,
      materials: request.materials,
    },
  }
}

/** The host's own network is a privilege: it is not taken because a stranger's provenance asks for it. */
function networkOf({ args }: AttestedRequest, { network, allow }: ReplayWishes, plan: Planned): string | undefined {
  const recorded = args.get('force-network-mode')
  if (recorded === 'host' && network === undefined && !allow.includes('network.host'))
    plan.refused.push(
      'Its RUN steps had the network of the host. Allow that (--allow network.host), or say which they are to have (--network default).',
    )
  if (recorded !== undefined && !['host', 'none', 'default', 'sandbox'].includes(recorded)) {
    plan.refused.push(`Its RUN steps had the network ${shown(recorded)}, which is none that BuildKit knows.`)
    return network
  }
  const mode = network ?? (recorded === 'sandbox' ? 'default' : recorded)
  if ((mode ?? 'default') === (recorded ?? 'default')) plan.exact.push(`the network of RUN: ${mode ?? 'default'}`)
  else plan.open.push(`RUN steps had the network mode ${recorded ?? 'default'}, and have ${mode ?? 'default'} here.`)
  return mode
}

function planPrivileges({ runs, hermetic }: AttestedRequest, { allow }: ReplayWishes, plan: Planned): void {
  if (runs.insecure && !allow.includes('security.insecure'))
    plan.refused.push(
      'A RUN step asks for all rights on the builder (--security=insecure). Allow it where you trust it: --allow security.insecure',
    )
  if (runs.devices && !allow.some(one => one === 'device' || one.startsWith('device=')))
    plan.refused.push('A RUN step asks for a device of the builder. Allow it where you trust it: --allow device')
  if (!hermetic && runs.networked > 0)
    plan.notes.push(
      `${runs.networked === 1 ? '1 RUN step has' : `${runs.networked} RUN steps have`} a network: what they download is not in the provenance, and is fetched again as it is now. A difference is explained, and may be of that.`,
    )
}

function epochOf(
  recorded: number | null,
  { isWhole }: AttestedRequest,
  rewritten: boolean,
  wishes: ReplayWishes,
  plan: Planned,
): number | 'commit' {
  if (recorded === null) {
    plan.open.push(
      isWhole
        ? 'It was built without SOURCE_DATE_EPOCH, so the times in it are those of its build, and no other build has them.'
        : 'Whether it was built with SOURCE_DATE_EPOCH is not in its provenance.',
    )
    return wishes.epoch
  }
  plan.exact.push(`SOURCE_DATE_EPOCH=${recorded}`)
  if (!rewritten)
    plan.open.push(
      'The times of the files in its layers were not set to SOURCE_DATE_EPOCH (the exporter option rewrite-timestamp=true), so they are those of its build.',
    )
  return recorded
}

function planMaterials({ materials, source }: AttestedRequest, plan: Planned): void {
  for (const { kind, name, digest } of materials.slice(0, 200)) {
    if (name === source?.address) continue
    const called = plainName(name)
    if (digest === '') plan.open.push(`${called}: no digest of it is recorded, so it is taken as it is now.`)
    else if (kind === 'image') plan.exact.push(`the image ${called}, sha256:${digest}`)
    else if (kind === 'http') plan.exact.push(`the download ${called}, sha256:${digest}: looked at after the build`)
    else if (kind === 'git') plan.exact.push(`the repository ${called}, commit ${digest}: looked at after the build`)
    else plan.refused.push(`It was made of ${called}, which is nowhere that can be asked.`)
  }
}
