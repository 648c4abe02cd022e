// Images read from a registry by the bundled command line: every fault at every request, and before any.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type AnswerFault, answerFaults } from './answers.ts'
import { hastyBundles, hastyProgram } from './bundles.ts'
import { type Driver, startDriver } from './driver.ts'
import { type Ended, ended } from './ended.ts'
import type { Place } from './front.ts'
import { cells, isWhole, must, timeFor, tried } from './matrix.ts'
import { certificates, digests, hosts, type RegistryScene, registryScene, secrets } from './registry-scene.ts'

let bundle: Awaited<ReturnType<typeof hastyBundles>>
let vouched: ReturnType<typeof certificates>
beforeAll(async () => {
  bundle = await hastyBundles()
  await hastyProgram('compare-driver.ts', join(bundle.folder, 'driver.cjs'))
  vouched = certificates()
}, 120_000)
afterAll(() => {
  for (const folder of [bundle?.folder, vouched?.folder]) if (folder) rmSync(folder, { recursive: true, force: true })
})
type Scene = RegistryScene & { driver?: Driver }
/** The start of the bundle costs more than all it does: where the driver does it, as the sources have it. */
const scenes = (isDriven: boolean) => ({
  async begin(): Promise<Scene> {
    const scene = await registryScene(vouched)
    return isDriven ? { ...scene, driver: startDriver(join(bundle.folder, 'driver.cjs'), scene.env) } : scene
  },
  end: (scene: Scene) => {
    scene.driver?.end()
    return scene.close()
  },
  workers: isDriven ? 10 : 4,
})

const blobs = (which: 'config' | 'layer') => Object.values(digests).map(one => `/v2/team/app/blobs/${one[which]}`)
const isOf =
  (host: string, is: (path: string) => boolean): Place['is'] =>
  asked =>
    asked.host === host && is(asked.path.split('?')[0] ?? '')
const registry = (is: (path: string) => boolean) => isOf('registry.example', is)
const isTag = (path: string) => /\/manifests\/(?!sha256)/.test(path)

interface ReadPlace extends Place {
  /** Breaks off a first answer, so that what it is about is asked for at all. */
  broken?: Place
}

const storage = isOf('storage.example', () => true)
const places: ReadPlace[] = [
  { name: 'the first question, of nobody', is: asked => !asked.headers.authorization && registry(isTag)(asked) },
  { name: 'the token', is: isOf('auth.example', () => true) },
  { name: 'the index', is: asked => Boolean(asked.headers.authorization) && registry(isTag)(asked) },
  { name: 'the manifest', is: registry(path => path.includes('/manifests/sha256')) },
  { name: 'the config', is: registry(path => blobs('config').includes(path)) },
  { name: 'the layer', is: registry(path => blobs('layer').includes(path)) },
  { name: 'the layer at the storage', is: asked => !asked.headers.range && storage(asked) },
  {
    name: 'the rest of a layer that broke off',
    is: asked => Boolean(asked.headers.range) && storage(asked),
    broken: { name: '', is: asked => !asked.headers.range && storage(asked) },
  },
]
const brokenOff = answerFaults.find(({ name }) => name === 'cut off') as AnswerFault

/** Pairs of images, and what is true of them. */
const pairs = [
  { name: 'that differ', tag: 'different', flags: [], truth: 1 },
  { name: 'that are the same to the last file', tag: 'in-other-order', flags: ['--level', 'same-files'], truth: 0 },
] as const

/** By the bundle, or by its sources in a process that does nothing else. */
function compare(
  scene: Scene,
  { tag, flags }: (typeof pairs)[number],
  more: Record<string, string> = {},
): Promise<Ended> {
  const args = ['compare', 'registry.example/team/app:1', `registry.example/team/app:${tag}`, ...flags]
  const env = { ...scene.env, ...more }
  return scene.driver?.run(args, env) ?? ended(process.execPath, [bundle.cli, ...args], { env })
}

const connectionFaults = [
  ...(['refuses', 'resets', 'hangs', 'no gateway', 'speaks no TLS'] as const),
  ...(['is another', 'is unknown', 'is out of date', 'has no name'] as const),
]

