// Other builders than docker's own, for real: two engines side by side, buildkitd behind mutual TLS, a builder in a
// container that the gate makes and removes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import {
  type Buildkitd,
  buildkit,
  classicDocker,
  describeWith,
  docker,
  makeCertificates,
  secondEngine,
  startBuildkitd,
} from './builders.ts'
import { baseImage, describeWithEngine } from './engine.ts'
import { gateHere } from './gate-here.ts'

const has = process.env.REPRO_GATE_NO_ENGINE === undefined
const second = has ? secondEngine() : { missing: 'no engine' }
const binaries = has ? buildkit() : { missing: 'no engine' }

describeWithEngine('builders', () => {
  const root = mkdtempSync(join(tmpdir(), 'builders-engine-'))
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  const contextWith = (...lines: string[]): string => {
    const folder = mkdtempSync(join(root, 'context-'))
    writeFileSync(join(folder, 'Dockerfile'), `${[`FROM ${baseImage}`, ...lines].join('\n')}\n`)
    return folder
  }
  const same = 'RUN --mount=type=cache,target=/c echo 1 | tee /same > /c/x'
  const namespaces = (...where: string[]) =>
    docker(...where, 'buildx', 'du', '--verbose')
      .split('\n')
      .filter(line => /with id "repro-gate-/.test(line))
  const ours = () =>
    docker('buildx', 'ls', '--format', '{{.Name}}')
      .split('\n')
      .filter(name => /^repro-gate-[0-9a-f]{12}$/.test(name))

  describeWith(second, 'two engines', name => {
    test('build side by side; what is the same on both is proven, and the report says where', async () => {
      const { report, logged } = await gateHere({
        context: [contextWith('RUN sleep 5', same)],
        builders: ['default', name],
      })
      expect([report.verdict, report.level, report.doubts]).toEqual(['reproducible', 'identical', []])
      expect(report.scope).toMatchObject({ machines: 'two-builders' })
      expect(report.versions).toMatchObject({ 'builder (A)': 'default', 'builder (B)': name, driver: 'docker' })
      // B began while A was at its work, and a line says whose it is.
      const first = (pattern: RegExp) => logged.findIndex(line => pattern.test(line))
      expect(first(/^B #\d+ \[.*RUN sleep 5/)).toBeGreaterThan(0)
      expect(first(/^B /)).toBeLessThan(first(/^A #\d+ exporting/))
      expect([...namespaces(), ...namespaces('--context', name)]).toEqual([])
    })

    test('what differs is explained, with layers of each from its own builder', async () => {
      const { report } = await gateHere({
        context: [contextWith('RUN head -c 12 /dev/urandom | base64 > /token', 'RUN date > /when')],
        builders: ['default', name],
      })
      expect(report.verdict).toBe('not-reproducible')
      const found = report.findings.filter(({ source }) => source === 'comparison')
      expect(found.map(({ id, location }) => `${id}:${location?.line}`).sort()).toEqual([
        'build-time:3',
        'random-token:2',
      ])
    })

    test('a failure of one ends the other one, and is what is told', async () => {
      // What a side is called in its cache mounts is all that tells the sides apart.
      const onlyB = 'case $(cat /proc/self/mountinfo) in *-b/*|*second*) echo no; exit 3;; esac; sleep 600'
      const started = Date.now()
      const { report } = await gateHere({
        context: [contextWith(`RUN --mount=type=cache,target=/c ${onlyB}`)],
        builders: ['default', name],
      })
      expect(report.verdict).toBe('undecided')
      expect(report.failure).toMatchObject({ side: 'B', message: expect.stringMatching(/exit code:? 3/) })
      expect(Date.now() - started).toBeLessThan(60_000)
    })

    test('two names of one engine are refused', async () => {
      const context = contextWith(same)
      docker(
        'context',
        'create',
        'repro-gate-alias',
        '--docker',
        `host=${process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock'}`,
      )
      try {
        const { report } = await gateHere({ context: [context], builders: ['default', 'repro-gate-alias'] })
        expect(report.doubts).toEqual([expect.stringMatching(/'default' and 'repro-gate-alias' are one and the same/)])
      } finally {
        docker('context', 'rm', '-f', 'repro-gate-alias')
      }
    })
  })

  describeWith(binaries, 'buildkitd over TCP with mutual TLS, through the remote driver', folder => {
    let daemon: Buildkitd
    const certificates = join(root, 'tls')
    const names = { good: 'repro-gate-test-tls', stranger: 'repro-gate-test-stranger' }
    beforeAll(async () => {
      makeCertificates(certificates)
      makeCertificates(join(root, 'stranger'))
      daemon = await startBuildkitd(folder, join(root, 'daemon'), certificates)
      for (const [name, keys] of [
        [names.good, certificates],
        [names.stranger, join(root, 'stranger')],
      ] as const) {
        if (docker('buildx', 'ls').includes(name)) docker('buildx', 'rm', '--force', name)
        const files = [`cacert=${certificates}/ca.pem`, `cert=${keys}/client.pem`, `key=${keys}/client.key`]
        const options = [...files, 'servername=localhost'].join(',')
        docker('buildx', 'create', '--driver', 'remote', '--name', name, '--driver-opt', options, daemon.address)
      }
    })
    afterAll(async () => {
      for (const name of Object.values(names)) docker('buildx', 'rm', '--force', name)
      await daemon.stop()
    })

    test('proves what is the same, and leaves no cache mount', async () => {
      const { report } = await gateHere({ context: [contextWith(same)], builder: [names.good] })
      expect([report.verdict, report.level, report.doubts]).toEqual(['reproducible', 'identical', []])
      expect(report.versions).toMatchObject({ driver: 'remote', buildkit: 'v0.25.2' })
      expect(docker('buildx', 'du', '--builder', names.good, '--verbose')).not.toMatch(/with id "repro-gate-/)
    })

    test('explains what differs', async () => {
      const { report } = await gateHere({ context: [contextWith('RUN date > /when')], builder: [names.good] })
      expect(report.verdict).toBe('not-reproducible')
      expect(report.findings).toContainEqual(expect.objectContaining({ id: 'build-time' }))
    })

    test('beside an engine of another version is undecided, though all is equal', async () => {
      const { report } = await gateHere({ context: [contextWith(same)], builders: ['default', names.good] })
      expect(report.verdict).toBe('undecided')
      expect(report.level).toBe('identical')
      expect(report.doubts).toEqual([
        expect.stringMatching(/must have the same version of BuildKit: 'default' .*0\.25\.2/),
      ])
    })

    test('strangers are told that it does not answer or refuses them', async () => {
      const { report } = await gateHere({ context: [contextWith(same)], builder: [names.stranger] })
      expect(report.verdict).toBe('undecided')
      expect(report.doubts).toEqual([
        expect.stringMatching(/builder 'repro-gate-test-stranger' does not (answer|accept)/),
      ])
    })
  })

  describeWith(binaries, 'an engine that cannot set file times', () => {
    const env = { PATH: classicDocker(join(root, 'classic')) }

    test('is told, with the ways out', async () => {
      const { report } = await gateHere({ context: [contextWith(same)] }, { env })
      expect(report.verdict).toBe('undecided')
      expect(report.doubts).toEqual([
        expect.stringMatching(/setup-buildx-action.*builder: auto.*containerd-snapshotter/s),
      ])
    })

    test('with builder: auto builds in a container of its own, of which nothing is left', async () => {
      const { report, logged } = await gateHere(
        { context: [contextWith(same)], builder: ['auto'], network: ['host'] },
        { env },
      )
      expect([report.verdict, report.doubts]).toEqual(['reproducible', []])
      expect(report.versions.driver).toBe('docker-container')
      expect(logged.join('\n')).toMatch(/A builder of our own is made, and removed at the end/)
      expect(ours()).toEqual([])
      expect(docker('ps', '-aq', '--filter', 'name=buildx_buildkit_repro-gate-')).toBe('')
      expect(docker('volume', 'ls', '-q', '--filter', 'name=buildx_buildkit_repro-gate-')).toBe('')
    })

    test.each([
      ['while it boots', 1500],
      ['while it builds', 12_000],
    ])('cancelled %s, it is gone within 7.5 seconds', async (_, afterMs) => {
      const cancel = new AbortController()
      const context = contextWith(`RUN --mount=type=cache,target=/c trap '' INT TERM; sleep 614`)
      const running = gateHere(
        { context: [context], builder: ['auto'], network: ['host'] },
        { env, signal: cancel.signal },
      )
      await setTimeout(afterMs)
      const at = performance.now()
      cancel.abort(new Error('cancelled'))
      expect((await running).report.verdict).toBe('undecided')
      expect(performance.now() - at).toBeLessThan(7500)
      expect(ours()).toEqual([])
      expect(docker('ps', '-aq', '--filter', 'name=buildx_buildkit_repro-gate-')).toBe('')
      expect(docker('volume', 'ls', '-q', '--filter', 'name=buildx_buildkit_repro-gate-')).toBe('')
    })
  })

  test('a cancelled RUN that holds its cache mount loses it all the same', async () => {
    const cancel = new AbortController()
    const context = contextWith(`RUN --mount=type=cache,target=/c trap '' INT TERM; sleep 615`)
    const running = gateHere({ context: [context] }, { signal: cancel.signal })
    await setTimeout(6000)
    const at = performance.now()
    cancel.abort(new Error('cancelled'))
    expect((await running).report.verdict).toBe('undecided')
    expect(performance.now() - at).toBeLessThan(7500)
    expect(namespaces()).toEqual([])
  })
})
