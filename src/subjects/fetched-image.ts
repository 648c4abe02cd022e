import { isAbsolute } from 'node:path'
import { isRemote } from '../options/git-url.ts'
import { InputError, type Options } from '../options/options.ts'
import type { BakedImage } from './baked-images.ts'
import { dockerfileIn, type FetchContext } from './remote-context.ts'

/**
 * An image of a bake or compose file with all contexts of it, and of the targets that it is made of, on this disk.
 * @throws InputError when one cannot be had
 */
export async function fetchedImage(image: BakedImage, fetch: FetchContext): Promise<BakedImage> {
  const options = await fetchedOptions(image.options, image.inline !== null, fetch)
  const linked: Record<string, Options> = {}
  for (const [name, one] of Object.entries(options.linked ?? {}))
    linked[name] = await fetchedOptions(one, Object.hasOwn(image.linkedInline, name), fetch).catch((error: unknown) => {
      if (!(error instanceof InputError)) throw error
      throw new InputError(error.problems.map(problem => `target ${name}: ${problem}`))
    })
  return { ...image, options: options.linked ? { ...options, linked } : options }
}

/** @param isInline the Dockerfile stands in the bake or compose file: none is looked for */
async function fetchedOptions(options: Options, isInline: boolean, fetch: FetchContext): Promise<Options> {
  if (!isRemote(options.context)) return options
  const { options: here, root, dockerfile } = await fetch(options)
  // Bake's `cwd://…` names a file that is here.
  if (isInline || isAbsolute(options.file)) return here
  if (dockerfile === null) return { ...here, file: await dockerfileIn(root, here.context, options.file) }
  if (options.file !== 'Dockerfile')
    throw new InputError([
      `file: what came from ${here.contextName} is a Dockerfile and no archive, so there is no '${options.file.slice(0, 200)}' in it`,
    ])
  return { ...here, file: dockerfile }
}
