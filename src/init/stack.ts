import type { Project } from './project.ts'

/** A way in which projects are built, known by its files. */
export interface Stack {
  id: string
  title: string
  /** The files that tell it, best sign first; the first that is there is named to the user. */
  signs: readonly string[]
  /** Files whose text the template asks for. */
  reads: readonly string[]
  /** Whether it is this one; without it the signs alone decide. */
  fits?: (project: Project) => boolean
  template: (project: Project) => Template
}

export interface Template {
  /** The whole Dockerfile; base images by name and tag, each as the default of an ARG. */
  dockerfile: string
  /** Lines of .dockerignore that only this stack needs. */
  ignored: readonly string[]
  /** What has to be done before the first build, each a sentence; a command in backticks. */
  first: readonly string[]
}

/** Base images of a Dockerfile of ours: they are pinned by their digest before it is written. */
export const basesOf = (dockerfile: string): string[] =>
  [...dockerfile.matchAll(/^ARG [A-Z_]+_IMAGE=([^\s@]+)$/gm)].map(([, image = '']) => image)

/** The sign by which a project is of a stack, null when it is not. */
export function signOf({ signs, fits }: Stack, project: Project): string | null {
  const sign = signs.find(project.has)
  return sign === undefined || fits?.(project) === false ? null : sign
}
