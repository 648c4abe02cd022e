import { describe, expect, test } from '@jest/globals'
import { type Builder, BuilderError, buildx } from '../../src/build/builder.ts'
import { findBuilders, machinesOf, versionDoubts, versionsOf } from '../../src/build/builders.ts'
import { lastCallOf } from '../../src/build/last-call.ts'
import { createArgs, makeThrowaway } from '../../src/build/throwaway.ts'
import { portsWith, scripted } from './ports.ts'

interface Node {
  driver: string
  endpoint: string
  name?: string
  buildkit?: string
  uuid?: string
}
const inspect = ({ driver, endpoint, name = 'n0', buildkit = 'v0.25.2', uuid }: Node) => `Name:   x
Driver: ${driver}

Nodes:
Name:             ${name}
Endpoint:         ${endpoint}
Status:           running
BuildKit version: ${buildkit}
Platforms:        linux/amd64, linux/amd64/v2, linux/386
Labels:
 org.mobyproject.buildkit.worker.executor:        oci
${uuid === undefined ? '' : ` org.mobyproject.buildkit.worker.containerd.uuid: ${uuid}`}
GC Policy rule#0:
 All:            true
`
const containerd = { stdout: '[["driver-type","io.containerd.snapshotter.v1"]]' }
const common = {
  'docker buildx version': { stdout: 'github.com/docker/buildx v0.29.1 a0b1c2\n' },
  'docker version': { stdout: '{"Client":{"Version":"28.2.2"},"Server":{"Version":"28.5.2"}}' },
  'docker info': containerd,
}
const find = (answers: Parameters<typeof scripted>[0], names: string[], options = {}) => {
  const exec = scripted({ ...answers, ...common })
  const ports = portsWith(exec)
  return { exec, ports, found: findBuilders(ports, names, lastCallOf(ports), options) }
}
const problemOf = async (found: Promise<unknown>): Promise<string> => {
  const error = await found.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(BuilderError)
  return (error as BuilderError).message
}

