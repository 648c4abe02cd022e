import { createHash } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { describe, expect, test } from '@jest/globals'
import { digestOf } from '../../src/image/digest.ts'
import { openRepository, type Repository } from '../../src/image-stores/repository.ts'
import { portsOf, quick, type RegistryDouble, registriesOfTest, withConfig } from './registry-double.ts'

const bytes = Buffer.alloc(300_000, 'layer')
const blob = { digest: digestOf(bytes), size: bytes.length }
const pieces = async function* (all = bytes): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < all.length; at += 65_536) yield all.subarray(at, at + 65_536)
}

describe('a blob that is sent', () => {
  const { open, registry } = registriesOfTest()
  const repositoryOf = (host: string, ports = portsOf(), name = 'app'): Repository => {
    const made = openRepository(`${host}/${name}`, ports, quick)
    open.unshift(made)
    return made
  }
  const send = (host: string, ports = portsOf(), opened = () => pieces()) =>
    repositoryOf(host, ports).send(blob, opened, null)
  const answered = (response: ServerResponse, status: number, headers: Record<string, string> = {}) => {
    response.writeHead(status, headers).end()
    return true
  }
  const isPut = ({ method, path }: { method: string; path: string }) => method === 'PUT' && path.includes('/uploads/')
  const methods = ({ seen }: RegistryDouble) => seen.map(({ method }) => method)

  test('arrives byte for byte, and is looked at once it is there', async () => {
    const double = await registry()
    expect(await repositoryOf(double.host).has(blob)).toBe(false)
    await send(double.host)
    expect(methods(double)).toEqual(['HEAD', 'POST', 'PUT', 'HEAD'])
    const put = double.seen.find(isPut)
    // What the registry said of the upload is kept.
    expect([put?.query.get('state'), put?.query.get('digest')]).toEqual(['1', blob.digest])
    expect([put?.headers['content-length'], put?.headers['transfer-encoding']]).toEqual([String(blob.size), undefined])
    await repositoryOf(double.host).check(blob)
  })

  test.each([404, 416, 429, 500, 503])('is begun anew where the upload is answered %i', async status => {
    let refused = 0
    const double = await registry((seen, response) => isPut(seen) && refused++ === 0 && answered(response, status))
    await send(double.host)
    expect(methods(double)).toEqual(['POST', 'PUT', 'DELETE', 'HEAD', 'POST', 'PUT', 'HEAD'])
  })

  test('is given up when that happens again and again, and its uploads are ended', async () => {
    const double = await registry((seen, response) => isPut(seen) && answered(response, 503))
    await expect(send(double.host)).rejects.toThrow(/fails at writing the blob sha256:.* \(503\)/)
    expect(methods(double).filter(method => method === 'PUT')).toHaveLength(quick.tries)
    expect(methods(double).filter(method => method === 'DELETE')).toHaveLength(quick.tries)
  })

  test('and given up leaves no clock that holds up the end of the process', async () => {
    const double = await registry()
    const ending = new AbortController()
    const gate = new EventEmitter()
    const reading = once(gate, 'reading')
    const opened = async function* () {
      yield bytes.subarray(0, 100)
      gate.emit('reading')
      await once(gate, 'more')
      yield bytes.subarray(100)
    }
    const ports = { ...portsOf(), signal: ending.signal }
    const made = openRepository(`${double.host}/app`, ports, { ...quick, headers: 54_321 })
    open.unshift(made)
    const clocks: number[] = []
    const { setTimeout: real } = globalThis
    const sending = made.send(blob, opened, null)
    await reading
    try {
      globalThis.setTimeout = ((work: () => void, ms = 0, ...rest: []) => {
        clocks.push(ms)
        return real(work, ms, ...rest)
      }) as typeof setTimeout
      ending.abort(new Error('ended'))
      await expect(sending).rejects.toThrow('ended')
      clocks.length = 0
      // What was being read comes all the same.
      gate.emit('more')
      await new Promise(resolve => real(resolve, 100))
      expect(clocks.filter(ms => ms >= 54_321)).toEqual([])
    } finally {
      globalThis.setTimeout = real
    }
  })

  test('is begun anew where the connection breaks in the middle of it', async () => {
    let broken = 0
    const double = await registry()
    const proxy = await registry((seen, _, request) => {
      if (isPut(seen) && broken++ === 0) {
        request.socket.destroy()
        return true
      }
      double.seen.push(seen)
      return false
    })
    await send(proxy.host)
    expect(methods(proxy)).toEqual(['POST', 'PUT', 'DELETE', 'HEAD', 'POST', 'PUT', 'HEAD'])
  })

  test('is not sent twice where only the answer was lost', async () => {
    const double = await registry((seen, response, request) => {
      if (!isPut(seen)) return false
      double.put('blobs', seen.bytes)
      response.destroy()
      request.socket.destroy()
      return true
    })
    await send(double.host)
    expect(methods(double)).toEqual(['POST', 'PUT', 'DELETE', 'HEAD'])
  })

  test.each([401, 307])('goes on where an upload is answered %i in the middle', async status => {
    const elsewhere = await registry()
    let asked = 0
    const double = await registry((seen, response) => {
      if (!isPut(seen) || asked++ > 0) return false
      if (status === 401) return answered(response, 401, { 'www-authenticate': 'Basic realm="here"' })
      const location = `http://${elsewhere.host}${seen.path}?${seen.query}`
      return answered(response, 307, { location })
    })
    const { ports, forget } = await withConfig({
      auths: { [double.host]: { auth: Buffer.from('me:hunter2').toString('base64') } },
    })
    const sending = send(double.host, ports)
    if (status === 401) await sending
    // That other place took it, and the registry has nothing of it.
    else await expect(sending).rejects.toThrow(/took the blob sha256:.* and does not have it/)
    expect(double.seen.some(({ headers }) => headers.authorization)).toBe(status === 401)
    const there = elsewhere.seen.filter(isPut)
    expect(there.map(({ bytes, headers }) => [digestOf(bytes), headers.authorization])).toEqual(
      status === 401 ? [] : [[blob.digest, undefined]],
    )
    await forget()
  })

  test.each<[string, string, RegExp]>([
    ['nowhere', '', /does not say where/],
    ['to the cloud that this runs in', 'http://169.254.169.254/latest', /only https is followed|sends us to/],
    ['to a file', 'file:///etc/passwd', /only https is followed/],
  ])('goes to no place that a registry sends it %s', async (_, location, words) => {
    const double = await registry(({ method }, response) => method === 'POST' && answered(response, 202, { location }))
    await expect(send(double.host)).rejects.toThrow(words)
  })

  test('is refused where its bytes are not those of its digest, before the last of them', async () => {
    const double = await registry()
    const other = Buffer.concat([bytes.subarray(1), Buffer.from('x')])
    await expect(send(double.host, portsOf(), () => pieces(other))).rejects.toThrow(/What was to be sent as sha256:/)
    expect(await repositoryOf(double.host).has(blob)).toBe(false)
  })

  test.each<[number, RegExp]>([
    [403, /does not let the blob sha256:\w+ of \S+ be written \(403\)/],
    [405, /takes nothing, the blob .* \(405\): it is read-only/],
    [413, /has no room for the blob .* \(413\): .* a quota is used up/],
    [507, /has no room for the blob .* \(507\)/],
    [400, /refuses the blob \S+ of \S+ \(400\)\. Its log says why\.$/],
  ])('is refused with %i at once', async (status, words) => {
    const double = await registry(({ method }, response) => method === 'POST' && answered(response, status))
    await expect(send(double.host)).rejects.toThrow(words)
    expect(methods(double)).toEqual(['POST'])
  })

  test('is no longer waited for where the registry takes no more of it', async () => {
    const patient = { ...quick, headers: 200 }
    let waits: ServerResponse | null = null
    const double = await registry((seen, response) => {
      if (!isPut(seen)) return false
      waits = response
      return true
    })
    const repository = openRepository(`${double.host}/app`, portsOf(), patient)
    open.unshift(repository)
    await expect(repository.send(blob, () => pieces(), null)).rejects.toThrow(/no answer within 2 s/)
    expect(waits).not.toBeNull()
  })

  test('ends the upload at the registry when the run is ended', async () => {
    const ending = new AbortController()
    const double = await registry(seen => {
      if (!isPut(seen)) return false
      ending.abort(new Error('ended by SIGTERM'))
      return true
    })
    await expect(send(double.host, portsOf({}, { signal: ending.signal }))).rejects.toThrow(/ended by SIGTERM/)
    expect(methods(double)).toEqual(['POST', 'PUT', 'DELETE'])
  })

  test('comes from another repository of the registry, or with its bytes where that may not be read', async () => {
    const double = await registry(
      ({ method, query }, response) => method === 'POST' && query.get('from') === 'secret' && answered(response, 403),
    )
    double.put('blobs', bytes)
    await repositoryOf(double.host, portsOf(), 'one').send(blob, () => pieces(), 'app')
    expect(methods(double)).toEqual(['POST', 'HEAD'])
    await repositoryOf(double.host, portsOf(), 'two').send(blob, () => pieces(), 'secret')
    expect(methods(double).slice(2)).toEqual(['POST', 'POST', 'PUT', 'HEAD'])
  })

  test('that is there with other bytes is told', async () => {
    const wrong = Buffer.from(bytes).fill('x', 0, 10)
    const double = await registry(({ path, method }, response) => {
      if (!path.endsWith(blob.digest)) return false
      response.writeHead(200, { 'content-length': String(wrong.length) }).end(method === 'GET' ? wrong : '')
      return true
    })
    expect(await repositoryOf(double.host).has(blob)).toBe(true)
    const found = createHash('sha256').update(wrong).digest('hex')
    await expect(repositoryOf(double.host).check(blob)).rejects.toThrow(`their digest is sha256:${found}`)
    await expect(repositoryOf(double.host).has({ ...blob, size: 7 })).rejects.toThrow(/300000 bytes instead of 7/)
  })
})
