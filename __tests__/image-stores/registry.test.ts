import { once } from 'node:events'
import { createServer as createTcp } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from '@jest/globals'
import { compareImages } from '../../src/compare/compare.ts'
import { parseImage } from '../../src/image/manifest.ts'
import { openRegistry } from '../../src/image-stores/registry.ts'
import { RegistryError } from '../../src/image-stores/registry-error.ts'
import type { Ports } from '../../src/ports.ts'
import { descriptorOf, sha256, tarOf } from '../image/crafted.ts'
import {
  bytesFrom,
  type Fault,
  portsOf,
  putImage,
  quick,
  type RegistryDouble,
  registryDouble,
  withConfig,
} from './registry-double.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function serving(fault?: Fault): Promise<RegistryDouble> {
  const registry = await registryDouble(fault)
  closing.unshift(registry.close)
  return registry
}

async function opened(registry: RegistryDouble, name = 'app:1', ports: Ports = portsOf(), timing = quick) {
  const store = await openRegistry(`${registry.host}/${name}`, ports, timing)
  closing.push(store.close)
  return store
}

async function problemOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('nothing went wrong'),
    (problem: unknown) => problem,
  )
  expect(error).toBeInstanceOf(RegistryError)
  return (error as Error).message
}

const layer = (text: string, size = 0) =>
  tarOf([
    { name: 'file', content: text },
    { name: 'z', content: Buffer.alloc(size, 7) },
  ])

async function imageAt(registry: RegistryDouble, name: string) {
  const store = await opened(registry, name)
  const manifest = await store.root()
  const config = await store.small(JSON.parse(Buffer.from(manifest).toString()).config)
  const { image, problem } = parseImage(manifest, config)
  if (image === null) throw new Error(problem)
  return { store, image }
}

describe('an image in a registry', () => {
  test('gives its manifest by tag and by digest, its config and its layers', async () => {
    const registry = await serving()
    const put = putImage(registry, [layer('one')], '1')
    for (const name of ['app:1', `app@${put.digest}`, `app:other@${put.digest}`]) {
      const store = await opened(registry, name)
      expect(store).toMatchObject({ name: `${registry.host}/${name}`, hasManifests: true })
      expect(Buffer.from(await store.root())).toEqual(put.manifest)
      expect(Buffer.from(await store.small(descriptorOf(put.config)))).toEqual(put.config)
      const [first] = put.layers as [Buffer]
      expect(await bytesFrom(await store.open(descriptorOf(first)))).toEqual(first)
    }
    expect(registry.seen[0]?.headers).toMatchObject({ 'accept-encoding': 'identity' })
    expect(registry.seen[0]?.headers.accept?.split(', ')).toHaveLength(4)
    expect(registry.seen.some(({ headers }) => headers.authorization)).toBe(false)
  })

  test('without a tag is latest', async () => {
    const registry = await serving()
    const { manifest } = putImage(registry, [], 'latest')
    expect(Buffer.from(await (await opened(registry, 'app')).root())).toEqual(manifest)
  })

  test('of several platforms: what the index names is asked for as a manifest, at any depth', async () => {
    const registry = await serving()
    const { manifest, config } = putImage(registry, [], '1')
    const inner = Buffer.from(JSON.stringify({ manifests: [descriptorOf(manifest)] }))
    const outer = Buffer.from(JSON.stringify({ manifests: [descriptorOf(inner)] }))
    registry.put('manifests', inner)
    registry.put('manifests', outer, 'index')
    const store = await opened(registry, 'app:index')
    expect(Buffer.from(await store.root())).toEqual(outer)
    expect(Buffer.from(await store.small(descriptorOf(inner)))).toEqual(inner)
    expect(Buffer.from(await store.small(descriptorOf(manifest)))).toEqual(manifest)
    expect(Buffer.from(await store.small(descriptorOf(config)))).toEqual(config)
  })

  test('is compared by what differs alone: equal layers are never asked for', async () => {
    const registry = await serving()
    const shared = [layer('base'), layer('tools')]
    putImage(registry, [...shared, layer('monday')], '1')
    putImage(registry, [...shared, layer('sunday')], '2')
    const [a, b] = [await imageAt(registry, 'app:1'), await imageAt(registry, 'app:2')]
    const { layers } = await compareImages({
      imageA: a.image,
      imageB: b.image,
      open: async (side, descriptor) => (side === 'A' ? a : b).store.open(descriptor),
    })
    expect(layers.map(({ total }) => total)).toEqual([1])
    const asked = (digest: string) => registry.paths().filter(path => path.endsWith(digest)).length
    expect(shared.map(blob => asked(sha256(blob)))).toEqual([0, 0])
    expect([asked(sha256(layer('monday'))), asked(sha256(layer('sunday')))]).toEqual([1, 1])
    expect(registry.seen).toHaveLength(2 + 2 + 2)
  })

  test('under two tags of one digest costs one request each', async () => {
    const registry = await serving()
    const { manifest } = putImage(registry, [layer('x')], '1')
    registry.put('manifests', manifest, '2')
    const roots = [await (await opened(registry, 'app:1')).root(), await (await opened(registry, 'app:2')).root()]
    expect(sha256(roots[0] as Uint8Array)).toBe(sha256(roots[1] as Uint8Array))
    expect(registry.paths()).toEqual(['/v2/app/manifests/1', '/v2/app/manifests/2'])
  })
})