describe('builders by name', () => {
  test('none: the current one for both sides', async () => {
    const { exec, found } = find(
      { 'docker buildx inspect': { stdout: inspect({ driver: 'docker', endpoint: 'default' }) } },
      [],
    )
    const { builders } = await found
    expect(builders.A).toBe(builders.B)
    expect(exec.lines).toContain('docker buildx inspect --bootstrap')
    expect(buildx(builders.A, 'build')).toEqual(['buildx', 'build'])
  })

  test('two on a cluster and elsewhere, each asked by its own name, and what is alike for both asked once', async () => {
    const { exec, found } = find(
      {
        'docker buildx inspect --bootstrap k8s': {
          stdout: inspect({ driver: 'kubernetes', endpoint: 'kubernetes:///k8s?deployment=k8s0&kubeconfig=' }),
        },
        'docker buildx inspect --bootstrap far': {
          stdout: inspect({ driver: 'remote', endpoint: 'tcp://far.example:1234' }),
        },
      },
      ['k8s', 'far'],
    )
    const { builders } = await found
    expect(new Set(exec.lines).size).toBe(exec.lines.length)
    expect([builders.A.driver, builders.B.driver]).toEqual(['kubernetes', 'remote'])
    expect(buildx(builders.A, 'build')).toEqual(['buildx', 'build', '--builder', 'k8s'])
    expect(buildx(builders.B, 'prune', '--force')).toEqual(['buildx', 'prune', '--force', '--builder', 'far'])
    expect([builders.A.store, builders.B.store]).toEqual([false, false])
    expect(versionDoubts(builders)).toEqual([])
    expect(machinesOf(builders)).toBe('two-builders')
  })

  test('two pods or nodes of one kubernetes builder are one builder', async () => {
    const text = inspect({ driver: 'kubernetes', endpoint: 'kubernetes:///k8s?deployment=k8s0&kubeconfig=' })
    const more = text
      .replace(/^(Name: +n0[\s\S]*?)(Labels:)/m, '$1$2')
      .concat(
        'Name:             n1\nEndpoint:         kubernetes:///k8s?deployment=k8s1\nStatus:           running\nBuildKit version: v0.24.0\nPlatforms:        linux/arm64\n',
      )
    const { builders } = await find({ 'docker buildx inspect': { stdout: more } }, ['k8s']).found
    expect(builders.A.machines).toEqual([['linux/amd64', 'linux/amd64/v2', 'linux/386'], ['linux/arm64']])
    expect(builders.A.versions.buildkit).toBe('v0.25.2, v0.24.0')
  })

  test('a Docker context is asked through --context, for all that is asked of it', async () => {
    const { exec, found } = find(
      {
        'docker buildx inspect': { stdout: inspect({ driver: 'docker', endpoint: 'far', uuid: 'u-1' }) },
        'docker --context far version': { stdout: '{"Server":{"Version":"29.0.0"}}' },
        'docker --context far info': containerd,
      },
      ['far'],
    )
    const { builders } = await found
    expect(builders.A.versions.docker).toBe('29.0.0')
    expect(buildx(builders.A, 'build')).toEqual(['--context', 'far', 'buildx', 'build', '--builder', 'far'])
    expect(exec.lines.filter(line => line.includes(' info '))).toEqual([
      'docker --context far info --format {{json .DriverStatus}}',
    ])
  })

  test.each([
    ['engine', { driver: 'docker', endpoint: 'a', uuid: 'same' }, { driver: 'docker', endpoint: 'b', uuid: 'same' }],
    [
      'daemon',
      { driver: 'remote', endpoint: 'tcp://x:1' },
      { driver: 'remote', endpoint: 'tcp://x:1', name: 'other0' },
    ],
  ])('two names of one %s are refused', async (_, a, b) => {
    const { found } = find(
      {
        'docker buildx inspect --bootstrap a': { stdout: inspect(a) },
        'docker buildx inspect --bootstrap b': { stdout: inspect(b) },
        'docker --context': containerd,
      },
      ['a', 'b'],
    )
    expect(await problemOf(found)).toMatch(/'a' and 'b' are one and the same/)
  })

  test('two containers of one engine are two builders', async () => {
    const node = { driver: 'docker-container', endpoint: 'unix:///var/run/docker.sock' }
    const { found } = find(
      {
        'docker buildx inspect --bootstrap a': { stdout: inspect({ ...node, name: 'a0' }) },
        'docker buildx inspect --bootstrap b': { stdout: inspect({ ...node, name: 'b0' }) },
      },
      ['a', 'b'],
    )
    expect((await found).builders.A.name).toBe('a')
  })

  test('certificates that are refused, and nobody at the address', async () => {
    // As buildx prints it, its progress before the error.
    const silent =
      '#1 [internal] waiting for connection\n#1 ERROR: context deadline exceeded\n------\nERROR: context deadline exceeded\n'
    const { found } = find({ 'docker buildx inspect': { code: 1, stderr: silent } }, ['far'])
    expect(await problemOf(found)).toMatch(
      /^The builder 'far' does not answer: context deadline exceeded\n.*certificates/,
    )
    const refused = 'ERROR: tls: failed to verify certificate: x509: certificate signed by unknown authority'
    const other = find({ 'docker buildx inspect': { code: 1, stderr: refused } }, ['far'])
    expect(await problemOf(other.found)).toMatch(/^The builder 'far' does not accept the certificates.*cacert/s)
  })
})

describe('versions of two builders', () => {
  const builder = (driver: string, versions: Record<string, string>): Builder => ({
    ...{ name: driver, driver, store: false, platform: 'linux/amd64', versions: { driver, ...versions } },
  })
  const doubts = (A: Builder, B: Builder) => versionDoubts({ A, B })

  test('equal ones are no doubt, whatever the drivers', () => {
    expect(doubts(builder('remote', { buildkit: 'v0.25.2' }), builder('kubernetes', { buildkit: '0.25.2' }))).toEqual(
      [],
    )
    const engine = { buildkit: 'v0.0.0+unknown', docker: '28.5.2' }
    expect(doubts(builder('docker', engine), builder('docker', { ...engine }))).toEqual([])
  })

  test('what differs, or is told by neither, is a doubt with a way out', () => {
    const way = /same version of BuildKit.*--driver-opt image=/
    expect(doubts(builder('remote', { buildkit: 'v0.25.2' }), builder('remote', { buildkit: 'v0.25.1' }))).toEqual([
      expect.stringMatching(way),
    ])
    const unknown = { buildkit: 'v0.0.0+unknown', docker: '28.5.2' }
    expect(doubts(builder('remote', unknown), builder('remote', unknown))).toEqual([expect.stringMatching(way)])
    expect(doubts(builder('docker', unknown), builder('docker', { ...unknown, docker: '29.0' }))).toHaveLength(1)
    const one = builder('remote', unknown)
    expect(doubts(one, one)).toEqual([])
  })

  test('the report has both', () => {
    expect(
      versionsOf({ A: builder('docker', { buildkit: '1', docker: '28' }), B: builder('remote', { buildkit: '1' }) }),
    ).toEqual({
      ...{ buildkit: '1', 'docker (A)': '28', 'driver (A)': 'docker', 'driver (B)': 'remote' },
      ...{ 'builder (A)': 'docker', 'builder (B)': 'remote' },
    })
  })
})

