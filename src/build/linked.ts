import type { SidePlan } from './plan.ts'

/** How a plan is run by bake. */
export interface Baked {
  /** `buildx bake …`, without the bake file's own name and the metadata. */
  args: string[]
  /** Text of the bake file: JSON. */
  file: string
  /** What the image is called in it. */
  name: string
}

/** No name of a target can be this one: it would stand in the user's own file. */
const image = 'repro-gate-image'

/**
 * The same build for bake, which alone can hand one target to another as a build context (`target:base`): it builds that
 * one in the same run, anew with all else, and gives it on as it is in the builder.
 */
export function bakeOf(
  plan: SidePlan,
  linked: Readonly<Record<string, SidePlan>>,
  { output, noCache }: { output: string; noCache: boolean },
): Baked {
  const all: [string, SidePlan][] = [[image, plan], ...Object.entries(linked)]
  const read = all.map(([name, one]) => [name, targetOf(one)] as const)
  const target = Object.fromEntries(
    read.map(([name, { fields }]) => [
      name,
      {
        ...fields,
        ...(noCache ? { 'no-cache': true } : {}),
        attest: [name === image ? provenanceOf(plan) : noProvenance, 'type=sbom,disabled=true'],
        output: [name === image ? output : 'type=cacheonly'],
      },
    ]),
  )
  const allow = new Set(read.flatMap(([, one]) => one.allow))
  return {
    name: image,
    args: [...beginning(plan), ...[...allow].flatMap(one => ['--allow', one])],
    file: JSON.stringify({ target }, (_, value: unknown) => (typeof value === 'string' ? literal(value) : value)),
  }
}

const noProvenance = 'type=provenance,disabled=true'

/** What `--provenance=` says, as a target says it. */
function provenanceOf({ args }: SidePlan): string {
  const told = args.find(arg => arg.startsWith('--provenance='))?.slice('--provenance='.length) ?? 'false'
  return told === 'false' ? noProvenance : `type=provenance,${told}`
}

/** Bake takes `${…}` and `%{…}` in every string for its own. */
const literal = (text: string): string => text.replace(/([$%])(?=\{)/g, '$1$1')

const buildAt = ({ args }: SidePlan): number => args.indexOf('build', args.indexOf('buildx'))

function beginning(plan: SidePlan): string[] {
  const at = buildAt(plan)
  const builder = plan.args.indexOf('--builder', at)
  return [
    ...plan.args.slice(0, at),
    'bake',
    ...(builder < 0 ? [] : plan.args.slice(builder, builder + 2)),
    ...['--progress', 'rawjson'],
  ]
}

const lists: Readonly<Record<string, string>> = {
  ...{ '--platform': 'platforms', '--secret': 'secret', '--ssh': 'ssh', '--ulimit': 'ulimits' },
  ...{ '--annotation': 'annotations', '--cache-from': 'cache-from' },
}
const maps: Readonly<Record<string, string>> = {
  ...{ '--build-arg': 'args', '--build-context': 'contexts', '--label': 'labels', '--add-host': 'extra-hosts' },
}
const texts: Readonly<Record<string, string>> = {
  ...{ '--file': 'dockerfile', '--target': 'target', '--network': 'network', '--shm-size': 'shm-size' },
}

/** The flags of `buildx build` as fields of a target. */
function targetOf(plan: SidePlan): { fields: Record<string, unknown>; allow: string[] } {
  const fields: Record<string, unknown> = { context: plan.context }
  const allow: string[] = []
  const rest = plan.args.slice(buildAt(plan) + 1)
  for (let index = 0; index < rest.length; index++) {
    const flag = rest[index] as string
    if (flag === '--pull') fields.pull = true
    if (flag.includes('=') || flag === '--pull') continue
    const value = rest[++index] ?? ''
    const [list, map, text] = [lists[flag], maps[flag], texts[flag]]
    if (list !== undefined) fields[list] = [...((fields[list] as string[] | undefined) ?? []), value]
    else if (map !== undefined) fields[map] = { ...(fields[map] as object | undefined), ...pairOf(flag, value) }
    else if (text !== undefined) fields[text] = value
    else if (flag === '--allow') allow.push(value)
  }
  if (fields.network === 'host') allow.push('network.host')
  return { fields: { ...fields, ...(allow.length > 0 ? { entitlements: allow } : {}) }, allow }
}

/** `name=value`; a host may be written `host:ip`. */
function pairOf(flag: string, value: string): Record<string, string> {
  const at = value.search(flag === '--add-host' ? /[=:]/ : /=/)
  return at < 0 ? { [value]: '' } : { [value.slice(0, at)]: value.slice(at + 1) }
}

/**
 * Provenance of several Dockerfiles counts their sources from the first that was read, which is another target's: here the
 * image's own comes first, so that nobody takes a line of the other for one of its.
 * @param text of the image's own Dockerfile
 */
export function ownSourceFirst(provenance: unknown, text: string): unknown {
  const data = Buffer.from(text).toString('base64')
  let changed = false
  const ordered = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(ordered)
    if (typeof value !== 'object' || value === null) return value
    const { infos, locations } = value as { infos?: unknown; locations?: unknown }
    if (!Array.isArray(infos) || typeof locations !== 'object') {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, ordered(inner)]))
    }
    const own = infos.findLastIndex(info => (info as { data?: unknown } | null)?.data === data)
    // One that is not there has no lines; index 0 would be its name.
    const to = (index: number): number => (own < 0 ? index + 1 : index === own ? 0 : index < own ? index + 1 : index)
    changed = true
    return {
      ...value,
      infos: own < 0 ? infos : [infos[own], ...infos.filter((_, at) => at !== own)],
      locations: moved(locations, to),
    }
  }
  const result = ordered(provenance)
  return changed ? result : provenance
}

function moved(locations: unknown, to: (index: number) => number): unknown {
  return JSON.parse(
    JSON.stringify(locations, (key, value: unknown) =>
      key === 'locations' && Array.isArray(value)
        ? value.map((one: { sourceIndex?: number }) => ({ ...one, sourceIndex: to(one?.sourceIndex ?? 0) }))
        : value,
    ) ?? 'null',
  )
}