describe('who we are', () => {
  const folderless = (auths: Record<string, unknown>) => withConfig({ auths })
  const basic = (user: string) => `Basic ${Buffer.from(`${user}:hunter2`).toString('base64')}`

  /** A registry that wants a token for everything, and its giver of tokens beside it. */
  function tokens(give: (seen: Parameters<Fault>[0]) => unknown = () => ({ token: 'let-me-in' })): Fault {
    return ({ path, headers, ...seen }, response, request) => {
      if (path === '/token') {
        const given = give({ path, headers, ...seen })
        response.writeHead(typeof given === 'number' ? given : 200).end(JSON.stringify(given))
        return true
      }
      if (headers.authorization === 'Bearer let-me-in') return false
      const realm = `http://${request.headers.host}/token?more=1`
      response.setHeader('www-authenticate', `Bearer realm="${realm}",service="registry",scope="repository:all:*"`)
      response.writeHead(401).end('{}')
      return true
    }
  }

  test('is not said to a registry that does not ask; a token is asked for once', async () => {
    const registry = await serving(tokens())
    const put = putImage(registry, [layer('x')], '1')
    const store = await opened(registry)
    await store.root()
    await store.small(descriptorOf(put.config))
    await bytesFrom(await store.open(descriptorOf(put.layers[0] as Buffer)))
    expect(registry.paths().map(path => path.split('/')[3] ?? path)).toEqual([
      'manifests',
      '/token',
      'manifests',
      'blobs',
      'blobs',
    ])
    expect(Object.fromEntries(registry.seen[1]?.query ?? [])).toEqual({
      more: '1',
      service: 'registry',
      scope: 'repository:app:pull',
    })
    expect(registry.seen[1]?.headers.authorization).toBeUndefined()
  })

  test('a token that has run out is renewed, once for all who wait', async () => {
    let given = 0
    const registry = await serving(({ path, headers }, response, request) => {
      if (path === '/token') {
        given += 1
        response.end(JSON.stringify({ access_token: `t${given}` }))
        return true
      }
      if (path.includes('/blobs/') ? headers.authorization === 'Bearer t2' : headers.authorization) return false
      response.setHeader('www-authenticate', `Bearer realm="http://${request.headers.host}/token"`)
      // One of the two hears that its token is old when the other has a new one already.
      const late = path.endsWith(sha256(layer('x'))) ? 100 : 0
      setTimeout(() => response.writeHead(401).end(), late)
      return true
    })
    const { config, layers } = putImage(registry, [layer('x')], '1')
    const store = await opened(registry)
    await store.root()
    await Promise.all([
      store.small(descriptorOf(config)),
      store.open(descriptorOf(layers[0] as Buffer)).then(bytesFrom),
    ])
    expect(given).toBe(2)
  })

  test('a password goes to the giver of tokens as Basic', async () => {
    const registry = await serving(
      tokens(({ headers }) => (headers.authorization === basic('me') ? { token: 'let-me-in' } : 401)),
    )
    putImage(registry, [], '1')
    const { ports, forget } = await folderless({ [registry.host]: { username: 'me', password: 'hunter2' } })
    closing.push(forget)
    await (await opened(registry, 'app:1', ports)).root()
    expect(registry.seen[1]?.query.get('account')).toBe('me')
  })

  test('an identity token goes there by POST, and only there', async () => {
    const registry = await serving(
      tokens(({ method, body }) =>
        method === 'POST' && new URLSearchParams(body).get('refresh_token') === 'hunter2'
          ? { access_token: 'let-me-in' }
          : 401,
      ),
    )
    putImage(registry, [], '1')
    const { ports, forget } = await folderless({ [registry.host]: { identitytoken: 'hunter2' } })
    closing.push(forget)
    await (await opened(registry, 'app:1', ports)).root()
    expect(Object.fromEntries(new URLSearchParams(registry.seen[1]?.body))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'hunter2',
      client_id: 'repro-gate',
      service: 'registry',
      scope: 'repository:app:pull',
    })
    expect(
      registry.seen.filter(({ body, headers }) => JSON.stringify([body, headers]).includes('hunter2')),
    ).toHaveLength(1)
  })

  test('Basic is said to a registry that asks for it', async () => {
    const registry = await serving(({ headers }, response) => {
      if (headers.authorization === basic('me')) return false
      response.writeHead(401, { 'www-authenticate': 'Basic realm="here"' }).end()
      return true
    })
    putImage(registry, [], '1')
    const { ports, forget } = await folderless({ [registry.host]: { username: 'me', password: 'hunter2' } })
    closing.push(forget)
    await (await opened(registry, 'app:1', ports)).root()
    expect(await problemOf((await opened(registry)).root())).toMatch(/Docker has no credentials.*docker login 127/)
    const { ports: other, forget: forgetOther } = await folderless({
      [registry.host]: { username: 'eve', password: 'hunter2' },
    })
    closing.push(forgetOther)
    const problem = await problemOf((await opened(registry, 'app:1', other)).root())
    expect(problem).toContain('The credentials that Docker has for it were refused')
    expect(problem).not.toContain('hunter2')
  })

  test.each([401, 403, 400])('a giver of tokens that says %d: run docker login', async status => {
    const registry = await serving(tokens(() => status))
    const problem = await problemOf((await opened(registry)).root())
    expect(problem).toContain(`no token for pulling app (${status})`)
    expect(problem).toContain(`docker login ${registry.host}`)
  })

  test.each<[string, unknown]>([
    ['no token', {}],
    ['a number', { token: 7 }],
    ['a header', { token: 'x\r\nHost: evil' }],
    ['a list', []],
    ['too much', { token: 'let-me-in', more: 'x'.repeat(2 * 1024 * 1024) }],
  ])('a giver of tokens that gives %s', async (_, given) => {
    const registry = await serving(tokens(() => given))
    expect(await problemOf((await opened(registry)).root())).toContain('gave no token')
  })

  test('a token that the registry does not take ends it, and is not said again in any message', async () => {
    const registry = await serving(({ path, headers }, response, request) => {
      const realm = `http://${request.headers.host}/token`
      if (path === '/token') response.end('{"token":"hunter2"}')
      else
        response
          .writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",error="invalid ${headers.authorization}"` })
          .end(`{"errors":[{"code":"UNAUTHORIZED","message":"bad ${headers.authorization}"}]}`)
      return true
    })
    const problem = await problemOf((await opened(registry)).root())
    expect(problem).toContain('(401)')
    expect(problem).not.toContain('hunter2')
    expect(registry.seen).toHaveLength(3)
  })

  test.each([
    ['http://registry.example/token', 'only https'],
    ['file:///etc/passwd', 'only https'],
    ['javascript:alert(1)', 'only https'],
    ['', 'does not say where to get one'],
    ['/token', 'does not say where to get one'],
    ['http://169.254.169.254/latest/meta-data', 'only https'],
  ])('a giver of tokens at %s is not asked', async (realm, why) => {
    const registry = await serving((_, response) => {
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end()
      return true
    })
    const { ports, forget } = await folderless({ [registry.host]: { username: 'me', password: 'hunter2' } })
    closing.push(forget)
    expect(await problemOf((await opened(registry, 'app:1', ports)).root())).toMatch(new RegExp(why))
    expect(registry.seen.some(({ headers }) => headers.authorization)).toBe(false)
  })

  test('a giver of tokens does not send the password elsewhere', async () => {
    const other = await serving()
    const registry = await serving(({ path }, response, request) => {
      if (path === '/token') response.writeHead(307, { location: `http://${other.host}/token` }).end()
      else response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${request.headers.host}/token"` }).end()
      return true
    })
    expect(await problemOf((await opened(registry)).root())).toContain('answers 307')
    expect(other.seen).toEqual([])
  })
})

