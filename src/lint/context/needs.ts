import type { Dockerfile } from '../../dockerfile/dockerfile.ts'
import { defaultSettings } from '../settings.ts'
import { viewOf } from '../view.ts'
import { contextSources } from './context-source.ts'

export interface ContextNeeds {
  /** Paths that must be in the context, or the build fails: no patterns, nothing that a variable decides. */
  paths: string[]
  /** Some COPY takes all of the context, whatever that is. */
  broad: boolean
}

/** What a Dockerfile asks of its build context. */
export function contextNeeds(
  dockerfile: Dockerfile,
  { buildArgs, target }: { buildArgs: Record<string, string>; target?: string | undefined },
): ContextNeeds {
  const nothing = { context: null, ignoreFile: null, git: null, workflows: [], buildContexts: [] }
  const view = viewOf({ dockerfile, buildArgs, target, ...nothing, settings: defaultSettings })
  const paths = view.stages
    .flatMap(stage => stage.steps)
    .flatMap(step => contextSources(view, step))
    .map(({ path }) => path)
  return {
    paths: [...new Set(paths)].filter(path => path !== '' && !/[*?[\\]/.test(path)),
    broad: paths.includes(''),
  }
}
