/**
 * What BuildKit says of a build it ran: the steps (LLB vertices), what each takes in, and the source lines each comes from.
 * Read from SLSA 0.2 or SLSA 1 provenance of mode `max`; everything is checked, nothing is trusted to be there.
 */
export interface BuildGraph {
  steps: ReadonlyMap<string, Step>
  /** The step that gives the image. */
  result: string
  /** Text of the source file as BuildKit saw it, when it says so. */
  source: string | null
}

export interface Step {
  id: string
  kind: 'source' | 'exec' | 'file' | 'merge' | 'diff' | 'other'
  /** Ids of the steps it takes in, in order. */
  inputs: string[]
  /** The steps whose file system it continues: one for exec and file, several for merge, none for a source or scratch. */
  continues: string[]
  /** Lines (1-based, both inclusive) it may come from: several when equal instructions became one step. */
  lines: { line: number; endLine: number }[]
  /** What a file step copies out of other steps, each as BuildKit understood it: paths absolute, variables replaced. */
  copies: { source: string; destination: string }[]
  /** The working folder of an exec step; null for any other. */
  workdir: string | null
  /** The variables of an exec step; empty for any other. */
  env: ReadonlyMap<string, string>
}

type Json = unknown
const fieldOf = (value: Json, name: string): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, Json>)[name]
    : undefined
const at = (value: Json, ...names: string[]): Json => names.reduce(fieldOf, value)
const list = (value: Json): Json[] => (Array.isArray(value) ? value : [])
const text = (value: Json): string => (typeof value === 'string' ? value : '')
const integer = (value: Json): number | null => (typeof value === 'number' && Number.isInteger(value) ? value : null)

/** Reads provenance JSON (the predicate, a statement around it, or a build's whole metadata); null when it is not there. */
export function readProvenance(provenance: unknown): BuildGraph | null {
  const predicate = [
    provenance,
    at(provenance, 'buildx.build.provenance'),
    at(provenance, 'predicate'),
    at(provenance, 'buildx.build.provenance', 'predicate'),
  ].find(candidate => definitionOf(candidate).length > 0)
  const definition = definitionOf(predicate)
  if (definition.length === 0) return null
  const source = sourceOf(predicate)
  const locations = at(source, 'locations')
  const steps = new Map<string, Step>()
  for (const item of definition) {
    const step = readStep(item, at(locations, text(at(item, 'id'))))
    if (step) steps.set(step.id, step)
  }
  const result = resultOf(steps)
  return result === null ? null : { steps, result, source: sourceText(source) }
}

const definitionOf = (predicate: Json): Json[] =>
  [
    at(predicate, 'buildConfig', 'llbDefinition'),
    at(predicate, 'buildDefinition', 'internalParameters', 'buildConfig', 'llbDefinition'),
    at(predicate, 'buildDefinition', 'externalParameters', 'buildConfig', 'llbDefinition'),
    at(predicate, 'buildDefinition', 'buildConfig', 'llbDefinition'),
  ]
    .map(list)
    .find(found => found.length > 0) ?? []

const sourceOf = (predicate: Json): Json =>
  [
    at(predicate, 'metadata', 'https://mobyproject.org/buildkit@v1#metadata', 'source'),
    at(predicate, 'runDetails', 'metadata', 'buildkit_metadata', 'source'),
    at(predicate, 'runDetails', 'metadata', 'https://mobyproject.org/buildkit@v1#metadata', 'source'),
  ].find(found => found !== undefined)

function sourceText(source: Json): string | null {
  const data = text(at(list(at(source, 'infos'))[0], 'data'))
  return data === '' ? null : Buffer.from(data, 'base64').toString('utf8')
}

