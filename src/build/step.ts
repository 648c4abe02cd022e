import type { Step } from './build.ts'

/** Whether it was done in this build, and not taken from a cache. */
export const hasRun = (step: Step | undefined): boolean =>
  step?.started === true && step.completed && !step.cached && step.error === null

/** `[builder 2/4] RUN make` without its place: two Dockerfiles may call one stage by two names. */
export const workOf = (name: string): string => name.replace(/^\[[^\]]*\] /, '')
