import type { Dockerfile } from '../dockerfile/dockerfile.ts'
import { parseReference } from '../dockerfile/reference.ts'
import { stageEdges } from '../dockerfile/stage.ts'
import type { Options } from '../options/options.ts'

/** Docker Hub goes by no name of its own. */
const hub = 'docker.io'

/** `localhost:5000` of `localhost:5000/app:1`; null: it is no image's name. */
export function registryOf(reference: string): string | null {
  const named = parseReference(reference)
  return named === null ? null : (named.registry ?? hub).toLowerCase()
}

/**
 * The registries that a user names, and so wants to be asked: in the Dockerfile that is built, its named contexts, and the
 * image that it is held against. Those of a record are a stranger's word.
 */
export function namedRegistries(
  dockerfile: Dockerfile,
  { buildArgs, buildContexts, against }: Pick<Options, 'buildArgs' | 'buildContexts' | 'against'>,
): Set<string> {
  const taken = dockerfile.stages
    .flatMap(stage => stageEdges(dockerfile, stage, { ...buildArgs }))
    .flatMap(({ target, reference: { value, resolved } }) => (target === null && resolved ? [value] : []))
  const images = Object.values(buildContexts).filter(value => value.startsWith(docker))
  const given = [...images, against ?? ''].map(value => value.replace(/^docker(?:-image)?:\/\//, ''))
  return new Set([...taken, ...given].map(registryOf).filter(host => host !== null))
}

const docker = 'docker-image://'
