import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { SidePlan } from '../../src/build/plan.ts'
import { digestOf } from '../../src/image/digest.ts'
import { checkOptions } from '../../src/options/options.ts'
import { published } from '../../src/release/release.ts'
import { exitCodeOf, type Report } from '../../src/report/report.ts'
import { portsWith, scripted } from '../build/ports.ts'
import { putImage, quick, type RegistryDouble, registryDouble } from '../image-stores/registry-double.ts'
import { reproducible } from '../report/reports.ts'
import { type Front, fromServer, front } from './front.ts'

const plan: SidePlan = {
  ...{ side: 'A', platform: 'linux/amd64', epoch: 1, args: ['buildx', 'build'], context: '.', env: {} },
  ...{ compression: 'gzip', fromCache: false },
  builder: { name: 'own', driver: 'docker-container', store: false, versions: {}, platform: 'linux/amd64' },
}

export interface ReleaseScene {
  front: Front
  /** Requests that came where nobody may ask. */
  trapped: string[]
  /** Publishes the proven image as `app:1.0`, which was another one, and as `app:new`, which was not there. */
  release(headers: number): Promise<{ told: Report; code: number; logged: string; left: string[] }>
  /** What a tag stands for now. */
  digestAt(tag: string): string | null
  /** Whether the proven image is there whole. */
  isWhole(): boolean
  proven: string
  earlier: string
  close(): Promise<void>
}

/** A registry that wants a token for everything, and keeps what it is given. */
async function registryWithToken(): Promise<RegistryDouble & { tags: Map<string, Buffer> }> {
  const tags = new Map<string, Buffer>()
  const registry = await registryDouble((seen, response) => {
    const name = /^\/v2\/app\/manifests\/(.+)$/.exec(seen.path)?.[1]
    if (seen.path === '/token') response.end('{"token":"token-of-the-registry"}')
    else if (seen.headers.authorization !== 'Bearer token-of-the-registry')
      response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${seen.headers.host}/token"` }).end()
    else if (name !== undefined && seen.method === 'PUT') {
      tags.set(name, seen.bytes)
      response.writeHead(201).end()
    } else if (name !== undefined && seen.method === 'DELETE') response.writeHead(tags.delete(name) ? 202 : 404).end()
    else if (name !== undefined && tags.has(name))
      response
        .writeHead(200, { 'content-type': 'application/vnd.oci.image.manifest.v1+json' })
        .end(seen.method === 'HEAD' ? undefined : tags.get(name))
    else return false
    return true
  })
  return { ...registry, tags }
}

/** A builder that exports the proven image, and a registry behind what may fail. */
export async function releaseScene(): Promise<ReleaseScene> {
  const trapped: string[] = []
  const trap = createServer((request, response) => {
    trapped.push(`${request.method} ${request.url}`)
    response.end('{"token":"trapped"}')
  })
  const registry = await registryWithToken()
  const listening = (server: typeof trap) =>
    new Promise<number>(done => server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port)))
  const before = front(
    fromServer(() => registry.port),
    `http://10.0.0.1:${await listening(trap)}`,
  )
  const server = createServer(before.handle)
  const host = `127.0.0.1:${await listening(server)}`

  const blobs = new Map<string, Buffer>()
  const keep = {
    put(_: string, bytes: Buffer) {
      blobs.set(digestOf(bytes), bytes)
      return digestOf(bytes)
    },
  }
  const { config, manifest, layers } = putImage(keep, [Buffer.alloc(20_000, 'layer')], 'proven')
  const [earlier = Buffer.alloc(0)] = [putImage({ put: () => '' }, [], 'earlier').manifest]
  registry.tags.set('1.0', earlier)
  const exec = scripted({}, args => {
    const folder = /dest=([^,]+)/.exec(args.join(' '))?.[1] ?? ''
    mkdirSync(join(folder, 'blobs/sha256'), { recursive: true })
    for (const [digest, bytes] of blobs) writeFileSync(join(folder, 'blobs/sha256', digest.slice(7)), bytes)
    const metadata = { 'containerimage.digest': digestOf(manifest) }
    writeFileSync(args[args.indexOf('--metadata-file') + 1] ?? '', JSON.stringify(metadata))
    return 0
  })
  const options = checkOptions('gate', { push: ['true'], tags: [`${host}/app:1.0`, `${host}/app:new`] })
  const side = {
    side: 'A' as const,
    digest: digestOf(manifest),
    configDigest: digestOf(config),
    image: null,
    layers: [],
  }
  return {
    ...{ front: before, trapped, proven: digestOf(manifest), earlier: digestOf(earlier) },
    async release(headers) {
      const ports = portsWith(exec, { env: { DOCKER_CONFIG: '/nonexistent' } })
      const told = await published(reproducible, [{ platform: 'linux/amd64', planA: plan, sides: [side] }] as never, {
        ...{ options, ports, images: [{ name: null, options }], setting: { last: () => AbortSignal.timeout(4000) } },
        timing: { ...quick, headers, small: headers, stall: Math.min(headers, 1000) },
      })
      return {
        told,
        code: exitCodeOf(told, 'error'),
        logged: ports.logged.join('\n'),
        left: readdirSync(ports.tempDir),
      }
    },
    digestAt(tag) {
      const bytes = registry.tags.get(tag)
      return bytes === undefined ? null : digestOf(bytes)
    },
    isWhole() {
      const sent = registry.seen.filter(({ method, query }) => method === 'PUT' && query.has('digest'))
      const digests = new Set(sent.map(({ bytes }) => digestOf(bytes)))
      return [config, ...layers].every(blob => digests.has(digestOf(blob))) && registry.tags.has(digestOf(manifest))
    },
    async close() {
      for (const one of [server, trap]) {
        one.closeAllConnections()
        one.close()
      }
      await registry.close()
    },
  }
}
