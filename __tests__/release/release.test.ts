import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { SidePlan } from '../../src/build/plan.ts'
import { digestOf } from '../../src/image/digest.ts'
import { checkOptions, type Given } from '../../src/options/options.ts'
import type { StreamOptions } from '../../src/ports.ts'
import { published, tellIfWithheld } from '../../src/release/release.ts'
import { exitCodeOf, type Report } from '../../src/report/report.ts'
import { portsWith, scripted } from '../build/ports.ts'
import { putImage, quick, type RegistryDouble, registryDouble, type Seen } from '../image-stores/registry-double.ts'
import { notReproducible, reproducible, undecided } from '../report/reports.ts'

const plan: SidePlan = {
  ...{
    side: 'A',
    builder: { name: 'own', driver: 'docker-container', store: false, versions: {}, platform: 'linux/amd64' },
  },
  ...{ platform: 'linux/amd64', epoch: 1, args: ['buildx', 'build', '--provenance=false', '--shm-size', '4097'] },
  ...{ context: '.', env: { BUILDX_NO_DEFAULT_ATTESTATIONS: '1' }, compression: 'gzip', fromCache: false },
}

describe('publishing', () => {
  const open: RegistryDouble[] = []
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close()
  })

  /** A registry that takes tags and manifests unless `refuses` says otherwise. */
  async function registryThat(refuses: (seen: Seen, response: ServerResponse) => boolean = () => false) {
    const registry = await registryDouble((seen, response) => {
      if (refuses(seen, response)) return true
      if (seen.method !== 'PUT' || !seen.path.includes('/manifests/')) return false
      const [, , name, , tag] = seen.path.split('/')
      registry.put('manifests', seen.bytes, tag, name)
      response.writeHead(201).end()
      return true
    })
    open.push(registry)
    return registry
  }

  const imageOf = (label: string) => {
    const blobs = new Map<string, Buffer>()
    const put = (bytes: Buffer): string => {
      blobs.set(digestOf(bytes), bytes)
      return digestOf(bytes)
    }
    const { config, manifest, layers } = putImage({ put: (_, bytes) => put(bytes) }, [Buffer.from('layer')], label)
    return {
      label,
      blobs,
      digest: digestOf(manifest),
      configDigest: digestOf(config),
      layer: digestOf(layers[0] as Buffer),
    }
  }

  interface Scene {
    given?: Given
    /** Names of the images of a bake file. */
    images?: (string | null)[]
    /** What a build exports instead; a number: it fails. */
    exports?: (line: string) => number | string
    signal?: AbortSignal
    secrets?: string[]
    refuses?: Parameters<typeof registryThat>[0]
    /** The builder's own doing to the layout. */
    spoil?: (folder: string) => void
  }

  /** A builder that exports the image it is asked for; `given.tags` come after those of the registry. */
  async function scene(
    report: Report,
    { given = {}, images = [null], exports = () => '', signal, secrets = [], refuses, spoil = () => {} }: Scene = {},
  ) {
    const registry = await registryThat(refuses)
    const all = images.map(name => ({ name, ...imageOf(name ?? 'only') }))
    const environments: StreamOptions['env'][] = []
    let folder = ''
    const exec = scripted({}, (args, options) => {
      environments.push(options.env)
      const answer = exports(args.join(' '))
      if (typeof answer === 'number') options.onStderr?.('ERROR: failed to solve: no space left on device')
      if (typeof answer === 'number') return answer
      folder = /dest=([^,]+)/.exec(args.join(' '))?.[1] ?? ''
      const image = all.find(({ name }) => args.includes(`of-${name}`)) as (typeof all)[number]
      mkdirSync(join(folder, 'blobs/sha256'), { recursive: true })
      for (const [digest, bytes] of image.blobs) writeFileSync(join(folder, 'blobs/sha256', digest.slice(7)), bytes)
      spoil(folder)
      writeFileSync(
        args[args.indexOf('--metadata-file') + 1] ?? '',
        JSON.stringify({ 'containerimage.digest': answer === '' ? image.digest : answer }),
      )
      return 0
    })
    const ports = portsWith(exec, { env: { DOCKER_CONFIG: '/nonexistent' }, ...(signal ? { signal } : {}) })
    ports.masking.hide(secrets)
    const tags = [`${registry.host}/app:1.0`, `${registry.host}/app:latest`, ...(given.tags ?? [])]
    const options = checkOptions('gate', { push: ['true'], ...given, tags })
    const releasing = {
      ...{ options, ports, setting: { last: () => AbortSignal.timeout(2000) }, timing: quick },
      images: all.map(({ name }) =>
        name === null
          ? { name, options }
          : {
              name,
              options: {
                release: options.release && {
                  ...options.release,
                  destinations: [{ repository: `${registry.host}/${name}`, tags: ['1.0'] }],
                },
              },
            },
      ),
    }
    const results = all.map(({ name, digest, configDigest }) => ({
      ...{ image: name, platform: 'linux/amd64', planA: { ...plan, context: `of-${name}` } },
      sides: [{ side: 'A' as const, digest, configDigest, image: null, layers: [] }],
    }))
    const told = await published(report, results as never, releasing)
    const writes = () =>
      registry.seen.filter(({ method }) => method === 'PUT').map(({ path }) => path.replace(/\/blobs\/.*/, '/blob'))
    const [one] = all as [(typeof all)[number]]
    return { told, registry, ports, exec, environments, all, writes, folder, ...one }
  }

  test('is not asked for unless it is', async () => {
    const { told, exec, registry } = await scene(reproducible, { given: { push: ['false'] } })
    expect([told, exec.lines, registry.seen]).toEqual([reproducible, [], []])
  })

  test.each<[string, Report, Given, RegExp]>([
    ['differs', notReproducible, {}, /^Nothing was pushed, and no tag was moved: two builds gave different images\.$/],
    ['is undecided', undecided, {}, /: the image was not proven to be reproducible\.$/],
    ['was never built', { ...reproducible, verdict: null }, {}, /: the image was not proven to be reproducible\.$/],
    [
      'the lint fails',
      { ...reproducible, findings: notReproducible.findings.filter(({ source }) => source === 'lint') },
      { 'fail-on': ['warning'] },
      /: the lint found what fail-on: warning fails for\.$/,
    ],
    [
      'the lint and what the builds showed fail',
      { ...reproducible, findings: notReproducible.findings },
      { 'fail-on': ['warning'] },
      /: lint and builds found what fail-on: warning fails for\.$/,
    ],
  ])('does nothing where an image %s', async (_, report, given, words) => {
    const { told, exec, registry, ports } = await scene(report, { given })
    expect(told).toEqual({ ...report, release: expect.objectContaining({ state: 'withheld', tags: [], images: [] }) })
    expect(told.release?.problem).toMatch(words)
    expect([exec.lines, registry.seen]).toEqual([[], []])
    expect(ports.logged).toEqual([told.release?.problem])
  })

  test('tells of a secret that stands in the config of what is pushed, and not of the secret', async () => {
    const { told, ports } = await scene(reproducible, { secrets: ['only'] })
    expect(told.release).toMatchObject({ state: 'published' })
    expect(told.release?.notes).toEqual([
      expect.stringMatching(/^The image linux\/amd64 holds the value of a secret in its config .*whoever may pull it/),
    ])
    expect(ports.logged).toContain(told.release?.notes[0])
    expect((await scene(reproducible, { secrets: ['other'] })).told.release?.notes).toEqual([])
  })

  test('is withheld where a run could not begin, too, and where nothing was asked for nothing is said', () => {
    const ports = portsWith(scripted({}))
    const asked = checkOptions('gate', { push: ['true'], tags: ['o/app'] })
    expect(tellIfWithheld(undecided, { options: asked, ports }).release?.state).toBe('withheld')
    expect(tellIfWithheld(undecided, { options: checkOptions('gate', {}), ports })).toBe(undecided)
    expect(tellIfWithheld(reproducible, { options: asked, ports })).toBe(reproducible)
  })

  test('fails, and pushes nothing, where the run was ended after the image was proven: it must not pass', async () => {
    const ended = AbortSignal.abort(new Error('the time limit of 45 min was reached (option timeout)'))
    const { told, exec, registry } = await scene(reproducible, { signal: ended })
    expect(told.release).toMatchObject({ state: 'failed', images: [], digest: null })
    expect(told.release?.problem).toMatch(/^The image is proven, but was not released: it was ended: the time limit /)
    expect(exitCodeOf(told, 'difference')).toBe(2)
    expect([exec.lines, registry.seen]).toEqual([[], []])
  })

  test('exports the very plan of side A again, from the cache, sends it by digest, and tags it last', async () => {
    const { told, exec, digest, environments, writes, folder, ports } = await scene(reproducible)
    expect(told.release).toMatchObject({ state: 'published', problem: null, digest })
    expect(exec.lines).toHaveLength(1)
    expect(exec.lines[0]).toMatch(
      /^docker buildx build --provenance=false --shm-size 4097 --metadata-file \S+ --output /,
    )
    expect(exec.lines[0]).toContain(
      `--output type=oci,tar=false,dest=${folder},oci-mediatypes=true,compression=gzip,rewrite-timestamp=true -- of-null`,
    )
    expect(environments).toEqual([{ BUILDX_NO_DEFAULT_ATTESTATIONS: '1' }])
    const manifests = [digest, '1.0', 'latest'].map(name => `/v2/app/manifests/${name}`)
    expect(writes()).toEqual(['/v2/app/blob', '/v2/app/blob', ...manifests])
    expect([existsSync(folder), folder.startsWith(ports.tempDir)]).toEqual([false, true])
  })

  test('asks for provenance where it is wanted', async () => {
    const { exec, environments } = await scene(reproducible, { given: { provenance: ['mode=max'] } })
    expect(exec.lines[0]).toMatch(/^docker buildx build --provenance=mode=max --shm-size 4097 /)
    expect(environments).toEqual([{}])
  })

  test('sends each blob once, and nothing of what is there: that is read whole', async () => {
    const { blobs, layer } = imageOf('only')
    const reads: string[] = []
    const { told, writes } = await scene(reproducible, {
      refuses({ method, path }, response) {
        if (!path.endsWith(layer) || (method !== 'HEAD' && method !== 'GET')) return false
        reads.push(method)
        const bytes = blobs.get(layer) ?? Buffer.alloc(0)
        response.writeHead(200, { 'content-length': bytes.length }).end(method === 'GET' ? bytes : '')
        return true
      },
    })
    expect(told.release?.problem).toBeNull()
    expect(reads).toEqual(['HEAD', 'GET'])
    expect(writes().filter(path => path.endsWith('/blob'))).toHaveLength(1)
  })

  test('mounts what another repository of the registry got just now', async () => {
    const { told, registry, all } = await scene(reproducible, { images: ['web', 'worker'] })
    expect(told.release?.problem).toBeNull()
    const mounts = registry.seen.filter(({ query }) => query.has('mount'))
    expect(mounts.map(({ path, query }) => [path, query.get('mount'), query.get('from')])).toEqual([
      ['/v2/worker/blobs/uploads/', all[0]?.layer, 'web'],
    ])
  })

  test.each<[string, (bytes: Buffer) => Buffer, RegExp]>([
    [
      'with another size',
      bytes => bytes.subarray(1),
      /has \S+ already, with 4 bytes instead of 5: what it keeps is damaged/,
    ],
    ['with other bytes', () => Buffer.from('xxxxx'), /gives other bytes for it: their digest is sha256:/],
  ])('moves no tag where the registry has a layer already %s', async (_, spoiled, words) => {
    const { layer, blobs } = imageOf('only')
    const { told, writes } = await scene(reproducible, {
      refuses({ method, path }, response) {
        if (!path.endsWith(layer)) return false
        const bytes = spoiled(blobs.get(layer) ?? Buffer.alloc(0))
        response.writeHead(200, { 'content-length': bytes.length }).end(method === 'GET' ? bytes : '')
        return true
      },
    })
    expect(told.release).toMatchObject({ state: 'failed', digest: null, images: [] })
    expect(told.release?.problem).toMatch(words)
    expect(writes().filter(path => path.includes('/manifests/'))).toEqual([])
  })

  test('moves no tag where the registry says that it took a layer, and did not', async () => {
    const { told, writes } = await scene(reproducible, {
      refuses({ method, path }, response) {
        if (method !== 'PUT' || !path.includes('/blobs/')) return false
        response.writeHead(201).end()
        return true
      },
    })
    expect(told.release?.problem).toMatch(/took the blob sha256:\S+ of \S+\/app and does not have it/)
    expect(writes().filter(path => path.includes('/manifests/'))).toEqual([])
  })

  test('sends nothing of an export whose bytes are not those of their digests', async () => {
    const { layer } = imageOf('only')
    const { told, registry } = await scene(reproducible, {
      spoil: folder => writeFileSync(join(folder, 'blobs/sha256', layer.slice(7)), 'xxxxx'),
    })
    expect(told.release?.problem).toMatch(/What was to be sent as sha256:\S+ are 5 bytes with the digest sha256:/)
    // The last piece is never sent, so that the registry cannot take it for whole.
    expect(registry.seen.filter(({ path, method }) => method === 'PUT' && path.includes('/manifests/'))).toEqual([])
  })

  test('tags several images only when all of them are there', async () => {
    const { told, registry, writes, all } = await scene(reproducible, { images: ['web', 'worker'] })
    expect(told.release).toMatchObject({
      ...{ state: 'published', digest: null, problem: null },
      digests: all.map(({ name: image, digest }) => ({ image, digest })),
    })
    expect(told.release?.tags).toEqual(
      ['web', 'worker'].map(image => ({ image, name: `${registry.host}/${image}:1.0`, before: null, state: 'moved' })),
    )
    expect(writes().filter(path => path.includes('/manifests/'))).toEqual([
      ...all.map(({ name, digest }) => `/v2/${name}/manifests/${digest}`),
      ...all.map(({ name }) => `/v2/${name}/manifests/1.0`),
    ])
  })

  test('tags none of several images where the last of them cannot be sent', async () => {
    const { told, writes, all } = await scene(reproducible, {
      images: ['web', 'worker'],
      refuses({ method, path }, response) {
        if (method !== 'PUT' || !path.startsWith('/v2/worker/manifests/')) return false
        response.writeHead(403).end()
        return true
      },
    })
    expect(told.release?.problem).toMatch(
      /^The images are proven, but were not released: .*\(403\).* No tag was moved\./,
    )
    expect(told.release?.images.map(({ image }) => image)).toEqual(['web'])
    expect(writes().filter(path => /manifests\/(?!sha256)/.test(path))).toEqual([])
    expect(all).toHaveLength(2)
  })

  test('puts the tags of one image back where those of another cannot be moved', async () => {
    const held = new Map<string, string>()
    const { told } = await scene(reproducible, {
      images: ['web', 'worker'],
      refuses({ method, path }, response) {
        if (method === 'DELETE' && path === '/v2/web/manifests/1.0') {
          held.set(path, 'gone')
          response.writeHead(202).end()
          return true
        }
        if (method === 'GET' && held.has(path)) {
          response.writeHead(404).end()
          return true
        }
        if (method !== 'PUT' || path !== '/v2/worker/manifests/1.0') return false
        response.writeHead(500).end()
        return true
      },
    })
    expect(told.release?.tags.map(({ state }) => state)).toEqual(['put-back', 'untouched'])
  })

  test('moves no tag anywhere where one of two registries has another image', async () => {
    const other = await registryThat(({ method, path }, response) => {
      if (method !== 'GET' || !path.includes('sha256:')) return false
      response.writeHead(200, { 'content-type': 'application/vnd.oci.image.manifest.v1+json' }).end('{"config":{}}')
      return true
    })
    const { told, registry, digest } = await scene(reproducible, { given: { tags: [`${other.host}/app:1.0`] } })
    expect(told.release).toMatchObject({ state: 'failed', digest: null })
    expect(told.release?.problem).toMatch(/gave other bytes for sha256:.* No tag was moved\. .*without a tag/)
    // Only of what was read back it is said that it lies there.
    expect(told.release?.images).toEqual([expect.objectContaining({ repository: `${registry.host}/app`, digest })])
    for (const { seen } of [registry, other])
      expect(seen.filter(({ method, path }) => method === 'PUT' && /manifests\/(?!sha256)/.test(path))).toEqual([])
  })

  test('tells of tags that could not be put back after another registry refused one', async () => {
    const other = await registryThat(({ method, path }, response) => {
      const isTag = method === 'PUT' && /manifests\/(?!sha256)/.test(path)
      if (isTag) response.writeHead(403).end()
      return isTag
    })
    const { told, registry } = await scene(reproducible, { given: { tags: [`${other.host}/app:1.0`] } })
    expect(told.release?.tags.map(({ state }) => state)).toEqual(['left', 'left', 'untouched'])
    expect(told.release?.problem).toContain(
      `These stand for it now, and could not be put back: ${registry.host}/app:1.0, ${registry.host}/app:latest.`,
    )
    expect(told.release?.problem).not.toContain('No tag was moved')
  })

  test('is no release where a registry says that it moved a tag, and did not', async () => {
    const other = await registryThat(({ method, path }, response) => {
      const isTag = method === 'PUT' && /manifests\/(?!sha256)/.test(path)
      if (isTag) response.writeHead(201).end()
      return isTag
    })
    const { told } = await scene(reproducible, { given: { tags: [`${other.host}/app:1.0`] } })
    expect(told.release).toMatchObject({ state: 'failed' })
    expect(told.release?.problem).toMatch(/app:1\.0 was moved, and stands for nothing instead of sha256:/)
  })

  test.each<[string, (line: string) => number | string, RegExp]>([
    ['cannot export', () => 1, /could not be exported from the builder's cache: .*no space left on device/s],
    ['exports what is not there', () => `sha256:${'0'.repeat(64)}`, /the export has no sha256:000/],
    ['does not say what', () => 'none', /buildx does not say what it exported\./],
  ])('sends nothing where the builder %s', async (_, exports, words) => {
    const { told, registry } = await scene(reproducible, { exports })
    expect(told.release).toMatchObject({ state: 'failed', digest: null, images: [] })
    expect(told.release?.problem).toMatch(words)
    expect(told.release?.problem).toMatch(/No tag was moved\. What of it was pushed has no name/)
    expect(told.release?.tags.map(({ state }) => state)).toEqual(['untouched', 'untouched'])
    expect(registry.seen).toEqual([])
  })

  test('sends nothing of another image than the one that was proven', async () => {
    const other = imageOf('other')
    const { told, registry } = await scene(reproducible, {
      exports: () => other.digest,
      spoil(folder) {
        for (const [digest, bytes] of other.blobs) writeFileSync(join(folder, 'blobs/sha256', digest.slice(7)), bytes)
      },
    })
    expect(told.release?.problem).toMatch(
      /the export got for linux\/amd64 is not what was proven: its manifest is sha256:/,
    )
    expect(registry.seen).toEqual([])
  })
})
