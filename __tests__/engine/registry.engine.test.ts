// Debian's docker-registry, as the engine's own and, with a password and with tokens, as ones of this test.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createPrivateKey, randomUUID, sign } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { compareImages } from '../../src/compare/compare.ts'
import { parseImage } from '../../src/image/manifest.ts'
import { openRegistry } from '../../src/image-stores/registry.ts'
import type { Ports } from '../../src/ports.ts'
import { sha256, tarOf } from '../image/crafted.ts'
import { bytesFrom, portsOf, putImage, type RegistryDouble } from '../image-stores/registry-double.ts'
import { baseImage, describeWithEngine, engineEnvironment } from './engine.ts'

describeWithEngine('a real registry', () => {
  const root = mkdtempSync(join(tmpdir(), 'registry-engine-'))
  const running: ChildProcess[] = []
  afterAll(() => {
    for (const child of running) child.kill()
    rmSync(root, { recursive: true, force: true })
  })
  const docker = (...args: string[]) => execFileSync('docker', args, { env: engineEnvironment(), stdio: 'pipe' })
  const withAuth = (auths: Record<string, unknown>): Ports & { said: string[] } => {
    const folder = mkdtempSync(join(root, 'docker-'))
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths }))
    return portsOf({ DOCKER_CONFIG: folder })
  }

  async function imageAt(reference: string, ports: Ports) {
    const store = await openRegistry(reference, ports)
    const manifest = await store.root()
    const config = await store.small(JSON.parse(Buffer.from(manifest).toString()).config)
    const { image, problem } = parseImage(manifest, config)
    if (image === null) throw new Error(problem)
    return { store, image }
  }

  test('gives what was built and pushed, by tag and by digest, and only the layers that differ', async () => {
    const name = `localhost:5000/test-${randomUUID()}`
    const context = mkdtempSync(join(root, 'context-'))
    writeFileSync(join(context, 'Dockerfile'), `FROM ${baseImage}\nARG SAY\nRUN echo "$SAY" > /said\n`)
    for (const tag of ['a', 'b'])
      docker(
        ...['buildx', 'build', '--quiet', '--provenance=false', '--build-arg', `SAY=${tag}`],
        ...['--output', `type=image,name=${name}:${tag},push=true,oci-mediatypes=true`, context],
      )
    const ports = portsOf()
    const a = await imageAt(`${name}:a`, ports)
    const b = await imageAt(`${name}:b`, ports)
    const again = await imageAt(`${name}@${a.image.digest}`, ports)
    expect(again.image).toEqual(a.image)
    const opened: string[] = []
    const { level, layers, equalLayers } = await compareImages({
      imageA: a.image,
      imageB: b.image,
      open: async (side, descriptor) => {
        opened.push(descriptor.digest)
        return (side === 'A' ? a : b).store.open(descriptor)
      },
    })
    expect(level).toBe('different')
    expect(layers.flatMap(({ entries }) => entries.map(({ path }) => path))).toEqual(['said'])
    expect(opened).toEqual([a, b].map(({ image }) => image.manifest.layers.at(-1)?.digest))
    expect(equalLayers).toBe(a.image.manifest.layers.length - 1)
    await expect(imageAt(`${name}:c`, ports)).rejects.toThrow(':c (404)')
    for (const { store } of [a, b, again]) await store.close()
  })

  test('asks for a password and takes it', async () => {
    // bcrypt of hunter2; the name and the password exist in this test alone.
    writeFileSync(join(root, 'htpasswd'), 'me:$2b$04$5s8PGUsuBC8JGxu6Y/EueuxR1MOBhdsXthpOdC.XGdjdv.l7TQvAi\n')
    const host = await startRegistry(`auth: {htpasswd: {realm: here, path: ${join(root, 'htpasswd')}}}`)
    const basic = Buffer.from('me:hunter2').toString('base64')
    await push(host, `Basic ${basic}`)
    const { store, image } = await imageAt(`${host}/app:1`, withAuth({ [host]: { auth: basic } }))
    const [layer] = image.manifest.layers
    if (layer === undefined) throw new Error('no layer')
    expect(sha256(await bytesFrom(await store.open(layer)))).toBe(layer.digest)
    await store.close()
    await expect(imageAt(`${host}/app:1`, portsOf())).rejects.toThrow(`docker login ${host}`)
    const wrong = withAuth({ [host]: { username: 'me', password: 'wrong-one' } })
    await expect(imageAt(`${host}/app:1`, wrong)).rejects.toThrow('The credentials that Docker has for it were refused')
  })

  test('sends us for a token, which it checks', async () => {
    const [key, certificate] = [join(root, 'key.pem'), join(root, 'cert.pem')]
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=tokens']
    execFileSync('openssl', [...made, '-keyout', key, '-out', certificate], { stdio: 'ignore' })
    const tokenFor = tokenMaker(readFileSync(key, 'utf8'), readFileSync(certificate, 'utf8'))
    const asked: string[] = []
    const giver = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      const url = new URL(request.url ?? '', 'http://localhost')
      const scope = (request.method === 'POST' ? new URLSearchParams(body) : url.searchParams).get('scope') ?? ''
      const isMe = `${body}${request.headers.authorization}`.match(/refresh-hunter2|bWU6aHVudGVyMg==/) !== null
      asked.push(`${request.method} ${scope}`)
      const [type = '', name = '', actions = ''] = scope.split(':')
      const access = isMe ? [{ type, name, actions: actions.split(',') }] : []
      response.end(JSON.stringify({ token: tokenFor(access) }))
    }).listen(0, '127.0.0.1')
    await once(giver, 'listening')
    try {
      const realm = `http://127.0.0.1:${(giver.address() as AddressInfo).port}/token`
      const host = await startRegistry(
        `auth: {token: {realm: '${realm}', service: here, issuer: tokens, rootcertbundle: ${certificate}}}`,
      )
      await push(host, `Bearer ${tokenFor([{ type: 'repository', name: 'app', actions: ['pull', 'push'] }])}`)
      for (const auth of [{ username: 'me', password: 'hunter2' }, { identitytoken: 'refresh-hunter2' }]) {
        const { store, image } = await imageAt(`${host}/app:1`, withAuth({ [host]: auth }))
        for (const layer of image.manifest.layers)
          expect(sha256(await bytesFrom(await store.open(layer)))).toBe(layer.digest)
        await store.close()
      }
      expect(asked).toEqual(['GET repository:app:pull', 'POST repository:app:pull'])
      await expect(imageAt(`${host}/app:1`, portsOf())).rejects.toThrow(`run 'docker login ${host}'`)
    } finally {
      giver.closeAllConnections()
      giver.close()
    }
  })

  /** A registry of this test, with its own rule for who may come in. */
  async function startRegistry(rule: string): Promise<string> {
    const port = await freePort()
    const folder = mkdtempSync(join(root, 'registry-'))
    const file = join(folder, 'config.yml')
    writeFileSync(
      file,
      `version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: ${folder}}}\nhttp: {addr: '127.0.0.1:${port}'}\n${rule}\n`,
    )
    const child = spawn('docker-registry', ['serve', file], { stdio: 'ignore' })
    running.push(child)
    for (let tries = 0; tries < 100; tries += 1) {
      const answer = await fetch(`http://127.0.0.1:${port}/v2/`).catch(() => null)
      if (answer?.status === 401) return `127.0.0.1:${port}`
      await sleep(100)
    }
    throw new Error('docker-registry did not start')
  }

  beforeAll(() => {
    execFileSync('docker-registry', ['--version'])
  })
})

