import { type LintResult, lint } from './lint/lint.ts'
import type { Sources, Subject } from './sources.ts'

/** What the lint says of one Dockerfile, as the options ask for it. */
export const lintOf = (sources: Sources, options: Subject): LintResult =>
  lint({
    ...sources,
    target: options.target,
    buildArgs: options.buildArgs,
    buildContexts: Object.keys(options.buildContexts),
    settings: options.lint,
  })
