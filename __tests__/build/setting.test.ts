import { expect, test } from '@jest/globals'
import { type BuildWishes, settleIfRoom } from '../../src/build/setting.ts'
import { portsWith, scripted } from './ports.ts'

const inspected = (driver: string) => ({
  stdout: `Name: x\nDriver: ${driver}\n\nNodes:\nName: n0\nEndpoint: e\nStatus: running\nBuildKit version: v0.25.2\nPlatforms: linux/amd64\n`,
})
const docker = (store: string) =>
  scripted({
    'docker buildx version': { stdout: 'github.com/docker/buildx v0.29.1 a0b1c2\n' },
    'docker version': { stdout: '{}' },
    'docker info': { stdout: store },
    'docker buildx create': {},
    'docker buildx rm': {},
    'docker kill': {},
    'docker buildx inspect --bootstrap repro-gate-': inspected('docker-container'),
    'docker buildx inspect': inspected('docker'),
  })
const wishes = {
  ...{ context: '.', file: 'Dockerfile', buildArgs: {}, builders: ['auto'], sourceDateEpoch: 1 },
  ...{ secrets: [], secretEnvs: [], secretFiles: [] },
} as unknown as BuildWishes

test('where there is room, docker has been asked meanwhile', async () => {
  const exec = docker('io.containerd.snapshotter.v1')
  let askedBefore = 0
  const refusal = new Promise<null>(resolve =>
    setTimeout(() => {
      askedBefore = exec.lines.length
      resolve(null)
    }, 200),
  )
  const setting = await settleIfRoom(portsWith(exec), wishes, {}, refusal)
  expect(setting).toMatchObject({ epoch: { seconds: 1 }, builders: { A: { driver: 'docker' } } })
  expect(askedBefore).toBeGreaterThan(3)
})

test('where there is none, a builder that was made is removed, and the reason told', async () => {
  const exec = docker('classic')
  const setting = await settleIfRoom(portsWith(exec), wishes, {}, Promise.resolve('no room'))
  expect(setting).toEqual({ problem: 'no room' })
  expect(exec.lines.find(line => line.startsWith('docker buildx create'))).toBeDefined()
  expect(exec.lines.at(-1)).toMatch(/^docker buildx rm --force repro-gate-/)
})
