import { HclTemplate, type HclValue, readHcl, templateIn } from './hcl.ts'
import { type BuildTarget, type NamedTargets, targetOf } from './target.ts'

/** A bake file as it is written: targets may still inherit from one another. */
export interface BakeFile {
  targets: Readonly<Record<string, WrittenTarget>>
  /** Names that groups list: built whatever they are called. */
  wanted: ReadonlySet<string>
  problems: string[]
}

/** A path or an argument; variables of variables could make it endless. */
const longestValue = 4096
const mostBases = 200
const mostDepth = 50

type WrittenTarget = Readonly<Record<string, unknown>>

type Environment = Readonly<Record<string, string | undefined>>

/** What stands in a bake file of either form, by the names of the blocks. */
interface Blocks {
  variables: ReadonlyMap<string, HclValue | undefined>
  targets: readonly (readonly [string, Record<string, HclValue>])[]
  groups: readonly Record<string, HclValue>[]
}

/**
 * Reads a `docker-bake.json`, or what `bake --print` prints: JSON of HCL, so every string in it is a template.
 * @param environment variables that go before the defaults of the file, as Docker has it
 */
export function readBakeJson(text: string, environment: Environment): BakeFile {
  const file = parsed(text)
  if (file === null) return { targets: {}, wanted: new Set(), problems: ['it is no JSON'] }
  const blocks = (type: string) =>
    Object.entries(mapOf(file[type])).map(([name, block]) => [name, templatesIn(mapOf(block))] as const)
  return evaluated(
    {
      variables: new Map(blocks('variable').map(([name, block]) => [name, block.default])),
      targets: blocks('target'),
      groups: blocks('group').map(([, block]) => block),
    },
    environment,
  )
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    return mapOf(JSON.parse(text))
  } catch {
    return null
  }
}

const templatesIn = (block: Record<string, unknown>, depth = 0): Record<string, HclValue> =>
  Object.fromEntries(Object.entries(block).map(([key, value]) => [key, templateOf(value, depth + 1)]))

function templateOf(value: unknown, depth: number): HclValue {
  if (depth > mostDepth) return null
  if (typeof value === 'string') return templateIn(value)
  if (Array.isArray(value)) return value.map(item => templateOf(item, depth + 1))
  if (typeof value === 'object' && value !== null) return templatesIn(mapOf(value), depth)
  return typeof value === 'number' || typeof value === 'boolean' ? value : null
}

/**
 * Reads a `docker-bake.hcl` as far as it needs no functions and conditions.
 * @param environment variables that go before the defaults of the file, as Docker has it
 */
export function readBakeHcl(text: string, environment: Environment): BakeFile {
  const blocks = readHcl(text)
  const named = (type: string) =>
    blocks.filter(block => block.type === type).map(({ labels, attributes }) => [labels[0] ?? '', attributes] as const)
  return evaluated(
    {
      variables: new Map(named('variable').map(([name, block]) => [name, block.default])),
      targets: named('target'),
      groups: named('group').map(([, block]) => block),
    },
    environment,
  )
}

function evaluated({ variables, targets, groups }: Blocks, environment: Environment): BakeFile {
  const known = new Map<string, string | null>()
  const variable = (name: string): string | null => {
    const asked = known.get(name)
    if (asked !== undefined) return asked
    // One that stands in its own default has no value.
    known.set(name, null)
    const given = variables.has(name) ? environment[name] : undefined
    const value = given ?? plain(variables.get(name))
    const text = ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : null
    known.set(name, text !== null && text.length <= longestValue ? text : null)
    return known.get(name) ?? null
  }
  const plain = (value: HclValue | undefined): unknown => {
    if (value instanceof HclTemplate) {
      const parts = value.parts.map(part =>
        part === null || typeof part === 'string' ? part : variable(part.variable),
      )
      return parts.includes(null) ? null : parts.join('')
    }
    if (Array.isArray(value)) return value.map(plain)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
  }
  return {
    targets: Object.fromEntries(targets.map(([name, block]) => [name, mapOf(plain(block))])),
    wanted: new Set(groups.flatMap(block => textsOf(plain(block.targets)))),
    problems: [],
  }
}

/** The targets that are built: those that groups list, and those that are nobody's base. */
export function builtIn({ targets, wanted }: BakeFile): string[] {
  const bases = new Set(Object.values(targets).flatMap(target => textsOf(target.inherits)))
  return Object.keys(targets).filter(name => wanted.has(name) || !(bases.has(name) || name.startsWith('_')))
}

/** What those targets build. */
export function targetsIn(file: BakeFile): NamedTargets {
  const { targets, problems } = file
  const inherited = inheritance(targets)
  const found: BuildTarget[] = []
  const remarks: string[] = []
  for (const name of builtIn(file)) {
    const whole = inherited(name, 0)
    const read = targetOf(`target ${name}`, {
      context: typeof whole.context === 'string' ? whole.context.replace(/^cwd:\/\//, './') : whole.context,
      ...{ dockerfile: whole.dockerfile, target: whole.target, inline: whole['dockerfile-inline'] !== undefined },
      ...{ args: mapOf(whole.args), contexts: mapOf(whole.contexts) },
    })
    if ('target' in read) found.push(read.target)
    else remarks.push(read.remark)
  }
  return { targets: found, problems, remarks }
}

/** Gives a target with what it inherits: of several bases the last goes first, its own word before all; maps are merged. */
function inheritance(targets: BakeFile['targets']): (name: string, depth: number) => WrittenTarget {
  const known = new Map<string, WrittenTarget>()
  const inherited = (name: string, depth: number): WrittenTarget => {
    const asked = known.get(name)
    if (asked !== undefined) return asked
    known.set(name, {})
    const own = Object.hasOwn(targets, name) ? targets[name] : undefined
    if (own === undefined || depth > mostBases) return {}
    const all = [...textsOf(own.inherits).map(base => inherited(base, depth + 1)), own]
    const merged = (key: 'args' | 'contexts') => Object.assign({}, ...all.map(one => mapOf(one[key])))
    const whole = { ...Object.assign({}, ...all), args: merged('args'), contexts: merged('contexts') }
    known.set(name, whole)
    return whole
  }
  return inherited
}

const mapOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter(item => typeof item === 'string') : []
