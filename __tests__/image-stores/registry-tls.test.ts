import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import { createServer as createHttps, type Server } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { build } from 'esbuild'
import { quick } from './registry-double.ts'

// Node reads NODE_EXTRA_CA_CERTS when it starts: these tests run the store in a process of its own.
const folder = mkdtempSync(join(tmpdir(), 'registry-tls-'))
const [key, certificate, program] = ['key.pem', 'cert.pem', 'read.mjs'].map(name => join(folder, name)) as [
  string,
  string,
  string,
]
const tunnels: string[] = []
let registry: Server
let proxy: ReturnType<typeof createHttp>
const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port

beforeAll(async () => {
  const subject = ['-subj', '/CN=registry.example', '-addext', 'subjectAltName=DNS:registry.example']
  const files = ['-keyout', key, '-out', certificate]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject, ...files], {
    stdio: 'ignore',
  })
  await build({
    stdin: {
      contents: `
        import { openRegistry } from './src/image-stores/registry.ts'
        const log = { warning: console.error }
        const ports = { env: process.env, signal: new AbortController().signal, log }
        const store = await openRegistry(process.argv[2], ports, ${JSON.stringify({ ...quick, headers: 4000 })})
        try { console.log(Buffer.from(await store.root()).toString()) } catch (error) { console.log(error.message) }
        await store.close()`,
      resolveDir: process.cwd(),
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire('/');" },
    outfile: program,
  })
  registry = createHttps({ key: readFileSync(key), cert: readFileSync(certificate) }, (_, response) => {
    response.end('{"it":"works"}')
  }).listen(0, '127.0.0.1')
  proxy = createHttp((_, response) => response.writeHead(400).end()).listen(0, '127.0.0.1')
  // Whatever the name, it leads to the registry above.
  proxy.on('connect', (request, socket) => {
    tunnels.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`)
    if (request.url?.startsWith('unanswered.')) return
    if (request.url?.startsWith('refused.'))
      return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    const through = connect(portOf(registry), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      through.pipe(socket).pipe(through)
    })
    for (const side of [through, socket]) side.on('error', () => {})
  })
  await Promise.all([once(registry, 'listening'), once(proxy, 'listening')])
})

afterAll(() => {
  for (const server of [registry, proxy]) {
    server?.closeAllConnections()
    server?.close()
  }
  rmSync(folder, { recursive: true })
})

async function read(reference: string, env: Record<string, string>): Promise<string> {
  const { PATH = '' } = process.env
  const done = await promisify(execFile)(process.execPath, [program, reference], {
    env: { PATH, HOME: folder, ...env },
  })
  expect(done.stderr).toBe('')
  return done.stdout.trim()
}
const proxyAddress = (login = '') => `http://${login}127.0.0.1:${portOf(proxy)}`

test("a certificate authority of one's own, through a proxy with a password", async () => {
  const env = { HTTPS_PROXY: proxyAddress('me:hunter2@'), NODE_EXTRA_CA_CERTS: certificate }
  expect(await read('registry.example/app', env)).toBe('{"it":"works"}')
  const login = Buffer.from('me:hunter2').toString('base64')
  expect(tunnels.splice(0)).toEqual([`registry.example:443 Basic ${login}`])
})

test('a certificate that nobody vouches for', async () => {
  const told = await read('registry.example/app', { HTTPS_PROXY: proxyAddress('me:hunter2@') })
  expect(told).toContain('its certificate is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)')
  expect(told).toContain('NODE_EXTRA_CA_CERTS')
  expect(told).not.toContain('hunter2')
})

test('the certificate of another', async () => {
  const env = { HTTPS_PROXY: proxyAddress(), NODE_EXTRA_CA_CERTS: certificate }
  expect(await read('other.example/app', env)).toContain('its certificate is not trusted')
})

test('a proxy that refuses, and one that is not there', async () => {
  expect(await read('refused.example/app', { HTTPS_PROXY: proxyAddress() })).toContain('the proxy refuses')
  expect(await read('registry.example/app', { HTTPS_PROXY: 'http://127.0.0.1:1' })).toContain(
    '127.0.0.1:1: no connection',
  )
})

test('a proxy that never answers, and never lets go: the process ends all the same', async () => {
  const told = await read('unanswered.example/app', { HTTPS_PROXY: proxyAddress() })
  expect(told).toMatch(/^unanswered\.example could not be asked for the image app:latest .*: no answer within 4 s\. /)
})

test('NO_PROXY: the name is looked up here, and there is none', async () => {
  tunnels.length = 0
  const env = { HTTPS_PROXY: proxyAddress(), NO_PROXY: 'example.com,registry.example' }
  expect(await read('registry.example/app', env)).toMatch(/its name cannot be resolved/)
  expect(tunnels).toEqual([])
})
