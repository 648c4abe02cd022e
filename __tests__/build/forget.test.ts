import { expect, test } from '@jest/globals'
import { forgetRun } from '../../src/build/forget.ts'
import { lastCallOf } from '../../src/build/last-call.ts'
import { portsWith, scripted } from './ports.ts'

const builder = { name: 'far', driver: 'remote', store: false, versions: {}, platform: 'linux/amd64' }
const run = { nonce: 1, namespace: 'repro-gate-0123' }
const held = 'Description:  cached mount /c from exec x with id "repro-gate-0123-a//c"\n'

test('prunes until no cache mount is left, on its own builder', async () => {
  let asked = 0
  const exec = scripted({
    'docker buildx prune': {},
    'docker buildx du': () => ({ stdout: ++asked < 3 ? held : 'Total:\t0B\n' }),
  })
  await forgetRun(portsWith(exec), builder, run)
  expect(exec.lines.filter(line => line.includes('prune'))).toEqual(
    Array(3).fill('docker buildx prune --force --filter description~=repro-gate-0123 --builder far'),
  )
})

test('ends before the runner kills, and says what stays', async () => {
  const exec = scripted({ 'docker buildx prune': {}, 'docker buildx du': { stdout: held } })
  const ports = portsWith(exec, { signal: AbortSignal.abort() })
  const started = performance.now()
  await forgetRun(ports, builder, run, () => AbortSignal.timeout(900))
  expect(performance.now() - started).toBeLessThan(2000)
  expect(exec.lines.length).toBeGreaterThan(3)
  expect(ports.logged).toEqual([expect.stringMatching(/repro-gate-0123 may stay/)])
})

test('a builder that does not answer is asked once', async () => {
  const exec = scripted({})
  const ports = portsWith(exec)
  await forgetRun(ports, builder, run)
  expect(exec.lines).toHaveLength(2)
  expect(ports.logged).toEqual([expect.stringMatching(/may stay/)])
})

test('all that is left to do after an abort shares one end', async () => {
  const cancel = new AbortController()
  const last = lastCallOf({ signal: cancel.signal })
  cancel.abort()
  await new Promise(resolve => setTimeout(resolve, 300))
  const started = performance.now()
  const ended = await new Promise<number>(resolve => last().addEventListener('abort', () => resolve(performance.now())))
  expect(ended - started).toBeGreaterThan(5500)
  expect(ended - started).toBeLessThan(6400)
})
