import { isArchiveUrl, isRemote, readGitUrl, withoutPassword } from '../options/git-url.ts'

/** A target as `docker buildx bake --print` prints it: every variable, base and matrix is worked out. Paths as printed. */
export interface BakeTarget {
  context: string
  /** Relative to the context. */
  dockerfile: string
  /** The Dockerfile itself, where it stands in the file. */
  inline: string | null
  target: string | undefined
  args: Record<string, string>
  contexts: Record<string, string>
  /** `name=value` */
  labels: string[]
  platforms: string[]
  secretEnvs: [id: string, variable: string][]
  secretFiles: [id: string, path: string][]
  ssh: [id: string, paths: string[]][]
  network: string | undefined
  shmSize: string | undefined
  ulimits: string[]
  /** `host:ip` */
  addHosts: string[]
  annotations: string[]
  /** What it is to be called. */
  tags: string[]
  /** What it asks of the builder beyond what a build may do by itself: `security.insecure`. */
  entitlements: string[]
  /** What the gate cannot do for it, each a sentence. */
  refused: string[]
}

/**
 * What says where an image goes, what is told about it, or what may come from a cache: it is nothing to
 * the gate, which exports nothing and runs every step.
 */
const nothingToTheGate: ReadonlySet<string> = new Set([
  ...['attest', 'cache-from', 'cache-to', 'call', 'description', 'matrix', 'name', 'inherits', 'no-cache'],
  ...['no-cache-filter', 'output', 'pull'],
])

const read: ReadonlySet<string> = new Set([
  ...[
    'annotations',
    'args',
    'context',
    'contexts',
    'dockerfile',
    'dockerfile-inline',
    'entitlements',
    'extra-hosts',
    'labels',
    'network',
  ],
  ...['platforms', 'secret', 'shm-size', 'ssh', 'tags', 'target', 'ulimits'],
])

/** The targets of a printed file, by name. */
export function printedTargets(printed: unknown): { targets: Map<string, BakeTarget>; problems: string[] } {
  const targets = new Map<string, BakeTarget>()
  const problems: string[] = []
  for (const [name, target] of Object.entries(mapOf(mapOf(printed).target)))
    if (/^[\w.-]{1,200}$/.test(name) && !/^\.+$/.test(name)) targets.set(name, readTarget(mapOf(target)))
    else problems.push(`'${name.slice(0, 80)}' is no name of a target`)
  for (const name of askedIn(printed))
    if (!targets.has(name)) problems.push(`there is no target '${name.slice(0, 80)}'`)
  return { targets, problems }
}

/** The targets that are to be built, groups worked out, each once: buildx calls them `default`, whatever was asked for. */
export function askedIn(printed: unknown): string[] {
  const groups = mapOf(mapOf(printed).group)
  const targets = mapOf(mapOf(printed).target)
  const asked = new Set<string>()
  const seen = new Set<string>()
  const visit = (name: string): void => {
    // A target may have the name of a group that it stands in.
    if (!Object.hasOwn(groups, name) || seen.has(name)) {
      if (Object.hasOwn(targets, name) || !Object.hasOwn(groups, name)) asked.add(name)
      return
    }
    seen.add(name)
    for (const member of textsOf(mapOf(groups[name]).targets)) visit(member)
  }
  if (Object.hasOwn(groups, 'default') || Object.hasOwn(targets, 'default')) visit('default')
  return [...asked]
}

function readTarget(target: Record<string, unknown>): BakeTarget {
  const secrets = listOf(target.secret).map(mapOf)
  const inline = target['dockerfile-inline']
  return {
    context: textOf(target.context) ?? '.',
    dockerfile: textOf(target.dockerfile) ?? 'Dockerfile',
    inline: typeof inline === 'string' ? plain(inline) : null,
    target: textOf(target.target) || undefined,
    args: mapValues(pairsOf(target.args), plain),
    contexts: mapValues(pairsOf(target.contexts), text => text.replace(/^cwd:\/\//, './')),
    labels: Object.entries(pairsOf(target.labels)).map(([name, value]) => `${name}=${plain(value)}`),
    platforms: textsOf(target.platforms),
    secretEnvs: secrets.filter(({ src }) => !src).map(({ id, env }) => [String(id), textOf(env) ?? String(id)]),
    secretFiles: secrets.flatMap(({ id, src }): [string, string][] => (textOf(src) ? [[String(id), String(src)]] : [])),
    ssh: listOf(target.ssh)
      .map(mapOf)
      .map(({ id, paths }) => [textOf(id) ?? 'default', textsOf(paths)]),
    network: textOf(target.network),
    shmSize: textOf(target['shm-size']),
    ulimits: textsOf(target.ulimits),
    addHosts: Object.entries(pairsOf(target['extra-hosts'])).map(([host, ip]) => `${host}:${ip}`),
    annotations: textsOf(target.annotations).map(plain),
    tags: textsOf(target.tags).map(plain),
    entitlements: textsOf(target.entitlements),
    refused: refusals(target),
  }
}

function refusals(target: Record<string, unknown>): string[] {
  const context = textOf(target.context) ?? '.'
  const unknown = Object.keys(target).filter(key => !read.has(key) && !nothingToTheGate.has(key))
  return [
    ...contextRefusal(context),
    ...unknown.map(key => `its field '${key.slice(0, 80)}' is not known here, and may change the image`),
  ]
}

function contextRefusal(context: string): string[] {
  if (isArchiveUrl(context)) return []
  const shown = `its context '${withoutPassword(context).slice(0, 80)}'`
  const problem = isRemote(context) ? readGitUrl(context) : null
  if (typeof problem === 'string') return [`${shown} cannot be fetched: ${problem}`]
  return problem === null && /^[a-z][a-z0-9+.-]*:/i.test(context) ? [`${shown} is neither a folder nor an address`] : []
}

/** In these fields bake prints `${` and `%{` as its own files write them: `$${`. */
const plain = (text: string): string => text.replace(/([$%])\1(?=\{)/g, '$1')
const mapValues = (pairs: Record<string, string>, change: (text: string) => string): Record<string, string> =>
  Object.fromEntries(Object.entries(pairs).map(([name, value]) => [name, change(value)]))

const mapOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const textsOf = (value: unknown): string[] => listOf(value).filter(item => typeof item === 'string')
/** One without a value is not given. */
const pairsOf = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(mapOf(value)).flatMap(([name, text]) => (typeof text === 'string' ? [[name, text]] : [])),
  )
