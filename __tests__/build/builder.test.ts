import { describe, expect, test } from '@jest/globals'
import { BuilderError, findBuilder } from '../../src/build/builder.ts'
import { buildxVersion, isOlder, parseInspect } from '../../src/build/builder-inspect.ts'
import { notFound, portsWith, scripted } from './ports.ts'

const inspect = (driver: string, buildkit: string, more = 'Status:           running') => `Name:          mine
Driver:        ${driver}
Last Activity: 2026-11-21 03:32:54 +0000 UTC

Nodes:
Name:             mine0
Endpoint:         unix:///var/run/docker.sock
${more}
BuildKit version: ${buildkit}
Platforms:        linux/arm64*, linux/amd64
Labels:
 org.mobyproject.buildkit.worker.executor:         oci
`
const good = {
  'docker buildx version': { stdout: 'github.com/docker/buildx v0.29.1 a0b1c2\n' },
  'docker version': { stdout: '{"Client":{"Version":"28.2.2"},"Server":{"Version":"28.5.2"}}' },
  'docker buildx inspect': { stdout: inspect('docker', 'v0.25.2') },
  'docker info': { stdout: '[["driver-type","io.containerd.snapshotter.v1"]]' },
}
type Answers = Parameters<typeof scripted>[0]
const find = (answers: Answers, builder?: string, env = {}) =>
  findBuilder(portsWith(scripted({ ...good, ...answers }), { env }), { builder })
const messageOf = async (answers: Answers, builder?: string) => {
  const error = await find(answers, builder).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(BuilderError)
  return (error as BuilderError).message
}

describe('a builder that can do it', () => {
  test('docker with the containerd store', async () => {
    expect(await find({})).toEqual({
      ...{ name: undefined, context: undefined, driver: 'docker', store: true, platform: 'linux/arm64' },
      ...{ machines: [['linux/arm64', 'linux/amd64']], identity: 'docker unix:///var/run/docker.sock' },
      versions: { docker: '28.5.2', 'docker-cli': '28.2.2', buildx: '0.29.1', buildkit: 'v0.25.2', driver: 'docker' },
    })
  })

  test.each(['docker-container', 'kubernetes', 'remote'])('%s, whose store is not asked for', async driver => {
    const exec = scripted({
      ...good,
      'docker buildx inspect': { stdout: inspect(driver, 'v0.13.0') },
      'docker info': { code: 1 },
    })
    const builder = await findBuilder(portsWith(exec), { builder: 'mine' })
    expect(builder).toMatchObject({ name: 'mine', driver, store: false })
    expect(exec.lines).toContain('docker buildx inspect --bootstrap mine')
  })

  test('one whose versions a distribution left out', async () => {
    const debian = {
      'docker buildx version': { stdout: 'github.com/docker/buildx 0.29.1+ds1 0.29.1+ds1-4\n' },
      'docker buildx inspect': { stdout: inspect('docker', 'v0.0.0+unknown') },
    }
    expect((await find(debian)).versions).toMatchObject({ buildx: '0.29.1+ds1', buildkit: 'v0.0.0+unknown' })
  })

  test('a default platform of the caller counts', async () => {
    expect((await find({}, undefined, { DOCKER_DEFAULT_PLATFORM: 'linux/riscv64' })).platform).toBe('linux/riscv64')
  })
})

