// A proven image is published for real: into Debian's docker-registry, through a proxy that fails where it is told to.
import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { exitCodeOf, type Report } from '../../src/report/report.ts'
import { buildkit, docker } from './builders.ts'
import { baseImage, describeWithEngine } from './engine.ts'
import { type FailingRegistry, failingRegistry } from './failing-registry.ts'
import { gateHere } from './gate-here.ts'

const has = process.env.REPRO_GATE_NO_ENGINE === undefined
const able = has ? buildkit() : { missing: 'no engine' }
const describeHere =
  typeof able === 'string' || !has
    ? describeWithEngine
    : (name: string, _: () => void) => test.skip(`${name} (${able.missing})`, () => {})

describeHere('a release', () => {
  const root = mkdtempSync(join(tmpdir(), 'release-engine-'))
  const builder = `release-${randomUUID().slice(0, 8)}`
  let registry: FailingRegistry
  beforeAll(async () => {
    registry = await failingRegistry()
    docker('buildx', 'create', '--driver', 'docker-container', '--name', builder, '--driver-opt', 'network=host')
    docker('buildx', 'inspect', '--bootstrap', builder)
  })
  afterEach(() => registry.refuse(() => false))
  afterAll(async () => {
    docker('buildx', 'rm', '--force', builder)
    await registry.close()
    rmSync(root, { recursive: true, force: true })
  })

  const contextWith = (...lines: string[]): string => {
    const folder = mkdtempSync(join(root, 'context-'))
    writeFileSync(join(folder, 'Dockerfile'), `${[`FROM ${baseImage}`, ...lines].join('\n')}\n`)
    return folder
  }
  const same = () => contextWith(`RUN echo ${randomUUID()} > /said`)
  const newName = () => `test-release-${randomUUID()}`
  const manifestTypes = ['oci.image.index.v1', 'oci.image.manifest.v1', 'docker.distribution.manifest.v2']
    .map(type => `application/vnd.${type}+json`)
    .join(',')
  const at = async (
    name: string,
    wanted: string,
  ): Promise<{ digest: string; json: Record<string, unknown> } | null> => {
    const headers = { accept: manifestTypes }
    const answer = await fetch(`http://localhost:5000/v2/${name}/manifests/${wanted}`, { headers })
    if (answer.status === 404) return null
    return { digest: answer.headers.get('docker-content-digest') ?? '', json: (await answer.json()) as never }
  }
  const digestAt = async (name: string, tag: string) => (await at(name, tag))?.digest ?? null
  const push = async (context: string, tags: string[], more: Record<string, string[]> = {}, ports = {}) =>
    gateHere({ ...{ context: [context], push: ['true'], tags }, ...more }, ports)
  const sideA = ({ builds }: Report) => builds.find(({ side }) => side === 'A')
  const statesOf = ({ release }: Report) =>
    Object.fromEntries((release?.tags ?? []).map(({ name, state }) => [name.slice(name.lastIndexOf(':') + 1), state]))
  const refuseAll = (status: number) => (answer: ServerResponse) => {
    answer.writeHead(status, { 'content-type': 'application/json' }).end('{"errors":[{"code":"DENIED"}]}')
    return true
  }
  const isTagPut = (method: string, path: string, tag: string) => method === 'PUT' && path.endsWith(`/manifests/${tag}`)

  test('is pushed by digest, read back and then tagged, in several repositories and registries', async () => {
    const [one, two] = [newName(), newName()]
    const { report, logged } = await push(
      same(),
      [`localhost:5000/${one}:1.0`, `localhost:5000/${one}:latest`, `${registry.host}/${two}:1.0`],
      { level: ['identical'], outputs: ['type=image,compression=zstd,compression-level=3,force-compression=true'] },
    )
    expect([report.doubts, report.verdict, report.level, report.release?.problem]).toEqual([
      [],
      'reproducible',
      'identical',
      null,
    ])
    const proven = sideA(report)
    expect(report.release).toMatchObject({ state: 'published', digest: proven?.digest })
    for (const [name, tag] of [
      [one, '1.0'],
      [one, 'latest'],
      [two, '1.0'],
    ] as const)
      expect(await digestAt(name, tag)).toBe(proven?.digest)
    const tagged = await at(one, '1.0')
    expect(tagged?.json.config).toMatchObject({ digest: proven?.configDigest })
    const zstd = expect.objectContaining({ mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd' })
    expect(tagged?.json.layers).toEqual([zstd, zstd])
    // Nothing was there before the digest was.
    const puts = registry.seen.filter(line => line.startsWith('PUT') && line.includes('/manifests/'))
    expect(puts).toEqual([`PUT /v2/${two}/manifests/${proven?.digest}`, `PUT /v2/${two}/manifests/1.0`])
    expect(logged.filter(line => / is sha256:/.test(line))).toHaveLength(3)
    expect(exitCodeOf(report, 'difference')).toBe(0)
  })

  test('that differs leaves nothing in the registry', async () => {
    const name = newName()
    registry.seen.length = 0
    const { report } = await push(contextWith('RUN cat /proc/sys/kernel/random/uuid > /id'), [
      `${registry.host}/${name}:1`,
    ])
    expect(report.verdict).toBe('not-reproducible')
    expect(report.release).toEqual({
      ...{ state: 'withheld', digest: null, images: [], tags: [], notes: [] },
      problem: 'Nothing was pushed, and no tag was moved: two builds gave different images.',
    })
    expect(registry.seen).toEqual([])
    expect((await fetch(`http://localhost:5000/v2/${name}/tags/list`)).status).toBe(404)
  })

  test('that the lint fails is not pushed', async () => {
    const name = newName()
    const { report } = await push(same(), [`${registry.host}/${name}:1`], { 'fail-on': ['warning'] })
    expect([report.verdict, exitCodeOf(report, 'warning')]).toEqual(['reproducible', 1])
    expect(report.release).toMatchObject({
      ...{ state: 'withheld', images: [], tags: [] },
      problem: 'Nothing was pushed, and no tag was moved: the lint found what fail-on: warning fails for.',
    })
    expect(registry.seen.filter(line => line.includes(name))).toEqual([])
  })

  test('moves no tag when a tag cannot be moved, and works when it is tried again', async () => {
    const name = newName()
    const before = await push(same(), [`${registry.host}/${name}:latest`])
    const old = await digestAt(name, 'latest')
    expect([before.report.release?.state, old]).toEqual(['published', sideA(before.report)?.digest])
    const context = same()
    const tags = ['latest', '2.0'].map(tag => `${registry.host}/${name}:${tag}`)
    registry.refuse((method, path, _, answer) => isTagPut(method, path, '2.0') && refuseAll(403)(answer))
    const { report, logged } = await push(context, tags)
    expect(report.verdict).toBe('reproducible')
    expect([report.release?.state, exitCodeOf(report, 'difference'), exitCodeOf(report, 'error')]).toEqual([
      'failed',
      2,
      2,
    ])
    expect(report.release?.problem).toMatch(
      /^The image is proven, but was not released: localhost:\d+ does not let the image .*:2\.0 be written \(403\)\. .*docker login.* Moved, and put back to what they were: \S+:latest\. What was pushed lies there under its digest, without a tag: \S+@sha256:\w+\. Run it again/,
    )
    expect(statesOf(report)).toEqual({ latest: 'put-back', '2.0': 'untouched' })
    expect([await digestAt(name, 'latest'), await digestAt(name, '2.0')]).toEqual([old, null])
    expect(logged).toContain(report.release?.problem)

    registry.refuse(() => false)
    const again = await push(context, tags)
    expect(again.report.release?.state).toBe('published')
    const now = sideA(again.report)?.digest
    expect([await digestAt(name, 'latest'), await digestAt(name, '2.0')]).toEqual([now, now])
    expect(now).toBe(sideA(report)?.digest)
  })

  test.each<[string, (method: string, path: string) => boolean]>([
    ['the manifest', (method, path) => method === 'PUT' && /\/manifests\/sha256:/.test(path)],
    ['a blob', (method, path) => /\/blobs\/uploads\//.test(path) && method !== 'GET'],
    ['reading the manifest back', (method, path) => method === 'GET' && /\/manifests\/sha256:/.test(path)],
  ])('moves no tag when the registry refuses %s', async (_, refused) => {
    const name = newName()
    docker('buildx', 'imagetools', 'create', '--tag', `localhost:5000/${name}:latest`, baseImage)
    const old = await digestAt(name, 'latest')
    registry.refuse((method, path, _, answer) => path.includes(name) && refused(method, path) && refuseAll(403)(answer))
    registry.seen.length = 0
    const { report } = await push(
      same(),
      ['latest', 'new'].map(tag => `${registry.host}/${name}:${tag}`),
    )
    expect([report.verdict, report.release?.state]).toEqual(['reproducible', 'failed'])
    expect(report.release?.problem).toMatch(/\(403\).* No tag was moved\..* Run it again/s)
    expect(statesOf(report)).toEqual({ latest: 'untouched', new: 'untouched' })
    expect([await digestAt(name, 'latest'), await digestAt(name, 'new')]).toEqual([old, null])
    expect(registry.seen.filter(line => /^PUT .*\/manifests\/(?!sha256)/.test(line))).toEqual([])
  })

  test('is refused when the registry gives back another image than was pushed', async () => {
    const name = newName()
    const other = Buffer.from('{"schemaVersion":2,"config":{"digest":"sha256:00"},"layers":[]}')
    registry.refuse((method, path, _, answer) => {
      if (method !== 'GET' || !path.includes(`${name}/manifests/sha256:`)) return false
      answer.writeHead(200, { 'content-type': 'application/vnd.oci.image.manifest.v1+json' }).end(other)
      return true
    })
    const { report } = await push(same(), [`${registry.host}/${name}:1`])
    expect(report.release).toMatchObject({
      state: 'failed',
      problem: expect.stringMatching(/gave other bytes.* No tag was moved/),
    })
    expect(await digestAt(name, '1')).toBeNull()
  })

  test('that is ended while tags are moved puts them back', async () => {
    const name = newName()
    docker('buildx', 'imagetools', 'create', '--tag', `localhost:5000/${name}:latest`, baseImage)
    const old = await digestAt(name, 'latest')
    const ending = new AbortController()
    registry.refuse((method, path) => {
      if (!isTagPut(method, path, '3.0')) return false
      ending.abort(new Error('ended by SIGTERM'))
      return true
    })
    const tags = ['latest', '3.0'].map(tag => `${registry.host}/${name}:${tag}`)
    const { report } = await push(same(), tags, {}, { signal: ending.signal })
    expect(report.release?.problem).toMatch(/it was ended: ended by SIGTERM\..* put back/)
    expect(statesOf(report)).toEqual({ latest: 'put-back', '3.0': 'untouched' })
    expect([await digestAt(name, 'latest'), await digestAt(name, '3.0')]).toEqual([old, null])
  })

  test('with provenance is an index of the proven image and its attestation, which is set aside', async () => {
    const name = newName()
    const { report } = await push(same(), [`${registry.host}/${name}:1`], {
      level: ['identical'],
      provenance: ['mode=max'],
    })
    expect(report.release).toMatchObject({ state: 'published', problem: null })
    const tagged = await at(name, '1')
    expect(tagged?.digest).toBe(report.release?.digest)
    const manifests = (tagged?.json.manifests ?? []) as { digest: string; platform: { os: string } }[]
    expect(manifests.map(({ digest }) => digest)[0]).toBe(sideA(report)?.digest)
    expect(manifests.map(({ platform }) => platform.os)).toEqual(['linux', 'unknown'])
    expect(report.release?.notes).toEqual([expect.stringMatching(/^An attestation .* set aside/)])
  })

  test('of two platforms is one index of the proven images', async () => {
    const name = newName()
    const folder = mkdtempSync(join(root, 'context-'))
    writeFileSync(
      join(folder, 'Dockerfile'),
      'FROM scratch\nARG TARGETPLATFORM\nLABEL on=$TARGETPLATFORM\nCOPY said /\n',
    )
    writeFileSync(join(folder, 'said'), randomUUID())
    const { report } = await push(folder, [`${registry.host}/${name}:1`], { platforms: ['linux/amd64', 'linux/arm64'] })
    expect([report.doubts, report.release?.problem, report.release?.state]).toEqual([[], null, 'published'])
    const index = await at(name, '1')
    const proven = report.builds.filter(({ side }) => side === 'A')
    expect(index?.json.manifests).toEqual(
      proven.map(({ digest, platform }) =>
        expect.objectContaining({ digest, platform: { os: 'linux', architecture: platform.split('/')[1] } }),
      ),
    )
  })

  test('to a registry that wants a password shows it nowhere', async () => {
    const name = newName()
    const password = `hunter-${randomUUID()}`
    const basic = Buffer.from(`me:${password}`).toString('base64')
    const folder = mkdtempSync(join(root, 'docker-'))
    const own = process.env.DOCKER_CONFIG ?? join(process.env.HOME ?? '', '.docker')
    for (const name of existsSync(own) ? readdirSync(own) : [])
      if (name !== 'config.json') symlinkSync(join(own, name), join(folder, name))
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths: { [registry.host]: { auth: basic } } }))
    const ours = `Basic ${basic}`
    let mayWrite = true
    registry.refuse((method, path, { headers }, answer) => {
      if (headers.authorization === ours && (mayWrite || !isTagPut(method, path, '1'))) return false
      const status = headers.authorization === ours ? 403 : 401
      answer.writeHead(status, { 'www-authenticate': 'Basic realm="here"' }).end(`no, ${headers.authorization}`)
      return true
    })
    const env = { DOCKER_CONFIG: folder }
    const context = same()
    const good = await push(context, [`${registry.host}/${name}:1`], {}, { env })
    expect([good.report.release?.problem, good.report.release?.state]).toEqual([null, 'published'])
    mayWrite = false
    const bad = await push(same(), [`${registry.host}/${name}:1`], {}, { env })
    expect(bad.report.release?.problem).toMatch(/may not push to .*packages: write/)
    for (const { report, logged } of [good, bad]) {
      expect(JSON.stringify(report) + logged.join('\n')).not.toContain(password)
      expect(JSON.stringify(report) + logged.join('\n')).not.toContain(basic)
    }
    expect(await digestAt(name, '1')).toBe(sideA(good.report)?.digest)
  })

  test('has Docker media types where they are wanted', async () => {
    const name = newName()
    const outputs = ['type=registry,oci-mediatypes=false,compression=uncompressed']
    const { report } = await push(same(), [`${registry.host}/${name}:1`], { level: ['identical'], outputs })
    expect([report.doubts, report.release?.problem, report.release?.state]).toEqual([[], null, 'published'])
    expect((await at(name, '1'))?.digest).toBe(sideA(report)?.digest)
    expect((await at(name, '1'))?.json.mediaType).toBe('application/vnd.docker.distribution.manifest.v2+json')
  })

  test('comes from a builder in a container, or one that `auto` makes, just the same', async () => {
    const context = same()
    for (const of of [builder, 'auto']) {
      const name = newName()
      const { report } = await push(context, [`${registry.host}/${name}:1`], { builder: [of], level: ['identical'] })
      expect([report.doubts, report.release?.problem, report.release?.state]).toEqual([[], null, 'published'])
      expect(await digestAt(name, '1')).toBe(sideA(report)?.digest)
    }
    expect(docker('buildx', 'ls')).not.toMatch(/repro-gate-[0-9a-f]{12}/)
  })

  test('leaves nothing of itself in the folder for temporary files', async () => {
    const { ports, report } = await push(same(), [`${registry.host}/${newName()}:1`])
    expect(report.release?.state).toBe('published')
    expect(readdirSync(ports.tempDir).filter(name => name.startsWith('release-'))).toEqual([])
  })

  test('is begun anew when the registry dies in the middle of a blob', async () => {
    const name = newName()
    let broken = 0
    registry.refuse((method, path, asked, answer) => {
      if (method !== 'PUT' || !path.includes(`${name}/blobs/uploads/`) || broken > 0) return false
      asked.once('data', () => {
        broken += 1
        asked.socket.destroy()
        answer.destroy()
      })
      return true
    })
    const { report } = await push(same(), [`${registry.host}/${name}:1`])
    expect([report.release?.problem, report.release?.state, broken]).toEqual([null, 'published', 1])
    expect(await digestAt(name, '1')).toBe(sideA(report)?.digest)
  })

  test.each<[string, (method: string, path: string) => boolean]>([
    ['in the middle of the blobs', (method, path) => method === 'PUT' && path.includes('/blobs/uploads/')],
    ['at the manifest', (method, path) => method === 'PUT' && /manifests\/sha256/.test(path)],
    ['before the second tag', (method, path) => isTagPut(method, path, '2')],
  ])('tags nothing when the registry is gone for good %s', async (_, last) => {
    const name = newName()
    docker('buildx', 'imagetools', 'create', '--tag', `localhost:5000/${name}:1`, baseImage)
    const old = await digestAt(name, '1')
    let gone = false
    registry.refuse((method, path, asked) => {
      gone ||= path.includes(name) && last(method, path)
      if (gone && path.includes(name)) asked.socket.destroy()
      return gone && path.includes(name)
    })
    const tags = ['1', '2'].map(tag => `${registry.host}/${name}:${tag}`)
    const { report } = await push(same(), tags)
    expect(report.release?.state).toBe('failed')
    expect(report.release?.problem).toMatch(/could not be asked for .*: no connection, or one that broke/)
    expect(await digestAt(name, '2')).toBeNull()
    // A registry that is gone cannot be asked to put its tag back: the report says that nobody knows.
    if (statesOf(report)['1'] === 'unknown') expect(report.release?.problem).toMatch(/could not be seen: \S+:1/)
    else expect(await digestAt(name, '1')).toBe(old)
  })

  describe('of a bake file', () => {
    const bakeFile = (tagsOf: (name: string) => string[], broken = false): string => {
      const folder = mkdtempSync(join(root, 'bake-'))
      writeFileSync(
        join(folder, 'Dockerfile'),
        `FROM ${baseImage} AS base\nRUN echo ${randomUUID()} > /said\nFROM base AS web\nRUN echo web > /name\nFROM base AS worker\nRUN ${broken ? 'cat /proc/sys/kernel/random/uuid' : 'echo worker'} > /name\n`,
      )
      const target = Object.fromEntries(
        ['web', 'worker'].map(name => [name, { context: '.', target: name, tags: tagsOf(name) }]),
      )
      const file = join(folder, 'docker-bake.json')
      writeFileSync(file, JSON.stringify({ group: { default: { targets: ['web', 'worker'] } }, target }))
      return file
    }
    const release = (file: string, more: Record<string, string[]> = {}) =>
      gateHere({ ...{ file: [file], push: ['true'], level: ['identical'] }, ...more })

    test('has all images under the tags of the file, and those that are given', async () => {
      const [web, worker] = [newName(), newName()]
      const file = bakeFile(name => (name === 'web' ? [`${registry.host}/${web}:1`] : []))
      const tags = [`worker=${registry.host}/${worker}:1`, `worker=${registry.host}/${worker}:2`]
      registry.seen.length = 0
      const { report } = await release(file, { tags })
      expect([report.doubts, report.release?.problem, report.release?.state]).toEqual([[], null, 'published'])
      const digests = new Map(report.release?.digests?.map(({ image, digest }) => [image, digest]))
      expect([await digestAt(web, '1'), await digestAt(worker, '1'), await digestAt(worker, '2')]).toEqual([
        digests.get('web'),
        digests.get('worker'),
        digests.get('worker'),
      ])
      const puts = registry.seen.filter(line => /^PUT .*\/manifests\//.test(line)).map(line => /sha256/.test(line))
      expect(puts).toEqual([true, true, false, false, false])
    })

    test('has none of them where one differs, and none where one cannot be tagged', async () => {
      const [web, worker] = [newName(), newName()]
      const tagsOf = (name: string) => [`${registry.host}/${name === 'web' ? web : worker}:1`]
      const differs = await release(bakeFile(tagsOf, true))
      expect(differs.report.release).toMatchObject({ state: 'withheld', tags: [] })
      docker('buildx', 'imagetools', 'create', '--tag', `localhost:5000/${web}:1`, baseImage)
      const old = await digestAt(web, '1')
      registry.refuse((method, path, _, answer) =>
        method === 'PUT' && path.endsWith(`${worker}/manifests/1`) ? refuseAll(403)(answer) : false,
      )
      const { report } = await release(bakeFile(tagsOf))
      expect(report.release?.tags.map(({ image, state }) => [image, state])).toEqual([
        ['web', 'put-back'],
        ['worker', 'untouched'],
      ])
      expect([await digestAt(web, '1'), await digestAt(worker, '1')]).toEqual([old, null])
    })

    test('of which one is made of another', async () => {
      const [name, folder] = [newName(), mkdtempSync(join(root, 'bake-'))]
      writeFileSync(join(folder, 'base.Dockerfile'), `FROM ${baseImage}\nRUN echo ${randomUUID()} > /base\n`)
      writeFileSync(join(folder, 'Dockerfile'), 'FROM base\nRUN echo app > /app\n')
      const target = {
        base: { context: '.', dockerfile: 'base.Dockerfile' },
        app: { context: '.', contexts: { base: 'target:base' }, tags: [`${registry.host}/${name}:1`] },
      }
      const file = join(folder, 'docker-bake.json')
      writeFileSync(file, JSON.stringify({ group: { default: { targets: ['app'] } }, target }))
      const { report } = await release(file, { provenance: ['mode=min'] })
      expect([report.doubts, report.release?.problem, report.release?.state]).toEqual([[], null, 'published'])
      const tagged = await at(name, '1')
      const manifests = (tagged?.json.manifests ?? []) as { digest: string; platform: { os: string } }[]
      expect(manifests.map(({ platform }) => platform.os)).toEqual(['linux', 'unknown'])
      expect(manifests[0]?.digest).toBe(sideA(report)?.digest)
    })
  })
})
