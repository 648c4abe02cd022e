import type { OpenedRecord } from '../ledger/read-record.ts'
import { isArchiveUrl, isRemote, readGitUrl, withoutPassword } from '../options/git-url.ts'
import { shown } from './attested-request.ts'
import { frontendProblem } from './frontend.ts'
import { planIds } from './ids.ts'
import { type Material, plainName } from './materials.ts'
import { isNearby } from './nearby.ts'
import { bounded, emptyPlan, type Planned, type ReplayBuild, type ReplayPlan, type ReplayWishes } from './plan.ts'
import { fileOf } from './source.ts'

type Inputs = OpenedRecord['inputs']

/**
 * What can be built again of a record, and what cannot and why. The record names its source where it was made of a
 * repository; else the user has to.
 * @returns no build where the plan refuses
 */
export function planRecord(
  name: string,
  { inputs, platforms }: Pick<OpenedRecord, 'inputs' | 'platforms'>,
  platform: string,
  wishes: ReplayWishes,
): { plan: ReplayPlan; build: ReplayBuild | null } {
  const planned = emptyPlan()
  if (!platforms.some(one => one.platform === platform))
    planned.refused.push(
      `The record has no image for ${platform}, only for ${platforms.map(one => one.platform).join(', ')}.`,
    )
  if (inputs.linked?.length)
    planned.refused.push(
      `It is made of other targets of its bake file (${inputs.linked.map(one => shown(one.name)).join(', ')}), which replay cannot build. Check its commit out, and hold it against the record with repro-gate verify.`,
    )
  const context = sourceOf(inputs, wishes.context, planned)
  const file = fileOf(inputs.dockerfile.file)
  if (file === null)
    planned.refused.push(`Its Dockerfile ${shown(inputs.dockerfile.file)} is no path inside of a context.`)
  else planned.exact.push(`the Dockerfile ${file}, sha256:${inputs.dockerfile.sha256}: seen before the verdict`)
  const buildArgs = argsOf(inputs, wishes, planned)
  const frontend = frontendProblem(
    'dockerfile.v0',
    new Map([['build-arg:BUILDKIT_SYNTAX', buildArgs.BUILDKIT_SYNTAX ?? '']]),
  )
  if (frontend !== null) planned.refused.push(frontend)
  const buildContexts = contextsOf(inputs, wishes, planned)
  const idsOf = (ids: readonly string[]) => ids.map(id => ({ id, optional: false }))
  planIds('secret', idsOf(inputs.secrets), wishes.secrets, planned)
  planIds('ssh', idsOf(inputs.ssh), wishes.ssh, planned)
  const { network, ...settings } = settingsOf(inputs, wishes, planned)
  planned.exact.push(`SOURCE_DATE_EPOCH=${inputs.epoch}`)
  if (inputs.target !== null) planned.exact.push(`the target ${shown(inputs.target)}`)
  const materials = inputs.bases.map(
    ({ kind, reference, digest }): Material => ({ kind, name: reference, digest, pinned: false }),
  )
  for (const one of materials.slice(0, 200))
    planned.exact.push(
      `the ${one.kind === 'image' ? 'image' : 'repository'} ${plainName(one.name)}, ${one.kind === 'image' ? `sha256:${one.digest}` : `commit ${one.digest}: looked at after the build`}`,
    )
  planned.notes.push(
    'What RUN steps download is not in the record, and is fetched again as it is now. A difference is explained, and may be of that.',
  )
  const plan: ReplayPlan = { subject: name, from: 'record', platform, ...bounded(planned) }
  if (context === null || file === null || planned.refused.length > 0) return { plan, build: null }
  const build: ReplayBuild = {
    ...{ ...context, file, byBuilder: false, target: inputs.target ?? undefined, buildArgs, buildContexts },
    ...{ ...settings, network, epoch: inputs.epoch, materials },
  }
  return { plan, build }
}

