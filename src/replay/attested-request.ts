import { operationsIn } from '../build/llb.ts'
import { attestedBuild } from '../explain/blame/attested-build.ts'
import { type Material, materialsIn } from './materials.ts'

/** What the provenance of an image says that its builder was asked for. Anybody may have written it. */
export interface AttestedRequest {
  /** Whether all of the request is told, and the steps: BuildKit's mode=max. */
  isWhole: boolean
  frontend: string
  /** Address of the context; null where it is none. */
  source: { address: string; digest: string | null; folder: string } | null
  /** Path of the Dockerfile in it. */
  file: string
  args: ReadonlyMap<string, string>
  secrets: RequestedId[]
  ssh: RequestedId[]
  /** Names of folders of the machine that built it. */
  locals: string[]
  /** Whether results of other builds went into it, as targets of a bake file do. */
  hasInputs: boolean
  /** What the folder was a checkout of, in BuildKit's words. */
  checkout: { address: string; commit: string } | null
  materials: Material[]
  dockerfile: string | null
  /** Steps that run programs, and what they may do. */
  runs: { all: number; networked: number; insecure: boolean; devices: boolean }
  /** Says of itself that no step had a network. */
  hermetic: boolean
}

export interface RequestedId {
  id: string
  optional: boolean
}

/** The provenance is not what a builder writes, or too much of it. */
export class ProvenanceError extends Error {
  override readonly name = 'ProvenanceError'
}

type Json = unknown

/** Entries of a list or an object, and characters of a text: BuildKit writes a few dozen, and lines. */
const limits = { entries: 2000, text: 64 * 1024, id: 200 }

/**
 * Reads the predicate of SLSA provenance 0.2 or 1 as BuildKit writes it.
 * @throws ProvenanceError where it is neither, or not within bounds
 */
export function attestedRequest(predicate: Json): AttestedRequest {
  const [old, present] = [at(predicate, 'invocation'), at(predicate, 'buildDefinition', 'externalParameters')]
  const parameters = object(present) ? at(present, 'request') : at(old, 'parameters')
  const config = object(present) ? at(present, 'configSource') : at(old, 'configSource')
  if (!object(parameters)) throw new ProvenanceError('it does not say what the builder was asked for')
  const metadata = metadataOf(predicate)
  const isComplete = present
    ? at(predicate, 'runDetails', 'metadata', 'buildkit_completeness', 'request')
    : at(predicate, 'metadata', 'completeness', 'parameters')
  const operations = operationsIn(predicate)
  const { dockerfile } = attestedBuild(predicate)
  return {
    isWhole: isComplete === true && operations !== null && dockerfile !== null,
    frontend: text(at(parameters, 'frontend'), 'its frontend') || 'dockerfile.v0',
    source: sourceIn(config, metadata),
    file: text(at(config, 'entryPoint') ?? at(config, 'path'), 'the path of its Dockerfile'),
    args: argsIn(at(parameters, 'args')),
    secrets: idsIn(at(parameters, 'secrets'), 'its secrets'),
    ssh: idsIn(at(parameters, 'ssh'), 'its SSH sockets'),
    locals: list(at(parameters, 'locals'), 'its folders').map(one => text(at(one, 'name'), 'a folder', limits.id)),
    hasInputs: Object.keys((at(parameters, 'inputs') as object | null) ?? {}).length > 0,
    checkout: checkoutIn(at(metadata, 'vcs')),
    materials: materialsIn(predicate),
    dockerfile: dockerfile?.text ?? null,
    runs: runsIn(predicate),
    hermetic: at(predicate, 'metadata', `${buildkit}hermetic`) === true || at(metadata, 'hermetic') === true,
  }
}

const buildkit = 'https://mobyproject.org/buildkit@v1#'

const metadataOf = (predicate: Json): Json =>
  at(predicate, 'runDetails', 'metadata', 'buildkit_metadata') ??
  at(predicate, 'runDetails', 'metadata', `${buildkit}metadata`) ??
  at(predicate, 'metadata', `${buildkit}metadata`)

