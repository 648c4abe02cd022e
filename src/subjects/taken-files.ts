import { join } from 'node:path'
import type { TakenFiles } from '../build/changed-files.ts'
import { isIgnored, parseDockerignore } from '../lint/context/dockerignore.ts'
import type { GatedImage } from './images.ts'

/**
 * What all images are built of: context folders without what their ignore files keep out, those files, Dockerfiles, the bake
 * or compose files, and the same of the targets that they are made of.
 */
export const takenOf = (images: readonly Pick<GatedImage, 'options' | 'sources' | 'lists'>[]): TakenFiles[] =>
  images.flatMap(({ options, sources: { ignoreFile }, lists = [] }) => {
    const { context, file, buildContexts, linked = {} } = options
    const others = Object.values(linked).flatMap(one => [one.context, one.file, ...Object.values(one.buildContexts)])
    const ignores = [join(context, '.dockerignore'), `${file}.dockerignore`]
    return [
      { path: context, ...(ignoreFile ? { leavesOut: leftOutBy(ignoreFile.text) } : {}) },
      ...[file, ...ignores, ...Object.values(buildContexts), ...others, ...lists].map(path => ({ path })),
    ]
  })

/** Whether Docker leaves a path out of a context; what a folder inherits goes down with the path. */
export function leftOutBy(text: string): (path: string) => boolean {
  const ignore = parseDockerignore(text)
  return path => {
    let folder: readonly boolean[] = []
    let ignored = false
    const steps = path.split('/')
    for (const [at] of steps.entries()) {
      const told = isIgnored(ignore, steps.slice(0, at + 1).join('/'), folder)
      folder = told.inherited
      ignored = told.ignored
    }
    return ignored
  }
}
