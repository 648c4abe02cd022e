import { createHash } from 'node:crypto'
import { basename, relative, resolve } from 'node:path'
import type { SideBuild } from '../build/build.ts'
import { basesIn } from '../build/llb.ts'
import { bytesIn } from '../build/plan.ts'
import type { Setting } from '../build/setting.ts'
import { takenFrom } from '../build/variations/taken.ts'
import { mainContext } from '../build/variations/vary.ts'
import { looksSecret } from '../explain/values/excerpt.ts'
import { createMasking } from '../host/masking.ts'
import type { RecordedBase, RecordedContext, RecordedInputs, RecordedLinked } from '../ledger/record.ts'
import { maskedInputs } from '../ledger/record-head.ts'
import { readContext } from '../lint/context/context.ts'
import type { Options } from '../options/options.ts'
import type { Masking, Ports } from '../ports.ts'
import type { GatedImage } from '../subjects/images.ts'
import { readDockerfile } from '../subjects/sources.ts'
import { contextTree, unread } from './context-tree.ts'

/**
 * What a build was given, part by part, as far as it may show in the image. Secrets by their ids alone.
 * @param builds of the same image, one for each platform
 */
export async function fingerprint(
  { options, sources }: GatedImage,
  builds: readonly SideBuild[],
  { epoch }: Pick<Setting, 'epoch'>,
  { signal, masking }: Pick<Ports, 'signal' | 'masking'>,
): Promise<RecordedInputs> {
  const mask = recordMask(options, masking)
  const linked = await linkedOf(options, mask, signal)
  // Of several targets nobody tells whose context a path was taken from.
  const taken = linked.length > 0 ? null : takenByAll(builds)
  const contexts = await contextsOf(options, sources.context, taken, signal)
  const inputs: RecordedInputs = {
    ...givenTo(options, sources.dockerfile.text, contexts, mask),
    ...{ epoch: epoch.seconds, commit: epoch.commit },
    ...(options.repository && options.contextName ? { source: options.contextName } : {}),
    bases: basesOf(builds),
    ...(linked.length > 0 ? { linked } : {}),
  }
  return maskedInputs(inputs, mask)
}

/** What one target is given itself. */
const givenTo = (
  options: Options,
  text: string,
  contexts: RecordedContext[],
  mask: (text: string) => string,
): Omit<RecordedLinked, 'name'> => ({
  dockerfile: {
    file: nameIn(options),
    sha256: createHash('sha256').update(text).digest('hex'),
    text: mask(text) === text ? text : null,
  },
  contexts,
  args: sorted(options.buildArgs)
    .filter(([name]) => name !== 'SOURCE_DATE_EPOCH')
    .map(([name, value]) => ({ name, value: isSecret(name, value, mask) ? null : value })),
  target: options.target ?? null,
  secrets: idsOf([...options.secrets, ...options.secretEnvs, ...options.secretFiles]),
  ssh: idsOf(options.ssh),
  settings: settingsOf(options),
})

/** The targets that an image of a bake file is made of. */
async function linkedOf(
  { linked = {} }: Options,
  mask: (text: string) => string,
  signal: AbortSignal,
): Promise<RecordedLinked[]> {
  const all: RecordedLinked[] = []
  for (const [name, options] of sorted(linked)) {
    const { text } = await readDockerfile(options)
    const { context } = await readContext(options.context, options.file)
    const contexts = await contextsOf(options, context, null, signal)
    all.push({ name, ...givenTo(options, text, contexts, mask) })
  }
  return all
}

/** Stars what no record may tell: secrets that the run knows, and build arguments that look like some. */
export function recordMask(
  { buildArgs, linked = {} }: Pick<Options, 'buildArgs' | 'linked'>,
  { text }: Masking,
): (text: string) => string {
  const own = createMasking([{ buildArgs }, ...Object.values(linked)].flatMap(secretArgs))
  return given => own.text(text(given))
}

const secretArgs = ({ buildArgs }: Pick<Options, 'buildArgs'>): string[] =>
  Object.entries(buildArgs).flatMap(([name, value]) =>
    value.length >= 6 && isSecret(name, value, text => text) ? [value] : [],
  )

const isSecret = (name: string, value: string, mask: (text: string) => string): boolean =>
  looksSecret(name) || looksSecret(value) || mask(value) !== value

/** Two machines have the same file in different folders. */
function nameIn({ context, file }: Options): string {
  const path = relative(resolve(context), resolve(file))
  return path.startsWith('..') || path === '' ? basename(file) : path.replaceAll('\\', '/')
}

async function contextsOf(
  { buildContexts }: Options,
  context: GatedImage['sources']['context'],
  taken: ReadonlyMap<string, string[] | null> | null,
  signal: AbortSignal,
): Promise<RecordedContext[]> {
  const isUsed = (name: string): boolean => taken === null || taken.has(name)
  const contexts: RecordedContext[] = []
  if (isUsed(mainContext))
    contexts.push(
      context === null
        ? unread(mainContext)
        : await contextTree(mainContext, context, taken?.get(mainContext) ?? null, signal),
    )
  for (const [name, value] of sorted(buildContexts)) {
    const isFolder = !/^[a-z-]+:|^git@/.test(value)
    const folder = isFolder ? (await readContext(value, null)).context : null
    if (!isFolder) contexts.push({ ...unread(name), address: withoutCredentials(value) })
    else if (isUsed(name))
      contexts.push(folder === null ? unread(name) : await contextTree(name, folder, taken?.get(name) ?? null, signal))
  }
  return contexts
}

/** By the names of contexts; null where a build does not tell. */
function takenByAll(builds: readonly SideBuild[]): Map<string, string[] | null> | null {
  const all = new Map<string, string[] | null>()
  for (const { provenance } of builds) {
    const taken = takenFrom(provenance)
    if (taken === null) return null
    for (const [name, paths] of taken) {
      const before = all.has(name) ? all.get(name) : []
      all.set(name, !before || paths === null ? null : [...before, ...paths])
    }
  }
  return all
}

const withoutCredentials = (address: string): string => address.replace(/^([a-z-]+:\/\/)[^/@]*@/, '$1')

/** Of what may show in the image, what was given: a size in bytes, whatever its unit. */
function settingsOf(options: Options): Record<string, string[]> {
  const all: Record<string, readonly string[]> = {
    'add-hosts': options.addHosts,
    allow: options.allow,
    annotations: options.annotations,
    'cgroup-parent': options.cgroupParent ? [options.cgroupParent] : [],
    labels: options.labels,
    network: options.network ? [options.network] : [],
    'shm-size': options.shmSize ? [String(bytesIn(options.shmSize))] : [],
    ulimit: options.ulimits,
  }
  return Object.fromEntries(
    Object.entries(all)
      .filter(([, values]) => values.length > 0)
      .map(([name, values]) => [name, [...values]]),
  )
}

/** `id` of `id=value`, `id=path`, and of ssh `id` alone. */
const idsOf = (items: readonly string[]): string[] =>
  [...new Set(items.map(item => (item.split('=', 1)[0] as string).trim()))].sort()

function basesOf(builds: readonly SideBuild[]): RecordedBase[] {
  const all = builds.flatMap(({ provenance }) => basesIn(provenance))
  const found = all.map(({ kind, reference, digest, platform }): [string, RecordedBase] => {
    const base = { kind, reference: withoutCredentials(reference), digest, platform }
    return [JSON.stringify(base), base]
  })
  return sorted(Object.fromEntries(found)).map(([, base]) => base)
}

/** By name, in an order that no locale changes. */
const sorted = <T>(of: Readonly<Record<string, T>>): [string, T][] =>
  Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1))