describe('a throw-away builder', () => {
  const made = { 'docker buildx create': {}, 'docker kill': {}, 'docker buildx rm': {} }
  const booted = {
    'docker buildx inspect --bootstrap repro-gate-': { stdout: inspect({ driver: 'docker-container', endpoint: 'x' }) },
  }

  test('its arguments', () => {
    expect(createArgs('n', {})).toEqual(['buildx', 'create', '--driver', 'docker-container', '--name', 'n'])
    expect(createArgs('n', { image: 'moby/buildkit:v0.25.2', cpusetCpus: '0,2', hostNetwork: true }).slice(6)).toEqual([
      ...['--driver-opt', 'image=moby/buildkit:v0.25.2', '--driver-opt', '"cpuset-cpus=0,2"'],
      ...['--driver-opt', 'network=host', '--buildkitd-flags', '--allow-insecure-entitlement=network.host'],
    ])
  })

  test('auto makes one where the engine has the classic store, and only there', async () => {
    const current = {
      'docker buildx inspect --bootstrap': { stdout: inspect({ driver: 'docker', endpoint: 'default' }) },
    }
    const good = await find(current, ['auto']).found
    expect(good.throwaways).toEqual([])
    const exec = scripted({
      ...made,
      ...booted,
      ...current,
      'docker info': { stdout: '[["Backing Filesystem","extfs"]]' },
      ...withoutInfo(common),
    })
    const ports = portsWith(exec)
    const { builders, throwaways } = await findBuilders(ports, ['auto'], lastCallOf(ports), { hostNetwork: true })
    expect(builders.A.name).toMatch(/^repro-gate-[0-9a-f]{12}$/)
    expect(exec.lines.find(line => line.startsWith('docker buildx create'))).toMatch(/--driver-opt network=host/)
    await throwaways[0]?.remove()
    await throwaways[0]?.remove()
    expect(exec.lines.filter(line => / rm | kill /.test(line))).toEqual([
      `docker kill buildx_buildkit_${builders.A.name}0`,
      `docker buildx rm --force ${builders.A.name}`,
    ])
  })

  test('an engine that does not answer is not cured by another builder', async () => {
    const stderr = 'ERROR: Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?'
    const { exec, found } = find({ 'docker buildx inspect': { code: 1, stderr } }, ['auto'])
    expect(await problemOf(found)).toMatch(/does not answer/)
    expect(exec.lines.filter(line => line.includes('create'))).toEqual([])
  })

  test('one that does not boot is removed, and the reason told', async () => {
    const stderr = '#1 pulling image\nERROR: pull access denied for moby/buildkit'
    const exec = scripted({ ...made, 'docker buildx inspect': { code: 1, stderr }, ...common })
    const ports = portsWith(exec)
    expect(await problemOf(makeThrowaway(ports, lastCallOf(ports)))).toMatch(
      /could not be made.*pull access denied.*must run containers/s,
    )
    expect(exec.lines.at(-1)).toMatch(/^docker buildx rm --force repro-gate-/)
  })

  test('one beside a builder that cannot be used is removed', async () => {
    const exec = scripted({
      ...made,
      ...booted,
      'docker buildx inspect --bootstrap gone': { code: 1, stderr: 'ERROR: no builder "gone" found' },
      'docker buildx inspect --bootstrap': {
        stdout: inspect({ driver: 'docker', endpoint: 'default', buildkit: 'v0.11.0' }),
      },
      ...common,
    })
    const ports = portsWith(exec)
    expect(await problemOf(findBuilders(ports, ['auto', 'gone'], lastCallOf(ports)))).toMatch(/no builder 'gone'/)
    expect(exec.lines.at(-1)).toMatch(/^docker buildx rm --force repro-gate-/)
  })

  test('an abort removes it at once; what stays is told with the command that removes it', async () => {
    const cancel = new AbortController()
    const exec = scripted({
      ...made,
      'docker buildx rm': { code: 1, stderr: 'ERROR: driver went away' },
      ...booted,
      ...common,
    })
    const ports = portsWith(exec, { signal: cancel.signal })
    const { builder, remove } = await makeThrowaway(ports, lastCallOf(ports))
    cancel.abort()
    await remove()
    expect(exec.lines.filter(line => line.startsWith('docker buildx rm'))).toHaveLength(1)
    expect(ports.logged).toEqual([
      expect.stringMatching(
        new RegExp(
          `docker buildx rm --force ${builder.name} removes it; .* docker volume rm buildx_buildkit_${builder.name}0_state\\. .*driver went away`,
        ),
      ),
    ])
  })
})

const withoutInfo = ({ 'docker info': _, ...rest }: typeof common) => rest
