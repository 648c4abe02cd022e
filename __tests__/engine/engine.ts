import { beforeAll, describe, jest } from '@jest/globals'

// A build can wait for a mirror, and for the builds of other suites.
jest.setTimeout(300_000)
// A mirror that hiccups, or a disk that is full for a moment, is no fault of ours; the run's last lines name what needed it.
jest.retryTimes(1, { logErrorsBeforeRetry: true })

/** The base image of builds in tests: a Debian 12 in a registry on this machine. */
export const baseImage = process.env.REPRO_GATE_BASE_IMAGE ?? 'localhost:5000/debian:bookworm-slim'

/** Flags of `docker buildx build` for RUN steps that use the network: the private engine needs the host's, others need none. */
export const networkFlags: readonly string[] = process.env.REPRO_GATE_RUN_NETWORK
  ? [`--network=${process.env.REPRO_GATE_RUN_NETWORK}`]
  : []

/** What a process needs to reach the engine; for children that do not inherit this process's environment. */
export function engineEnvironment(): Record<string, string> {
  const names = ['PATH', 'HOME', 'DOCKER_HOST', 'DOCKER_CONFIG', 'DOCKER_CONTEXT', 'BUILDX_BUILDER', 'BUILDX_CONFIG']
  return Object.fromEntries(names.flatMap(name => (process.env[name] === undefined ? [] : [[name, process.env[name]]])))
}

/**
 * A describe for tests that need a Docker Engine. Where none is possible its tests are skipped, and counted in the
 * run's last lines; under CI (turned off by hand or not), and where an engine was tried and failed, they fail instead:
 * green must mean proven.
 */
export function describeWithEngine(name: string, body: () => void): void {
  const { REPRO_GATE_NO_ENGINE: impossible, REPRO_GATE_ENGINE_FAILED: failed, CI } = process.env
  const mustRun = failed ?? (CI === 'true' ? impossible : undefined)
  if (impossible && !mustRun) {
    describe.skip(name, body)
    return
  }
  describe(name, () => {
    if (mustRun)
      beforeAll(() => {
        throw new Error(`This test needs a Docker Engine: ${mustRun}`)
      })
    body()
  })
}
