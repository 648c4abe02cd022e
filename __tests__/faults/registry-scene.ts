import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttp, type Server } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { tarOf } from '../image/crafted.ts'
import { putImage } from '../image-stores/registry-double.ts'
import type { Truth } from './answers.ts'
import { type Asked, type Front, front } from './front.ts'

/** The registry, the giver of its tokens, and the storage of its blobs, each a server on the internet as far as anybody sees. */
export const hosts = ['registry.example', 'auth.example', 'storage.example'] as const
export type Host = (typeof hosts)[number]

/** What must never be shown to anybody. */
export const secrets = ['hunter2-of-docker', 'token-of-the-registry', 'signature-of-the-storage']

export interface RegistryScene {
  front: Front
  /** What a host does before any HTTP is spoken; absent: what it should. */
  connection: Map<
    string,
    'refuses' | 'resets' | 'hangs' | 'no gateway' | 'speaks no TLS' | 'is another' | 'is unknown' | 'is out of date'
  >
  env: Record<string, string>
  /** Requests that came where nobody may ask. */
  trapped: string[]
  close(): Promise<void>
}

/** Layers that differ in one file, and two that differ in their order alone: to know that, both have to be read. */
const noise = (of: string): Buffer =>
  Buffer.concat(Array.from({ length: 4096 }, (_, at) => createHash('sha256').update(`${of} ${at}`).digest()))
const [one, other, rest] = [
  { name: 'one', content: noise('one') },
  { name: 'one', content: noise('other') },
  { name: 'rest', content: noise('rest') },
]
const layers = { '1': tarOf([one, rest]), different: tarOf([other, rest]), 'in-other-order': tarOf([rest, one]) }

/** What the registry holds, by path. */
const held = new Map<string, { bytes: Buffer; type: string }>()
const put = (kind: string, name: string, bytes: Buffer, type: string) =>
  held.set(`/v2/team/app/${kind}/${name}`, { bytes, type })
export const digests: Record<string, { manifest: string; config: string; layer: string }> = {}
for (const [tag, layer] of Object.entries(layers)) {
  const digestIn = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  const type = 'application/vnd.oci.image.manifest.v1+json'
  const { manifest, config } = putImage(
    {
      put(kind, bytes) {
        put(kind, digestIn(bytes), bytes, kind === 'blobs' ? 'application/octet-stream' : type)
        return digestIn(bytes)
      },
    },
    [layer],
    tag,
    'label',
  )
  const entry = {
    mediaType: type,
    digest: digestIn(manifest),
    size: manifest.length,
    platform: { os: 'linux', architecture: 'amd64' },
  }
  const index = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [entry] }
  put('manifests', tag, Buffer.from(JSON.stringify(index)), index.mediaType)
  digests[tag] = { manifest: digestIn(manifest), config: digestIn(config), layer: digestIn(layer) }
}

/** What the three servers answer when nothing is wrong. */
async function truly({ host, path, headers }: Asked): Promise<Truth> {
  const json = (status: number, body: unknown, more: Record<string, string> = {}): Truth => {
    const bytes = Buffer.from(JSON.stringify(body))
    return {
      status,
      headers: { 'content-type': 'application/json', 'content-length': `${bytes.length}`, ...more },
      body: bytes,
    }
  }
  const url = new URL(path, `https://${host}`)
  if (host === 'auth.example') {
    const login = `Basic ${Buffer.from(`me:${secrets[0]}`).toString('base64')}`
    return headers.authorization === login ? json(200, { token: secrets[1] }) : json(401, {})
  }
  if (host === 'storage.example') {
    const found = url.searchParams.get('sig') === secrets[2] ? held.get(url.pathname) : undefined
    if (found === undefined) return json(403, {})
    const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0)
    const body = found.bytes.subarray(from)
    const range = from > 0 ? { 'content-range': `bytes ${from}-${found.bytes.length - 1}/${found.bytes.length}` } : {}
    return { status: from > 0 ? 206 : 200, headers: { 'content-length': `${body.length}`, ...range }, body }
  }
  if (headers.authorization !== `Bearer ${secrets[1]}`)
    return json(401, {}, { 'www-authenticate': 'Bearer realm="https://auth.example/token",service="registry.example"' })
  const found = held.get(url.pathname)
  if (found === undefined) return json(404, { errors: [{ code: 'MANIFEST_UNKNOWN' }] })
  if (found.type === 'application/octet-stream' && found.bytes.length > 10_000)
    return json(307, {}, { location: `https://storage.example${path}?sig=${secrets[2]}` })
  return {
    ...{ status: 200, body: found.bytes },
    headers: { 'content-type': found.type, 'content-length': `${found.bytes.length}` },
  }
}

interface Certificates {
  folder: string
  authority: string
  /** By what is wrong with them; '' is good. */
  contexts: Record<string, { key: Buffer; cert: Buffer }>
}

