import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

type Body = Record<string, unknown>
type Reply = { status: number; body?: unknown; headers?: Record<string, string | number> }

export interface CacheFault {
  /** `CreateCacheEntry`, `blob-put` and so on; any operation when absent. */
  operation?: string
  /** A status to answer with, or a way to fail. */
  kind: number | 'reset' | 'hang' | 'drip' | 'html' | 'corrupt' | 'truncate'
  times: number
}

/** The cache service (v2) as @actions/cache 6.3.0 speaks to it: Twirp with JSON, and block blobs. */
export async function startCacheDouble({
  token = 'runtime-token',
  mode = 'write' as 'write' | 'read' | 'write-only',
} = {}) {
  const service = '/twirp/github.actions.results.api.v1.CacheService/'
  const fields: Record<string, string[]> = {
    CreateCacheEntry: ['metadata', 'key', 'version'],
    FinalizeCacheEntryUpload: ['metadata', 'key', 'size_bytes', 'version'],
    GetCacheEntryDownloadURL: ['metadata', 'key', 'restore_keys', 'version'],
  }
  const entries: { id: number; key: string; version: string; blob: string }[] = []
  const uploads = new Map<string, { key: string; version: string }>()
  const blobs = new Map<string, Buffer>()
  const blocks = new Map<string, Buffer>()
  const problems: string[] = []
  const faults: CacheFault[] = []
  let url = ''

  const twirp = (status: number, code: string, msg: string): Reply => ({ status, body: { code, msg } })
  const signed = (blob: string) =>
    `${url}/devstoreaccount1/actions-cache/${blob}?sig=${createHash('sha256').update(blob).digest('hex')}`

  function createEntry(key: string, version: string): Reply {
    if (mode === 'read') return { status: 200, body: { ok: false, message: 'cache write denied: token is read-only' } }
    const taken = [...entries, ...uploads.values()].some(entry => entry.key === key && entry.version === version)
    if (taken) return twirp(409, 'already_exists', 'cache entry with the same key, version, and scope already exists')
    const blob = randomUUID()
    uploads.set(blob, { key, version })
    return { status: 200, body: { ok: true, signed_upload_url: signed(blob) } }
  }

  function finalize(key: string, version: string, size: unknown): Reply {
    const [blob] = [...uploads].find(([, entry]) => entry.key === key && entry.version === version) ?? []
    const bytes = blob === undefined ? undefined : blobs.get(blob)
    if (blob === undefined || bytes === undefined) return twirp(404, 'not_found', 'nothing was uploaded')
    if (String(bytes.length) !== String(size)) return { status: 200, body: { ok: false, message: 'size mismatch' } }
    uploads.delete(blob)
    entries.push({ id: entries.length + 1, key, version, blob })
    return { status: 200, body: { ok: true, entry_id: String(entries.length) } }
  }

  function lookUp(key: string, version: string, prefixes: string[]): Reply {
    if (mode === 'write-only') return twirp(403, 'permission_denied', 'cache read denied: no readable scopes')
    const newest = entries.filter(entry => entry.version === version).reverse()
    const exact = newest.find(entry => entry.key === key)
    const hit =
      exact ?? [key, ...prefixes].map(prefix => newest.find(entry => entry.key.startsWith(prefix))).find(Boolean)
    return {
      status: 200,
      body: hit ? { ok: true, signed_download_url: signed(hit.blob), matched_key: hit.key } : { ok: false },
    }
  }

  function call(operation: string, body: Body): Reply {
    for (const name of Object.keys(body))
      if (!fields[operation]?.includes(name)) problems.push(`${operation}: unknown field ${name}`)
    const { key, version } = body
    if (typeof key !== 'string' || !key || typeof version !== 'string' || !/^[0-9a-f]{64}$/.test(version)) {
      problems.push(`${operation}: no key or version`)
      return twirp(400, 'invalid_argument', 'key and version are required')
    }
    if (key.length > 512 || key.includes(',')) problems.push(`${operation}: key longer than 512 or with a comma`)
    if (operation === 'CreateCacheEntry') return createEntry(key, version)
    if (operation === 'FinalizeCacheEntryUpload') return finalize(key, version, body.size_bytes)
    return lookUp(key, version, (body.restore_keys as string[] | undefined) ?? [])
  }

  function put(blob: string, at: URL, request: IncomingMessage, bytes: Buffer): Reply {
    if (!uploads.has(blob)) return { status: 404, headers: { 'x-ms-error-code': 'BlobNotFound' } }
    const headers = { etag: `"${randomUUID()}"`, 'last-modified': new Date().toUTCString() }
    const part = at.searchParams.get('comp')
    if (part === 'block') blocks.set(`${blob}${at.searchParams.get('blockid')}`, bytes)
    else if (part === 'blocklist') {
      const ids = [...bytes.toString().matchAll(/<(?:Latest|Uncommitted|Committed)>([^<]+)</g)].map(([, id]) =>
        blocks.get(`${blob}${id}`),
      )
      if (ids.includes(undefined)) return { status: 400, headers: { 'x-ms-error-code': 'InvalidBlockList' } }
      blobs.set(blob, Buffer.concat(ids as Buffer[]))
    } else {
      if (request.headers['x-ms-blob-type'] !== 'BlockBlob') problems.push('blob-put: x-ms-blob-type missing')
      blobs.set(blob, bytes)
    }
    return { status: 201, headers }
  }

  function get(blob: string, request: IncomingMessage): Reply {
    const bytes = blobs.get(blob)
    if (!bytes) return { status: 404, headers: { 'x-ms-error-code': 'BlobNotFound' } }
    const range = /bytes=(\d+)-(\d*)/.exec(String(request.headers['x-ms-range'] ?? request.headers.range ?? ''))
    if (!range) return { status: 200, body: bytes, headers: { 'content-length': bytes.length } }
    const [start, end] = [Number(range[1]), Math.min(range[2] ? Number(range[2]) : bytes.length - 1, bytes.length - 1)]
    return {
      status: 206,
      body: bytes.subarray(start, end + 1),
      headers: { 'content-range': `bytes ${start}-${end}/${bytes.length}` },
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const bytes = Buffer.concat(chunks)
    const at = new URL(request.url ?? '/', url)
    const blob = at.pathname.split('/')[3] ?? ''
    const operation = at.pathname.startsWith(service)
      ? at.pathname.slice(service.length)
      : request.method === 'PUT'
        ? 'blob-put'
        : 'blob-get'
    const fault = faults.find(({ times, operation: wanted }) => times > 0 && (!wanted || wanted === operation))
    if (fault) {
      fault.times--
      return fail(fault.kind, blobs.get(blob), request, response)
    }
    if (operation === 'blob-put') return send(response, put(blob, at, request, bytes))
    if (operation === 'blob-get') return send(response, get(blob, request))
    if (request.headers.authorization !== `Bearer ${token}`)
      return send(response, twirp(401, 'unauthenticated', 'invalid token'))
    if (!(operation in fields)) return send(response, twirp(404, 'bad_route', 'no such method'))
    if (request.method !== 'POST' || !request.headers['content-type']?.startsWith('application/json'))
      problems.push(`${operation}: no POST of JSON`)
    return send(response, call(operation, JSON.parse(bytes.toString()) as Body))
  }

  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>(done => void server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    entries,
    /** An entry that somebody else left there: any archive under any key, for whoever asks with this version. */
    plant(key: string, version: string, archive: Buffer) {
      const blob = randomUUID()
      blobs.set(blob, archive)
      entries.push({ id: entries.length + 1, key, version, blob })
    },
    env: { ACTIONS_RESULTS_URL: `${url}/`, ACTIONS_RUNTIME_TOKEN: token, ACTIONS_CACHE_SERVICE_V2: 'True' },
    fault: (fault: CacheFault) => void faults.push(fault),
    /** Requests that the service would not have understood; empty at the end of every test. */
    problems: () => problems,
    close: () => {
      server.closeAllConnections()
      return new Promise<void>(done => void server.close(() => done()))
    },
  }
}

function fail(
  kind: CacheFault['kind'],
  blob: Buffer | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (kind === 'reset') request.socket.resetAndDestroy()
  else if (kind === 'html') response.writeHead(502, { 'content-type': 'text/html' }).end('<html>bad gateway</html>')
  else if (kind === 'corrupt') send(response, { status: 200, body: Buffer.alloc(blob?.length ?? 100, 7) })
  else if (kind === 'drip') {
    // A byte in a while, for ever: no socket of it is ever idle.
    response.writeHead(200, { 'content-length': 1e6 })
    const dripping = setInterval(() => response.write('x'), 100)
    response.on('close', () => clearInterval(dripping))
  } else if (kind === 'truncate') {
    response.writeHead(200, { 'content-length': blob?.length ?? 100 })
    response.write(blob?.subarray(0, blob.length >> 1) ?? 'x')
    setTimeout(() => request.socket.destroy(), 20)
  } else if (kind !== 'hang') send(response, { status: kind, body: { code: 'internal', msg: 'injected' } })
}

function send(response: ServerResponse, { status, body, headers = {} }: Reply): void {
  const bytes = body === undefined ? '' : Buffer.isBuffer(body) ? body : JSON.stringify(body)
  const type = Buffer.isBuffer(body) ? 'application/octet-stream' : 'application/json'
  response
    .writeHead(status, {
      'content-type': type,
      'x-ms-request-id': randomUUID(),
      'x-ms-version': '2025-01-01',
      ...headers,
    })
    .end(bytes)
}