async function freePort(): Promise<number> {
  const server = createTcp().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** Pushes a small image as app:1. */
async function push(host: string, authorization: string): Promise<void> {
  const blobs: Buffer[] = []
  const put = (_: string, bytes: Buffer) => {
    blobs.push(bytes)
    return sha256(bytes)
  }
  const { manifest } = putImage({ put } as unknown as RegistryDouble, [tarOf([{ name: 'x', content: 'y' }])], '1')
  const send = async (url: string | URL, method: string, body?: Buffer, type = 'application/octet-stream') => {
    const headers = { authorization, 'content-type': type }
    const answer = await fetch(url, { method, headers, body: body === undefined ? null : new Uint8Array(body) })
    if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`)
    return new URL(answer.headers.get('location') ?? '', url)
  }
  for (const blob of blobs.filter(bytes => bytes !== manifest)) {
    const place = await send(`http://${host}/v2/app/blobs/uploads/`, 'POST')
    place.searchParams.set('digest', sha256(blob))
    await send(place, 'PUT', blob)
  }
  const type = 'application/vnd.oci.image.manifest.v1+json'
  await send(`http://${host}/v2/app/manifests/1`, 'PUT', manifest, type)
}

/** Signs tokens as docker-registry checks them: a JWT with the certificate of its key. */
function tokenMaker(key: string, certificate: string): (access: unknown[]) => string {
  const x5c = [certificate.replace(/-----[^-]+-----|\s/g, '')]
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return access => {
    const now = Math.floor(Date.now() / 1000)
    const claims = { iss: 'tokens', sub: 'me', aud: 'here', exp: now + 300, nbf: now - 10, iat: now, jti: randomUUID() }
    const text = `${encoded({ typ: 'JWT', alg: 'RS256', x5c })}.${encoded({ ...claims, access })}`
    return `${text}.${sign('sha256', Buffer.from(text), createPrivateKey(key)).toString('base64url')}`
  }
}
