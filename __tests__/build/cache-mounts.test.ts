import { expect, test } from '@jest/globals'
import type { BuildFailure, SideBuild } from '../../src/build/build.ts'
import { createCacheMounts } from '../../src/build/cache-mounts.ts'
import { forgetSetting } from '../../src/build/forget.ts'
import { lastCallOf } from '../../src/build/last-call.ts'
import { portsWith, scripted } from './ports.ts'

/** A build of RUNs with these mounts. */
const builtIn = (...steps: object[][]): SideBuild =>
  ({
    provenance: {
      buildConfig: {
        llbDefinition: steps.map((mounts, at) => ({ id: `step${at}`, op: { Op: { exec: { mounts } } } })),
        digestMapping: Object.fromEntries(steps.map((_, at) => [`sha256:${at}`, `step${at}`])),
      },
    },
  }) as unknown as SideBuild
const builtWith = (...mounts: object[]): SideBuild => builtIn(mounts)
const without = builtWith({ dest: '/' })
const failed = { logTail: [] } as unknown as BuildFailure

function left(...ends: (SideBuild | BuildFailure | null)[]): boolean {
  const mounts = createCacheMounts()
  for (const end of ends) {
    mounts.begun()
    if (end !== null) mounts.ended(end)
  }
  return mounts.mayBeLeft()
}

test('none is left only where all builds ended and told that they have none', () => {
  expect(left()).toBe(false)
  expect(left(without)).toBe(false)
  expect(left(without, without)).toBe(false)
  expect(left(builtWith({ dest: '/c', cacheOpt: { ID: 'x/c' } }))).toBe(true)
  expect(left(builtWith({ dest: '/c', cacheOpt: { ID: 'x/c' } }), without)).toBe(true)
  expect(left(builtIn([{ dest: '/c', cacheOpt: { ID: 'x/c' } }], [{ dest: '/' }]))).toBe(true)
  expect(left(failed)).toBe(true)
  expect(left(without, failed)).toBe(true)
  expect(left(null)).toBe(true)
  expect(left({ provenance: null } as unknown as SideBuild)).toBe(true)
})

test('the builder is only asked to look for what may be left', async () => {
  const builder = { name: 'far', driver: 'remote', store: false, versions: {}, platform: 'linux/amd64' }
  const asked = async (end: SideBuild | BuildFailure) => {
    const exec = scripted({ 'docker buildx prune': {}, 'docker buildx du': { stdout: 'Total:\t0B\n' } })
    const ports = portsWith(exec)
    const mounts = createCacheMounts()
    mounts.begun()
    mounts.ended(end)
    const run = { nonce: 1, namespace: 'repro-gate-0123' }
    const setting = { builders: { A: builder, B: builder }, throwaways: [], run, mounts, last: lastCallOf(ports) }
    await forgetSetting(ports, setting)
    return exec.lines.length
  }
  expect(await asked(without)).toBe(0)
  expect(await asked(failed)).toBe(2)
})