describe('a blob that lies elsewhere', () => {
  test('is fetched there without saying who we are', async () => {
    const storage = await serving(({ path }, response) => {
      if (path !== '/signed') return false
      response.end(layer('x'))
      return true
    })
    const registry = await serving(({ path, headers }, response, request) => {
      if (path === '/token') response.end('{"token":"hunter2"}')
      else if (headers.authorization === undefined)
        response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${request.headers.host}/token"` }).end()
      else response.writeHead(307, { location: `http://${storage.host}/signed?signature=s` }).end()
      return true
    })
    const store = await opened(registry)
    expect(await bytesFrom(await store.open(descriptorOf(layer('x'))))).toEqual(layer('x'))
    expect(storage.seen).toHaveLength(1)
    expect(storage.seen[0]?.headers.authorization).toBeUndefined()
  })

  test('a storage that refuses is no question of who we are', async () => {
    const storage = await serving((_, response) => {
      response.writeHead(401, { 'www-authenticate': 'Bearer realm="http://127.0.0.1:1/token"' }).end()
      return true
    })
    const registry = await serving((_, response) => {
      response.writeHead(302, { location: `http://${storage.host}/blob?signature=hunter2` }).end()
      return true
    })
    const problem = await problemOf((await opened(registry)).open(descriptorOf(layer('x'))))
    expect(problem).toContain('(401)')
    expect(problem).not.toContain('hunter2')
  })

  test.each([
    ['file:///etc/passwd', 'only https is followed'],
    ['ftp://example.org/', 'only https is followed'],
    ['http://storage.example/blob', 'only https is followed'],
    ['http://[not an address', 'that is none'],
    ['data:application/json,{}', 'only https is followed'],
  ])('is not fetched from %s', async (location, why) => {
    const registry = await serving((_, response) => {
      response.writeHead(307, { location }).end()
      return true
    })
    expect(await problemOf((await opened(registry)).root())).toContain(why)
  })

  test('circles end', async () => {
    const registry = await serving(({ path }, response) => {
      response.writeHead(307, { location: path }).end()
      return true
    })
    expect(await problemOf((await opened(registry)).root())).toContain('in circles')
    expect(registry.seen).toHaveLength(6)
  })
})

