import { writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
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

  /** A registry that has the image already, and takes tags unless `refuses` says otherwise. */
  async function registryWithImage(refuses: (seen: Seen, response: ServerResponse) => boolean = () => false) {
    const registry = await registryDouble((seen, response) => {
      if (refuses(seen, response)) return true
      if (seen.method !== 'PUT') return false
      registry.put('manifests', Buffer.from(seen.body), seen.path.split('/').at(-1))
      response.writeHead(201).end()
      return true
    })
    open.push(registry)
    return { registry, ...putImage(registry, [Buffer.from('layer')], 'already') }
  }

  /** A builder that "pushes" what the registry has already, and says so; `given.tags` come after those of the registry. */
  async function scene(
    report: Report,
    given: Given = {},
    push: (line: string) => number | string = () => '',
    signal = new AbortController().signal,
  ) {
    const { registry, digest, config } = await registryWithImage()
    const configDigest = digestOf(config)
    const environments: StreamOptions['env'][] = []
    const exec = scripted({}, (args, options) => {
      environments.push(options.env)
      const answer = push(args.join(' '))
      if (typeof answer === 'number') options.onStderr?.(`ERROR: failed to push ${registry.host}/app: denied`)
      if (typeof answer === 'number') return answer
      writeFileSync(
        args[args.indexOf('--metadata-file') + 1] ?? '',
        JSON.stringify({ 'containerimage.digest': answer === '' ? digest : answer }),
      )
      return 0
    })
    const ports = portsWith(exec, { env: { DOCKER_CONFIG: '/nonexistent' }, signal })
    const tags = [`${registry.host}/app:1.0`, `${registry.host}/app:latest`, ...(given.tags ?? [])]
    const options = checkOptions('gate', { push: ['true'], ...given, tags })
    const sides = [{ side: 'A' as const, digest, configDigest, image: null, layers: [] }]
    const result = { platform: 'linux/amd64', sides, planA: plan }
    const releasing = { options, ports, setting: { last: () => new AbortController().signal }, timing: quick }
    const told = await published(report, [result as never], releasing)
    return { told, registry, ports, exec, digest, environments }
  }

  test('is not asked for unless it is', async () => {
    const { told, exec, registry } = await scene(reproducible, { push: ['false'] })
    expect([told, exec.lines, registry.seen]).toEqual([reproducible, [], []])
  })

  test.each<[string, Report, Given, RegExp]>([
    ['differs', notReproducible, {}, /^Nothing was pushed, and no tag was moved: two builds gave different images\.$/],
    ['is undecided', undecided, {}, /: the image was not proven to be reproducible\.$/],
    ['was never built', { ...reproducible, verdict: null }, {}, /: the image was not proven to be reproducible\.$/],
    [
      'the lint fails',
      { ...reproducible, findings: notReproducible.findings },
      { 'fail-on': ['warning'] },
      /: the lint found what fail-on: warning fails for\.$/,
    ],
  ])('does nothing where an image %s', async (_, report, given, words) => {
    const { told, exec, registry, ports } = await scene(report, given)
    expect(told).toEqual({ ...report, release: expect.objectContaining({ state: 'withheld', tags: [], images: [] }) })
    expect(told.release?.problem).toMatch(words)
    expect([exec.lines, registry.seen]).toEqual([[], []])
    expect(ports.logged).toEqual([told.release?.problem])
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
    const { told, exec, registry } = await scene(reproducible, {}, undefined, ended)
    expect(told.release).toMatchObject({ state: 'failed', images: [], digest: null })
    expect(told.release?.problem).toMatch(/^The image is proven, but was not released: it was ended: the time limit /)
    expect(exitCodeOf(told, 'difference')).toBe(2)
    expect([exec.lines, registry.seen]).toEqual([[], []])
  })

  test('builds the very plan of side A again, from the cache, and pushes it by digest', async () => {
    const { told, exec, registry, digest, environments } = await scene(reproducible)
    expect(told.release).toMatchObject({ state: 'published', problem: null, digest })
    expect(exec.lines).toHaveLength(1)
    expect(exec.lines[0]).toMatch(
      /^docker buildx build --provenance=false --shm-size 4097 --metadata-file \S+ --output /,
    )
    expect(exec.lines[0]).toContain(
      `--output type=image,name=${registry.host}/app,push=true,push-by-digest=true,name-canonical=true,oci-mediatypes=true,compression=gzip,rewrite-timestamp=true -- .`,
    )
    expect(environments).toEqual([{ BUILDX_NO_DEFAULT_ATTESTATIONS: '1' }])
    expect(registry.seen.filter(({ method }) => method === 'PUT').map(({ path }) => path)).toEqual([
      '/v2/app/manifests/1.0',
      '/v2/app/manifests/latest',
    ])
  })

  test('asks for provenance where it is wanted', async () => {
    const { exec, environments } = await scene(reproducible, { provenance: ['mode=max'] })
    expect(exec.lines[0]).toMatch(/^docker buildx build --provenance=mode=max --shm-size 4097 /)
    expect(environments).toEqual([{}])
  })

  test('moves no tag anywhere where one of two registries has another image', async () => {
    const { registry: other } = await registryWithImage(({ method, path }, response) => {
      if (method !== 'GET' || !path.includes('sha256:')) return false
      response.writeHead(200, { 'content-type': 'application/vnd.oci.image.manifest.v1+json' }).end('{"config":{}}')
      return true
    })
    const { told, registry, digest } = await scene(reproducible, { tags: [`${other.host}/app:1.0`] })
    expect(told.release).toMatchObject({ state: 'failed', digest: null })
    expect(told.release?.problem).toMatch(/gave other bytes for sha256:.* No tag was moved\. .*without a tag/)
    // Only of what was read back it is said that it lies there.
    expect(told.release?.images).toEqual([expect.objectContaining({ repository: `${registry.host}/app`, digest })])
    for (const { seen } of [registry, other]) expect(seen.filter(({ method }) => method !== 'GET')).toEqual([])
  })

  test('tells of tags that could not be put back after another registry refused one', async () => {
    const { registry: other } = await registryWithImage(({ method }, response) => {
      if (method === 'PUT') response.writeHead(403).end()
      return method === 'PUT'
    })
    const { told, registry } = await scene(reproducible, { tags: [`${other.host}/app:1.0`] })
    expect(told.release?.tags.map(({ state }) => state)).toEqual(['left', 'left', 'untouched'])
    expect(told.release?.problem).toContain(
      `These stand for it now, and could not be put back: ${registry.host}/app:1.0, ${registry.host}/app:latest.`,
    )
    expect(told.release?.problem).not.toContain('No tag was moved')
  })

  test('is no release where a registry says that it moved a tag, and did not', async () => {
    const { registry: other } = await registryWithImage(({ method }, response) => {
      if (method === 'PUT') response.writeHead(201).end()
      return method === 'PUT'
    })
    const { told } = await scene(reproducible, { tags: [`${other.host}/app:1.0`] })
    expect(told.release).toMatchObject({ state: 'failed' })
    expect(told.release?.problem).toMatch(/app:1\.0 was moved, and stands for nothing instead of sha256:/)
  })

  test.each<[string, (line: string) => number | string, RegExp]>([
    ['cannot push', () => 1, /denied\. Docker needs credentials that may push there: docker login/],
    ['pushes what is not there', () => `sha256:${'0'.repeat(64)}`, /has no sha256:0000\S+, though it was pushed/],
    ['does not say what', () => 'none', /buildx does not say what it pushed\./],
  ])('moves no tag where the builder %s', async (_, push, words) => {
    const { told, registry } = await scene(reproducible, {}, push)
    expect(told.release).toMatchObject({ state: 'failed', digest: null, images: [] })
    expect(told.release?.problem).toMatch(words)
    expect(told.release?.problem).toMatch(/No tag was moved\. What of it was pushed has no name/)
    expect(told.release?.tags.map(({ state }) => state)).toEqual(['untouched', 'untouched'])
    expect(registry.seen.filter(({ method }) => method === 'PUT')).toEqual([])
  })
})
