import { manifestAnnotations } from '../build/annotation.ts'
import { dockerChecks } from '../build/docker-check.ts'
import { withDockers } from '../lint/docker-findings.ts'
import { type LintResult, lint } from '../lint/lint.ts'
import type { Ports } from '../ports.ts'
import type { Sources, Subject } from './sources.ts'

/** What the lint says of one Dockerfile, as the options ask for it. */
export const lintOf = (sources: Sources, options: Subject): LintResult =>
  lint({
    ...sources,
    target: options.target,
    platforms: options.platforms,
    buildArgs: options.buildArgs,
    labels: options.labels,
    annotations: manifestAnnotations(options.annotations, options.platforms[0] ?? ''),
    buildContexts: Object.keys(options.buildContexts),
    settings: options.lint,
  })

/** The same, and what Docker's own checks say besides, where they can be asked. */
export async function lintAndCheck(sources: Sources, options: Subject, ports: Ports): Promise<LintResult> {
  const { context, file, dockerCheck, platforms } = options
  const asked = dockerCheck === 'auto' && context !== null
  const shown = sources.dockerfile
  const platform = platforms.length === 1 ? platforms[0] : undefined
  const checking = asked ? dockerChecks(ports, { ...options, context, file, shown, platform }) : []
  const linted = lintOf(sources, options)
  return withDockers(linted, await checking, shown, options.lint)
}