/** Where: a host, or which of the two images that were named. */
const names = new RegExp([...hosts.map(host => host.replaceAll('.', '\\.')), 'layer 1 of image [AB] \\('].join('|'))
const thing = /image|token|blob|manifest|index|config|layer/
/** What to do, or who has to. */
const remedy =
  /Try again later|Check |docker login|Wait|Push the image again|NODE_EXTRA_CA_CERTS|set-up is at fault|mistake in the registry's set-up|Is it a registry|is damaged or lies|Its set-up|one of them is wrong|HTTPS_PROXY|they are not read|cannot be unpacked|a firewall or a proxy|get image [AB] anew/

/** What is so of every run, whatever went wrong. */
function isSound({ code, said, left, living, seconds }: Ended, truth: number, { trapped }: RegistryScene): string {
  must(code === truth || code === 2, `exit code ${code}, and the truth is ${truth}`, said)
  must(!/^\s+at .*:\d+:\d+|should not have happened|TypeError|undefined|\[object/m.test(said), 'a fault of ours', said)
  for (const secret of secrets) must(!said.includes(secret), 'a secret is shown', said)
  must(left.length === 0 && living.length === 0, `left behind: ${[...left, ...living].join(', ')}`)
  must(trapped.length === 0, `asked where nobody may: ${trapped.join(', ')}`)
  must(seconds < 120, `took ${seconds} seconds`)
  if (code === truth) return truth === 0 ? 'reproducible, as it is' : 'not reproducible, as it is'
  must(names.test(said) && thing.test(said), 'it is not said what, and where', said)
  must(remedy.test(said), 'it is not said what to do', said)
  return 'undecided, with the reason'
}

describe.each(pairs.map((pair, at) => [pair.name, pair, at] as const))('of images %s', (_, pair, at) => {
  test('nothing wrong is the truth', async () => {
    const scene = await registryScene(vouched)
    const told = await compare(scene, pair)
    await scene.close()
    expect([told.code, told.left, told.living]).toEqual([pair.truth, [], []])
    const seen = new Set(
      scene.front.asked.flatMap(asked => places.filter(({ is }) => is(asked)).map(({ name }) => name)),
    )
    expect([...seen]).toEqual(places.filter(({ broken }) => !broken).map(({ name }) => name))
  })

  const isDriven = isWhole || pair.truth === 0
  const chosen = cells(places, answerFaults, at)
  test(
    `${chosen.length} faults in answers`,
    async () => {
      const wrong = await tried(
        `read, ${pair.name}`,
        chosen,
        scenes(isDriven),
        async ({ place, fault, times }, scene) => {
          const also = place.broken ? [{ place: place.broken, fault: brokenOff, times: 99 }] : []
          scene.front.arm([{ place, fault, times: times === 'once' ? 1 : 99 }, ...also])
          const told = await compare(scene, pair)
          must(scene.front.struck() > 0, 'it did not strike', told.said)
          const outcome = isSound(told, pair.truth, scene)
          if (fault.kind === 'harmless' || (fault.kind === 'passing' && times === 'once' && !place.broken))
            must(told.code === pair.truth, `${fault.kind}, and it was not made up for`, told.said)
          return outcome
        },
      )
      expect(wrong).toEqual([])
    },
    timeFor(chosen.length, 6000),
  )

  // That a connection cannot be made is never over with the first.
  const before = cells(
    hosts.map(name => ({ name })),
    connectionFaults.map(name => ({ name })),
    at,
  ).filter(({ times }) => times === 'always' || !isWhole)
  test(
    `${before.length} faults before any answer`,
    async () => {
      const wrong = await tried(`connect, ${pair.name}`, before, scenes(isDriven), async ({ place, fault }, scene) => {
        scene.front.arm([])
        scene.connection.clear()
        if (fault.name !== 'has no name') scene.connection.set(place.name, fault.name)
        const told = await compare(scene, pair, fault.name === 'has no name' ? { NO_PROXY: place.name } : {})
        must(
          told.code === 2 || (pair.truth === 1 && place.name === 'storage.example'),
          'it was read all the same',
          told.said,
        )
        must(told.said.includes(place.name), 'it is not said where', told.said)
        return isSound(told, pair.truth, scene)
      })
      expect(wrong).toEqual([])
    },
    timeFor(before.length, 6000),
  )
})