function sourceOf(
  { source, commit }: Inputs,
  named: string | undefined,
  plan: Planned,
): Pick<ReplayBuild, 'context' | 'isForeign'> | null {
  const refuse = (why: string): null => {
    plan.refused.push(why)
    return null
  }
  if (named !== undefined && (!isRemote(named) || isArchiveUrl(named))) {
    plan.exact.push(`the build context: what you name, ${plainName(named)}, is held against the digests in the record`)
    return { context: named, isForeign: false }
  }
  const address = named ?? source
  if (address === undefined)
    return refuse(
      `The record does not say where its build context came from: it was a folder${commit === null ? '' : `, of commit ${commit}`}. Name it: --context URL#COMMIT:FOLDER, or a folder here.`,
    )
  const url = readGitUrl(address)
  if (typeof url === 'string')
    return refuse(`Its source ${shown(plainName(address))} is not one that can be fetched: ${url}.`)
  const own = source === undefined ? null : readGitUrl(source)
  const known = own !== null && typeof own !== 'string' ? own : null
  const remote = withoutPassword(url.remote)
  if (named === undefined && isNearby(remote))
    return refuse(
      `Its source ${shown(remote)} is an address of this machine or its network. A record may be written by anybody, so it is asked only where you name it: --context ${plainName(remote)}`,
    )
  if (named === undefined && /^ssh:|^[\w.-]+@/i.test(remote))
    return refuse(
      `Its repository ${plainName(remote)} is asked with your SSH key, and you have not named it: name it with context (--context).`,
    )
  const ref = url.ref ?? url.commit ?? known?.ref ?? commit
  if (ref === null)
    return refuse('context (--context): the record names no commit; say which one it was, as URL#COMMIT:FOLDER.')
  const folder = url.folder || (url.ref === null ? (known?.folder ?? '') : '')
  plan.exact.push(
    `the build context: ${remote}, ${shown(ref)}${folder === '' ? '' : `, folder ${shown(folder)}`}, held against the digests in the record`,
  )
  return {
    context: `${url.remote}#${ref}${folder === '' ? '' : `:${folder}`}`,
    isForeign: named === undefined || (url.ref === null && url.commit === null),
  }
}

function argsOf({ args }: Inputs, { buildArgs }: ReplayWishes, plan: Planned): Record<string, string> {
  const all: Record<string, string> = {}
  for (const { name, value } of args) {
    const given = value ?? (Object.hasOwn(buildArgs, name) ? buildArgs[name] : undefined)
    if (!/^[\w.-]{1,200}$/.test(name) || name in Object.prototype)
      plan.refused.push(`The build argument ${shown(name)} has a name that is none.`)
    else if (given === undefined)
      plan.refused.push(
        `The build argument ${shown(name)} may be secret, so the record has its name alone. Give it: --build-arg ${name}=VALUE`,
      )
    else all[name] = given
  }
  const strange = Object.keys(buildArgs).filter(name => !args.some(one => one.name === name && one.value === null))
  if (strange.length > 0)
    plan.refused.push(
      `build-args (--build-arg): the record has no build argument without a value that is called ${strange.map(shown).join(', ')}.`,
    )
  if (args.length > 0)
    plan.exact.push(
      `build arguments: ${args
        .slice(0, 20)
        .map(one => shown(one.name))
        .join(', ')}`,
    )
  return all
}

function contextsOf({ contexts }: Inputs, { buildContexts }: ReplayWishes, plan: Planned): Record<string, string> {
  const all: Record<string, string> = {}
  for (const { name, address } of contexts) {
    if (name === 'context') continue
    const given = Object.hasOwn(buildContexts, name) ? buildContexts[name] : undefined
    const value = given ?? (address?.startsWith('docker-image://') ? address : undefined)
    if (!/^[\w./:@-]{1,300}$/.test(name) || name in Object.prototype)
      plan.refused.push(`The build context ${shown(name)} has a name that is none.`)
    else if (value === undefined)
      plan.refused.push(
        `Its build context ${shown(name)} was ${address === null ? 'a folder' : shown(plainName(address))}. Name it yourself: --build-context ${name}=…`,
      )
    else all[name] = value
  }
  return all
}

/** Privileges are not taken because a record asks for them. */
function settingsOf(
  { settings }: Inputs,
  { network, allow }: ReplayWishes,
  plan: Planned,
): Pick<ReplayBuild, 'network' | 'labels' | 'annotations' | 'addHosts' | 'ulimits' | 'shmSize' | 'cgroupParent'> {
  const of = (name: string): string[] => [...(settings[name] ?? [])]
  const recorded = of('network').at(-1)
  if (recorded === 'host' && network === undefined && !allow.includes('network.host'))
    plan.refused.push(
      'Its RUN steps had the network of the host. Allow that (--allow network.host), or name it (--network host).',
    )
  for (const entitlement of of('allow'))
    if (!allow.includes(entitlement))
      plan.refused.push(
        `It was built with the privilege ${shown(entitlement)}. Allow it where you trust it: --allow ${entitlement.slice(0, 80)}`,
      )
  const known = ['add-hosts', 'allow', 'annotations', 'cgroup-parent', 'labels', 'network', 'shm-size', 'ulimit']
  for (const name of Object.keys(settings))
    if (!known.includes(name)) plan.open.push(`The option ${shown(name)} is not known here, and is left out.`)
  return {
    network: network ?? recorded,
    ...{ labels: of('labels'), annotations: of('annotations'), addHosts: of('add-hosts'), ulimits: of('ulimit') },
    ...{ shmSize: of('shm-size').at(-1), cgroupParent: of('cgroup-parent').at(-1) },
  }
}