function readStep(item: Json, location: Json): Step | null {
  const id = text(at(item, 'id'))
  if (id === '') return null
  const inputs = list(at(item, 'inputs')).map(input => text(input).replace(/:\d+$/, ''))
  const op = at(item, 'op', 'Op') ?? at(item, 'op', 'op') ?? at(item, 'op')
  const kind =
    (['source', 'exec', 'file', 'merge', 'diff'] as const).find(name => at(op, name) !== undefined) ?? 'other'
  const pick = (index: number | null): string[] => {
    const input = index === null || index < 0 ? undefined : inputs[index]
    return input === undefined ? [] : [input]
  }
  const continues = {
    source: () => [],
    exec: () => pick(rootMount(at(op, 'exec'))),
    file: () => pick(fileBase(list(at(op, 'file', 'actions')), inputs.length)),
    merge: () => inputs,
    diff: () => [],
    other: () => inputs.slice(0, 1),
  }[kind]()
  const meta = at(op, 'exec', 'meta')
  const env = new Map(
    list(at(meta, 'env')).flatMap((one): [string, string][] => {
      const equals = text(one).indexOf('=')
      return equals > 0 ? [[text(one).slice(0, equals), text(one).slice(equals + 1)]] : []
    }),
  )
  const workdir = kind === 'exec' && text(at(meta, 'cwd')).startsWith('/') ? text(at(meta, 'cwd')) : null
  return { id, kind, inputs, continues, lines: linesOf(location), copies: copiesOf(op), workdir, env }
}

const copiesOf = (op: Json): Step['copies'] =>
  list(at(op, 'file', 'actions')).flatMap(action => {
    const copy = at(action, 'Action', 'copy') ?? at(action, 'action', 'copy') ?? at(action, 'copy')
    const [source, destination] = [text(at(copy, 'src')), text(at(copy, 'dest'))]
    return source.startsWith('/') && destination.startsWith('/') ? [{ source, destination }] : []
  })

/** The input of the mount at `/`; JSON leaves out a zero. */
function rootMount(exec: Json): number | null {
  const mount = list(at(exec, 'mounts')).find(one => text(at(one, 'dest')) === '/')
  return mount === undefined ? null : (integer(at(mount, 'input')) ?? 0)
}

/** The input that the action with output 0 starts from, through earlier actions of the same operation. */
function fileBase(actions: Json[], inputs: number): number | null {
  let action = actions.findIndex(one => (integer(at(one, 'output')) ?? 0) === 0)
  if (action < 0) action = actions.length - 1
  for (let hops = 0; hops <= actions.length; hops++) {
    const input = integer(at(actions[action], 'input')) ?? 0
    if (input < inputs) return input < 0 ? null : input
    action = input - inputs
  }
  return null
}

function linesOf(location: Json): Step['lines'] {
  return list(at(location, 'locations')).flatMap(one => {
    if ((integer(at(one, 'sourceIndex')) ?? 0) !== 0) return []
    const starts = list(at(one, 'ranges')).map(range => integer(at(range, 'start', 'line')) ?? 0)
    const ends = list(at(one, 'ranges')).map(range => integer(at(range, 'end', 'line')) ?? 0)
    const line = Math.min(...starts)
    return starts.length > 0 && line > 0 ? [{ line, endLine: Math.max(...ends) }] : []
  })
}

/** The step that no other takes in; the one without an operation where there are several. */
function resultOf(steps: ReadonlyMap<string, Step>): string | null {
  const taken = new Set([...steps.values()].flatMap(step => step.inputs))
  const free = [...steps.values()].filter(step => !taken.has(step.id))
  return (free.find(step => step.kind === 'other') ?? free.at(-1))?.id ?? null
}

/**
 * The steps that made the image's layers, base layers' source first: each exec and file step is one layer, a source is all
 * layers of its image. Null when the graph has a loop or is unreasonably deep.
 */
export function layerSteps(graph: BuildGraph): Step[] | null {
  const chain: Step[] = []
  const open = [graph.result]
  for (let guard = 0; open.length > 0; guard++) {
    if (guard > 20_000) return null
    const step = graph.steps.get(open.pop() ?? '')
    if (!step) return null
    if (step.kind === 'exec' || step.kind === 'file' || step.kind === 'source') chain.push(step)
    open.push(...step.continues)
  }
  return chain.reverse()
}