describe('no builder that could do it', () => {
  test('no docker', async () => {
    const gone = notFound()
    expect(await messageOf({ 'docker buildx version': gone, 'docker version': gone })).toMatch(
      /no docker command on the PATH/,
    )
  })

  test('no buildx', async () => {
    expect(
      await messageOf({ 'docker buildx version': { code: 1, stderr: 'docker: unknown command: docker buildx' } }),
    ).toMatch(/no buildx plugin.*setup-buildx-action/)
  })

  test('an old buildx', async () => {
    expect(await messageOf({ 'docker buildx version': { stdout: 'github.com/docker/buildx v0.10.4 x' } })).toMatch(
      /buildx 0\.10\.4 is too old/,
    )
  })

  test('a daemon that does not answer', async () => {
    const stderr = 'ERROR: Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?'
    expect(await messageOf({ 'docker buildx inspect': { code: 1, stderr } })).toMatch(
      /^The Docker Engine does not answer: Cannot/,
    )
    const node = 'Status:           running\nError:            Cannot connect to the Docker daemon at unix:///x'
    expect(await messageOf({ 'docker buildx inspect': { stdout: inspect('docker', 'v0.25.2', node) } })).toMatch(
      /does not answer/,
    )
  })

  test('a daemon that this user may not use', async () => {
    const stderr =
      'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock'
    expect(await messageOf({ 'docker buildx inspect': { code: 1, stderr } })).toMatch(/group docker/)
  })

  test("a folder of the client's own that belongs to another user", async () => {
    const stderr = 'ERROR: stat /home/runner/.docker/buildx/instances: permission denied'
    const message = await messageOf({ 'docker buildx inspect': { code: 1, stderr } })
    expect(message).toMatch(/instances: permission denied\.\n.*DOCKER_CONFIG/)
    expect(message).not.toMatch(/group docker/)
  })

  test('a folder of the client on a disk that takes nothing is told with another to name', async () => {
    for (const why of ['read-only file system', 'no space left on device']) {
      const stderr = `ERROR: mkdir /home/runner/.docker/buildx: ${why}`
      const message = await messageOf({ 'docker buildx inspect': { code: 1, stderr } })
      expect(message).toMatch(new RegExp(`docker/buildx: ${why}\\.\\n.*DOCKER_CONFIG.*BUILDX_CONFIG`))
    }
  })

  test('a builder of another name', async () => {
    expect(
      await messageOf({ 'docker buildx inspect': { code: 1, stderr: 'ERROR: no builder "x" found' } }, 'x'),
    ).toMatch(/There is no builder 'x'/)
  })

  test('a builder that is stopped', async () => {
    const stdout = inspect('docker-container', 'v0.25.2', 'Status:           stopped')
    expect(await messageOf({ 'docker buildx inspect': { stdout } }, 'x')).toMatch(
      /builder 'x' cannot be used: its state is 'stopped'/,
    )
  })

  test("docker's classic store: both ways out", async () => {
    const message = await messageOf({ 'docker info': { stdout: '[["Backing Filesystem","extfs"]]' } })
    expect(message).toMatch(/docker\/setup-buildx-action/)
    expect(message).toMatch(/containerd-snapshotter/)
  })

  test('an old BuildKit: the ways out of its driver', async () => {
    const old = (driver: string) => ({ 'docker buildx inspect': { stdout: inspect(driver, 'v0.12.5') } })
    expect(await messageOf(old('docker'))).toMatch(
      /BuildKit v0\.12\.5 is too old.*setup-buildx-action.*containerd-snapshotter/,
    )
    expect(await messageOf(old('docker-container'))).toMatch(/current moby\/buildkit image/)
  })
})

test('versions', () => {
  expect(buildxVersion('nonsense')).toBe('unknown')
  expect([isOlder('v0.12.9', [0, 13]), isOlder('v0.13.0-rc1', [0, 13]), isOlder('v1.0.0', [0, 13])]).toEqual([
    true,
    false,
    false,
  ])
  expect([isOlder(null, [0, 13]), isOlder('unknown', [0, 13]), isOlder('v0.0.0+unknown', [0, 13])]).toEqual([
    false,
    false,
    false,
  ])
})

test('odd output of inspect is no crash', () => {
  for (const text of ['', 'Nodes:', '\0'.repeat(99), 'Driver:\nNodes:\nPlatforms:\n'])
    expect(parseInspect(text)).toMatchObject({ driver: expect.any(String), nodes: expect.any(Array) })
})