/** An authority of our own, what it vouches for, and what it does not. */
export function certificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'))
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  const made = (
    name: string,
    names: readonly string[],
    days = ['-days', '2'],
    by: string[] = ['-CA', 'ca.pem', '-CAkey', 'ca.key'],
  ) => {
    const alternative = `subjectAltName=${names.map(one => `DNS:${one}`).join(',')}`
    const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`]
    openssl(
      'req',
      '-x509',
      ...key,
      '-out',
      `${name}.pem`,
      '-subj',
      `/CN=${name}`,
      '-addext',
      alternative,
      ...days,
      ...by,
    )
    return { key: readFileSync(join(folder, `${name}.key`)), cert: readFileSync(join(folder, `${name}.pem`)) }
  }
  made('ca', ['ca.example'], ['-days', '2'], [])
  const contexts = {
    ...{ '': made('good', hosts) },
    'is another': made('another', ['another.example']),
    'is unknown': made('unknown', hosts, ['-days', '2'], []),
    'is out of date': { key: readFileSync(join(folder, 'good.key')), cert: outOfDate(folder, openssl) },
  }
  return { folder, authority: join(folder, 'ca.pem'), contexts }
}

/** What was good once, for the same key. */
function outOfDate(folder: string, openssl: (...args: string[]) => unknown): Buffer {
  const names = `subjectAltName=${hosts.map(one => `DNS:${one}`).join(',')}`
  const settings = [
    '[ca]',
    'default_ca=own',
    '[own]',
    'database=index.txt',
    'new_certs_dir=.',
    'policy=any',
    'default_md=sha256',
  ]
  writeFileSync(
    join(folder, 'ca.cnf'),
    [...settings, 'rand_serial=yes', '[any]', 'commonName=supplied', '[names]', names].join('\n'),
  )
  writeFileSync(join(folder, 'index.txt'), '')
  openssl('req', '-new', '-key', 'good.key', '-subj', '/CN=past', '-out', 'past.csr')
  const span = ['-startdate', '20200101000000Z', '-enddate', '20200201000000Z']
  const by = ['-config', 'ca.cnf', '-cert', 'ca.pem', '-keyfile', 'ca.key', '-extensions', 'names']
  openssl('ca', '-batch', '-notext', ...by, ...span, '-in', 'past.csr', '-out', 'past.pem')
  return readFileSync(join(folder, 'past.pem'))
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port

/** Three servers on the internet, behind a proxy that leads there, and a Docker that is logged in. */
export async function registryScene({ authority, contexts }: Certificates): Promise<RegistryScene> {
  const trapped: string[] = []
  const connection: RegistryScene['connection'] = new Map()
  const folder = mkdtempSync(join(tmpdir(), 'registry-scene-'))
  const auth = Buffer.from(`me:${secrets[0]}`).toString('base64')
  mkdirSync(join(folder, 'docker'))
  writeFileSync(join(folder, 'docker/config.json'), JSON.stringify({ auths: { 'registry.example': { auth } } }))
  const trap = createHttp((request, response) => {
    trapped.push(`${request.method} ${request.url}`)
    response.end('{"token":"trapped"}')
  }).listen(0, '127.0.0.1')
  await once(trap, 'listening')
  const before = front(truly, `http://localhost:${portOf(trap)}`)
  const secure = Object.fromEntries(Object.entries(contexts).map(([name, one]) => [name, createSecureContext(one)]))
  const server = createHttps(
    { ...contexts[''], SNICallback: (name, done) => done(null, secure[connection.get(name) ?? ''] ?? secure['']) },
    before.handle,
  ).listen(0, '127.0.0.1')
  const proxy = createHttp((_, response) => response.writeHead(400).end()).listen(0, '127.0.0.1')
  const open = new Set<Socket>()
  proxy.on('connect', (request, socket: Socket) => {
    open.add(socket)
    socket.on('error', () => {}).on('close', () => open.delete(socket))
    const how = connection.get((request.url ?? '').replace(/:\d+$/, ''))
    if (how === 'resets') return void socket.resetAndDestroy()
    if (how === 'hangs') return
    if (how === 'refuses') return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    if (how === 'no gateway') return void socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
    if (how === 'speaks no TLS') return void socket.end('HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 400 Bad Request\r\n\r\n')
    const through = connect(portOf(server), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      through.pipe(socket).pipe(through)
    })
    through.on('error', () => socket.destroy()).on('close', () => socket.destroy())
    socket.on('close', () => through.destroy())
  })
  await Promise.all([once(server, 'listening'), once(proxy, 'listening')])
  return {
    ...{ front: before, connection, trapped },
    env: {
      ...{ HTTPS_PROXY: `http://127.0.0.1:${portOf(proxy)}`, NODE_EXTRA_CA_CERTS: authority },
      ...{ DOCKER_CONFIG: join(folder, 'docker'), NO_COLOR: '1' },
    },
    async close() {
      for (const socket of open) socket.destroy()
      for (const one of [server, proxy, trap]) {
        one.closeAllConnections()
        one.close()
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
