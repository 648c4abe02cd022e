import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'

const root = join(import.meta.dirname, '..', '..')
/** Neither a Docker that answers nor a folder in which a private one could have its socket. */
const nowhere = { DOCKER_HOST: 'unix:///nowhere/docker.sock', REPRO_GATE_ENGINE_DIR: `/tmp/${'x'.repeat(90)}` }

/** Runs one engine suite of this repository on a machine as `env` describes it. */
function runEngineSuite(env: Record<string, string>) {
  const { PATH = '', HOME = '' } = process.env
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--no-warnings',
      'node_modules/jest/bin/jest.js',
      '__tests__/engine/engine.engine.test.ts',
    ],
    { cwd: root, encoding: 'utf8', env: { PATH, HOME, ...env } },
  )
  return { status, lastLines: stdout.trimEnd().split('\n').slice(-2) }
}

describe('where no engine is possible', () => {
  test('engine tests are skipped, with their number and the reason', () => {
    const { status, lastLines } = runEngineSuite(nowhere)
    expect(lastLines[0]).toMatch(
      /^2 engine tests skipped: no engine possible here: no Docker daemon answers|^2 engine tests skipped: .*too long/,
    )
    expect({ status, last: lastLines.at(-1) }).toEqual({ status: 0, last: '0 passed, 0 failed, 2 skipped' })
  })

  test('under CI they fail, because green must mean proven', () => {
    const { status, lastLines } = runEngineSuite({ ...nowhere, CI: 'true' })
    expect({ status, last: lastLines.at(-1) }).toEqual({ status: 1, last: '0 passed, 2 failed' })
  })

  test('turned off by hand they are skipped', () => {
    const { status, lastLines } = runEngineSuite({ REPRO_GATE_ENGINE: '0' })
    expect({ status, lastLines }).toEqual({
      status: 0,
      lastLines: ['2 engine tests skipped: REPRO_GATE_ENGINE=0 turned the engine off', '0 passed, 0 failed, 2 skipped'],
    })
  })

  test('turned off by hand they fail under CI like any other skip', () => {
    const { status, lastLines } = runEngineSuite({ CI: 'true', REPRO_GATE_ENGINE: '0' })
    expect({ status, last: lastLines.at(-1) }).toEqual({ status: 1, last: '0 passed, 2 failed' })
  })

  test('an engine that was tried and failed is a failure everywhere', () => {
    const { status, lastLines } = runEngineSuite({ ...nowhere, PATH: '/nowhere' })
    expect({ status, last: lastLines.at(-1) }).toEqual({ status: 1, last: '0 passed, 2 failed' })
  })
})
