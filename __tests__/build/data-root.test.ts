import { expect, test } from '@jest/globals'
import { dataRoots } from '../../src/build/data-root.ts'
import { notFound, portsWith, scripted } from './ports.ts'

const rootsOf = (host: string, info: object) =>
  dataRoots(portsWith(scripted({ 'docker context inspect': { stdout: `${host}\n` }, 'docker info': info })))
const root = { stdout: '/var/lib/docker\n' }

test('an engine on this machine has a place to watch', async () => {
  expect(await rootsOf('unix:///run/docker.sock', root)).toEqual([
    { what: "the engine's data", path: '/var/lib/docker' },
  ])
})

test.each([
  ['on another machine', 'ssh://far', root],
  ['that does not answer', 'unix:///run/docker.sock', { code: 1 }],
  ['of Windows', 'unix:///run/docker.sock', { stdout: 'C:\\ProgramData\\Docker\n' }],
])('an engine %s has none', async (_, host, info) => {
  expect(await rootsOf(host, info)).toEqual([])
})

test('no docker at all is no error', async () => {
  const exec = { ...scripted({}), capture: () => Promise.reject(notFound()) }
  expect(await dataRoots(portsWith(exec))).toEqual([])
})