function sourceIn(config: Json, metadata: Json): AttestedRequest['source'] {
  const address = text(at(config, 'uri'), 'the address of its context')
  if (address === '') return null
  const digests = at(config, 'digest')
  const digest = at(digests, 'sha1') ?? at(digests, 'sha256')
  return {
    address,
    digest: typeof digest === 'string' && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(digest) ? digest : null,
    folder: folderIn(address, metadata),
  }
}

/** BuildKit leaves the folder out of the address; what its Dockerfile was taken from names it. */
function folderIn(address: string, metadata: Json): string {
  const infos = at(metadata, 'source', 'infos')
  const steps = at(Array.isArray(infos) ? infos[0] : undefined, 'llbDefinition')
  for (const step of Array.isArray(steps) ? steps.slice(0, 20) : []) {
    const identifier = at(operationOf(step), 'source', 'identifier')
    if (typeof identifier !== 'string' || identifier.length > limits.text) continue
    const whole = address.replace(/^https?:\/\//, 'git://')
    const own = identifier.replace(/^https?:\/\//, 'git://')
    const rest = own.startsWith(whole) ? own.slice(whole.length) : ''
    const [, folder = ''] = (address.includes('#') ? /^:(.*)$/s : /^#[^:]*:(.*)$/s).exec(rest) ?? []
    if (folder !== '') return folder
  }
  return ''
}

function argsIn(args: Json): Map<string, string> {
  if (args === undefined || args === null) return new Map()
  const entries = object(args) ? Object.entries(args) : []
  if (!object(args) || entries.length > limits.entries) throw new ProvenanceError('its options are no list of some')
  return new Map(
    entries.map(([name, value]): [string, string] => [
      text(name, 'an option', 1000),
      text(value, `its option ${shown(name)}`),
    ]),
  )
}

const idsIn = (ids: Json, what: string): RequestedId[] =>
  list(ids, what).map(one => {
    const id = text(at(one, 'id') ?? at(one, 'ID'), what, limits.id)
    // An id is a name: no comma, blank or sign that Docker reads as something else.
    if (!/^[\w][\w./:@-]*$/.test(id)) throw new ProvenanceError(`${what} have a name that is none: ${shown(id)}`)
    return { id, optional: at(one, 'optional') === true }
  })

function checkoutIn(vcs: Json): AttestedRequest['checkout'] {
  const [address, commit] = [at(vcs, 'source'), at(vcs, 'revision')]
  if (typeof commit !== 'string' || !/^[0-9a-f]{40,64}(?:-dirty)?$/.test(commit)) return null
  return { address: typeof address === 'string' && address.length <= 1000 ? address : '', commit }
}

/** As the steps say; numbers or names, as protobuf has both. */
function runsIn(predicate: Json): AttestedRequest['runs'] {
  const config = at(predicate, 'buildConfig') ?? at(predicate, 'buildDefinition', 'internalParameters', 'buildConfig')
  const steps = at(config, 'llbDefinition')
  const found = { all: 0, networked: 0, insecure: false, devices: false }
  for (const step of Array.isArray(steps) ? steps : []) {
    const exec = at(operationOf(step), 'exec')
    if (!object(exec)) continue
    found.all += 1
    const [network, security] = [at(exec, 'network'), at(exec, 'security')]
    if (network !== 2 && network !== 'NONE') found.networked += 1
    if (security === 1 || security === 'INSECURE') found.insecure = true
    const devices = at(exec, 'cdiDevices')
    if (Array.isArray(devices) && devices.length > 0) found.devices = true
  }
  return found
}

const operationOf = (step: Json): Json => at(step, 'op', 'Op') ?? at(step, 'op', 'op') ?? at(step, 'op')

function list(value: Json, what: string): Json[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value) || value.length > limits.entries) throw new ProvenanceError(`${what} are no list of some`)
  return value
}

function text(value: Json, what: string, most = limits.text): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string' || value.length > most)
    throw new ProvenanceError(`${what}: this is no text of its size`)
  return value
}

/** A stranger's text in a message: bounded, on one line. */
export const shown = (value: string): string => {
  const line = value.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu, '?')
  return `'${line.length > 100 ? `${line.slice(0, 100)}…` : line}'`
}

const object = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const at = (value: Json, ...names: string[]): Json =>
  names.reduce((inner: Json, name) => (object(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined), value)
