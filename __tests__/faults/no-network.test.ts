// A machine without any network, without names, and with a server of names that never answers: what needs none works as ever.
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { hastyBundles } from './bundles.ts'
import { commands, lasting, project } from './commands.ts'
import { ended } from './ended.ts'

/** A namespace of our own: as root, or as nobody in particular where the kernel lets everybody. */
const unshare = [
  ['-m', '-n'],
  ['-r', '-m', '-n'],
].find(flags => spawnSync('unshare', [...flags, 'true']).status === 0)
const describeOrSkip = unshare === undefined ? describe.skip : describe

const networks = {
  'no network': 'true',
  'no names': 'ip link set lo up && mount --bind "$PLACE/empty" /etc/resolv.conf',
  // What is sent there is carried to the other end of a cable, and nobody is there.
  'names that never come': [
    'ip link add here type veth peer name there && ip addr add 192.0.2.1/24 dev here && ip link set here up',
    'ip link set there up && ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev here',
    'mount --bind "$PLACE/silent" /etc/resolv.conf',
  ].join(' && '),
} as const

let bundle: Awaited<ReturnType<typeof hastyBundles>>
let made: ReturnType<typeof project>
beforeAll(async () => {
  bundle = await hastyBundles()
  made = project()
  writeFileSync(join(made.root, 'empty'), '')
  writeFileSync(join(made.root, 'silent'), 'nameserver 192.0.2.2\noptions timeout:1 attempts:1\n')
  mkdirSync(join(made.root, 'docker'))
}, 120_000)
afterAll(() => {
  for (const folder of [bundle?.folder, made?.root]) if (folder) rmSync(folder, { recursive: true, force: true })
})

function run(args: readonly string[], network: string | null) {
  const [program, before] =
    network === null
      ? [process.execPath, []]
      : ['unshare', [...(unshare ?? []), 'sh', '-c', `${network} && exec "$@"`, 'sh', process.execPath]]
  const env = { PATH: made.path, NO_COLOR: '1', PLACE: made.root, DOCKER_CONFIG: join(made.root, 'docker') }
  return ended(program, [...before, bundle.cli, ...args], { env, cwd: made.folder })
}

describeOrSkip('what needs no network', () => {
  test.each(commands)('$name is the same without any', async ({ args, code }) => {
    const [as, without] = await Promise.all([run(args, null), run(args, networks['no network'])])
    expect([as.code, without.code]).toEqual([code, code])
    expect(lasting(without.said, made.folder)).toBe(lasting(as.said, made.folder))
    expect([without.left, without.living]).toEqual([[], []])
  })
})

describeOrSkip.each(Object.entries(networks))('with %s', (_, network) => {
  const reads = [
    { name: 'compare', args: ['compare', 'registry.example/team/app:1', 'registry.example/team/app:2'] },
    { name: 'compare by digest', args: ['compare', 'one', `registry.example/team/app@sha256:${'0'.repeat(64)}`] },
    { name: 'replay', args: ['replay', 'registry.example/team/app:1', '--dry-run'] },
  ]
  test.each(reads)('$name says what it could not ask, whom, and what to do', async ({ args }) => {
    const { code, said, left, living } = await run(args, network)
    expect(code).toBe(2)
    expect(said).toMatch(/registry\.example could not be asked for the image team\/app[:@]/)
    expect(said).toMatch(/its name cannot be resolved \(\w+\)\. Check the name and this machine's DNS|no connection/)
    expect(said).not.toMatch(/^\s+at |TypeError|undefined/m)
    expect([left, living]).toEqual([[], []])
  })
})
