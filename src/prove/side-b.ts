import type { BuildFailure, SideBuild } from '../build/build.ts'
import type { BuildRequest } from '../build/plan.ts'
import { hasFailed } from '../build/run.ts'
import { takenFrom } from '../build/variations/taken.ts'
import type { Variation } from '../build/variations/variation.ts'
import { variationsNamed } from '../build/variations/variations.ts'
import { type ContextFolder, type Copies, copiesIn, mainContext, type Varied, vary } from '../build/variations/vary.ts'
import { readContext } from '../lint/context/context.ts'
import type { Options } from '../options/options.ts'
import type { Ports } from '../ports.ts'
import { withOwnBuilder } from './own-builder.ts'
import type { Proving } from './pair.ts'

/** What builds of side A told, as far as they ended; null: this one has not. */
type Told = readonly (SideBuild | BuildFailure | null)[]

/**
 * What side B of an image is built from: what side A is, with what was asked for made to differ.
 * @param ofA the A sides of all images that are built together: they share the copies
 */
export async function requestOfB(request: BuildRequest, proving: Proving, ofA: Told): Promise<Varied> {
  const wished = variationsNamed(proving.options.variations)
  return varied(request, wished, proving, takenByAll(ofA), copiesOf(proving, wished))
}

/** The same with these variations alone, whose copies are the caller's to remove. */
export async function requestWith(
  wished: readonly Variation[],
  request: BuildRequest,
  proving: Proving,
  a: SideBuild,
): Promise<Varied & { copies: Copies }> {
  const copies = copiesIn(proving.ports, wished.filter(ofContext), proving.setting.epoch.seconds)
  return { ...(await varied(request, wished, proving, takenFrom(a.provenance), copies)), copies }
}

/** Removes the copies of contexts that this run made. */
export async function removeCopies(ports: Ports): Promise<void> {
  await known.get(ports)?.remove()
  known.delete(ports)
}

const ofContext = ({ touches }: Variation): boolean => touches === 'context'

async function varied(
  request: BuildRequest,
  wished: readonly Variation[],
  proving: Proving,
  taken: ReturnType<typeof takenFrom>,
  copies: Copies,
): Promise<Varied> {
  const contexts = wished.some(ofContext) ? await foldersOf(proving) : new Map<string, ContextFolder>()
  const { BUILDX_GIT_LABELS: labels } = proving.ports.env
  const here = wished.filter(({ builder }) => builder === undefined)
  const folders = labels ? new Map<string, ContextFolder>() : contexts
  const result = await withLinked(await vary(request, here, folders, taken, copies), here, proving, taken, copies)
  const isUsed = wished.some(ofContext) && (taken === null || taken.has(mainContext))
  const why = labels && contexts.size > 0 ? [gitLabels] : isUsed && !contexts.has(mainContext) ? [noFolder] : []
  return withOwnBuilder({ ...result, notes: [...result.notes, ...why] }, wished, proving)
}

/** The targets that are its contexts, varied alike. */
async function withLinked(
  main: Varied,
  wished: readonly Variation[],
  { options, ports }: Proving,
  taken: ReturnType<typeof takenFrom>,
  copies: Copies,
): Promise<Varied> {
  const linked: Record<string, BuildRequest> = {}
  const [variations, notes] = [new Set(main.variations), new Set(main.notes)]
  for (const [name, request] of Object.entries(main.request.linked ?? {})) {
    const own = options.linked?.[name]
    const reads = own && wished.some(ofContext) && !ports.env.BUILDX_GIT_LABELS
    const contexts = reads ? await linkedFolders(own) : new Map<string, ContextFolder>()
    const varied = await vary(request, wished, contexts, taken, copies)
    linked[name] = varied.request
    for (const variation of varied.variations) variations.add(variation)
    for (const note of varied.notes) notes.add(note)
  }
  return Object.keys(linked).length === 0
    ? main
    : {
        request: { ...main.request, linked },
        variations: wished.filter(variation => variations.has(variation)),
        notes: [...notes],
      }
}

async function linkedFolders({ context, file, buildContexts }: Options): Promise<Map<string, ContextFolder>> {
  const main = (await readContext(context, file)).context
  return new Map([...(main === null ? [] : [[mainContext, main] as const]), ...(await namedFolders(buildContexts))])
}

const gitLabels =
  'Side B was built from the same files as side A, unvaried: BUILDX_GIT_LABELS is set, and a copy of the context has no repository to take the labels from.'

const noFolder =
  'The files of the build context were not varied for side B: the context is not a folder of this machine.'

/** One set of copies for all images and platforms of a run. */
const known = new WeakMap<Ports, Copies>()

function copiesOf({ ports, setting }: Proving, wished: readonly Variation[]): Copies {
  const copies = known.get(ports) ?? copiesIn(ports, wished.filter(ofContext), setting.epoch.seconds)
  known.set(ports, copies)
  return copies
}

/** Null: not all have told, and so it may be anything. */
function takenByAll(builds: Told): ReturnType<typeof takenFrom> {
  const all = new Map<string, string[] | null>()
  for (const build of builds) {
    if (build !== null && hasFailed(build)) continue
    const taken = build === null ? null : takenFrom(build.provenance)
    if (taken === null) return null
    for (const [name, paths] of taken) {
      const before = all.has(name) ? all.get(name) : []
      all.set(name, !before || paths === null ? null : [...before, ...paths])
    }
  }
  return all
}

/** The folders that a build may take files from; images, addresses and archives cannot be varied here. */
async function foldersOf({ options, sources }: Proving): Promise<Map<string, ContextFolder>> {
  const folders = new Map<string, ContextFolder>()
  if (sources.context !== null) folders.set(mainContext, sources.context)
  for (const [name, folder] of await namedFolders(options.buildContexts)) folders.set(name, folder)
  return folders
}

async function namedFolders(buildContexts: Readonly<Record<string, string>>): Promise<Map<string, ContextFolder>> {
  const folders = new Map<string, ContextFolder>()
  for (const [name, value] of Object.entries(buildContexts)) {
    if (/^[a-z-]+:|^git@/.test(value)) continue
    const { context } = await readContext(value, null)
    if (context !== null) folders.set(name, context)
  }
  return folders
}
