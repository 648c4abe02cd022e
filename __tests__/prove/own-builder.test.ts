// A builder of its own for side B: what is said to be varied was varied, and what could not be had is told.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import type { Builder } from '../../src/build/builder.ts'
import { lastCallOf } from '../../src/build/last-call.ts'
import { variationsNamed } from '../../src/build/variations/variations.ts'
import type { Varied } from '../../src/build/variations/vary.ts'
import { withOwnBuilder } from '../../src/prove/own-builder.ts'
import type { Proving } from '../../src/prove/pair.ts'
import { portsWith, scripted, tempFolder } from '../build/ports.ts'

const builder = `Name: x
Driver: docker-container

Nodes:
Name:             n0
Endpoint:         unix:///var/run/docker.sock
Status:           running
BuildKit version: v0.25.2
Platforms:        linux/amd64
`

/** libfaketime, as far as it is looked at. */
function library(): string {
  const head = Buffer.alloc(64)
  head.writeUInt32BE(0x7f454c46, 0)
  head.writeUInt16LE(62, 18)
  const file = join(tempFolder(), 'libfaketime.so.1')
  writeFileSync(file, Buffer.concat([head, Buffer.from('\0GLIBC_2.34\0')]))
  return file
}

interface Given {
  /** Parts of command lines that fail. */
  fails?: string[]
  /** No builder can even be asked for. */
  breaks?: Error
  hasLibrary?: boolean
  network?: string
}

const own = { name: 'own' } as Builder

/** A run, in which images are varied one after the other. */
function run({ fails = [], hasLibrary = true, network, breaks }: Given = {}) {
  const answer = (stdout: string) => (line: string) =>
    fails.some(part => line.includes(part)) ? { code: 1, stderr: 'ERROR: it broke' } : { stdout }
  const exec = scripted({
    'docker buildx create': breaks ?? answer(''),
    'docker buildx inspect': answer(builder),
    'docker buildx version': { stdout: 'github.com/docker/buildx v0.29.1 a0b1c2\n' },
    'docker version': { stdout: '{"Client":{"Version":"28.2.2"},"Server":{"Version":"28.5.2"}}' },
    'docker info': { stdout: '[["driver-type","io.containerd.snapshotter.v1"]]' },
    'docker exec': answer('/usr/bin/buildkit-runc'),
    ...{ 'docker cp': answer(''), 'docker kill': {}, 'docker buildx rm': {} },
  })
  const ports = portsWith(exec, { env: { REPRO_GATE_LIBFAKETIME: hasLibrary ? library() : '/none' } })
  const throwaways: unknown[] = []
  const proving = {
    ports,
    options: { network },
    setting: { builders: { A: own, B: own }, last: lastCallOf(ports), throwaways },
  } as unknown as Proving
  const made = () => exec.lines.filter(line => line.startsWith('docker buildx create'))
  const vary = async (...ids: string[]) => {
    const request = { builders: { A: own, B: own } } as Varied['request']
    const before: Varied = { request, variations: variationsNamed(['umask']), notes: ['before'] }
    const varied = await withOwnBuilder(before, variationsNamed(['umask', ...ids]), proving)
    const { A, B } = varied.request.builders
    expect(A).toBe(own)
    expect(varied.notes[0]).toBe('before')
    return {
      varied: varied.variations.map(({ id }) => id),
      notes: varied.notes.slice(1),
      isOwn: B !== own,
      name: B.name,
    }
  }
  return { vary, made, throwaways, lines: exec.lines }
}

const told = (...words: string[]) => words.map(word => expect.stringContaining(word))

test('without a wish for one there is none', async () => {
  const { vary, made, throwaways } = run()
  expect(await vary('order', 'hostname')).toEqual({ varied: ['umask'], notes: [], isOwn: false, name: 'own' })
  expect([made(), throwaways]).toEqual([[], []])
})

test.each<[string, string[], string, Given?]>([
  ['a new one', ['fresh'], ''],
  ['with fewer CPUs', ['fresh', 'cpus'], '--driver-opt cpuset-cpus=0'],
  ['with another clock', ['clock'], ''],
  ['with all of these', ['fresh', 'cpus', 'clock'], '--driver-opt cpuset-cpus=0'],
  ['with the network of the host', ['fresh'], '--driver-opt network=host', { network: 'host' }],
  ['with its own network', ['fresh'], '', { network: 'none' }],
])('%s is what side B is built on', async (_, ids, wish, ...[given]) => {
  const { vary, made, throwaways, lines } = run(given)
  const first = await vary(...ids)
  expect(first).toMatchObject({ varied: ['umask', ...ids], notes: [], isOwn: true })
  // Another image of the run is built on the same one.
  expect((await vary(...ids)).name).toBe(first.name)
  expect(throwaways).toHaveLength(1)
  // What it tells of its CPUs, and its clock, are changed where that is wished for, and only there.
  const hasChanged = (part: string) => lines.some(line => line.includes(part))
  expect([hasChanged('cpuinfo'), hasChanged('libfaketime')]).toEqual([ids.includes('cpus'), ids.includes('clock')])
  expect(made()).toHaveLength(1)
  expect(made()[0]?.replace(/ --buildkitd-flags.*/, '')).toMatch(new RegExp(`--name repro-gate-\\w+ ?${wish}$`))
})

test('images that wish for other ones get others', async () => {
  const { vary, made } = run()
  expect((await vary('fresh')).name).not.toBe((await vary('cpus')).name)
  expect(made()).toHaveLength(2)
})

test.each<[string, string[], string[], string, Given]>([
  ['cannot be made', ['fresh', 'clock'], [], 'variations fresh, clock: A builder of our own', { fails: ['create'] }],
  ['does not begin', ['fresh'], [], 'variation fresh: A builder of our own could not', { fails: ['inspect'] }],
  [
    'cannot hide its CPUs',
    ['fresh', 'cpus'],
    [],
    'variations fresh, cpus: what it tells of its CPUs',
    { fails: ['cpuinfo'] },
  ],
  ['cannot be set ahead', ['fresh', 'clock'], ['fresh'], 'variation clock: the clock of', { fails: ['libfaketime'] }],
  ['has no library', ['fresh', 'clock'], ['fresh'], 'variation clock: REPRO_GATE_LIBF', { hasLibrary: false }],
  ['has none, and is for the clock alone', ['clock'], [], 'variation clock: REPRO_GATE', { hasLibrary: false }],
])('what one that %s was to vary is left out, and told', async (_, ids, left, words, given) => {
  const { vary, made } = run(given)
  expect(await vary(...ids)).toMatchObject({
    ...{ varied: ['umask', ...left], isOwn: left.length > 0 },
    notes: told(`Side B was built without the ${words}`),
  })
  // For a clock that cannot be had nothing is made.
  expect(made()).toHaveLength(
    ids.length === 1 && given.hasLibrary === false ? 0 : given.fails?.[0] === 'libfaketime' ? 2 : 1,
  )
})

test('what nobody foresaw comes out', async () => {
  const breaks = new TypeError('no docker')
  await expect(run({ breaks }).vary('fresh')).rejects.toBe(breaks)
})
