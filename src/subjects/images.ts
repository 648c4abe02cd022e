import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseDockerfile } from '../dockerfile/parse.ts'
import { isImageList } from '../options/file-kind.ts'
import { InputError, type Options } from '../options/options.ts'
import { secretArguments } from '../options/secret-values.ts'
import type { Ports } from '../ports.ts'
import { type BakedImage, bakedImages } from './baked-images.ts'
import { fetchedImage } from './fetched-image.ts'
import { contextFetcher, type OfWorkflow } from './remote-context.ts'
import { readSources, type SharedContexts, type Sources } from './sources.ts'

export type { OfWorkflow } from './remote-context.ts'
export { takenOf } from './taken-files.ts'

/** An image that the gate is to prove, and how it is built. */
export interface GatedImage {
  /** Its name in a bake or compose file; null for the one image of a Dockerfile. */
  name: string | null
  options: Options
  sources: Sources
  /** Its Dockerfile stands in the bake or compose file: nobody can change it by its own lines. */
  inline?: true
  /** The bake or compose files that it stands in. */
  lists?: string[]
}

/**
 * Every image that the options name: that of one Dockerfile, or those of bake and compose files.
 * @throws InputError with all that is missing, or that cannot be gated
 */
export async function imagesOf(options: Options, ports: Ports, own?: OfWorkflow['own']): Promise<GatedImage[]> {
  if (!options.files.some(isImageList)) return [{ name: null, options, sources: await readSources(options, ports) }]
  const images: GatedImage[] = []
  const problems: string[] = []
  const shared: SharedContexts = new Map()
  const fetch = contextFetcher(ports, own)
  const lists = options.files.filter(isImageList).map(({ name }) => name)
  for (const image of await bakedImages(options, ports))
    try {
      const gated = await gatedImage(await fetchedImage(image, fetch), ports, shared)
      ports.masking.hide(secretArguments(gated.options))
      images.push({ ...gated, lists })
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      problems.push(...error.problems.map(problem => `${image.name}: ${problem}`))
    }
  problems.push(...epochProblems(images))
  if (problems.length > 0) throw new InputError(problems)
  return images
}

async function gatedImage(
  { name, options: given, inline, linkedInline }: BakedImage,
  ports: Ports,
  shared: SharedContexts,
): Promise<GatedImage> {
  const options = await withInline(given, linkedInline, join(ports.tempDir, 'inline', name))
  if (inline === null) return { name, options, sources: await readSources(options, ports, shared) }
  // A folder of its own: no ignore file stands beside it, so that of the context counts.
  const folder = join(ports.tempDir, 'inline', name)
  await mkdir(folder, { recursive: true })
  const file = join(folder, 'Dockerfile')
  await writeFile(file, inline.text)
  const sources = await readSources({ ...options, file }, ports, shared)
  return {
    ...{ name, options: { ...options, file }, inline: true },
    sources: { ...sources, dockerfile: parseDockerfile(inline.text, `${inline.file}#${name}`) },
  }
}

/** Dockerfiles of targets that stand in the bake or compose file are files of ours, each in a folder of its own. */
async function withInline(options: Options, texts: Readonly<Record<string, string>>, folder: string): Promise<Options> {
  const linked = { ...options.linked }
  for (const [name, text] of Object.entries(texts)) {
    const file = join(folder, 'linked', name, 'Dockerfile')
    await mkdir(join(file, '..'), { recursive: true })
    await writeFile(file, text)
    if (linked[name]) linked[name] = { ...linked[name], file }
  }
  return options.linked ? { ...options, linked } : options
}

/**
 * The options whose commit gives the time of all images: those of a context that is here go before one that was fetched.
 * @param options of the whole run
 */
export function timedBy(images: readonly GatedImage[], options: Options): Options {
  const all = images.map(image => image.options)
  const here = all.find(({ contextName }) => contextName === undefined)
  const known = here ?? all.find(({ repository }) => repository !== undefined)
  // What an archive holds has no commit; the file that names it may have one.
  return known ?? { ...(all[0] ?? options), ...(options.files.some(isImageList) ? { context: options.context } : {}) }
}

/** All are built for one time. */
function epochProblems(images: readonly GatedImage[]): string[] {
  const epochs = new Set(images.map(({ options }) => options.buildArgs.SOURCE_DATE_EPOCH ?? ''))
  return epochs.size > 1
    ? [
        'The images have different build arguments SOURCE_DATE_EPOCH: gate them one by one, with `targets`, or take it out of the file and give `source-date-epoch`.',
      ]
    : []
}