describe('what passes', () => {
  /** Fails the first `times` requests. */
  const failing = (times: number, fail: Fault): Fault => {
    let left = times
    return (...asked) => left-- > 0 && fail(...asked)
  }
  const status =
    (code: number, headers: Record<string, string> = {}): Fault =>
    (_, response) => {
      response.writeHead(code, headers).end('{}')
      return true
    }
  const reset: Fault = (_, __, request) => {
    request.socket.resetAndDestroy()
    return true
  }

  test.each<[string, Fault]>([
    ['429', status(429)],
    ['500', status(500)],
    ['502', status(502)],
    ['503 with a wait', status(503, { 'retry-after': '1' })],
    ['504 with a date that is over', status(504, { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' })],
    ['a connection that is reset', reset],
    [
      'a manifest that is cut off',
      (_, response) => {
        response.writeHead(200, { 'content-length': 1000 }).write('{')
        setTimeout(() => response.destroy(), 10)
        return true
      },
    ],
  ])('%s is asked again', async (_, fail) => {
    const registry = await serving(failing(2, fail))
    const { manifest } = putImage(registry, [], '1')
    expect(Buffer.from(await (await opened(registry)).root())).toEqual(manifest)
    expect(registry.seen).toHaveLength(3)
  })

  test('a wait that is asked for is kept', async () => {
    const registry = await serving(failing(1, status(429, { 'retry-after': '1' })))
    putImage(registry, [], '1')
    const start = performance.now()
    await (await opened(registry)).root()
    expect(performance.now() - start).toBeGreaterThanOrEqual(990)
  })

  test.each<[Fault, string, number]>([
    [status(429), 'too many questions', 3],
    [status(429, { 'retry-after': '86400' }), 'too many questions', 1],
    [status(503), '(503), tried several times', 3],
    [reset, 'no connection, or one that broke', 3],
    [status(404), 'has no image app:1 (404)', 1],
    [status(403), 'does not let the image app:1 be read (403)', 1],
    [status(418), 'answers 418', 1],
  ])('what stays ends with its reason (%#)', async (fail, why, times) => {
    const registry = await serving(fail)
    expect(await problemOf((await opened(registry)).root())).toContain(why)
    expect(registry.seen).toHaveLength(times)
  })

  const big = layer('big', 3 * 1024 * 1024)
  /** Sends so many bytes of what was asked for, then cuts the connection. */
  const cut =
    (length: number, { fair = true } = {}): Fault =>
    (seen, response) => {
      const from = Number(/^bytes=(\d+)-$/.exec(seen.headers.range ?? '')?.[1] ?? 0)
      const range = from > 0 && fair ? { 'content-range': `bytes ${from}-${big.length - 1}/${big.length}` } : {}
      response.writeHead(from > 0 && fair ? 206 : 200, { 'content-length': big.length - (fair ? from : 0), ...range })
      response.write(big.subarray(from, from + length), () => setTimeout(() => response.destroy(), 20))
      return true
    }

  test('a blob that is cut off is gone on with where it broke', async () => {
    const registry = await serving(failing(2, cut(700_000)))
    putImage(registry, [big], '1')
    const stream = await (await opened(registry)).open(descriptorOf(big))
    expect(sha256(await bytesFrom(stream))).toBe(sha256(big))
    const ranges = registry.seen.map(({ headers }) => headers.range)
    expect(ranges).toHaveLength(3)
    expect(ranges[0]).toBeUndefined()
    for (const range of ranges.slice(1)) expect(range).toMatch(/^bytes=[1-9]\d*-$/)
  })

  test('and ends with its place where that is not possible', async () => {
    const registry = await serving(cut(700_000, { fair: false }))
    const stream = await (await opened(registry)).open(descriptorOf(big))
    expect(await problemOf(bytesFrom(stream))).toMatch(
      /cut off after \d+ of \d+ bytes: the connection broke, and the registry cannot send the rest/,
    )
    expect(registry.seen).toHaveLength(2)
  })

  test('and is not gone on with for ever', async () => {
    const registry = await serving(cut(1000))
    const stream = await (await opened(registry)).open(descriptorOf(big))
    expect(await problemOf(bytesFrom(stream))).toMatch(/cut off after \d+ of \d+ bytes: the connection broke, 3 times/)
    expect(registry.seen).toHaveLength(3)
  })

  test('one that ends without a word is gone on with, too', async () => {
    const registry = await serving(
      failing(1, (_, response) => {
        const head = Buffer.from('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n')
        response.socket?.end(Buffer.concat([head, big.subarray(0, 5000)]))
        return true
      }),
    )
    putImage(registry, [big], '1')
    expect(sha256(await bytesFrom(await (await opened(registry)).open(descriptorOf(big))))).toBe(sha256(big))
  })
})

describe('a hostile registry', () => {
  /** Writes for ever, as fast as it is read, until the connection is closed. */
  const endless =
    (piece: Buffer, pause = 0): Fault =>
    (_, response) => {
      response.writeHead(200)
      const write = () => {
        if (response.destroyed) return
        response.write(piece, () => (pause > 0 ? setTimeout(write, pause) : setImmediate(write)))
      }
      write()
      return true
    }

  test('an endless manifest is read to 8 MiB', async () => {
    const registry = await serving(endless(Buffer.alloc(64 * 1024, 0x20)))
    expect(await problemOf((await opened(registry)).root())).toContain('more than 8388608 bytes')
  })

  test('an endless config is read to its size', async () => {
    const registry = await serving(endless(Buffer.alloc(64 * 1024, 0x20)))
    const small = (await opened(registry)).small({ digest: sha256(Buffer.from('x')), size: 100 })
    expect(await problemOf(small)).toContain('more than 100 bytes')
  })

  test('an endless blob stops when the reader does', async () => {
    const registry = await serving(endless(Buffer.alloc(64 * 1024)))
    const stream = await (await opened(registry)).open({ mediaType: '', digest: sha256(Buffer.from('x')), size: 100 })
    for await (const _ of stream) break
    expect(stream.destroyed).toBe(true)
  })

  test.each<[string, (registry: RegistryDouble) => Promise<unknown>]>([
    ['a manifest', async registry => (await opened(registry)).root()],
    [
      'a blob',
      async registry =>
        bytesFrom(await (await opened(registry)).open({ mediaType: '', digest: sha256(Buffer.from('x')), size: 1e6 })),
    ],
  ])(
    '%s that comes in drips has a deadline',
    async (_, read) => {
      const registry = await serving(endless(Buffer.from('{'), 40))
      expect(await problemOf(read(registry))).toMatch(/within (1|0\.3) s/)
    },
    10_000,
  )

  test('a slow reader is no drip', async () => {
    const bytes = layer('slow', 2 * 1024 * 1024)
    const registry = await serving()
    putImage(registry, [bytes], '1')
    const stream = await (await opened(registry)).open(descriptorOf(bytes))
    const iterator = stream[Symbol.asyncIterator]()
    const first = (await iterator.next()).value as Buffer
    await new Promise(resolve => setTimeout(resolve, quick.stall * 3))
    expect(sha256(Buffer.concat([first, await bytesFrom({ [Symbol.asyncIterator]: () => iterator })]))).toBe(
      sha256(bytes),
    )
    expect(registry.seen).toHaveLength(1)
  })

  test('silence has a deadline, and the run can be ended before', async () => {
    const registry = await serving(() => true)
    expect(await problemOf((await opened(registry)).root())).toContain('no answer within 1 s')
    const controller = new AbortController()
    const asking = (await opened(registry, 'app:1', portsOf({}, { signal: controller.signal }))).root()
    setTimeout(() => controller.abort(new Error('ended by SIGINT')), 50)
    await expect(asking).rejects.toThrow('ended by SIGINT')
  })

  test('a run that ends while a blob comes ends the blob', async () => {
    const registry = await serving(endless(Buffer.alloc(1000), 10))
    const controller = new AbortController()
    const store = await opened(registry, 'app:1', portsOf({}, { signal: controller.signal }))
    const stream = await store.open({ mediaType: '', digest: sha256(Buffer.from('x')), size: 1e9 })
    setTimeout(() => controller.abort(new Error('ended by SIGINT')), 50)
    await expect(bytesFrom(stream)).rejects.toThrow('ended by SIGINT')
  })

  test('a header bomb is not read', async () => {
    const registry = await serving((_, response) => {
      for (let n = 0; n < 200; n += 1) response.setHeader(`x-${n}`, 'y'.repeat(1000))
      response.end('{}')
      return true
    })
    expect(await problemOf((await opened(registry)).root())).toContain('more headers than are read')
  })

  test.each(['hello?\r\n', '\0\0\0\0', 'HTTP/1.1 abc\r\n\r\n', 'SSH-2.0-OpenSSH_9.6\r\n'])(
    'what is no HTTP (%j) is said to be none',
    async words => {
      const server = createTcp(socket => void socket.on('error', () => {}).end(words)).listen(0, '127.0.0.1')
      await once(server, 'listening')
      closing.push(async () => server.close())
      const { port } = server.address() as { port: number }
      const store = await openRegistry(`localhost:${port}/app`, portsOf(), quick)
      closing.push(store.close)
      expect(await problemOf(store.root())).toMatch(/does not speak HTTP|one that broke/)
    },
  )

  test('nobody there', async () => {
    const registry = await registryDouble()
    await registry.close()
    expect(await problemOf((await opened(registry)).root())).toContain('(ECONNREFUSED)')
  })

  test('a web page instead of a manifest', async () => {
    const registry = await serving((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<title>Log in</title>')
      return true
    })
    expect(await problemOf((await opened(registry)).root())).toContain('a web page')
    const layer = { mediaType: '', digest: sha256(Buffer.from('x')), size: 100 }
    expect(await problemOf((await opened(registry)).open(layer))).toMatch(/answers with a web page .* the blob sha256:/)
  })

  test('another manifest than the digest asked for', async () => {
    const registry = await serving((_, response) => {
      response.end('{}')
      return true
    })
    const asked = (await opened(registry, `app@${sha256(Buffer.from('x'))}`)).root()
    expect(await problemOf(asked)).toContain(`their digest is ${sha256(Buffer.from('{}'))}`)
  })

  test("a tag's digest is computed, whatever the registry says of it", async () => {
    const registry = await serving((_, response) => {
      response.writeHead(200, { 'docker-content-digest': `sha256:${'0'.repeat(64)}` }).end('{"x":1}')
      return true
    })
    expect(Buffer.from(await (await opened(registry)).root()).toString()).toBe('{"x":1}')
  })

  test('another blob, or one of another size', async () => {
    const registry = await serving((_, response) => {
      response.writeHead(200, { 'content-length': 2 }).end('{}')
      return true
    })
    const digest = sha256(Buffer.from('x'))
    const store = await opened(registry)
    expect(await problemOf(store.small({ digest, size: 2 }))).toContain('gave other bytes')
    expect(await problemOf(store.open({ mediaType: '', digest, size: 3 }))).toContain(
      'has 2 bytes for the blob sha256:2d711642b726 of app, its descriptor says 3',
    )
    expect(await problemOf(store.small({ digest: 'sha256:../../secret', size: 3 }))).toContain('is none')
    expect(await problemOf(store.small({ digest, size: 2 ** 40 }))).toContain('more than 8388608')
    expect(registry.seen).toHaveLength(2)
  })

  test('a manifest that a proxy packed is unpacked, a bomb is not', async () => {
    let body = gzipSync('{"x":1}')
    const registry = await serving((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(body)
      return true
    })
    const store = await opened(registry)
    expect(Buffer.from(await store.root()).toString()).toBe('{"x":1}')
    body = gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20))
    expect(await problemOf(store.root())).toContain('cannot be unpacked into at most')
  })

  test('no process is kept alive, and no error goes unheard, when a blob is opened and left', async () => {
    const registry = await serving()
    putImage(registry, [layer('x')], '1')
    const store = await opened(registry)
    const stream = await store.open(descriptorOf(layer('x')))
    stream.destroy()
    await store.close()
  })
})
