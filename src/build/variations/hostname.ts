import type { Variation } from './variation.ts'

/** BuildKit's own default is the same on every machine: only who is asked to look for it is shown it. */
export const hostname: Variation = {
  id: 'hostname',
  changes: 'host name in RUN',
  catches: 'host names in configuration files, logs and keys',
  byDefault: false,
  touches: 'run',
  shownBy: ['host-name'],
  fix: 'Do not write the host name into the image: set it when the container starts, or give the tool a fixed one.',
  request: request => ({
    ...request,
    buildArgs: { ...request.buildArgs, BUILDKIT_SANDBOX_HOSTNAME: 'repro-gate-varied' },
  }),
}
