import { HclTemplate, type HclValue, readHcl } from './hcl.ts'
import { type BuildTarget, type NamedTargets, targetOf } from './target.ts'

/** A bake file as it is written: targets may still inherit from one another. */
export interface BakeFile {
  targets: Readonly<Record<string, WrittenTarget>>
  /** Names that groups list: built whatever they are called. Null: not known. */
  wanted: ReadonlySet<string>
  problems: string[]
}

/** A path or an argument; variables of variables could make it endless. */
const longestValue = 4096
const mostBases = 200

type WrittenTarget = Readonly<Record<string, unknown>>

/** Reads a `docker-bake.json`, or what `bake --print` prints. */
export function readBakeJson(text: string): BakeFile {
  try {
    const file = mapOf(JSON.parse(text))
    const targets = Object.entries(mapOf(file.target)).map(([name, target]) => [name, mapOf(target)])
    const groups = Object.values(mapOf(file.group)).flatMap(group => textsOf(mapOf(group).targets))
    return { targets: Object.fromEntries(targets), wanted: new Set(groups), problems: [] }
  } catch (error) {
    return { targets: {}, wanted: new Set(), problems: [`it is no JSON: ${(error as Error).message.slice(0, 200)}`] }
  }
}

/**
 * Reads a `docker-bake.hcl` as far as it needs no evaluation.
 * @param environment variables that go before the defaults of the file, as Docker has it
 */
export function readBakeHcl(text: string, environment: Readonly<Record<string, string | undefined>>): BakeFile {
  const blocks = readHcl(text)
  const defaults = new Map(
    blocks
      .filter(({ type }) => type === 'variable')
      .map(({ labels, attributes }) => [labels[0] ?? '', attributes.default]),
  )
  const known = new Map<string, string | null>()
  const variable = (name: string): string | null => {
    const asked = known.get(name)
    if (asked !== undefined) return asked
    // One that stands in its own default has no value.
    known.set(name, null)
    const given = defaults.has(name) ? environment[name] : undefined
    const value = given ?? plain(defaults.get(name))
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
  const named = (type: string) => blocks.filter(block => block.type === type)
  const targets = named('target').map(({ labels, attributes }) => [
    labels[0] ?? '',
    Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, plain(value)])),
  ])
  const groups = named('group').flatMap(({ attributes }) => textsOf(plain(attributes.targets)))
  return { targets: Object.fromEntries(targets), wanted: new Set(groups), problems: [] }
}

/** The targets that are built: those that groups list, and those that are nobody's base. */
export function targetsIn({ targets, wanted, problems }: BakeFile): NamedTargets {
  const bases = new Set(Object.values(targets).flatMap(target => textsOf(target.inherits)))
  const inherited = inheritance(targets)
  const found: BuildTarget[] = []
  const remarks: string[] = []
  for (const name of Object.keys(targets)) {
    if (!wanted.has(name) && (bases.has(name) || name.startsWith('_'))) continue
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
