import { parse } from 'csv-parse/sync'
import { parseReference } from '../dockerfile/reference.ts'
import { shown } from './attested-request.ts'
import type { Planned, ReplayBuild } from './plan.ts'

type FromOptions = Pick<
  ReplayBuild,
  'target' | 'buildArgs' | 'buildContexts' | 'labels' | 'addHosts' | 'ulimits' | 'shmSize'
>

/** Options of a request that leave no trace in an image, or that say how an earlier build was made faster. */
const withoutTrace =
  /^(?:frontend\.caps|no-cache|image-resolve-mode|cache-imports|cache-from|multi-platform|requestid|cgroup-parent|force-network-mode|source|cmdline|vcs:.*|attest:.*|input-metadata:.*|build-arg:BUILDKIT_(?:MULTI_PLATFORM|CACHE_MOUNT_NS|DOCKERFILE_CHECK|CONTEXT_KEEP_GIT_DIR|INLINE_CACHE))$/

/** Where a build was behind a proxy: of that machine, and left out of the image by BuildKit. */
const proxies = /^(?:https?|ftp|no|all)_proxy$/i

/** What a build was given by options, in the gate's own terms. An option that is not known is told. */
export function planOptions(
  args: ReadonlyMap<string, string>,
  platform: string,
  plan: Planned,
): FromOptions & { epoch: number | null } {
  const options: FromOptions = {
    ...{
      target: undefined,
      buildArgs: {},
      buildContexts: {},
      labels: [],
      addHosts: [],
      ulimits: [],
      shmSize: undefined,
    },
  }
  let epoch: number | null = null
  for (const [name, value] of args) {
    const [, kind = name, rest = ''] = /^(build-arg|label|context):(.*)$/s.exec(name) ?? []
    if (/\0/.test(value)) plan.refused.push(`The value of ${shown(name)} holds what no option can.`)
    else if (name === 'build-arg:SOURCE_DATE_EPOCH') epoch = /^\d{1,11}$/.test(value) ? Number(value) : null
    else if (withoutTrace.test(name)) tellOfOwn(name, value, plan)
    else if (kind === 'build-arg' && proxies.test(rest))
      plan.notes.push(`The proxy of the machine that built it (${shown(rest)}) is not asked here.`)
    else if (kind === 'build-arg') addArg(options, rest, value, plan)
    else if (kind === 'label') addLabel(options, rest, value, plan)
    else if (kind === 'context') addContext(options, rest, value, plan)
    else if (name === 'target') {
      if (isName(value)) options.target = value
      else plan.refused.push(`Its target ${shown(value)} is no name of a stage.`)
    } else if (name === 'add-hosts') options.addHosts = hostsIn(value, plan)
    else if (name === 'ulimit') options.ulimits = ulimitsIn(value, plan)
    else if (name === 'shm-size') {
      if (/^\d{1,15}$/.test(value)) options.shmSize = value
      else plan.refused.push(`Its size of /dev/shm ${shown(value)} is none.`)
    } else if (name === 'platform') {
      if (!value.split(',').includes(platform))
        plan.refused.push(`The provenance is of a build for ${shown(value)}, and the image is for ${platform}.`)
    } else if (name !== 'filename' && name !== 'context')
      plan.open.push(`The option ${shown(name)} is not known here, and is left out.`)
  }
  tellWhatIs(options, plan)
  return { ...options, epoch }
}

/** What the gate gives a value of its own. */
function tellOfOwn(name: string, value: string, plan: Planned): void {
  const isOn = /^(?:1|t|true)$/i.test(value)
  if (name.endsWith('KEEP_GIT_DIR') && isOn)
    plan.open.push('The context held its .git folder, which no two fetches have alike; here it has none.')
  if (name.endsWith('INLINE_CACHE') && isOn)
    plan.open.push(
      "Keys of the builder's cache were written into its config (BUILDKIT_INLINE_CACHE), and here they are not.",
    )
}

function addArg({ buildArgs }: FromOptions, name: string, value: string, plan: Planned): void {
  if (/^[\w.-]{1,200}$/.test(name) && !(name in Object.prototype)) buildArgs[name] = value
  else plan.refused.push(`The build argument ${shown(name)} has a name that is none.`)
}

function addLabel({ labels }: FromOptions, name: string, value: string, plan: Planned): void {
  if (/^[^\s=\p{Cc}]{1,1000}$/u.test(name)) labels.push(`${name}=${value}`)
  else plan.refused.push(`The label ${shown(name)} has a name that is none.`)
}

/** Only what is named by an image: folders, layouts and other targets are nobody's to fetch. */
function addContext({ buildContexts }: FromOptions, name: string, value: string, plan: Planned): void {
  const [, reference] = /^docker-image:\/\/(.+)$/s.exec(value) ?? []
  if (!/^[\w./:@-]{1,300}$/.test(name) || name in Object.prototype)
    plan.refused.push(`The build context ${shown(name)} has a name that is none.`)
  else if (reference !== undefined && parseReference(reference) !== null) buildContexts[name] = value
  else
    plan.refused.push(
      `Its build context ${shown(name)} is ${shown(value.replace(/^([a-z+-]+:\/\/)[^/@]*@/i, '$1'))}, and of additional contexts only images can be replayed.`,
    )
}

const hostsIn = (value: string, plan: Planned): string[] =>
  fieldsOf(value).flatMap(field => {
    const [, host, address] =
      /^([\w.-]{1,253})=([\da-fA-F.:]{2,45}|\[[\da-fA-F:]{2,45}\]|host-gateway)$/.exec(field) ?? []
    if (host !== undefined && !host.startsWith('-')) return [`${host}:${address}`]
    plan.refused.push(`Its additional host ${shown(field)} is none.`)
    return []
  })

const ulimitsIn = (value: string, plan: Planned): string[] =>
  fieldsOf(value).flatMap(field => {
    if (/^[a-z]{1,20}=-?\d{1,19}(?::-?\d{1,19})?$/.test(field)) return [field]
    plan.refused.push(`Its ulimit ${shown(field)} is none.`)
    return []
  })

const isName = (text: string): boolean => /^[\w][\w.-]{0,200}$/.test(text)

function fieldsOf(value: string): string[] {
  try {
    const [fields = []]: string[][] = parse(value, { columns: false, relaxColumnCount: true })
    return fields
  } catch {
    return [value]
  }
}

function tellWhatIs(
  { target, buildArgs, buildContexts, labels, addHosts, ulimits, shmSize }: FromOptions,
  plan: Planned,
): void {
  const count = (of: readonly string[] | object, one: string, many: string): string[] => {
    const names = Array.isArray(of) ? of : Object.keys(of)
    return names.length === 0 ? [] : [names.length === 1 ? `1 ${one}` : `${names.length} ${many}`]
  }
  const names = Object.keys(buildArgs)
  if (names.length > 0)
    plan.exact.push(
      `build arguments: ${names.slice(0, 20).join(', ')}${names.length > 20 ? ` and ${names.length - 20} more` : ''}`,
    )
  plan.exact.push(target === undefined ? 'the last stage' : `the target ${target}`)
  const others = [
    ...count(labels, 'label', 'labels'),
    ...count(addHosts, 'additional host', 'additional hosts'),
    ...count(ulimits, 'ulimit', 'ulimits'),
    ...count(buildContexts, 'additional build context', 'additional build contexts'),
    ...(shmSize === undefined ? [] : ['the size of /dev/shm']),
  ]
  if (others.length > 0) plan.exact.push(others.join(', '))
}
