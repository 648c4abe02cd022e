import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from '@jest/globals'
import { createMasking } from '../../src/host/masking.ts'
import type { Ports } from '../../src/ports.ts'
import { descriptorOf, sha256 } from '../image/crafted.ts'

/** A request as the registry saw it. */
export interface Seen {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: string
  bytes: Buffer
}

/** Answers a request instead of the registry; false lets the registry answer. */
export type Fault = (seen: Seen, response: ServerResponse, request: IncomingMessage) => boolean

export interface RegistryDouble {
  /** `localhost:12345` */
  host: string
  port: number
  seen: Seen[]
  /** Paths of all requests, in order. */
  paths: () => string[]
  put: (kind: 'manifests' | 'blobs', bytes: Buffer, tag?: string, repository?: string) => string
  close: () => Promise<void>
}

/** A registry in this process that holds what is put into it, as `app`; `fault` answers first. */
export async function registryDouble(fault: Fault = () => false): Promise<RegistryDouble> {
  const seen: Seen[] = []
  const held = new Map<string, Buffer>()
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk)
    } catch {
      // Whoever asked was cut off: nothing of it counts.
      return
    }
    const bytes = Buffer.concat(chunks)
    const body = bytes.toString()
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const now = {
      method: request.method ?? '',
      path: pathname,
      query: searchParams,
      headers: request.headers,
      body,
      bytes,
    }
    seen.push(now)
    if (fault(now, response, request)) return
    if (!takeBlob(held, now, response)) answerFrom(held, now, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    host: `127.0.0.1:${port}`,
    port,
    seen,
    paths: () => seen.map(({ path }) => path),
    put(kind, bytes, tag, repository = 'app') {
      const digest = sha256(bytes)
      for (const name of [digest, ...(tag === undefined ? [] : [tag])])
        held.set(`/v2/${repository}/${kind}/${name}`, bytes)
      return digest
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Takes blobs as registries do (distribution-spec, push in one piece). */
function takeBlob(held: Map<string, Buffer>, { method, path, query, bytes }: Seen, response: ServerResponse): boolean {
  const [, name] = /^\/v2\/(.+)\/blobs\/uploads\/[\w-]*$/.exec(path) ?? []
  if (name === undefined) return false
  const digest = query.get('digest')
  const mounted = held.get(`/v2/${query.get('from')}/blobs/${query.get('mount')}`)
  if (method === 'POST' && mounted !== undefined) {
    held.set(`/v2/${name}/blobs/${query.get('mount')}`, mounted)
    response.writeHead(201).end()
  } else if (method === 'POST') response.writeHead(202, { location: `/v2/${name}/blobs/uploads/one?state=1` }).end()
  else if (method === 'PUT' && digest === sha256(bytes)) {
    held.set(`/v2/${name}/blobs/${digest}`, bytes)
    response.writeHead(201).end()
  } else response.writeHead(method === 'DELETE' ? 204 : 400).end()
  return true
}

function answerFrom(held: Map<string, Buffer>, { path, headers }: Seen, response: ServerResponse): void {
  const bytes = held.get(path)
  if (bytes === undefined) {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"errors":[{"code":"MANIFEST_UNKNOWN"}]}')
    return
  }
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0)
  const type = path.includes('/manifests/') ? 'application/vnd.oci.image.manifest.v1+json' : 'application/octet-stream'
  const range = from > 0 ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}
  response.writeHead(from > 0 ? 206 : 200, {
    'content-type': type,
    'content-length': bytes.length - from,
    'docker-content-digest': sha256(bytes),
    ...range,
  })
  response.end(bytes.subarray(from))
}

/** An image of the given layers, held by the registry under a tag. */
export function putImage(registry: Pick<RegistryDouble, 'put'>, layers: Buffer[], tag: string, label = tag) {
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Labels: { label } },
      rootfs: { type: 'layers', diff_ids: layers.map(sha256) },
    }),
  )
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: descriptorOf(config, 'application/vnd.oci.image.config.v1+json'),
      layers: layers.map(layer => descriptorOf(layer)),
    }),
  )
  for (const blob of [config, ...layers]) registry.put('blobs', blob)
  return { manifest, config, layers, digest: registry.put('manifests', manifest, tag) }
}

/** Ports that see nothing of this machine; `said` is what came into the log. */
export function portsOf(env: Record<string, string> = {}, more: Partial<Ports> = {}): Ports & { said: string[] } {
  const said: string[] = []
  const say = (text: string) => void said.push(text)
  return {
    log: { info: say, debug: say, warning: say, foreign: say, group: async (_, work) => work() },
    exec: {
      capture: async () => {
        throw new Error('nothing is to be started')
      },
      stream: async () => 1,
    },
    now: Date.now,
    env: { DOCKER_CONFIG: '/nonexistent', ...env },
    signal: new AbortController().signal,
    masking: createMasking(),
    tempDir: '/nonexistent',
    ...more,
    said,
  }
}

/** As patient as a test. */
export const quick = { headers: 1000, small: 1000, stall: 300, tries: 3, backoff: 5, retryAfter: 1500 }

export async function bytesFrom(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Ports whose Docker has this config.json. */
export async function withConfig(config: unknown) {
  const folder = await mkdtemp(join(tmpdir(), 'docker-config-'))
  await writeFile(join(folder, 'config.json'), JSON.stringify(config))
  return { ports: portsOf({ DOCKER_CONFIG: folder }), forget: () => rm(folder, { recursive: true }) }
}

/** Makes doubles, and closes what is open after each test: the newest first where it was put there first. */
export function registriesOfTest() {
  const open: { close(): Promise<void> }[] = []
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close()
  })
  const registry = async (fault?: Fault): Promise<RegistryDouble> => {
    const made = await registryDouble(fault)
    open.push(made)
    return made
  }
  return { open, registry }
}
